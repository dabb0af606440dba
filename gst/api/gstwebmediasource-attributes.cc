// SPDX-License-Identifier: LGPL-2.1-or-later
// The attributes of GstWebMediaSource that are read from the engine.
#include "api/tracks.hh"

using namespace webmedia;

/**
 * GstWebReadyState:
 * @GST_WEB_READY_STATE_CLOSED: not attached to an element.
 * @GST_WEB_READY_STATE_OPEN: attached; ready for appends.
 * @GST_WEB_READY_STATE_ENDED: attached; endOfStream() was called.
 *
 * https://www.w3.org/TR/media-source-2/#dom-readystate
 */
GType
gst_web_ready_state_get_type (void)
{
  static const GEnumValue values[] = {
      {GST_WEB_READY_STATE_CLOSED, "GST_WEB_READY_STATE_CLOSED", "closed"},
      {GST_WEB_READY_STATE_OPEN, "GST_WEB_READY_STATE_OPEN", "open"},
      {GST_WEB_READY_STATE_ENDED, "GST_WEB_READY_STATE_ENDED", "ended"},
      {},
  };
  static const GType type = g_enum_register_static ("GstWebReadyState", values);
  return type;
}

/**
 * GstWebEndOfStreamError:
 * @GST_WEB_END_OF_STREAM_ERROR_NONE: all is appended.
 * @GST_WEB_END_OF_STREAM_ERROR_NETWORK: the rest could not be fetched.
 * @GST_WEB_END_OF_STREAM_ERROR_DECODE: the media is damaged.
 *
 * https://www.w3.org/TR/media-source-2/#dom-endofstreamerror
 */
GType
gst_web_end_of_stream_error_get_type (void)
{
  static const GEnumValue values[] = {
      {GST_WEB_END_OF_STREAM_ERROR_NONE, "GST_WEB_END_OF_STREAM_ERROR_NONE",
          "none"},
      {GST_WEB_END_OF_STREAM_ERROR_NETWORK,
          "GST_WEB_END_OF_STREAM_ERROR_NETWORK", "network"},
      {GST_WEB_END_OF_STREAM_ERROR_DECODE, "GST_WEB_END_OF_STREAM_ERROR_DECODE",
          "decode"},
      {},
  };
  static const GType type =
      g_enum_register_static ("GstWebEndOfStreamError", values);
  return type;
}

/**
 * gst_web_media_source_get_ready_state:
 * @self: the media source
 *
 * Returns: whether an element is attached, and more may come
 */
GstWebReadyState
gst_web_media_source_get_ready_state (GstWebMediaSource *self)
{
  g_return_val_if_fail (
      GST_IS_WEB_MEDIA_SOURCE (self), GST_WEB_READY_STATE_CLOSED);
  return GstWebReadyState (engine_of (self)->ready_state ());
}

/**
 * gst_web_media_source_get_duration:
 * @self: the media source
 *
 * Returns: nanoseconds; %GST_CLOCK_TIME_NONE where the web has NaN,
 *     %GST_WEB_CLOCK_TIME_INFINITE for a live presentation
 */
GstClockTime
gst_web_media_source_get_duration (GstWebMediaSource *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_SOURCE (self), GST_CLOCK_TIME_NONE);
  return from_time (engine_of (self)->duration ());
}

/**
 * gst_web_media_source_set_duration:
 * @self: the media source
 * @duration: nanoseconds, or %GST_WEB_CLOCK_TIME_INFINITE
 * @error: %GST_WEB_ERROR_TYPE when @duration is %GST_CLOCK_TIME_NONE,
 *     %GST_WEB_ERROR_INVALID_STATE when the media source is not open, a source
 *     buffer is updating, or frames are buffered that begin later
 *
 * https://www.w3.org/TR/media-source-2/#dom-mediasource-duration
 *
 * Returns: whether it was set; it may have become longer than @duration, to
 *     hold all of the last frame
 */
gboolean
gst_web_media_source_set_duration (
    GstWebMediaSource *self, GstClockTime duration, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_SOURCE (self), FALSE);
  return check (engine_of (self)->set_duration (to_time (duration)), error);
}

/**
 * gst_web_media_source_get_audio_tracks:
 * @self: the media source
 *
 * https://html.spec.whatwg.org/multipage/media.html#dom-media-audiotracks
 *
 * Returns: (transfer none): the audio tracks of all source buffers, in the
 * order in which they were added
 */
GstWebAudioTrackList *
gst_web_media_source_get_audio_tracks (GstWebMediaSource *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_SOURCE (self), nullptr);
  return GST_WEB_AUDIO_TRACK_LIST (track_lists_of (self).audio.get ());
}

/**
 * gst_web_media_source_get_video_tracks:
 * @self: the media source
 *
 * https://html.spec.whatwg.org/multipage/media.html#dom-media-videotracks
 *
 * Returns: (transfer none): the video tracks of all source buffers, in the
 * order in which they were added
 */
GstWebVideoTrackList *
gst_web_media_source_get_video_tracks (GstWebMediaSource *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_SOURCE (self), nullptr);
  return GST_WEB_VIDEO_TRACK_LIST (track_lists_of (self).video.get ());
}

/**
 * gst_web_media_source_get_text_tracks:
 * @self: the media source
 *
 * https://html.spec.whatwg.org/multipage/media.html#dom-media-texttracks
 *
 * Returns: (transfer none): the text tracks of all source buffers, in the order
 *     in which they were added
 */
GstWebTextTrackList *
gst_web_media_source_get_text_tracks (GstWebMediaSource *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_SOURCE (self), nullptr);
  return GST_WEB_TEXT_TRACK_LIST (track_lists_of (self).text.get ());
}
