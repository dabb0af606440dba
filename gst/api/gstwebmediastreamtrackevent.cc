// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/error.hh"
#include "api/media-stream.hh"

using namespace webmedia;

/**
 * GstWebMediaStreamTrackEvent:
 *
 * What has happened to a track of a [class@MediaStream]: the web's
 * [MediaStreamTrackEvent](https://www.w3.org/TR/mediacapture-streams/#mediastreamtrackevent).
 * It does not change any more.
 */
struct _GstWebMediaStreamTrackEvent {
  GObject parent;
  gchar *type;
  GstWebMediaStreamTrack *track;
};

G_DEFINE_FINAL_TYPE (GstWebMediaStreamTrackEvent,
    gst_web_media_stream_track_event, G_TYPE_OBJECT)

enum { PROP_TYPE = 1, PROP_TRACK };

static void
gst_web_media_stream_track_event_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  auto self = GST_WEB_MEDIA_STREAM_TRACK_EVENT (object);
  switch (id) {
  case PROP_TYPE:
    g_value_set_string (value, self->type);
    break;
  case PROP_TRACK:
    g_value_set_object (value, self->track);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
}

static void
gst_web_media_stream_track_event_finalize (GObject *object)
{
  auto self = GST_WEB_MEDIA_STREAM_TRACK_EVENT (object);
  g_free (self->type);
  g_clear_object (&self->track);
  G_OBJECT_CLASS (gst_web_media_stream_track_event_parent_class)
      ->finalize (object);
}

static void
gst_web_media_stream_track_event_class_init (
    GstWebMediaStreamTrackEventClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  auto flags = GParamFlags (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  object_class->get_property = gst_web_media_stream_track_event_get_property;
  object_class->finalize = gst_web_media_stream_track_event_finalize;

  /**
   * GstWebMediaStreamTrackEvent:type: (getter get_event_type)
   *
   * The name of the event: `addtrack` or `removetrack`.
   */
  g_object_class_install_property (object_class, PROP_TYPE,
      g_param_spec_string ("type", "Type", "The name of the event", "", flags));
  /**
   * GstWebMediaStreamTrackEvent:track: (getter get_track)
   *
   * The track that was added or removed.
   */
  g_object_class_install_property (object_class, PROP_TRACK,
      g_param_spec_object ("track", "Track", "The track",
          GST_TYPE_WEB_MEDIA_STREAM_TRACK, flags));
}

static void
gst_web_media_stream_track_event_init (GstWebMediaStreamTrackEvent *self)
{}

Ptr<GstWebMediaStreamTrackEvent>
webmedia::make_track_event (const char *type, Ptr<GstWebMediaStreamTrack> track)
{
  auto self = Ptr<GstWebMediaStreamTrackEvent>::adopt (
      GST_WEB_MEDIA_STREAM_TRACK_EVENT (
          g_object_new (GST_TYPE_WEB_MEDIA_STREAM_TRACK_EVENT, nullptr)));
  self.get ()->type = g_strdup (type);
  self.get ()->track = track.release ();
  return self;
}

/**
 * gst_web_media_stream_track_event_new:
 * @type: the name of the event
 * @track: (nullable): the track
 * @error: %GST_WEB_ERROR_TYPE when @track is %NULL
 *
 * https://www.w3.org/TR/mediacapture-streams/#dom-mediastreamtrackevent-constructor
 *
 * Returns: (transfer full): an event that nobody emits
 */
GstWebMediaStreamTrackEvent *
gst_web_media_stream_track_event_new (
    const gchar *type, GstWebMediaStreamTrack *track, GError **error)
{
  g_return_val_if_fail (type != nullptr, nullptr);
  g_return_val_if_fail (
      !track || GST_IS_WEB_MEDIA_STREAM_TRACK (track), nullptr);
  if (!track) {
    set_error (error, make_error (ErrorCode::type,
                          "an event \"%s\" must have a track", type));
    return nullptr;
  }
  return make_track_event (type, Ptr<GstWebMediaStreamTrack>::share (track))
      .release ();
}

/**
 * gst_web_media_stream_track_event_get_event_type:
 * @self: the event
 *
 * Returns: the name of the event: `addtrack` or `removetrack`
 */
const gchar *
gst_web_media_stream_track_event_get_event_type (
    GstWebMediaStreamTrackEvent *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK_EVENT (self), nullptr);
  return self->type;
}

/**
 * gst_web_media_stream_track_event_get_track:
 * @self: the event
 *
 * Returns: (transfer none): the track; the same object each time
 */
GstWebMediaStreamTrack *
gst_web_media_stream_track_event_get_track (GstWebMediaStreamTrackEvent *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK_EVENT (self), nullptr);
  return self->track;
}
