// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/worker.hh"

#include <semaphore>
#include <utility>

namespace webmedia::test {

// Worker

Worker::Worker ()
{
  GstWebMessageChannel *channel = gst_web_message_channel_new ();
  port_ = gst_web_message_channel_get_port2 (channel);
  thread_ = g_thread_new (
      "worker",
      [] (gpointer self) -> gpointer {
        static_cast<Worker *> (self)->live ();
        return nullptr;
      },
      this);
  GstWebMessageEvent *event = gst_web_message_port_receive (
      gst_web_message_channel_get_port1 (channel), nullptr, nullptr);
  fail_unless (event != nullptr);
  GPtrArray *transferred = gst_web_message_event_get_transferred (event);
  handle_ = GST_WEB_MEDIA_SOURCE_HANDLE (g_object_ref (transferred->pdata[0]));
  gst_object_unref (event);
  gst_object_unref (channel);
}

Worker::~Worker ()
{
  terminate ();
  gst_object_unref (handle_);
}

void
Worker::terminate ()
{
  if (!thread_)
    return;
  run ([this] { g_main_loop_quit (loop_); });
  g_thread_join (std::exchange (thread_, nullptr));
}

void
Worker::run (const std::function<void ()> &work)
{
  struct Call {
    const std::function<void ()> &work;
    std::binary_semaphore done{0};
  } call{work};
  GSource *idle = g_idle_source_new ();
  g_source_set_priority (idle, G_PRIORITY_LOW);
  g_source_set_callback (
      idle,
      [] (gpointer data) -> gboolean {
        auto self = static_cast<Call *> (data);
        self->work ();
        self->done.release ();
        return G_SOURCE_REMOVE;
      },
      &call, nullptr);
  g_source_attach (idle, context_);
  g_source_unref (idle);
  call.done.acquire ();
}

std::string
Worker::take_events ()
{
  std::string events;
  run ([&] { events = std::exchange (events_, ""); });
  return events;
}

void
Worker::expect_events (const char *expected)
{
  fail_unless_equals_string (take_events ().c_str (), expected);
}

GstWebSourceBuffer *
Worker::add_file (const char *type, const Bytes &bytes)
{
  GstWebSourceBuffer *buffer = nullptr;
  run ([&] {
    buffer = add (type);
    append (buffer, bytes);
  });
  return buffer;
}

GstWebSourceBuffer *
Worker::add (const char *type)
{
  GError *error = nullptr;
  auto buffer = gst_web_media_source_add_source_buffer (source_, type, &error);
  g_assert_no_error (error);
  buffers_.push_back (buffer);
  for (const char *name : {"abort", "update", "updateend"})
    connect (buffer, name, name);
  connect_list (gst_web_source_buffer_get_audio_tracks (buffer), "buffer.");
  connect_list (gst_web_source_buffer_get_video_tracks (buffer), "buffer.");
  connect_list (gst_web_source_buffer_get_text_tracks (buffer), "buffer.");
  return buffer;
}

void
Worker::append (GstWebSourceBuffer *buffer, const Bytes &bytes)
{
  GError *error = nullptr;
  GstBuffer *data = gst_buffer_new_memdup (bytes.data (), bytes.size ());
  gst_web_source_buffer_append_buffer_sync (buffer, data, &error);
  g_assert_no_error (error);
  gst_buffer_unref (data);
}

// Whatever arguments the signal has.
void
Worker::connect (gpointer object, const char *signal, const std::string &event)
{
  struct Note {
    Worker *worker;
    std::string event;
  };
  auto note = new Note{this, event + " "};
  GClosure *closure = g_closure_new_simple (sizeof (GClosure), note);
  g_closure_add_finalize_notifier (closure, note,
      [] (gpointer data, GClosure *) { delete static_cast<Note *> (data); });
  g_closure_set_marshal (closure,
      [] (GClosure *self, GValue *, guint, const GValue *, gpointer, gpointer) {
        auto each = static_cast<Note *> (self->data);
        fail_unless (g_thread_self () == each->worker->thread_);
        each->worker->events_ += each->event;
      });
  g_signal_connect_closure (object, signal, closure, FALSE);
}

void
Worker::connect_list (gpointer list, const std::string &of)
{
  for (const char *name : {"addtrack", "removetrack", "change"})
    connect (list, name, of + name);
}

void
Worker::live ()
{
  context_ = g_main_context_new ();
  g_main_context_push_thread_default (context_);
  loop_ = g_main_loop_new (context_, FALSE);
  source_ = gst_web_media_source_new ();
  for (const char *name : {"sourceopen", "sourceended", "sourceclose"})
    connect (source_, name, name);
  for (const char *name : {"addsourcebuffer", "removesourcebuffer"}) {
    connect (gst_web_media_source_get_source_buffers (source_), name, name);
    connect (gst_web_media_source_get_active_source_buffers (source_), name,
        std::string ("active.") + name);
  }
  connect_list (gst_web_media_source_get_audio_tracks (source_), "element.");
  connect_list (gst_web_media_source_get_video_tracks (source_), "element.");
  connect_list (gst_web_media_source_get_text_tracks (source_), "element.");
  GObject *transfer[] = {G_OBJECT (gst_web_media_source_get_handle (source_))};
  fail_unless (
      gst_web_message_port_post_message (port_, nullptr, transfer, 1, nullptr));
  g_main_loop_run (loop_);
  for (GstWebSourceBuffer *buffer : buffers_)
    gst_object_unref (buffer);
  gst_clear_object (&source_);
  g_main_loop_unref (loop_);
  g_main_context_pop_thread_default (context_);
  g_main_context_unref (context_);
}

guint
count_active (GstWebMediaSource *source)
{
  return gst_web_source_buffer_list_get_length (
      gst_web_media_source_get_active_source_buffers (source));
}

// WorkerPlayback

WorkerPlayback::WorkerPlayback (const std::string &links)
    : pipeline ("msebin name=m " + links)
{
  g_object_set (bin (), "handle", worker.handle (), nullptr);
  pipeline.set_state (GST_STATE_READY);
}

GstStreamCollection *
WorkerPlayback::wait_streams (guint count)
{
  for (;;) {
    GstMessage *message = pipeline.wait (
        GstMessageType (GST_MESSAGE_STREAM_COLLECTION | GST_MESSAGE_ERROR));
    GstStreamCollection *collection = nullptr;
    fail_unless (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR);
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_STREAM_COLLECTION)
      gst_message_parse_stream_collection (message, &collection);
    gst_message_unref (message);
    if (collection && gst_stream_collection_get_size (collection) == count)
      return collection;
    gst_clear_object (&collection);
  }
}

bool
WorkerPlayback::ask_seeking (gint64 *end)
{
  GstQuery *query = gst_query_new_seeking (GST_FORMAT_TIME);
  gboolean seekable;
  fail_unless (gst_element_query (bin (), query));
  gst_query_parse_seeking (query, nullptr, &seekable, nullptr, end);
  gst_query_unref (query);
  return seekable;
}

std::string
WorkerPlayback::ask_buffered ()
{
  GstQuery *query = gst_query_new_buffering (GST_FORMAT_TIME);
  fail_unless (gst_element_query (bin (), query));
  std::string ranges;
  for (guint i = 0; i < gst_query_get_n_buffering_ranges (query); i++) {
    gint64 start, stop;
    gst_query_parse_nth_buffering_range (query, i, &start, &stop);
    ranges += std::to_string (start / GST_MSECOND) + "-"
              + std::to_string (stop / GST_MSECOND) + " ";
  }
  gst_query_unref (query);
  return ranges;
}

} // namespace webmedia::test
