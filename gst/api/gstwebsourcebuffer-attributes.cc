// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/tracks.hh"

using namespace webmedia;

/**
 * GstWebAppendMode:
 * @GST_WEB_APPEND_MODE_SEGMENTS: media goes where its timestamps say.
 * @GST_WEB_APPEND_MODE_SEQUENCE: media segments follow each other in the order
 *     in which they are appended.
 *
 * https://www.w3.org/TR/media-source-2/#dom-appendmode
 */
GType
gst_web_append_mode_get_type (void)
{
  static const GEnumValue values[] = {
      {GST_WEB_APPEND_MODE_SEGMENTS, "GST_WEB_APPEND_MODE_SEGMENTS",
          "segments"},
      {GST_WEB_APPEND_MODE_SEQUENCE, "GST_WEB_APPEND_MODE_SEQUENCE",
          "sequence"},
      {},
  };
  static const GType type = g_enum_register_static ("GstWebAppendMode", values);
  return type;
}

/**
 * gst_web_source_buffer_get_mode:
 * @self: the source buffer
 *
 * Returns: how media segments are placed in time
 */
GstWebAppendMode
gst_web_source_buffer_get_mode (GstWebSourceBuffer *self)
{
  g_return_val_if_fail (
      GST_IS_WEB_SOURCE_BUFFER (self), GST_WEB_APPEND_MODE_SEGMENTS);
  return GstWebAppendMode (engine_of (self)->mode ());
}

/**
 * gst_web_source_buffer_set_mode:
 * @self: the source buffer
 * @mode: how media segments that are appended from now on are placed in time
 * @error: %GST_WEB_ERROR_INVALID_STATE when it was removed, is updating, or the
 *     last append ended inside a media segment, %GST_WEB_ERROR_TYPE when the
 *     byte stream has no timestamps of its own, as MPEG audio, and @mode is
 *     %GST_WEB_APPEND_MODE_SEGMENTS
 *
 * Where @mode is %GST_WEB_APPEND_MODE_SEQUENCE the next media segment follows
 * what was appended last, and #GstWebSourceBuffer:timestamp-offset tells by how
 * much it was moved. A media source that has ended opens again.
 * https://www.w3.org/TR/media-source-2/#dom-sourcebuffer-mode
 *
 * Returns: whether it was set
 */
gboolean
gst_web_source_buffer_set_mode (
    GstWebSourceBuffer *self, GstWebAppendMode mode, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_SOURCE_BUFFER (self), FALSE);
  g_return_val_if_fail (mode == GST_WEB_APPEND_MODE_SEGMENTS
                            || mode == GST_WEB_APPEND_MODE_SEQUENCE,
      FALSE);
  return check (
      engine_of (self)->set_mode (mse::AppendMode (int (mode))), error);
}

/**
 * gst_web_source_buffer_get_updating:
 * @self: the source buffer
 *
 * Returns: whether an append or a removal runs
 */
gboolean
gst_web_source_buffer_get_updating (GstWebSourceBuffer *self)
{
  g_return_val_if_fail (GST_IS_WEB_SOURCE_BUFFER (self), FALSE);
  return engine_of (self)->updating ();
}

/**
 * gst_web_source_buffer_get_buffered:
 * @self: the source buffer
 * @error: %GST_WEB_ERROR_INVALID_STATE when it was removed
 *
 * The times of which all tracks have frames. It is final before `updateend` is
 * emitted. https://www.w3.org/TR/media-source-2/#dom-sourcebuffer-buffered
 *
 * Returns: (transfer full): the ranges
 */
GstWebTimeRanges *
gst_web_source_buffer_get_buffered (GstWebSourceBuffer *self, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_SOURCE_BUFFER (self), nullptr);
  auto ranges = engine_of (self)->buffered ();
  return check (ranges, error) ? wrap_time_ranges (*ranges) : nullptr;
}

/**
 * gst_web_source_buffer_get_timestamp_offset:
 * @self: the source buffer
 *
 * Returns: what is added to timestamps, in nanoseconds
 */
GstClockTimeDiff
gst_web_source_buffer_get_timestamp_offset (GstWebSourceBuffer *self)
{
  g_return_val_if_fail (GST_IS_WEB_SOURCE_BUFFER (self), 0);
  return engine_of (self)->timestamp_offset ();
}

/**
 * gst_web_source_buffer_set_timestamp_offset:
 * @self: the source buffer
 * @offset: nanoseconds, negative ones too
 * @error: %GST_WEB_ERROR_INVALID_STATE when it was removed, is updating, or
 *     the last append ended inside a media segment
 *
 * Media that is appended from now on is moved by @offset.
 * https://www.w3.org/TR/media-source-2/#dom-sourcebuffer-timestampoffset
 *
 * Returns: whether it was set
 */
gboolean
gst_web_source_buffer_set_timestamp_offset (
    GstWebSourceBuffer *self, GstClockTimeDiff offset, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_SOURCE_BUFFER (self), FALSE);
  return check (engine_of (self)->set_timestamp_offset (offset), error);
}

/**
 * gst_web_source_buffer_get_append_window_start:
 * @self: the source buffer
 *
 * Returns: the start of the append window, in nanoseconds
 */
GstClockTime
gst_web_source_buffer_get_append_window_start (GstWebSourceBuffer *self)
{
  g_return_val_if_fail (GST_IS_WEB_SOURCE_BUFFER (self), 0);
  return from_time (engine_of (self)->append_window_start ());
}

/**
 * gst_web_source_buffer_set_append_window_start:
 * @self: the source buffer
 * @start: nanoseconds
 * @error: %GST_WEB_ERROR_INVALID_STATE when it was removed or is updating,
 *     %GST_WEB_ERROR_TYPE when @start is not before the window's end
 *
 * Frames that begin before @start, among those appended from now on, are
 * dropped. Of sound, the part from @start on is kept: where playback has an
 * `audiosplice` behind the decoder, it is heard from there, to the sample.
 *
 * Returns: whether it was set
 */
gboolean
gst_web_source_buffer_set_append_window_start (
    GstWebSourceBuffer *self, GstClockTime start, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_SOURCE_BUFFER (self), FALSE);
  return check (
      engine_of (self)->set_append_window_start (to_time (start)), error);
}

/**
 * gst_web_source_buffer_get_append_window_end:
 * @self: the source buffer
 *
 * Returns: the end of the append window, in nanoseconds, or
 *     %GST_WEB_CLOCK_TIME_INFINITE
 */
GstClockTime
gst_web_source_buffer_get_append_window_end (GstWebSourceBuffer *self)
{
  g_return_val_if_fail (GST_IS_WEB_SOURCE_BUFFER (self), 0);
  return from_time (engine_of (self)->append_window_end ());
}

/**
 * gst_web_source_buffer_set_append_window_end:
 * @self: the source buffer
 * @end: nanoseconds, or %GST_WEB_CLOCK_TIME_INFINITE
 * @error: %GST_WEB_ERROR_INVALID_STATE when it was removed or is updating,
 *     %GST_WEB_ERROR_TYPE when @end is not after the window's start
 *
 * Frames that end after @end, among those appended from now on, are dropped. Of
 * sound, the part up to @end is kept: where playback has an `audiosplice`
 * behind the decoder, it is heard up to there, to the sample. What is appended
 * to begin at @end follows without a gap.
 *
 * Returns: whether it was set
 */
gboolean
gst_web_source_buffer_set_append_window_end (
    GstWebSourceBuffer *self, GstClockTime end, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_SOURCE_BUFFER (self), FALSE);
  return check (engine_of (self)->set_append_window_end (to_time (end)), error);
}

/**
 * gst_web_source_buffer_get_quota:
 * @self: the source buffer
 *
 * Returns: how many bytes may be stored
 */
guint64
gst_web_source_buffer_get_quota (GstWebSourceBuffer *self)
{
  g_return_val_if_fail (GST_IS_WEB_SOURCE_BUFFER (self), 0);
  return engine_of (self)->quota ();
}

/**
 * gst_web_source_buffer_set_quota:
 * @self: the source buffer
 * @bytes: how many bytes may be stored
 *
 * An append that would exceed it first evicts coded frames: what lies behind
 * the playhead, then what lies far ahead of it. It fails with
 * %GST_WEB_ERROR_QUOTA_EXCEEDED where that does not make enough room. A smaller
 * quota than what is stored counts from the next append on.
 *
 * The default is that of browsers: 150 MiB, or 12 MiB where the type is one of
 * audio. The web has no such attribute.
 */
void
gst_web_source_buffer_set_quota (GstWebSourceBuffer *self, guint64 bytes)
{
  g_return_if_fail (GST_IS_WEB_SOURCE_BUFFER (self));
  engine_of (self)->set_quota (bytes);
  g_object_notify (G_OBJECT (self), "quota");
}

/**
 * gst_web_source_buffer_get_stored_bytes:
 * @self: the source buffer
 *
 * Returns: how many bytes are stored: all of the appended memory that any
 *     stored frame lies in. The web has no such attribute.
 */
guint64
gst_web_source_buffer_get_stored_bytes (GstWebSourceBuffer *self)
{
  g_return_val_if_fail (GST_IS_WEB_SOURCE_BUFFER (self), 0);
  return engine_of (self)->memory ();
}

/**
 * gst_web_source_buffer_get_audio_tracks:
 * @self: the source buffer
 *
 * https://www.w3.org/TR/media-source-2/#dom-sourcebuffer-audiotracks
 *
 * Returns: (transfer none): the audio tracks that the first initialization
 *     segment has told of; none once the source buffer was removed
 */
GstWebAudioTrackList *
gst_web_source_buffer_get_audio_tracks (GstWebSourceBuffer *self)
{
  g_return_val_if_fail (GST_IS_WEB_SOURCE_BUFFER (self), nullptr);
  return GST_WEB_AUDIO_TRACK_LIST (track_lists_of (self).audio.get ());
}

/**
 * gst_web_source_buffer_get_video_tracks:
 * @self: the source buffer
 *
 * https://www.w3.org/TR/media-source-2/#dom-sourcebuffer-videotracks
 *
 * Returns: (transfer none): the video tracks that the first initialization
 *     segment has told of; none once the source buffer was removed
 */
GstWebVideoTrackList *
gst_web_source_buffer_get_video_tracks (GstWebSourceBuffer *self)
{
  g_return_val_if_fail (GST_IS_WEB_SOURCE_BUFFER (self), nullptr);
  return GST_WEB_VIDEO_TRACK_LIST (track_lists_of (self).video.get ());
}

/**
 * gst_web_source_buffer_get_text_tracks:
 * @self: the source buffer
 *
 * https://www.w3.org/TR/media-source-2/#dom-sourcebuffer-texttracks
 *
 * Returns: (transfer none): the text tracks that the first initialization
 *     segment has told of; none once the source buffer was removed
 */
GstWebTextTrackList *
gst_web_source_buffer_get_text_tracks (GstWebSourceBuffer *self)
{
  g_return_val_if_fail (GST_IS_WEB_SOURCE_BUFFER (self), nullptr);
  return GST_WEB_TEXT_TRACK_LIST (track_lists_of (self).text.get ());
}
