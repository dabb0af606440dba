// SPDX-License-Identifier: LGPL-2.1-or-later
// The methods of GstWebSourceBuffer; its attributes are in
// gstwebsourcebuffer-attributes.cc.
#include "api/mse.hh"

using namespace webmedia;

/**
 * gst_web_source_buffer_append_buffer:
 * @self: the source buffer
 * @data: any part of a byte stream, split anywhere; its memory is shared and
 *     must not be written to afterwards
 * @error: %GST_WEB_ERROR_INVALID_STATE when it was removed or is updating,
 *     %GST_WEB_ERROR_QUOTA_EXCEEDED when there is no room
 *
 * Appends @data on another thread. `updateend` tells when it is done; before
 * it, `update` that it went well, or `error` that it did not.
 * https://www.w3.org/TR/media-source-2/#dom-sourcebuffer-appendbuffer
 *
 * Returns: whether the append has begun
 */
gboolean
gst_web_source_buffer_append_buffer (
    GstWebSourceBuffer *self, GstBuffer *data, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_SOURCE_BUFFER (self), FALSE);
  g_return_val_if_fail (GST_IS_BUFFER (data), FALSE);
  return check (engine_of (self)->append_buffer (data, false), error);
}

/**
 * gst_web_source_buffer_append_buffer_sync:
 * @self: the source buffer
 * @data: any part of a byte stream, split anywhere; its memory is shared and
 *     must not be written to afterwards
 * @error: as of gst_web_source_buffer_append_buffer();
 *     %GST_WEB_ERROR_DECODE when the bytes are wrong,
 *     %GST_WEB_ERROR_ABORT when another thread aborted the append
 *
 * Appends @data on the calling thread, and returns when it is stored. Where the
 * calling thread owns, or can acquire, the main context of the media source,
 * all its events have been emitted by then; elsewhere that context emits them.
 *
 * Returns: whether @data was appended
 */
gboolean
gst_web_source_buffer_append_buffer_sync (
    GstWebSourceBuffer *self, GstBuffer *data, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_SOURCE_BUFFER (self), FALSE);
  g_return_val_if_fail (GST_IS_BUFFER (data), FALSE);
  TaskQueue::BlockingCall call (tasks_of (self));
  return check (engine_of (self)->append_buffer (data, true), error);
}

/**
 * gst_web_source_buffer_remove:
 * @self: the source buffer
 * @start: nanoseconds, at most the duration
 * @end: nanoseconds, or %GST_WEB_CLOCK_TIME_INFINITE
 * @error: %GST_WEB_ERROR_INVALID_STATE when it was removed or is updating,
 *     %GST_WEB_ERROR_TYPE when the times make no range, or no duration is known
 *
 * Removes frames from @start to the first random access point at or after @end,
 * on another thread. `updateend` tells when it is done.
 * https://www.w3.org/TR/media-source-2/#dom-sourcebuffer-remove
 *
 * Returns: whether the removal has begun
 */
gboolean
gst_web_source_buffer_remove (GstWebSourceBuffer *self, GstClockTime start,
    GstClockTime end, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_SOURCE_BUFFER (self), FALSE);
  return check (
      engine_of (self)->remove (to_time (start), to_time (end), false), error);
}

/**
 * gst_web_source_buffer_remove_sync:
 * @self: the source buffer
 * @start: as of gst_web_source_buffer_remove()
 * @end: as of gst_web_source_buffer_remove()
 * @error: as of gst_web_source_buffer_remove()
 *
 * gst_web_source_buffer_remove() on the calling thread: returns when the frames
 * are gone. Events are emitted as by
 * gst_web_source_buffer_append_buffer_sync().
 *
 * Returns: whether the frames were removed
 */
gboolean
gst_web_source_buffer_remove_sync (GstWebSourceBuffer *self, GstClockTime start,
    GstClockTime end, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_SOURCE_BUFFER (self), FALSE);
  TaskQueue::BlockingCall call (tasks_of (self));
  return check (
      engine_of (self)->remove (to_time (start), to_time (end), true), error);
}

/**
 * gst_web_source_buffer_abort:
 * @self: the source buffer
 * @error: %GST_WEB_ERROR_INVALID_STATE when it was removed, the media source is
 *     not open, or a removal runs
 *
 * Ends a running append, forgets a segment that is half appended, and resets
 * the append window.
 * https://www.w3.org/TR/media-source-2/#dom-sourcebuffer-abort
 *
 * Returns: whether it is done
 */
gboolean
gst_web_source_buffer_abort (GstWebSourceBuffer *self, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_SOURCE_BUFFER (self), FALSE);
  return check (engine_of (self)->abort (), error);
}

/**
 * gst_web_source_buffer_change_type:
 * @self: the source buffer
 * @type: a MIME type, best with a `codecs` parameter
 * @error: %GST_WEB_ERROR_TYPE when @type is empty, %GST_WEB_ERROR_NOT_SUPPORTED
 *     when it is not supported, %GST_WEB_ERROR_INVALID_STATE when the source
 *     buffer was removed or is updating
 *
 * Bytes that are appended from now on are of @type: they begin with an
 * initialization segment, that has as many tracks of each kind as the first one
 * had. What is stored stays and plays; the caps change where the new frames
 * begin. A segment that is half appended is forgotten, and a media source that
 * has ended opens again. Where the new byte stream has no timestamps,
 * #GstWebSourceBuffer:mode becomes %GST_WEB_APPEND_MODE_SEQUENCE.
 * #GstWebSourceBuffer:quota becomes the default of @type, unless it was set.
 *
 * A change of codec inside one byte stream format needs this only where the
 * type that was given last names codecs, and not the new one.
 * https://www.w3.org/TR/media-source-2/#dom-sourcebuffer-changetype
 *
 * Returns: whether the type was changed
 */
gboolean
gst_web_source_buffer_change_type (
    GstWebSourceBuffer *self, const gchar *type, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_SOURCE_BUFFER (self), FALSE);
  g_return_val_if_fail (type != nullptr, FALSE);
  auto &engine = engine_of (self);
  guint64 quota = engine->quota ();
  if (!check (engine->change_type (type), error))
    return FALSE;
  if (engine->quota () != quota)
    g_object_notify (G_OBJECT (self), "quota");
  return TRUE;
}
