// SPDX-License-Identifier: LGPL-2.1-or-later
// One camera, any number of pipelines that consume it:
//     webmedia-fan-out "PIPELINE"...
// Each has a `mediastreamsrc name=camera`, and is started a second after the
// one before; without an argument, two windows. Control-C ends the camera,
// which ends all of them.
#include <gst/webmedia/webmedia.h>

#include <glib-unix.h>

static GMainLoop *loop;
static guint running;

static gboolean
on_message (GstBus *bus, GstMessage *message, gpointer name)
{
  g_autoptr (GError) error = NULL;
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, NULL);
  else if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_EOS)
    return G_SOURCE_CONTINUE;
  g_print ("%s: %s\n", (char *)name, error ? error->message : "ended");
  if (--running == 0)
    g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

static GstElement *
make (const char *name, const char *description)
{
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch (description, &error);
  if (error)
    g_error ("%s: %s", name, error->message);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  gst_bus_add_watch (bus, on_message, (gpointer)name);
  running++;
  return pipeline;
}

// The element takes the stream; another way is a name: mediastream://camera.
static void
set_stream (
    GstElement *pipeline, const char *element, GstWebMediaStream *stream)
{
  g_autoptr (GstElement) found =
      gst_bin_get_by_name (GST_BIN (pipeline), element);
  if (!found)
    g_error ("a pipeline has no mediastreamsrc name=%s", element);
  g_object_set (found, "stream", stream, NULL);
}

static gboolean
start (gpointer pipeline)
{
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  return G_SOURCE_REMOVE;
}

// The end of its tracks is the end of who consumes them.
static gboolean
end (gpointer camera)
{
  gst_element_send_event (camera, gst_event_new_eos ());
  return G_SOURCE_CONTINUE;
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  const char *windows[] = {
      "mediastreamsrc name=camera ! videoconvert ! autovideosink",
      "mediastreamsrc name=camera ! videoflip method=rotate-180 ! "
      "videoconvert ! autovideosink"};
  const char **descriptions = argc > 1 ? (const char **)argv + 1 : windows;
  guint count = argc > 1 ? (guint)argc - 1 : G_N_ELEMENTS (windows);

  loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GstWebMediaStream) stream = gst_web_media_stream_new ();
  g_autoptr (GPtrArray) pipelines =
      g_ptr_array_new_with_free_func (gst_object_unref);
  GstElement *camera = make ("camera",
      "videotestsrc is-live=true ! video/x-raw,width=640,height=360 ! "
      "mediastreamsink name=sink");
  set_stream (camera, "sink", stream);
  g_ptr_array_add (pipelines, camera);
  start (camera);
  for (guint i = 0; i < count; i++) {
    GstElement *pipeline = make (descriptions[i], descriptions[i]);
    set_stream (pipeline, "camera", stream);
    g_ptr_array_add (pipelines, pipeline);
    g_timeout_add_seconds (i, start, pipeline);
  }
  g_unix_signal_add (SIGINT, end, camera);
  g_main_loop_run (loop);
  for (guint i = 0; i < pipelines->len; i++)
    gst_element_set_state (g_ptr_array_index (pipelines, i), GST_STATE_NULL);
  g_main_loop_unref (loop);
  return 0;
}
