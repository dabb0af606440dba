// SPDX-License-Identifier: LGPL-2.1-or-later
// AudioWorkletNode: options, the map of parameters, the port, processorerror.
// With a rate there is a processor at once, with no element.
#include "support/worklet-objects.hh"

#include <thread>

using namespace webmedia::test;

namespace {

// Throws from its constructor, with a place.
class Refusing : public gst::web::AudioProcessor {
public:
  Refusing (const gst::web::Options &options, GstWebAudioHost *host)
      : AudioProcessor (options, host)
  {
    post_string ("before");
    throw_error ("no", "refusing.cc", 12);
  }
  bool process (const gst::web::Quantum &) { return true; }
};

struct Fixture {
  explicit Fixture (guint rate = 0) : worklet (make_worklet (rate))
  {
    register_processor<Level> (worklet.get (), "level");
    register_processor<Echo> (worklet.get (), "echo");
    register_processor<Refusing> (worklet.get (), "refusing");
  }
  Own<GstWebAudioWorkletNode> make (
      const char *name, const char *options = nullptr)
  {
    GError *error = nullptr;
    auto node = make_node (worklet.get (), name, options, &error);
    g_assert_no_error (error);
    return node;
  }
  void expect_error (const char *options, GstWebError code, const char *mention)
  {
    GError *error = nullptr;
    fail_unless (!make_node (worklet.get (), "level", options, &error));
    check_error (error, code, mention);
  }

  const Own<GstWebAudioWorklet> worklet;
};

} // namespace

// WPT: audioworkletnode-construction, audioworklet-registerprocessor-dynamic
GST_START_TEST (a_node_needs_a_name_that_is_registered)
{
  auto worklet = make_worklet ();
  GError *error = nullptr;
  fail_unless (!make_node (worklet.get (), "level", nullptr, &error));
  check_error (g_steal_pointer (&error), GST_WEB_ERROR_INVALID_STATE, "gain");
  // Before the options are looked at, but what they can't be is a mistake of
  // the call.
  fail_unless (!make_node (
      worklet.get (), "level", "{'channelCountMode': <'min'>}", &error));
  check_error (
      g_steal_pointer (&error), GST_WEB_ERROR_TYPE, "channelCountMode");
  fail_unless (
      !make_node (worklet.get (), "level", "{'channelCount': <0>}", &error));
  check_error (g_steal_pointer (&error), GST_WEB_ERROR_INVALID_STATE, "level");
  register_processor<Level> (worklet.get (), "level");
  auto node = make_node (worklet.get (), "level");
  fail_unless (node != nullptr);
  fail_unless (
      gst_web_audio_worklet_node_get_worklet (node.get ()) == worklet.get ());
}
GST_END_TEST

// WPT: audioworkletnode-constructor-options
GST_START_TEST (options_have_the_defaults_of_the_web)
{
  Fixture f;
  auto node = f.make ("level");
  guint inputs, outputs, count;
  GstWebChannelCountMode mode;
  GstWebChannelInterpretation interpretation;
  auto get_all = [&] {
    g_object_get (node.get (), "number-of-inputs", &inputs, "number-of-outputs",
        &outputs, "channel-count", &count, "channel-count-mode", &mode,
        "channel-interpretation", &interpretation, nullptr);
  };
  get_all ();
  fail_unless_equals_int (inputs, 1);
  fail_unless_equals_int (outputs, 1);
  fail_unless_equals_int (count, 2);
  fail_unless_equals_int (mode, GST_WEB_CHANNEL_COUNT_MODE_MAX);
  fail_unless_equals_int (
      interpretation, GST_WEB_CHANNEL_INTERPRETATION_SPEAKERS);
}
GST_END_TEST

GST_START_TEST (options_are_read_from_a_dictionary)
{
  Fixture f;
  auto node = f.make ("level",
      "{'numberOfInputs': <7>, 'numberOfOutputs': <uint32 18>, "
      "'channelCount': <byte 4>, 'channelCountMode': <'clamped-max'>, "
      "'channelInterpretation': <'discrete'>, 'unknown': <true>}");
  fail_unless_equals_int (
      gst_web_audio_worklet_node_get_number_of_inputs (node.get ()), 7);
  fail_unless_equals_int (
      gst_web_audio_worklet_node_get_number_of_outputs (node.get ()), 18);
  fail_unless_equals_int (
      gst_web_audio_worklet_node_get_channel_count (node.get ()), 4);
  fail_unless_equals_int (
      gst_web_audio_worklet_node_get_channel_count_mode (node.get ()),
      GST_WEB_CHANNEL_COUNT_MODE_CLAMPED_MAX);
  fail_unless_equals_int (
      gst_web_audio_worklet_node_get_channel_interpretation (node.get ()),
      GST_WEB_CHANNEL_INTERPRETATION_DISCRETE);
}
GST_END_TEST

// WPT: audioworkletnode-constructor-options
GST_START_TEST (wrong_options_are_told)
{
  Fixture f;
  f.expect_error ("{'numberOfInputs': <0>, 'numberOfOutputs': <0>}",
      GST_WEB_ERROR_NOT_SUPPORTED, "numberOfInputs");
  for (const char *options : {"{'channelCount': <0>}", "{'channelCount': <33>}",
           "{'outputChannelCount': <[0]>}", "{'outputChannelCount': <[33]>}"})
    f.expect_error (options, GST_WEB_ERROR_NOT_SUPPORTED, "hannelCount");
  for (const char *options :
      {"{'outputChannelCount': <@ai []>}", "{'outputChannelCount': <[1, 2]>}"})
    f.expect_error (options, GST_WEB_ERROR_INDEX_SIZE, "outputChannelCount");
  for (const char *options :
      {"{'numberOfInputs': <'1'>}", "{'numberOfOutputs': <-1>}",
          "{'channelCountMode': <'min'>}", "{'channelInterpretation': <1>}",
          "{'outputChannelCount': <1>}", "{'outputChannelCount': <['1']>}",
          "{'parameterData': <{'level': 'loud'}>}",
          "{'processorOptions': <[1]>}"})
    f.expect_error (options, GST_WEB_ERROR_TYPE, "must be");
  f.expect_error ("{'processorOptions': <{'file': <handle 3>}>}",
      GST_WEB_ERROR_DATA_CLONE, "handle");
  GError *error = nullptr;
  fail_unless (!gst_web_audio_worklet_node_new (
      f.worklet.get (), "level", g_variant_new_string ("none"), &error));
  check_error (error, GST_WEB_ERROR_TYPE, "dictionary");
}
GST_END_TEST

// WPT: extended-audioworkletnode-with-parameters
GST_START_TEST (parameters_are_a_map)
{
  Fixture f;
  auto node = f.make ("level");
  GstWebAudioParamMap *map =
      gst_web_audio_worklet_node_get_parameters (node.get ());
  fail_unless_equals_int (gst_web_audio_param_map_get_size (map), 2);
  gchar **keys = gst_web_audio_param_map_keys (map);
  fail_unless_equals_string (keys[0], "level");
  fail_unless_equals_string (keys[1], "held");
  fail_unless (keys[2] == nullptr);
  g_strfreev (keys);
  fail_unless (gst_web_audio_param_map_has (map, "held"));
  fail_if (gst_web_audio_param_map_has (map, "gain"));
  fail_unless (gst_web_audio_param_map_get (map, "gain") == nullptr);
  GPtrArray *values = gst_web_audio_param_map_values (map);
  fail_unless_equals_int (values->len, 2);
  fail_unless (values->pdata[1] == gst_web_audio_param_map_get (map, "held"));
  // A parameter may be kept for longer than its node.
  Own<GstWebAudioParam> kept (
      GST_WEB_AUDIO_PARAM (g_object_ref (values->pdata[0])));
  g_ptr_array_unref (values);
  node.reset ();
  fail_unless (gst_web_audio_param_set_value (kept.get (), 1, nullptr));
  fail_unless_equals_float (gst_web_audio_param_get_value (kept.get ()), 1);
}
GST_END_TEST

GST_START_TEST (parameter_data_are_the_first_values)
{
  Fixture f;
  auto node = f.make ("level",
      "{'parameterData': <{'level': <0.25>, 'held': <1>, 'other': <7.5>}>}");
  fail_unless_equals_float (
      gst_web_audio_param_get_value (param_of (node, "level")), 0.25);
  fail_unless_equals_float (
      gst_web_audio_param_get_value (param_of (node, "held")), 1);
  node = f.make ("level", "{'parameterData': <{'level': 9.0}>}");
  fail_unless_equals_float (
      gst_web_audio_param_get_value (param_of (node, "level")), 2);
  for (const char *options : {"{'parameterData': <{'level': 1e300}>}",
           "{'parameterData': <{'other': inf}>}"})
    f.expect_error (options, GST_WEB_ERROR_TYPE, "parameterData");
}
GST_END_TEST

// WPT: suspended-context-messageport
GST_START_TEST (messages_go_both_ways_before_anything_plays)
{
  Fixture f (48000);
  auto node = f.make ("echo", "{'processorOptions': <{'factor': <3.0>}>}");
  GstWebMessagePort *port = gst_web_audio_worklet_node_get_port (node.get ());
  post (port, "1");
  // What it answers waits until the port is started.
  Heard heard (port);
  post (port, "2");
  post (port, "3");
  heard.expect ("3.0 6.0 9.0");
  // What can't be read never comes.
  static const char text[] = "no end";
  fail_unless (gst_web_message_port_post_message (port,
      g_variant_new_from_data (
          G_VARIANT_TYPE_STRING, text, 6, FALSE, nullptr, nullptr),
      nullptr, 0, nullptr));
  post (port, "4");
  heard.expect ("12.0");
}
GST_END_TEST

GST_START_TEST (without_a_processor_messages_wait)
{
  Fixture f;
  auto node = f.make ("echo");
  Heard heard (gst_web_audio_worklet_node_get_port (node.get ()));
  post (gst_web_audio_worklet_node_get_port (node.get ()), "1");
  heard.expect ("");
}
GST_END_TEST

// https://html.spec.whatwg.org/multipage/web-messaging.html#message-ports
GST_START_TEST (the_port_is_a_message_port_that_can_be_transferred)
{
  Fixture f (48000);
  auto node = f.make ("echo");
  GstWebMessagePort *port = gst_web_audio_worklet_node_get_port (node.get ());
  Own<GstWebMessageChannel> channel (gst_web_message_channel_new ());
  GstWebMessagePort *near = gst_web_message_channel_get_port1 (channel.get ());
  GstWebMessagePort *far = gst_web_message_channel_get_port2 (channel.get ());
  // Not through itself.
  GObject *transfer[] = {G_OBJECT (port)};
  GError *error = nullptr;
  fail_if (
      gst_web_message_port_post_message (port, nullptr, transfer, 1, &error));
  check_error (error, GST_WEB_ERROR_DATA_CLONE);
  post (port, "1");
  fail_unless (
      gst_web_message_port_post_message (near, nullptr, transfer, 1, nullptr));
  // A thread without a main loop takes it, with what waits in it.
  std::thread worker ([&] {
    Own<GstWebMessageEvent> event (
        gst_web_message_port_receive (far, nullptr, nullptr));
    auto moved = GST_WEB_MESSAGE_PORT (
        gst_web_message_event_get_ports (event.get ())->pdata[0]);
    post (moved, "2");
    for (double expected : {1, 2}) {
      Own<GstWebMessageEvent> answer (
          gst_web_message_port_receive (moved, nullptr, nullptr));
      fail_unless_equals_float (
          g_variant_get_double (gst_web_message_event_get_data (answer.get ())),
          expected);
    }
  });
  worker.join ();
}
GST_END_TEST

// A native processor can't have what comes along.
GST_START_TEST (objects_that_a_processor_gets_are_let_go)
{
  Fixture f (48000);
  auto node = f.make ("echo");
  Own<GstWebMessageChannel> channel (gst_web_message_channel_new ());
  int closes = 0;
  auto count = [] (GstWebMessagePort *, gpointer data) {
    ++*static_cast<int *> (data);
  };
  using Count = void (*) (GstWebMessagePort *, gpointer);
  g_signal_connect (gst_web_message_channel_get_port1 (channel.get ()), "close",
      G_CALLBACK (static_cast<Count> (count)), &closes);
  GObject *transfer[] = {
      G_OBJECT (gst_web_message_channel_get_port2 (channel.get ()))};
  GstWebMessagePort *port = gst_web_audio_worklet_node_get_port (node.get ());
  Heard heard (port);
  fail_unless (gst_web_message_port_post_message (
      port, g_variant_new_int32 (5), transfer, 1, nullptr));
  heard.expect ("5.0");
  post (port, "6");
  heard.expect ("6.0");
  fail_unless_equals_int (closes, 1);
}
GST_END_TEST

GST_START_TEST (many_threads_post_and_nothing_is_lost)
{
  constexpr int kThreads = 4, kMessages = 2000;
  Fixture f (48000);
  auto node = f.make ("echo");
  GstWebMessagePort *port = gst_web_audio_worklet_node_get_port (node.get ());
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; i++)
    threads.emplace_back ([port] {
      for (int n = 0; n < kMessages; n++)
        gst_web_message_port_post_message (
            port, g_variant_new_int32 (n), nullptr, 0, nullptr);
    });
  for (auto &thread : threads)
    thread.join ();
  for (int i = 0; i < kThreads * kMessages; i++)
    g_object_unref (gst_web_message_port_receive (port, nullptr, nullptr));
}
GST_END_TEST

// WPT: audioworkletnode-onerror
GST_START_TEST (a_constructor_that_throws_is_a_processorerror)
{
  Fixture f (48000);
  auto node = f.make ("refusing");
  Errors errors (node.get ());
  Heard heard (gst_web_audio_worklet_node_get_port (node.get ()));
  fail_unless_equals_int (errors.count, 0);
  run_loop ();
  fail_unless_equals_int (errors.count, 1);
  GstWebErrorEvent *event = errors.last.get ();
  fail_unless_equals_string (gst_web_error_event_get_message (event), "no");
  fail_unless_equals_string (
      gst_web_error_event_get_filename (event), "refusing.cc");
  fail_unless_equals_int (gst_web_error_event_get_lineno (event), 12);
  fail_unless_equals_int (gst_web_error_event_get_colno (event), 0);
  fail_unless_equals_string (gst_web_error_event_get_stack (event), "");
  heard.expect ("'before'");
  post (gst_web_audio_worklet_node_get_port (node.get ()), "1");
  heard.expect ("");
  fail_unless_equals_int (errors.count, 1);
}
GST_END_TEST

static Suite *
audio_worklet_node_suite (void)
{
  Suite *suite = suite_create ("api/audio-worklet-node");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_node_needs_a_name_that_is_registered);
  tcase_add_test (tcase, options_have_the_defaults_of_the_web);
  tcase_add_test (tcase, options_are_read_from_a_dictionary);
  tcase_add_test (tcase, wrong_options_are_told);
  tcase_add_test (tcase, parameters_are_a_map);
  tcase_add_test (tcase, parameter_data_are_the_first_values);
  tcase_add_test (tcase, messages_go_both_ways_before_anything_plays);
  tcase_add_test (tcase, without_a_processor_messages_wait);
  tcase_add_test (tcase, the_port_is_a_message_port_that_can_be_transferred);
  tcase_add_test (tcase, objects_that_a_processor_gets_are_let_go);
  tcase_add_test (tcase, many_threads_post_and_nothing_is_lost);
  tcase_add_test (tcase, a_constructor_that_throws_is_a_processorerror);
  return suite;
}
GST_CHECK_MAIN (audio_worklet_node)
