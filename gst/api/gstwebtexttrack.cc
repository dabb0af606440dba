// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/tracks.hh"

#include <gst/webmedia/gstwebtexttrack.h>

using namespace webmedia;

/**
 * GstWebTextTrack:
 *
 * A track of subtitles and the like of a #GstWebSourceBuffer: the web's
 * [TextTrack](https://html.spec.whatwg.org/multipage/media.html#texttrack).
 * Its first initialization segment tells what tracks a source buffer has.
 *
 * What plays of them rules #GstWebMediaSource:active-source-buffers, and with
 * it what counts as buffered. Elements have pads for all tracks: what is linked
 * is up to the application.
 *
 * All methods can be called from any thread.
 */
struct _GstWebTextTrack {
  GstObject parent;
  TrackState *state;
};

G_DEFINE_FINAL_TYPE (GstWebTextTrack, gst_web_text_track, GST_TYPE_OBJECT)

/**
 * GstWebTextTrackKind:
 * @GST_WEB_TEXT_TRACK_KIND_SUBTITLES: what is said, translated or not.
 * @GST_WEB_TEXT_TRACK_KIND_CAPTIONS: what is to be heard, for those who can't.
 * @GST_WEB_TEXT_TRACK_KIND_DESCRIPTIONS: what is to be seen, to be spoken.
 * @GST_WEB_TEXT_TRACK_KIND_CHAPTERS: titles of chapters, for navigation.
 * @GST_WEB_TEXT_TRACK_KIND_METADATA: for programs.
 *
 * https://html.spec.whatwg.org/multipage/media.html#texttrackkind
 */
GType
gst_web_text_track_kind_get_type (void)
{
  static const GEnumValue values[] = {
      {GST_WEB_TEXT_TRACK_KIND_SUBTITLES, "GST_WEB_TEXT_TRACK_KIND_SUBTITLES",
          "subtitles"},
      {GST_WEB_TEXT_TRACK_KIND_CAPTIONS, "GST_WEB_TEXT_TRACK_KIND_CAPTIONS",
          "captions"},
      {GST_WEB_TEXT_TRACK_KIND_DESCRIPTIONS,
          "GST_WEB_TEXT_TRACK_KIND_DESCRIPTIONS", "descriptions"},
      {GST_WEB_TEXT_TRACK_KIND_CHAPTERS, "GST_WEB_TEXT_TRACK_KIND_CHAPTERS",
          "chapters"},
      {GST_WEB_TEXT_TRACK_KIND_METADATA, "GST_WEB_TEXT_TRACK_KIND_METADATA",
          "metadata"},
      {},
  };
  static const GType type =
      g_enum_register_static ("GstWebTextTrackKind", values);
  return type;
}

/**
 * GstWebTextTrackMode:
 * @GST_WEB_TEXT_TRACK_MODE_DISABLED: as if it was not there.
 * @GST_WEB_TEXT_TRACK_MODE_HIDDEN: read, but not shown.
 * @GST_WEB_TEXT_TRACK_MODE_SHOWING: read and shown.
 *
 * https://html.spec.whatwg.org/multipage/media.html#texttrackmode
 */
GType
gst_web_text_track_mode_get_type (void)
{
  static const GEnumValue values[] = {
      {GST_WEB_TEXT_TRACK_MODE_DISABLED, "GST_WEB_TEXT_TRACK_MODE_DISABLED",
          "disabled"},
      {GST_WEB_TEXT_TRACK_MODE_HIDDEN, "GST_WEB_TEXT_TRACK_MODE_HIDDEN",
          "hidden"},
      {GST_WEB_TEXT_TRACK_MODE_SHOWING, "GST_WEB_TEXT_TRACK_MODE_SHOWING",
          "showing"},
      {},
  };
  static const GType type =
      g_enum_register_static ("GstWebTextTrackMode", values);
  return type;
}

static_assert (
    GST_WEB_TEXT_TRACK_MODE_DISABLED == int (mse::TrackSelection::off)
    && GST_WEB_TEXT_TRACK_MODE_HIDDEN == int (mse::TrackSelection::hidden)
    && GST_WEB_TEXT_TRACK_MODE_SHOWING == int (mse::TrackSelection::on));

static void
gst_web_text_track_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  auto self = GST_WEB_TEXT_TRACK (object);
  switch (id) {
  case TRACK_PROPERTY_KIND:
    g_value_set_enum (value, gst_web_text_track_get_kind (self));
    break;
  case TRACK_PROPERTY_PLAYS:
    g_value_set_enum (value, gst_web_text_track_get_mode (self));
    break;
  default:
    get_track_property (object, *self->state, id, value, pspec);
  }
}

static void
gst_web_text_track_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  auto self = GST_WEB_TEXT_TRACK (object);
  if (id == TRACK_PROPERTY_PLAYS)
    gst_web_text_track_set_mode (
        self, GstWebTextTrackMode (g_value_get_enum (value)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gst_web_text_track_finalize (GObject *object)
{
  delete GST_WEB_TEXT_TRACK (object)->state;
  G_OBJECT_CLASS (gst_web_text_track_parent_class)->finalize (object);
}

static void
gst_web_text_track_class_init (GstWebTextTrackClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  object_class->get_property = gst_web_text_track_get_property;
  object_class->set_property = gst_web_text_track_set_property;
  object_class->finalize = gst_web_text_track_finalize;

  /**
   * GstWebTextTrack:id: (getter get_id)
   *
   * What no other track of the media source has.
   */
  /**
   * GstWebTextTrack:label: (getter get_label)
   *
   * The name of the track, or the empty string.
   */
  /**
   * GstWebTextTrack:language: (getter get_language)
   *
   * A BCP 47 language tag, or the empty string.
   */
  /**
   * GstWebTextTrack:source-buffer: (getter get_source_buffer)
   *
   * The source buffer that made the track; %NULL once it was removed.
   */
  install_track_properties (object_class);
  /**
   * GstWebTextTrack:kind: (getter get_kind)
   *
   * What the track is for.
   */
  g_object_class_install_property (object_class, TRACK_PROPERTY_KIND,
      g_param_spec_enum ("kind", "Kind", "What the track is for",
          GST_TYPE_WEB_TEXT_TRACK_KIND, GST_WEB_TEXT_TRACK_KIND_SUBTITLES,
          kReadOnly));
  /**
   * GstWebTextTrack:mode: (getter get_mode) (setter set_mode)
   *
   * Whether the track is shown, or read without being shown.
   */
  g_object_class_install_property (object_class, TRACK_PROPERTY_PLAYS,
      g_param_spec_enum ("mode", "Mode", "Whether the track is shown",
          GST_TYPE_WEB_TEXT_TRACK_MODE, GST_WEB_TEXT_TRACK_MODE_DISABLED,
          GParamFlags (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS)));
}

// One that no source buffer made is like one whose source buffer was removed.
static void
gst_web_text_track_init (GstWebTextTrack *self)
{
  self->state = new TrackState (mse::TrackKind::text);
}

Ptr<GObject>
webmedia::wrap_text_track (TrackState state)
{
  auto self = GST_WEB_TEXT_TRACK (
      gst_object_ref_sink (g_object_new (GST_TYPE_WEB_TEXT_TRACK, nullptr)));
  *self->state = std::move (state);
  return Ptr<GObject>::adopt (G_OBJECT (self));
}

/**
 * gst_web_text_track_get_id:
 * @self: the track
 *
 * Returns: what no other track of the media source has
 */
const gchar *
gst_web_text_track_get_id (GstWebTextTrack *self)
{
  g_return_val_if_fail (GST_IS_WEB_TEXT_TRACK (self), nullptr);
  return self->state->track->id.c_str ();
}

/**
 * gst_web_text_track_get_kind:
 * @self: the track
 *
 * Returns: what the track is for; %GST_WEB_TEXT_TRACK_KIND_SUBTITLES, as no
 * byte stream format here says more
 */
GstWebTextTrackKind
gst_web_text_track_get_kind (GstWebTextTrack *self)
{
  g_return_val_if_fail (
      GST_IS_WEB_TEXT_TRACK (self), GST_WEB_TEXT_TRACK_KIND_SUBTITLES);
  return GST_WEB_TEXT_TRACK_KIND_SUBTITLES;
}

/**
 * gst_web_text_track_get_label:
 * @self: the track
 *
 * Returns: the name of the track, or the empty string
 */
const gchar *
gst_web_text_track_get_label (GstWebTextTrack *self)
{
  g_return_val_if_fail (GST_IS_WEB_TEXT_TRACK (self), nullptr);
  return self->state->track->label.c_str ();
}

/**
 * gst_web_text_track_get_language:
 * @self: the track
 *
 * Returns: a BCP 47 language tag, or the empty string
 */
const gchar *
gst_web_text_track_get_language (GstWebTextTrack *self)
{
  g_return_val_if_fail (GST_IS_WEB_TEXT_TRACK (self), nullptr);
  return self->state->track->language.c_str ();
}

/**
 * gst_web_text_track_get_mode:
 * @self: the track
 *
 * Returns: whether the track is shown
 */
GstWebTextTrackMode
gst_web_text_track_get_mode (GstWebTextTrack *self)
{
  g_return_val_if_fail (
      GST_IS_WEB_TEXT_TRACK (self), GST_WEB_TEXT_TRACK_MODE_DISABLED);
  return GstWebTextTrackMode (self->state->track->selection.load ());
}

/**
 * gst_web_text_track_set_mode:
 * @self: the track
 * @mode: whether the track is to be shown
 *
 * Emits `change` at the lists that the track is in. Where it becomes the only
 * one that plays of its source buffer, or was the only one, that one's place in
 * #GstWebMediaSource:active-source-buffers changes too.
 * https://html.spec.whatwg.org/multipage/media.html#dom-texttrack-mode
 */
void
gst_web_text_track_set_mode (GstWebTextTrack *self, GstWebTextTrackMode mode)
{
  g_return_if_fail (GST_IS_WEB_TEXT_TRACK (self));
  g_return_if_fail (mode >= GST_WEB_TEXT_TRACK_MODE_DISABLED
                    && mode <= GST_WEB_TEXT_TRACK_MODE_SHOWING);
  mse::select_track (self->state->track, mse::TrackSelection (int (mode)));
}

/**
 * gst_web_text_track_get_source_buffer:
 * @self: the track
 *
 * https://www.w3.org/TR/media-source-2/#dom-texttrack-sourcebuffer
 *
 * Returns: (transfer full) (nullable): the source buffer that made the track;
 *     %NULL once it was removed from its media source
 */
GstWebSourceBuffer *
gst_web_text_track_get_source_buffer (GstWebTextTrack *self)
{
  g_return_val_if_fail (GST_IS_WEB_TEXT_TRACK (self), nullptr);
  return self->state->source_buffer ().release ();
}
