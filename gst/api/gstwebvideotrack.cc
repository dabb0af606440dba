// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/tracks.hh"

#include <gst/webmedia/gstwebvideotrack.h>

using namespace webmedia;

/**
 * GstWebVideoTrack:
 *
 * A track of pictures of a #GstWebSourceBuffer: the web's
 * [VideoTrack](https://html.spec.whatwg.org/multipage/media.html#audiotracklist-and-videotracklist-objects).
 * Its first initialization segment tells what tracks a source buffer has.
 *
 * What plays of them rules #GstWebMediaSource:active-source-buffers, and with
 * it what counts as buffered. Elements have pads for all tracks: what is linked
 * is up to the application.
 *
 * All methods can be called from any thread.
 */
struct _GstWebVideoTrack {
  GstObject parent;
  TrackState *state;
};

G_DEFINE_FINAL_TYPE (GstWebVideoTrack, gst_web_video_track, GST_TYPE_OBJECT)

static void
gst_web_video_track_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  auto self = GST_WEB_VIDEO_TRACK (object);
  switch (id) {
  case TRACK_PROPERTY_KIND:
    g_value_set_string (value, gst_web_video_track_get_kind (self));
    break;
  case TRACK_PROPERTY_PLAYS:
    g_value_set_boolean (value, gst_web_video_track_get_selected (self));
    break;
  default:
    get_track_property (object, *self->state, id, value, pspec);
  }
}

static void
gst_web_video_track_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  auto self = GST_WEB_VIDEO_TRACK (object);
  if (id == TRACK_PROPERTY_PLAYS)
    gst_web_video_track_set_selected (self, g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gst_web_video_track_finalize (GObject *object)
{
  delete GST_WEB_VIDEO_TRACK (object)->state;
  G_OBJECT_CLASS (gst_web_video_track_parent_class)->finalize (object);
}

static void
gst_web_video_track_class_init (GstWebVideoTrackClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  object_class->get_property = gst_web_video_track_get_property;
  object_class->set_property = gst_web_video_track_set_property;
  object_class->finalize = gst_web_video_track_finalize;

  /**
   * GstWebVideoTrack:id: (getter get_id)
   *
   * What no other track of the media source has.
   */
  /**
   * GstWebVideoTrack:label: (getter get_label)
   *
   * The name of the track, or the empty string.
   */
  /**
   * GstWebVideoTrack:language: (getter get_language)
   *
   * A BCP 47 language tag, or the empty string.
   */
  /**
   * GstWebVideoTrack:source-buffer: (getter get_source_buffer)
   *
   * The source buffer that made the track; %NULL once it was removed.
   */
  install_track_properties (object_class);
  /**
   * GstWebVideoTrack:kind: (getter get_kind)
   *
   * What the track is for.
   */
  g_object_class_install_property (object_class, TRACK_PROPERTY_KIND,
      g_param_spec_string (
          "kind", "Kind", "What the track is for", "", kReadOnly));
  /**
   * GstWebVideoTrack:selected: (getter get_selected) (setter set_selected)
   *
   * Whether the track plays. Of all video tracks of a media source one can be
   * selected: that deselects the others.
   */
  g_object_class_install_property (object_class, TRACK_PROPERTY_PLAYS,
      g_param_spec_boolean ("selected", "Selected", "Whether the track plays",
          FALSE, GParamFlags (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS)));
}

// One that no source buffer made is like one whose source buffer was removed.
static void
gst_web_video_track_init (GstWebVideoTrack *self)
{
  self->state = new TrackState (mse::TrackKind::video);
}

Ptr<GObject>
webmedia::wrap_video_track (TrackState state)
{
  auto self = GST_WEB_VIDEO_TRACK (
      gst_object_ref_sink (g_object_new (GST_TYPE_WEB_VIDEO_TRACK, nullptr)));
  *self->state = std::move (state);
  return Ptr<GObject>::adopt (G_OBJECT (self));
}

/**
 * gst_web_video_track_get_id:
 * @self: the track
 *
 * Returns: what no other track of the media source has
 */
const gchar *
gst_web_video_track_get_id (GstWebVideoTrack *self)
{
  g_return_val_if_fail (GST_IS_WEB_VIDEO_TRACK (self), nullptr);
  return self->state->track->id.c_str ();
}

/**
 * gst_web_video_track_get_kind:
 * @self: the track
 *
 * Returns: what the track is for, as far as its byte stream says it: `main`,
 *     `translation` or the empty string
 */
const gchar *
gst_web_video_track_get_kind (GstWebVideoTrack *self)
{
  g_return_val_if_fail (GST_IS_WEB_VIDEO_TRACK (self), nullptr);
  return self->state->track->web_kind.c_str ();
}

/**
 * gst_web_video_track_get_label:
 * @self: the track
 *
 * Returns: the name of the track, or the empty string
 */
const gchar *
gst_web_video_track_get_label (GstWebVideoTrack *self)
{
  g_return_val_if_fail (GST_IS_WEB_VIDEO_TRACK (self), nullptr);
  return self->state->track->label.c_str ();
}

/**
 * gst_web_video_track_get_language:
 * @self: the track
 *
 * Returns: a BCP 47 language tag, or the empty string
 */
const gchar *
gst_web_video_track_get_language (GstWebVideoTrack *self)
{
  g_return_val_if_fail (GST_IS_WEB_VIDEO_TRACK (self), nullptr);
  return self->state->track->language.c_str ();
}

/**
 * gst_web_video_track_get_selected:
 * @self: the track
 *
 * Returns: whether the track plays
 */
gboolean
gst_web_video_track_get_selected (GstWebVideoTrack *self)
{
  g_return_val_if_fail (GST_IS_WEB_VIDEO_TRACK (self), FALSE);
  return self->state->track->selection != mse::TrackSelection::off;
}

/**
 * gst_web_video_track_set_selected:
 * @self: the track
 * @selected: whether the track is to play
 *
 * Of all video tracks of a media source one can be selected: that deselects the
 * others.
 * Emits `change` at the lists that the track is in. Where it becomes the only
 * one that plays of its source buffer, or was the only one, that one's place in
 * #GstWebMediaSource:active-source-buffers changes too.
 * https://html.spec.whatwg.org/multipage/media.html#dom-videotrack-selected
 */
void
gst_web_video_track_set_selected (GstWebVideoTrack *self, gboolean selected)
{
  g_return_if_fail (GST_IS_WEB_VIDEO_TRACK (self));
  mse::select_track (self->state->track,
      selected ? mse::TrackSelection::on : mse::TrackSelection::off);
}

/**
 * gst_web_video_track_get_source_buffer:
 * @self: the track
 *
 * https://www.w3.org/TR/media-source-2/#dom-videotrack-sourcebuffer
 *
 * Returns: (transfer full) (nullable): the source buffer that made the track;
 *     %NULL once it was removed from its media source
 */
GstWebSourceBuffer *
gst_web_video_track_get_source_buffer (GstWebVideoTrack *self)
{
  g_return_val_if_fail (GST_IS_WEB_VIDEO_TRACK (self), nullptr);
  return self->state->source_buffer ().release ();
}
