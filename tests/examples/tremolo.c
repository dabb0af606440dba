// SPDX-License-Identifier: LGPL-2.1-or-later
// A processor of the application's own in a pipeline: a tremolo that fades in,
// and tells how loud it was.
//
// webmedia-tremolo ["PIPELINE"], with an element `audioworklet name=w`
#include <gst/webmedia/webmedia.h>
#include <math.h>

static const char default_pipeline[] =
    "audiotestsrc num-buffers=200 ! audioworklet name=w ! audioconvert ! "
    "autoaudiosink";

// ---- The processor: on the thread of the sound, where it must not wait ----

enum { DEPTH, SPEED, N_PARAMETERS };

static const GstWebAudioParamDescriptor parameters[N_PARAMETERS] = {
    [DEPTH] = {"depth", 0, 0, 1, GST_WEB_AUTOMATION_RATE_A},
    [SPEED] = {"speed", 5, 0, 100, GST_WEB_AUTOMATION_RATE_K},
};

typedef struct {
  GstWebAudioHost *host;
  double phase; // of the tremolo, 0 to 1
  double peak;  // since it was asked for last
} Tremolo;

static gpointer
tremolo_construct (const GstWebAudioOptions *options, GstWebAudioHost *host,
    gpointer user_data)
{
  Tremolo *self = g_new0 (Tremolo, 1);
  self->host = host;
  return self;
}

static gboolean
tremolo_process (gpointer processor, const GstWebAudioQuantum *quantum)
{
  Tremolo *self = processor;
  const GstWebAudioInput *input = &quantum->inputs[0];
  const GstWebAudioOutput *output = &quantum->outputs[0];
  const GstWebAudioParamValues *depth = &quantum->parameters[DEPTH];
  const double step =
      quantum->parameters[SPEED].values[0] / quantum->sample_rate;
  for (guint i = 0; i < quantum->n_frames; i++) {
    const double wave = (1 - cos (2 * G_PI * self->phase)) / 2;
    const double gain = 1 - depth->values[depth->n_values > 1 ? i : 0] * wave;
    for (guint c = 0; c < input->n_channels; c++) {
      output->channels[c][i] = (float)(input->channels[c][i] * gain);
      self->peak = MAX (self->peak, fabs (output->channels[c][i]));
    }
    self->phase = fmod (self->phase + step, 1);
  }
  return FALSE; // nothing sounds without an input
}

// Whatever comes asks for the peak.
static void
tremolo_message (gpointer processor, const GstWebAudioMessage *message)
{
  Tremolo *self = processor;
  self->host->post_message (self->host, "d", &self->peak, sizeof self->peak);
  self->peak = 0;
}

static const GstWebAudioProcessorClass tremolo = {
    .size = sizeof tremolo,
    .name = "tremolo",
    .description = "Makes sound louder and softer",
    .n_parameters = N_PARAMETERS,
    .parameters = parameters,
    .construct = tremolo_construct,
    .process = tremolo_process,
    .message = tremolo_message,
    .destroy = g_free,
};

// ---- The application ----

typedef struct {
  GMainLoop *loop;
  GstWebMessagePort *port;
  gboolean has_failed;
} Application;

static void
on_message (
    GstWebMessagePort *port, GstWebMessageEvent *event, gpointer user_data)
{
  const double peak =
      g_variant_get_double (gst_web_message_event_get_data (event));
  g_print ("peak %.3f\n", peak);
  g_main_loop_quit (((Application *)user_data)->loop);
}

static void
on_processorerror (
    GstWebAudioWorkletNode *node, GstWebErrorEvent *event, gpointer user_data)
{
  g_printerr ("%s:%u: %s\n", gst_web_error_event_get_filename (event),
      gst_web_error_event_get_lineno (event),
      gst_web_error_event_get_message (event));
}

static gboolean
on_bus (GstBus *bus, GstMessage *message, gpointer user_data)
{
  Application *self = user_data;
  GError *error = NULL;
  switch (GST_MESSAGE_TYPE (message)) {
  case GST_MESSAGE_EOS:
    // Its answer ends the loop: the processor is still there.
    gst_web_message_port_post_message (
        self->port, g_variant_new_string ("peak"), NULL, 0, NULL);
    break;
  case GST_MESSAGE_ERROR:
    gst_message_parse_error (message, &error, NULL);
    g_printerr ("%s\n", error->message);
    g_clear_error (&error);
    self->has_failed = TRUE;
    g_main_loop_quit (self->loop);
    break;
  default:
    break;
  }
  return G_SOURCE_CONTINUE;
}

// With a rate there is a processor at once, and sound of this rate is taken.
static GstWebAudioWorkletNode *
make_node (GError **error)
{
  GstWebAudioWorklet *worklet = gst_web_audio_worklet_new (48000, 0, error);
  GstWebAudioWorkletGlobalScope *scope =
      gst_web_audio_worklet_get_global_scope (worklet);
  GstWebAudioWorkletNode *node = NULL;
  if (gst_web_audio_worklet_global_scope_register_processor (
          scope, &tremolo, NULL, error))
    node = gst_web_audio_worklet_node_new (worklet, "tremolo",
        g_variant_new_parsed ("{'parameterData': <{'speed': 8.0}>}"), error);
  gst_object_unref (worklet);
  return node;
}

static gboolean
fade_in (GstWebAudioWorkletNode *node, GError **error)
{
  GstWebAudioParam *depth = gst_web_audio_param_map_get (
      gst_web_audio_worklet_node_get_parameters (node), "depth");
  return gst_web_audio_param_set_value_at_time (depth, 0, 0, error)
         && gst_web_audio_param_linear_ramp_to_value_at_time (
             depth, 1, 2 * GST_SECOND, error);
}

static int
play (GstElement *pipeline, GstWebAudioWorkletNode *node)
{
  Application self = {
      .loop = g_main_loop_new (NULL, FALSE),
      .port = gst_web_audio_worklet_node_get_port (node),
  };
  GstBus *bus = gst_element_get_bus (pipeline);
  gst_bus_add_watch (bus, on_bus, &self);
  g_signal_connect (self.port, "message", G_CALLBACK (on_message), &self);
  g_signal_connect (
      node, "processorerror", G_CALLBACK (on_processorerror), NULL);
  gst_web_message_port_start (self.port);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_main_loop_run (self.loop);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_bus_remove_watch (bus);
  gst_object_unref (bus);
  g_main_loop_unref (self.loop);
  return self.has_failed ? 1 : 0;
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  GError *error = NULL;
  GstElement *pipeline =
      gst_parse_launch (argc > 1 ? argv[1] : default_pipeline, &error);
  GstWebAudioWorkletNode *node = error ? NULL : make_node (&error);
  if (!node || !fade_in (node, &error)) {
    g_printerr ("%s\n", error->message);
    return 1;
  }
  gst_child_proxy_set (GST_CHILD_PROXY (pipeline), "w::node", node, NULL);
  const int result = play (pipeline, node);
  gst_object_unref (node);
  gst_object_unref (pipeline);
  return result;
}
