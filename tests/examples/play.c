// SPDX-License-Identifier: LGPL-2.1-or-later
// Plays a film, with a picture and sound, that a worker thread appends: to the
// screen, or with a pipeline around `msebin name=m`:
//     webmedia-play movie.mp4 video/mp4 ["PIPELINE"]
#include <gst/webmedia/webmedia.h>
#include <locale.h>

static char **arguments;

// The worker owns the MediaSource. It posts the handle, and waits until
// somebody plays it: only then can it add source buffers. Pieces of the film
// may be cut anywhere; when an append returns, its frames are stored.
static gpointer
work (gpointer port)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstWebMediaSource) source = gst_web_media_source_new ();
  GObject *handle = G_OBJECT (gst_web_media_source_get_handle (source));
  g_autoptr (GstWebSourceBuffer) buffer = NULL;
  gchar *film;
  gsize size;
  gboolean good =
      g_file_get_contents (arguments[1], &film, &size, &error)
      && gst_web_message_port_post_message (port, NULL, &handle, 1, &error)
      && gst_web_media_source_wait_open (source, NULL, &error)
      && (buffer = gst_web_media_source_add_source_buffer (
              source, arguments[2], &error));
  g_autoptr (GstBuffer) all = good ? gst_buffer_new_wrapped (film, size) : NULL;
  for (gsize at = 0; good && at < size; at += 65536) {
    g_autoptr (GstBuffer) piece = gst_buffer_copy_region (
        all, GST_BUFFER_COPY_MEMORY, at, MIN (65536, size - at));
    good = gst_web_source_buffer_append_buffer_sync (buffer, piece, &error);
  }
  if (!good
      || !gst_web_media_source_end_of_stream (
          source, GST_WEB_END_OF_STREAM_ERROR_NONE, &error))
    g_printerr ("worker: %s\n", error->message);
  gst_web_message_port_close (port);
  return NULL; // a pipeline that still waits for media ends with an error
}

static int
fail (const GError *error)
{
  g_printerr ("%s\n", error->message);
  return 1;
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, ""); // for names of files that are in messages
  gst_init (&argc, &argv);
  arguments = argv;
  if (argc < 3) {
    g_printerr ("Usage: %s FILE TYPE [PIPELINE]\n", argv[0]);
    return 2;
  }
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (
      argc > 3 ? argv[3]
               : "msebin name=m m.video_0 ! decodebin ! videoconvert ! "
                 "autovideosink m.audio_0 ! decodebin ! audioconvert ! "
                 "audioresample ! autoaudiosink",
      &error);
  if (error) // the plugin is not where GStreamer looks, for example
    return fail (error);

  // A channel has two ports: one for us, one for the worker. The handle comes
  // through; whoever has it can play what the worker appends.
  g_autoptr (GstWebMessageChannel) channel = gst_web_message_channel_new ();
  GThread *worker = g_thread_new (
      "worker", work, gst_web_message_channel_get_port2 (channel));
  g_autoptr (GstWebMessageEvent) event = gst_web_message_port_receive (
      gst_web_message_channel_get_port1 (channel), NULL, NULL);
  if (!event)
    return 1; // the worker closed its port, and has told why
  gst_child_proxy_set (GST_CHILD_PROXY (pipeline), "m::handle",
      g_ptr_array_index (gst_web_message_event_get_transferred (event), 0),
      NULL);

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (
      bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_thread_join (worker);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, NULL);
  return error ? fail (error) : 0;
}
