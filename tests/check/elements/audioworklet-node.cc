// SPDX-License-Identifier: LGPL-2.1-or-later
// The public objects of AudioWorklet with the element: nodes that applications
// make, the element's own, parameters that are automated, the clock.
#include "support/worklet-playing.hh"

#include <gst/controller/controller.h>

using namespace webmedia::test;

namespace {

// Counts its quanta, and tells when it is asked.
class Counter : public gst::web::AudioProcessor {
public:
  using AudioProcessor::AudioProcessor;
  bool process (const gst::web::Quantum &)
  {
    count_++;
    return true;
  }
  void message (const gst::web::Message &) { post_number (count_); }

private:
  double count_ = 0;
};

// The element with a node of the application's, between two pads.
struct Fixture {
  explicit Fixture (guint rate = 0) : worklet (make_worklet (rate))
  {
    register_processor<Level> (worklet.get (), "level");
    register_processor<Echo> (worklet.get (), "echo");
    register_processor<Counter> (worklet.get (), "counter");
  }
  void make (const char *name)
  {
    node = make_node (worklet.get (), name);
    fail_unless (node != nullptr);
  }
  // Not playing yet.
  Own<GstElement> make_element () { return make_worklet_element (node.get ()); }
  GstWebAudioWorkletGlobalScope *scope ()
  {
    return gst_web_audio_worklet_get_global_scope (worklet.get ());
  }

  const Own<GstWebAudioWorklet> worklet;
  Own<GstWebAudioWorkletNode> node;
};

void
check_near (float value, double expected)
{
  fail_unless (
      std::abs (value - expected) < 1e-6, "%g is not %g", value, expected);
}

} // namespace

GST_START_TEST (a_node_of_the_application_is_rendered)
{
  Fixture f;
  f.make ("level");
  auto element = f.make_element ();
  Playing playing (element.get ());
  for (float value : playing.render (256))
    check_near (value, 0.5);
  GstWebAudioParam *level = param_of (f.node, "level");
  fail_unless (gst_web_audio_param_set_value (level, 1.5, nullptr));
  for (float value : playing.render (256))
    check_near (value, 1.5);
  fail_unless_equals_float (gst_web_audio_param_get_value (level), 1.5);
  // The clock.
  fail_unless_equals_uint64 (
      gst_web_audio_worklet_global_scope_get_current_frame (f.scope ()), 512);
  fail_unless_equals_uint64 (
      gst_web_audio_worklet_global_scope_get_current_time (f.scope ()),
      512 * GST_SECOND / kRate);
  fail_unless_equals_float (
      gst_web_audio_worklet_global_scope_get_sample_rate (f.scope ()), kRate);
}
GST_END_TEST

// WPT: audioparam-setValueAtTime, audioparam-linearRampToValueAtTime,
// audioparam-setTargetAtTime, audioparam-setValueCurveAtTime, and the others
GST_START_TEST (every_method_of_automation_is_heard_at_its_frame)
{
  Fixture f;
  f.make ("level");
  GstWebAudioParam *p = param_of (f.node, "level");
  auto at = [] (size_t frame) {
    return gst_util_uint64_scale (frame, GST_SECOND, kRate);
  };
  const gfloat curve[] = {0, 2, 1};
  // Whole hundredths of a second, whose nanoseconds are exact.
  fail_unless (gst_web_audio_param_set_value_at_time (p, 1, at (480), nullptr));
  fail_unless (gst_web_audio_param_linear_ramp_to_value_at_time (
      p, 2, at (960), nullptr));
  fail_unless (gst_web_audio_param_exponential_ramp_to_value_at_time (
      p, 0.5, at (1440), nullptr));
  fail_unless (gst_web_audio_param_set_target_at_time (
      p, 0, at (1920), 10 * GST_MSECOND, nullptr));
  fail_unless (gst_web_audio_param_set_value_curve_at_time (
      p, curve, 3, at (2400), at (480), nullptr));
  fail_unless (gst_web_audio_param_linear_ramp_to_value_at_time (
      p, 2, at (3840), nullptr));
  fail_unless (
      gst_web_audio_param_cancel_and_hold_at_time (p, at (3360), nullptr));
  auto element = f.make_element ();
  Playing playing (element.get ());
  const std::vector<float> sound = playing.render (3840);
  for (size_t i = 0; i < sound.size (); i++) {
    const double t = double (i) / 480;
    double expected = 0.5;
    if (i >= 3360)
      expected = 1.5;
    else if (i >= 2880)
      expected = 1 + (t - 6) / 2;
    else if (i >= 2400)
      expected = t < 5.5 ? 4 * (t - 5) : 2 - 2 * (t - 5.5);
    else if (i >= 1920)
      expected = 0.5 * std::exp (4 - t);
    else if (i >= 960 && i < 1440)
      expected = 2 * std::pow (0.25, t - 2);
    else if (i >= 480 && i < 960)
      expected = t;
    if (std::abs (sound[i] - expected) > 1e-5)
      fail_unless (false, "frame %zu: %g is not %g", i, sound[i], expected);
  }
}
GST_END_TEST

// An event at the time that the clock shows falls on the very next frame, at a
// rate whose frames last no whole nanoseconds.
GST_START_TEST (the_clock_s_time_is_the_next_frame)
{
  Fixture f;
  f.make ("level");
  GstWebAudioParam *p = param_of (f.node, "level");
  auto element = f.make_element ();
  Playing playing (element.get (), 44100);
  playing.render (128 * 7);
  const GstClockTime now =
      gst_web_audio_worklet_global_scope_get_current_time (f.scope ());
  fail_unless (gst_web_audio_param_set_value_at_time (p, 1, now, nullptr));
  // A frame later, rounded down as well.
  fail_unless (gst_web_audio_param_set_value_at_time (
      p, 2, gst_util_uint64_scale (128 * 7 + 1, GST_SECOND, 44100), nullptr));
  const auto sound = playing.render (128);
  check_near (sound[0], 1);
  check_near (sound[1], 2);
}
GST_END_TEST

// WPT: k-rate-audioworklet
GST_START_TEST (k_rate_is_one_value_a_quantum)
{
  Fixture f;
  f.make ("level");
  GstWebAudioParam *p = param_of (f.node, "level");
  gst_web_audio_param_set_automation_rate (p, GST_WEB_AUTOMATION_RATE_K);
  gst_web_audio_param_set_value_at_time (p, 0, 0, nullptr);
  gst_web_audio_param_linear_ramp_to_value_at_time (p, 1, GST_SECOND, nullptr);
  auto element = f.make_element ();
  Playing playing (element.get ());
  const auto sound = playing.render (256);
  check_near (sound[127], 0);
  check_near (sound[128], 128.0 / kRate);
  check_near (sound[255], 128.0 / kRate);
}
GST_END_TEST

GST_START_TEST (children_are_the_parameters_of_the_node)
{
  Fixture f;
  f.make ("level");
  auto element = f.make_element ();
  auto proxy = GST_CHILD_PROXY (element.get ());
  gst_child_proxy_set (proxy, "level::value", 1.25f, nullptr);
  GstWebAudioParam *p = param_of (f.node, "level");
  fail_unless_equals_float (gst_web_audio_param_get_value (p), 1.25);
  gst_web_audio_param_set_value (p, 0.75, nullptr);
  gfloat value;
  gst_child_proxy_get (proxy, "level::value", &value, nullptr);
  fail_unless_equals_float (value, 0.75);
  // What controls the child goes before the time line.
  Playing playing (element.get ());
  GObject *child = gst_child_proxy_get_child_by_name (proxy, "level");
  GstWebAutomationTimeline *line = gst_web_automation_timeline_new (1.75);
  GstControlBinding *binding = gst_direct_control_binding_new_absolute (
      GST_OBJECT (child), "value", GST_CONTROL_SOURCE (line));
  gst_object_add_control_binding (GST_OBJECT (child), binding);
  check_near (playing.render (128)[127], 1.75);
  fail_unless_equals_float (gst_web_audio_param_get_value (p), 1.75);
  // When it goes the value stays as it is.
  gst_object_remove_control_binding (GST_OBJECT (child), binding);
  check_near (playing.render (128)[0], 1.75);
  gst_web_audio_param_set_value (p, 0.25, nullptr);
  check_near (playing.render (128)[0], 0.25);
  gst_object_unref (line);
  g_object_unref (child);
}
GST_END_TEST

// Without a rate there is a processor when there is sound; then they are all
// handled, in their order, also while it is paused.
GST_START_TEST (messages_wait_for_the_processor_and_come_while_paused)
{
  Fixture f;
  f.make ("echo");
  GstWebMessagePort *port = gst_web_audio_worklet_node_get_port (f.node.get ());
  Heard heard (port);
  post (port, "1");
  post (port, "2");
  heard.expect ("");
  auto element = f.make_element ();
  {
    Playing playing (element.get ());
    playing.push (128);
    heard.expect ("1.0 2.0");
    gst_element_set_state (element.get (), GST_STATE_PAUSED);
    post (port, "3");
    heard.expect ("3.0");
  }
  post (port, "4");
  heard.expect ("");
}
GST_END_TEST

// The audio thread has those of the other node.
GST_START_TEST (a_node_that_is_not_rendered_has_its_messages)
{
  Fixture f (kRate);
  auto idle = make_node (f.worklet.get (), "echo");
  GstWebMessagePort *port = gst_web_audio_worklet_node_get_port (idle.get ());
  Heard heard (port);
  f.make ("level");
  auto element = f.make_element ();
  Playing playing (element.get ());
  playing.render (128);
  post (port, "1");
  heard.expect ("1.0");
}
GST_END_TEST

// Nothing renders any more, though it plays.
GST_START_TEST (messages_come_after_the_end)
{
  Fixture f;
  f.make ("echo");
  GstWebMessagePort *port = gst_web_audio_worklet_node_get_port (f.node.get ());
  Heard heard (port);
  auto element = f.make_element ();
  Playing playing (element.get ());
  playing.push (128);
  gst_harness_push_event (*playing, gst_event_new_eos ());
  post (port, "1");
  heard.expect ("1.0");
}
GST_END_TEST

// Who answers each message of a processor that answers each message.
GST_START_TEST (answers_to_answers_hold_neither_a_pause_nor_the_end)
{
  constexpr int kMany = 5000;
  static std::atomic<int> count;
  auto answer = [] (GstElement *element, GVariant *, gpointer) {
    gboolean is_posted = FALSE;
    if (++count < kMany)
      g_signal_emit_by_name (
          element, "post-message", g_variant_new_double (1), &is_posted);
  };
  using Answer = void (*) (GstElement *, GVariant *, gpointer);
  for (bool at_end : {false, true}) {
    count = 0;
    Fixture f;
    f.make ("echo");
    auto element = f.make_element ();
    g_signal_connect (element.get (), "message",
        G_CALLBACK (static_cast<Answer> (answer)), nullptr);
    Playing playing (element.get ());
    gboolean is_posted = FALSE;
    g_signal_emit_by_name (
        element.get (), "post-message", g_variant_new_double (1), &is_posted);
    playing.push (128);
    if (at_end)
      gst_harness_push_event (*playing, gst_event_new_eos ());
    else
      gst_element_set_state (element.get (), GST_STATE_PAUSED);
    g_signal_emit_by_name (
        element.get (), "post-message", g_variant_new_double (2), &is_posted);
    fail_unless (is_posted);
    // They have not come to an end meanwhile.
    fail_unless (count > 0 && count < kMany);
  }
}
GST_END_TEST

// As on the web, where a context that is suspended and resumed keeps it.
// WPT: audioworklet-suspend
GST_START_TEST (with_a_rate_a_processor_lives_as_long_as_its_node)
{
  Fixture f (kRate);
  f.make ("counter");
  GstWebMessagePort *port = gst_web_audio_worklet_node_get_port (f.node.get ());
  Heard heard (port);
  post (port, "0");
  heard.expect ("0.0");
  for (int i = 1; i < 3; i++) {
    auto element = f.make_element ();
    {
      Playing playing (element.get ());
      playing.render (256);
    }
    gst_element_set_state (element.get (), GST_STATE_NULL);
    post (port, "0");
    heard.expect (i == 1 ? "2.0" : "4.0");
  }
  fail_unless_equals_uint64 (
      gst_web_audio_worklet_global_scope_get_current_frame (f.scope ()), 512);
}
GST_END_TEST

GST_START_TEST (a_rate_is_the_only_one_that_is_taken)
{
  Fixture f (22050);
  f.make ("level");
  auto element = f.make_element ();
  GstHarness *harness =
      gst_harness_new_with_element (element.get (), "sink", "src");
  GstCaps *caps = gst_pad_query_caps (GST_PAD_PEER (harness->srcpad), nullptr);
  const GstStructure *one = gst_caps_get_structure (caps, 0);
  gint rate = 0;
  fail_unless (gst_structure_get_int (one, "rate", &rate));
  fail_unless_equals_int (rate, 22050);
  gst_caps_unref (caps);
  gst_harness_teardown (harness);
}
GST_END_TEST

// Two elements can't have the one clock.
GST_START_TEST (a_node_is_rendered_by_one_element)
{
  Fixture f;
  f.make ("level");
  auto element = f.make_element ();
  auto other = f.make_element ();
  Playing playing (element.get ());
  playing.render (128);
  GstBus *bus = gst_bus_new ();
  gst_element_set_bus (other.get (), bus);
  {
    Playing refused (other.get ());
    fail_unless (refused.push (128) != GST_FLOW_OK);
    GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
    fail_unless (message != nullptr);
    GError *error = nullptr;
    gst_message_parse_error (message, &error, nullptr);
    fail_unless (strstr (error->message, "rendered already") != nullptr, "%s",
        error->message);
    g_error_free (error);
    gst_message_unref (message);
  }
  gst_element_set_bus (other.get (), nullptr);
  gst_object_unref (bus);
  // The first one goes on, with its parameters.
  gst_web_audio_param_set_value (param_of (f.node, "level"), 1, nullptr);
  check_near (playing.render (128)[0], 1);
}
GST_END_TEST

// `processor` of an AudioWorklet that the application has.
GST_START_TEST (an_element_makes_its_node_in_a_given_worklet)
{
  Fixture f;
  auto element = f.make_element ();
  g_object_set (element.get (), "worklet", f.worklet.get (), "processor",
      "level", nullptr);
  GstWebAudioWorklet *given = nullptr;
  GstWebAudioWorkletNode *none = nullptr;
  g_object_get (element.get (), "worklet", &given, "node", &none, nullptr);
  fail_unless (given == f.worklet.get ());
  fail_unless (none == nullptr);
  g_object_unref (given);
  gst_child_proxy_set (
      GST_CHILD_PROXY (element.get ()), "level::value", 1.5f, nullptr);
  Playing playing (element.get ());
  check_near (playing.render (128)[0], 1.5);
  // Its node can be had, with all that a node has.
  GstWebAudioWorkletNode *made = nullptr, *again = nullptr;
  g_object_get (element.get (), "node", &made, nullptr);
  g_object_get (element.get (), "node", &again, nullptr);
  Own<GstWebAudioWorkletNode> node (made);
  fail_unless (made != nullptr && made == again);
  g_object_unref (again);
  fail_unless (
      gst_web_audio_worklet_node_get_worklet (made) == f.worklet.get ());
  GstWebAudioParam *p = param_of (node, "level");
  fail_unless_equals_float (gst_web_audio_param_get_value (p), 1.5);
  gst_web_audio_param_set_value_at_time (p, 0.25, 0, nullptr);
  check_near (playing.render (128)[0], 0.25);
  fail_unless_equals_uint64 (
      gst_web_audio_worklet_global_scope_get_current_frame (f.scope ()), 256);
}
GST_END_TEST

// A processor that is registered while another one plays.
GST_START_TEST (processors_are_registered_while_one_runs)
{
  Fixture f;
  f.make ("level");
  auto element = f.make_element ();
  Playing playing (element.get ());
  playing.render (128);
  register_processor<Echo> (f.worklet.get (), "late");
  fail_unless (make_node (f.worklet.get (), "late") != nullptr);
  check_near (playing.render (128)[0], 0.5);
}
GST_END_TEST

// The port of the element's own scope, where a module listens.
GST_START_TEST (the_scope_s_port_is_at_the_element)
{
  GstElement *element = gst_element_factory_make ("audioworklet", nullptr);
  gst_object_ref_sink (element);
  const Own<GstElement> owned (element);
  g_object_set (element, "module", module_path ("echo").c_str (), "processor",
      "test-echo", nullptr);
  GstWebAudioWorklet *worklet = nullptr;
  g_object_get (element, "worklet", &worklet, nullptr);
  const Own<GstWebAudioWorklet> held (worklet);
  GstWebMessagePort *port = gst_web_audio_worklet_get_port (worklet);
  Heard heard (port);
  heard.take ();
  post (port, "1");
  heard.expect ("1");
  Playing playing (element);
  playing.push (128);
  post (port, "2");
  playing.push (128);
  heard.expect ("2");
}
GST_END_TEST

// The element's own signals are there as well.
GST_START_TEST (the_element_and_the_node_s_port_hear_the_same)
{
  Fixture f (kRate);
  f.make ("echo");
  auto element = f.make_element ();
  int count = 0;
  auto count_it = [] (GstElement *, GVariant *, gpointer data) {
    ++*static_cast<int *> (data);
  };
  using Count = void (*) (GstElement *, GVariant *, gpointer);
  g_signal_connect (element.get (), "message",
      G_CALLBACK (static_cast<Count> (count_it)), &count);
  Heard heard (gst_web_audio_worklet_node_get_port (f.node.get ()));
  gboolean is_posted = FALSE;
  // Before it runs, and when it does.
  g_signal_emit_by_name (
      element.get (), "post-message", g_variant_new_int32 (1), &is_posted);
  fail_unless (is_posted);
  Playing playing (element.get ());
  playing.push (128);
  post (gst_web_audio_worklet_node_get_port (f.node.get ()), "2");
  playing.push (128);
  heard.expect ("1.0 2.0");
  fail_unless_equals_int (count, 2);
}
GST_END_TEST

GST_START_TEST (a_node_has_the_pads_that_it_has)
{
  Fixture f;
  f.node = make_node (f.worklet.get (), "level",
      "{'numberOfInputs': <0>, 'numberOfOutputs': <1>}");
  auto element = f.make_element ();
  fail_unless (gst_element_get_static_pad (element.get (), "sink") == nullptr);
  // More than it has inputs for.
  GstPad *pad = gst_element_request_pad_simple (element.get (), "src_%u");
  fail_unless (pad != nullptr);
  GstBus *bus = gst_bus_new ();
  gst_element_set_bus (element.get (), bus);
  fail_unless_equals_int (
      gst_element_set_state (element.get (), GST_STATE_PAUSED),
      GST_STATE_CHANGE_FAILURE);
  GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  fail_unless (message != nullptr);
  GError *error = nullptr;
  gst_message_parse_error (message, &error, nullptr);
  fail_unless (
      strstr (error->message, "1 outputs") != nullptr, "%s", error->message);
  g_error_free (error);
  gst_message_unref (message);
  gst_element_set_state (element.get (), GST_STATE_NULL);
  gst_element_set_bus (element.get (), nullptr);
  gst_object_unref (bus);
  gst_element_release_request_pad (element.get (), pad);
  gst_object_unref (pad);
}
GST_END_TEST

static Suite *
audioworklet_node_suite (void)
{
  Suite *suite = suite_create ("elements/audioworklet-node");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_node_of_the_application_is_rendered);
  tcase_add_test (tcase, every_method_of_automation_is_heard_at_its_frame);
  tcase_add_test (tcase, the_clock_s_time_is_the_next_frame);
  tcase_add_test (tcase, k_rate_is_one_value_a_quantum);
  tcase_add_test (tcase, children_are_the_parameters_of_the_node);
  tcase_add_test (tcase, messages_wait_for_the_processor_and_come_while_paused);
  tcase_add_test (tcase, a_node_that_is_not_rendered_has_its_messages);
  tcase_add_test (tcase, messages_come_after_the_end);
  tcase_add_test (tcase, answers_to_answers_hold_neither_a_pause_nor_the_end);
  tcase_add_test (tcase, with_a_rate_a_processor_lives_as_long_as_its_node);
  tcase_add_test (tcase, a_rate_is_the_only_one_that_is_taken);
  tcase_add_test (tcase, a_node_is_rendered_by_one_element);
  tcase_add_test (tcase, an_element_makes_its_node_in_a_given_worklet);
  tcase_add_test (tcase, processors_are_registered_while_one_runs);
  tcase_add_test (tcase, the_scope_s_port_is_at_the_element);
  tcase_add_test (tcase, the_element_and_the_node_s_port_hear_the_same);
  tcase_add_test (tcase, a_node_has_the_pads_that_it_has);
  return suite;
}
GST_CHECK_MAIN (audioworklet_node)
