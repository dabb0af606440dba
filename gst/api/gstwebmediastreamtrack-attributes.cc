// SPDX-License-Identifier: LGPL-2.1-or-later
// The attributes of GstWebMediaStreamTrack that are the engine's.
#include "api/media-stream.hh"
#include "devices/track-constraints.hh"

using namespace webmedia;

/**
 * GstWebMediaStreamTrackState:
 * @GST_WEB_MEDIA_STREAM_TRACK_STATE_LIVE: the source may give data.
 * @GST_WEB_MEDIA_STREAM_TRACK_STATE_ENDED: it gives none ever again.
 *
 * https://www.w3.org/TR/mediacapture-streams/#dom-mediastreamtrackstate
 */
GType
gst_web_media_stream_track_state_get_type (void)
{
  static const GEnumValue values[] = {
      {GST_WEB_MEDIA_STREAM_TRACK_STATE_LIVE,
          "GST_WEB_MEDIA_STREAM_TRACK_STATE_LIVE", "live"},
      {GST_WEB_MEDIA_STREAM_TRACK_STATE_ENDED,
          "GST_WEB_MEDIA_STREAM_TRACK_STATE_ENDED", "ended"},
      {},
  };
  static const GType type =
      g_enum_register_static ("GstWebMediaStreamTrackState", values);
  return type;
}

/**
 * gst_web_media_stream_track_get_kind:
 * @self: the track
 *
 * Returns: `audio` or `video`
 */
const gchar *
gst_web_media_stream_track_get_kind (GstWebMediaStreamTrack *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK (self), nullptr);
  return engine_of (self)->kind () == stream::Kind::audio ? "audio" : "video";
}

/**
 * gst_web_media_stream_track_get_id:
 * @self: the track
 *
 * Returns: what no other track has, not even a clone: a UUID
 */
const gchar *
gst_web_media_stream_track_get_id (GstWebMediaStreamTrack *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK (self), nullptr);
  return engine_of (self)->id.c_str ();
}

/**
 * gst_web_media_stream_track_get_label:
 * @self: the track
 *
 * Returns: the name of the source, or the empty string
 */
const gchar *
gst_web_media_stream_track_get_label (GstWebMediaStreamTrack *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK (self), nullptr);
  return engine_of (self)->source->label.c_str ();
}

/**
 * gst_web_media_stream_track_get_enabled:
 * @self: the track
 *
 * Returns: whether consumers get what the source gives, or silence and black
 *     pictures
 */
gboolean
gst_web_media_stream_track_get_enabled (GstWebMediaStreamTrack *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK (self), FALSE);
  return engine_of (self)->enabled ();
}

/**
 * gst_web_media_stream_track_set_enabled:
 * @self: the track
 * @enabled: whether consumers get what the source gives
 *
 * Acts on the next buffer, on this track alone: not on its clones. What comes
 * while it is %FALSE is black or silence for all consumers, however late they
 * take it; of what is encoded nothing comes then. After the track has ended it
 * is still what was set, with no effect.
 *
 * https://www.w3.org/TR/mediacapture-streams/#dom-mediastreamtrack-enabled
 */
void
gst_web_media_stream_track_set_enabled (
    GstWebMediaStreamTrack *self, gboolean enabled)
{
  g_return_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK (self));
  if (engine_of (self)->set_enabled (enabled != FALSE))
    g_object_notify (G_OBJECT (self), "enabled");
}

/**
 * gst_web_media_stream_track_get_muted:
 * @self: the track
 *
 * Whether the source gives nothing for now: it has stalled, or can't have what
 * it captures. Who consumes raw pictures gets a black one at that moment, and
 * no other until it goes on; a track of gst_web_capture_stream() keeps its last
 * picture. Who plays raw sound live gets silence for as long as nothing comes,
 * in buffers of 100 ms at most, by the clock of its own pipeline. Who has no
 * clock, who reads it, who consumes what is encoded, and who consumes it
 * lossless gets nothing. What a source gives while it is muted is black and
 * silent, for who reads it later, too.
 *
 * https://www.w3.org/TR/mediacapture-streams/#dom-mediastreamtrack-muted
 *
 * Returns: whether it is muted. It changes before the signals
 *     #GstWebMediaStreamTrack::mute and #GstWebMediaStreamTrack::unmute come
 */
gboolean
gst_web_media_stream_track_get_muted (GstWebMediaStreamTrack *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK (self), FALSE);
  return engine_of (self)->muted ();
}

/**
 * gst_web_media_stream_track_get_ready_state:
 * @self: the track
 *
 * Returns: whether the track has ended. It changes at once, and the signal
 *     #GstWebMediaStreamTrack::ended comes later
 */
GstWebMediaStreamTrackState
gst_web_media_stream_track_get_ready_state (GstWebMediaStreamTrack *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK (self),
      GST_WEB_MEDIA_STREAM_TRACK_STATE_ENDED);
  return GstWebMediaStreamTrackState (engine_of (self)->state ());
}

/**
 * gst_web_media_stream_track_get_content_hint:
 * @self: the track
 *
 * Returns: what the content is, or the empty string
 */
const gchar *
gst_web_media_stream_track_get_content_hint (GstWebMediaStreamTrack *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK (self), nullptr);
  return engine_of (self)->content_hint ();
}

/**
 * gst_web_media_stream_track_set_content_hint:
 * @self: the track
 * @hint: of sound, `speech`, `speech-recognition` or `music`; of pictures,
 *     `motion`, `detail` or `text`; or the empty string
 *
 * Tells who encodes the track what its content is. Any other word is ignored.
 *
 * Of a microphone it also says what is done to the sound, as far as constraints
 * leave that open: for `music` and `speech-recognition` echoes are not
 * cancelled, the gain is not controlled and noise is not suppressed; for
 * `speech` the first two are done, where the device and this library can. That
 * is so soon after this returns: #GstWebMediaStreamTrack::configurationchange
 * tells when settings have changed. It holds whenever constraints are applied,
 * until another hint says something else of the same setting, or the hint is
 * the empty string: then what is set stays until constraints are applied.
 *
 * https://www.w3.org/TR/mst-content-hint/#dom-mediastreamtrack-contenthint
 */
void
gst_web_media_stream_track_set_content_hint (
    GstWebMediaStreamTrack *self, const gchar *hint)
{
  g_return_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK (self));
  g_return_if_fail (hint != nullptr);
  if (devices::set_content_hint (*engine_of (self), hint))
    g_object_notify (G_OBJECT (self), "content-hint");
}
