// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/mse.hh"

using namespace webmedia;

/**
 * GstWebManagedSourceBuffer:
 *
 * A source buffer that may lose frames at any time, and says so: the web's
 * [ManagedSourceBuffer](https://www.w3.org/TR/media-source-2/#managedsourcebuffer).
 * Made by gst_web_media_source_add_source_buffer() of a
 * [class@ManagedMediaSource].
 */
struct _GstWebManagedSourceBuffer {
  GstWebSourceBuffer parent;
};

G_DEFINE_FINAL_TYPE (GstWebManagedSourceBuffer, gst_web_managed_source_buffer,
    GST_TYPE_WEB_SOURCE_BUFFER)

static guint bufferedchange;

static void
gst_web_managed_source_buffer_class_init (GstWebManagedSourceBufferClass *klass)
{
  /**
   * GstWebManagedSourceBuffer::bufferedchange:
   * @self: the source buffer
   * @event: what has changed
   *
   * An append, a removal, the end of the stream or a memory cleanup has changed
   * what is buffered. It comes after their own events.
   */
  bufferedchange = g_signal_new ("bufferedchange", G_TYPE_FROM_CLASS (klass),
      G_SIGNAL_RUN_LAST, 0, nullptr, nullptr, nullptr, G_TYPE_NONE, 1,
      GST_TYPE_WEB_BUFFERED_CHANGE_EVENT);
}

static void
gst_web_managed_source_buffer_init (GstWebManagedSourceBuffer *self)
{}

void
webmedia::emit_buffered_change (
    GstWebSourceBuffer *self, const mse::BufferedChange &change)
{
  auto event = wrap_buffered_change (change);
  g_signal_emit (self, bufferedchange, 0, event.get ());
}
