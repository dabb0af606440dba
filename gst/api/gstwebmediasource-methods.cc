// SPDX-License-Identifier: LGPL-2.1-or-later
// The methods of GstWebMediaSource; its attributes are in
// gstwebmediasource.cc and gstwebmediasource-attributes.cc.
#include "api/mse.hh"

using namespace webmedia;

/**
 * gst_web_media_source_is_type_supported:
 * @type: a MIME type, with or without a `codecs` parameter
 *
 * https://www.w3.org/TR/media-source-2/#dom-mediasource-istypesupported
 *
 * Returns: whether gst_web_media_source_add_source_buffer() takes @type
 */
gboolean
gst_web_media_source_is_type_supported (const gchar *type)
{
  g_return_val_if_fail (type != nullptr, FALSE);
  return mse::is_type_supported (type);
}

/**
 * gst_web_media_source_can_construct_in_dedicated_worker:
 *
 * Returns: %TRUE: any thread can make a media source
 */
gboolean
gst_web_media_source_can_construct_in_dedicated_worker (void)
{
  return TRUE;
}

/**
 * gst_web_media_source_set_live_seekable_range:
 * @self: the media source
 * @start: nanoseconds
 * @end: nanoseconds
 * @error: %GST_WEB_ERROR_INVALID_STATE when the media source is not open,
 *     %GST_WEB_ERROR_TYPE when @end is before @start, or one of them is
 *     %GST_CLOCK_TIME_NONE or %GST_WEB_CLOCK_TIME_INFINITE
 *
 * Tells where a presentation of infinite duration can be sought in, beside what
 * is buffered: elements answer the seeking query with the two together.
 * https://www.w3.org/TR/media-source-2/#dom-mediasource-setliveseekablerange
 *
 * Returns: whether it was set
 */
gboolean
gst_web_media_source_set_live_seekable_range (GstWebMediaSource *self,
    GstClockTime start, GstClockTime end, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_SOURCE (self), FALSE);
  return check (engine_of (self)->set_live_seekable_range (
                    to_time (start), to_time (end)),
      error);
}

/**
 * gst_web_media_source_clear_live_seekable_range:
 * @self: the media source
 * @error: %GST_WEB_ERROR_INVALID_STATE when the media source is not open
 *
 * Forgets what gst_web_media_source_set_live_seekable_range() told.
 * https://www.w3.org/TR/media-source-2/#dom-mediasource-clearliveseekablerange
 *
 * Returns: whether it was cleared
 */
gboolean
gst_web_media_source_clear_live_seekable_range (
    GstWebMediaSource *self, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_SOURCE (self), FALSE);
  return check (engine_of (self)->clear_live_seekable_range (), error);
}

/**
 * gst_web_media_source_add_source_buffer:
 * @self: the media source
 * @type: a MIME type, best with a `codecs` parameter
 * @error: %GST_WEB_ERROR_TYPE when @type is empty, %GST_WEB_ERROR_NOT_SUPPORTED
 *     when it is not supported, %GST_WEB_ERROR_INVALID_STATE when the media
 *     source is not open
 *
 * https://www.w3.org/TR/media-source-2/#dom-mediasource-addsourcebuffer
 *
 * Returns: (transfer full): a new source buffer
 */
GstWebSourceBuffer *
gst_web_media_source_add_source_buffer (
    GstWebMediaSource *self, const gchar *type, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_SOURCE (self), nullptr);
  g_return_val_if_fail (type != nullptr, nullptr);
  const auto &objects = objects_of (self);
  Ptr<GstWebSourceBuffer> object;
  auto added = engine_of (self)->add_source_buffer (
      type, [&] (const auto &buffer) { object = objects->make (buffer); });
  if (check (added, error))
    return object.release ();
  if (object) // made, and then the media source was not open any more
    objects->forget ({engine_of (object.get ())});
  return nullptr;
}

/**
 * gst_web_media_source_remove_source_buffer:
 * @self: the media source
 * @source_buffer: one of its source buffers
 * @error: %GST_WEB_ERROR_NOT_FOUND when it is none of its source buffers
 *
 * Aborts what @source_buffer does and removes it with all its frames.
 * https://www.w3.org/TR/media-source-2/#dom-mediasource-removesourcebuffer
 *
 * Returns: whether it was removed
 */
gboolean
gst_web_media_source_remove_source_buffer (
    GstWebMediaSource *self, GstWebSourceBuffer *source_buffer, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_SOURCE (self), FALSE);
  g_return_val_if_fail (GST_IS_WEB_SOURCE_BUFFER (source_buffer), FALSE);
  return check (
      engine_of (self)->remove_source_buffer (engine_of (source_buffer)),
      error);
}

/**
 * gst_web_media_source_end_of_stream:
 * @self: the media source
 * @reason: %GST_WEB_END_OF_STREAM_ERROR_NONE when all was appended; else the
 *     element ends playback with an error message: %GST_RESOURCE_ERROR_READ or
 *     %GST_STREAM_ERROR_DECODE, and before there were metadata, whatever the
 *     reason, %GST_STREAM_ERROR_TYPE_NOT_FOUND, the web's
 *     `MEDIA_ERR_SRC_NOT_SUPPORTED`
 * @error: %GST_WEB_ERROR_INVALID_STATE when the media source is not open or a
 *     source buffer is updating; %GST_WEB_ERROR_DECODE when what was appended
 *     is not complete: the media source has ended then, and playback ends with
 *     that error
 *
 * Tells that nothing more will be appended. The element plays what is buffered
 * and then ends. Appending more opens the media source again.
 * https://www.w3.org/TR/media-source-2/#dom-mediasource-endofstream
 *
 * Returns: whether the media source has ended
 */
gboolean
gst_web_media_source_end_of_stream (
    GstWebMediaSource *self, GstWebEndOfStreamError reason, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_SOURCE (self), FALSE);
  return check (
      engine_of (self)->end_of_stream (mse::EndOfStreamError (reason)), error);
}

/**
 * gst_web_media_source_wait_open:
 * @self: the media source
 * @cancellable: (nullable): to end the wait
 * @error: %GST_WEB_ERROR_ABORT when cancelled, %GST_WEB_ERROR_INVALID_STATE
 *     when the element was detached again, also before this call
 *
 * Waits until an element is attached for the first time: `sourceopen` for
 * threads without a main loop. It does not wait for another one after that: the
 * thread whose source buffers went with the element shall hear of it. Events
 * are emitted as by gst_web_source_buffer_append_buffer_sync().
 *
 * Returns: whether the media source is open (or was, and has ended)
 */
gboolean
gst_web_media_source_wait_open (
    GstWebMediaSource *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_SOURCE (self), FALSE);
  TaskQueue::BlockingCall call (tasks_of (self));
  return check (wait_with_cancellable (*engine_of (self), cancellable,
                    [self] (const std::function<bool ()> &cancelled) {
                      return engine_of (self)->wait_open (cancelled);
                    }),
      error);
}
