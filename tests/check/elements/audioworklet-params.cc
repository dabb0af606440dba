// SPDX-License-Identifier: LGPL-2.1-or-later
// Parameters that a GstControlSource drives, frame by frame.
#include "support/worklet-playing.hh"

#include <gst/controller/gstdirectcontrolbinding.h>
#include <gst/controller/gstinterpolationcontrolsource.h>

using namespace webmedia::test;

namespace {

// Of frames of 1: what comes out is the parameter.
const Sound kOnes = {std::vector<float> (48000, 1.0f)};

// From 0 to 1 in the first second of stream time.
class Ramp {
public:
  Ramp (WorkletHarness &harness, const char *name, bool is_absolute = true)
      : child_ (GST_OBJECT (gst_child_proxy_get_child_by_name (
          GST_CHILD_PROXY (harness.element ()), name))),
        source_ (gst_interpolation_control_source_new ())
  {
    g_object_set (source_, "mode", GST_INTERPOLATION_MODE_LINEAR, nullptr);
    auto timed = GST_TIMED_VALUE_CONTROL_SOURCE (source_);
    gst_timed_value_control_source_set (timed, 0, 0);
    gst_timed_value_control_source_set (timed, GST_SECOND, 1);
    gst_object_add_control_binding (child_,
        is_absolute
            ? gst_direct_control_binding_new_absolute (child_, "value", source_)
            : gst_direct_control_binding_new (child_, "value", source_));
  }
  ~Ramp ()
  {
    gst_object_unref (source_);
    gst_object_unref (child_);
  }
  void set_length (GstClockTime length)
  {
    auto timed = GST_TIMED_VALUE_CONTROL_SOURCE (source_);
    gst_timed_value_control_source_unset_all (timed);
    gst_timed_value_control_source_set (timed, 0, 0);
    gst_timed_value_control_source_set (timed, length, 1);
  }
  GstObject *child () { return child_; }

private:
  GstObject *const child_;
  GstControlSource *const source_;
};

void
check_ramp (const Sound &sound, size_t first, double least, double range)
{
  for (size_t i = 0; i < sound[0].size (); i++) {
    const double expected =
        least + range * static_cast<double> (first + i) / kRate;
    fail_unless (std::abs (sound[0][i] - expected) <= 1e-7 * range,
        "frame %zu: %.9g is not %.9g", i, sound[0][i], expected);
  }
}

// From NULL to PLAYING and back: what a 1 becomes. `meanwhile` is done in
// PLAYING.
float
run_once (const Own<GstElement> &element, void (*meanwhile) (GstElement *) = {})
{
  Playing playing (element.get (), kRate, 1);
  const float first = playing.render (128)[0];
  if (meanwhile)
    meanwhile (element.get ());
  return first;
}

float
value_of (const Own<GstWebAudioWorkletNode> &node)
{
  return gst_web_audio_param_get_value (param_of (node, "gain"));
}

} // namespace

GST_START_TEST (a_node_that_is_given_keeps_its_values)
{
  const auto worklet = make_worklet ();
  const auto a = make_node (worklet.get (), "gain");
  const auto b = make_node (worklet.get (), "gain");
  gst_web_audio_param_set_value (param_of (a, "gain"), 0.5, nullptr);
  gst_web_audio_param_set_value (param_of (b, "gain"), 0.75, nullptr);
  const auto element = make_worklet_element ();
  auto proxy = GST_CHILD_PROXY (element.get ());
  g_object_set (element.get (), "processor", "gain", nullptr);
  gst_child_proxy_set (proxy, "gain::value", 0.125f, nullptr);
  g_object_set (element.get (), "node", a.get (), nullptr);
  fail_unless_equals_float (value_of (a), 0.5);
  g_object_set (element.get (), "node", b.get (), nullptr);
  fail_unless_equals_float (value_of (b), 0.75);
  // What is set of it is set of no other one.
  gst_child_proxy_set (proxy, "gain::value", 0.25f, nullptr);
  fail_unless_equals_float (value_of (b), 0.25);
  fail_unless_equals_float (run_once (element), 0.25);
  g_object_set (element.get (), "node", a.get (), nullptr);
  fail_unless_equals_float (value_of (a), 0.5);
  g_object_set (element.get (), "node", nullptr, nullptr);
  fail_unless_equals_float (run_once (element), 0.125);
}
GST_END_TEST

// As gst_parse_launch() sets what stands before the processor in a line.
GST_START_TEST (a_child_can_be_set_when_it_comes)
{
  const auto worklet = make_worklet ();
  const auto node = make_node (worklet.get (), "gain");
  const auto element = make_worklet_element ();
  auto set = [] (GstChildProxy *, GObject *child, gchar *, gpointer) {
    g_object_set (child, "value", 0.25f, nullptr);
  };
  using Set = void (*) (GstChildProxy *, GObject *, gchar *, gpointer);
  g_signal_connect (element.get (), "child-added",
      G_CALLBACK (static_cast<Set> (set)), nullptr);
  g_object_set (element.get (), "node", node.get (), nullptr);
  fail_unless_equals_float (value_of (node), 0.25);
}
GST_END_TEST

GST_START_TEST (values_are_those_of_each_run)
{
  const auto element = make_worklet_element ();
  auto give = [&element] (const char *options) {
    g_object_set (element.get (), "node-options", options, nullptr);
  };
  g_object_set (element.get (), "processor", "gain", nullptr);
  give ("{\"parameterData\":{\"gain\":0.5}}");
  auto automate = [] (GstElement *rendering) {
    GstWebAudioWorkletNode *own = nullptr;
    g_object_get (rendering, "node", &own, nullptr);
    const Own<GstWebAudioWorkletNode> node (own);
    gst_web_audio_param_set_value (param_of (node, "gain"), 0, nullptr);
  };
  fail_unless_equals_float (run_once (element, automate), 0.5);
  fail_unless_equals_float (run_once (element), 0.5);
  give ("{\"parameterData\":{\"gain\":0.75}}");
  fail_unless_equals_float (run_once (element), 0.75);
  give (nullptr);
  fail_unless_equals_float (run_once (element), 1);
  // Set at the child it is set for all of them.
  auto set = [] (GstElement *rendering) {
    gst_child_proxy_set (
        GST_CHILD_PROXY (rendering), "gain::value", 0.25f, nullptr);
  };
  run_once (element, set);
  fail_unless_equals_float (run_once (element), 0.25);
}
GST_END_TEST

// Also where it is the default.
GST_START_TEST (what_is_set_goes_before_parameter_data)
{
  for (float value : {0.25f, 1.0f}) {
    const auto element = make_worklet_element ();
    g_object_set (element.get (), "processor", "gain", "node-options",
        "{\"parameterData\":{\"gain\":0.5}}", nullptr);
    gst_child_proxy_set (
        GST_CHILD_PROXY (element.get ()), "gain::value", value, nullptr);
    fail_unless_equals_float (run_once (element), value);
  }
}
GST_END_TEST

GST_START_TEST (a_control_source_drives_each_frame)
{
  for (size_t split : {7, 128, 1024}) {
    WorkletHarness harness ("audioworklet processor=gain", 1);
    Ramp ramp (harness, "gain");
    harness.push_all (kOnes, split);
    harness.end ();
    const Sound sound = harness.take ();
    fail_unless_equals_int (sound[0].size (), 48000);
    check_ramp (sound, 0, 0, 1);
  }
}
GST_END_TEST

// Frames are no whole number of nanoseconds: what is rounded does not add up.
GST_START_TEST (a_steep_ramp_is_exact)
{
  for (int rate : {44100, 48000}) {
    WorkletHarness harness ("audioworklet processor=gain", 1);
    Ramp ramp (harness, "gain");
    ramp.set_length (40 * GST_MSECOND);
    harness.set_format (1, false, rate);
    harness.push (kOnes, 0, 128);
    harness.push (kOnes, 128, 1536);
    const Sound sound = harness.take ();
    fail_unless_equals_int (sound[0].size (), 1664);
    double most = 0;
    for (size_t i = 0; i < 1664; i++)
      most = std::max (
          most, std::abs (sound[0][i] - static_cast<double> (i) / rate / 0.04));
    fail_unless (most <= 1e-7, "%g at %d Hz", most, rate);
  }
}
GST_END_TEST

namespace {

struct Step {
  size_t frame;
  double value;
};
// Times that are rounded down, up, and to what is whole at each of the rates.
constexpr Step kSteps[] = {{1001, 0.75}, {1003, 0.5}, {4410, 0.25}};

GstClockTime
time_of_step (const Step &step, int rate)
{
  const auto hz = static_cast<guint64> (rate);
  return step.frame % 2 && step.frame % 4 == 1
             ? gst_util_uint64_scale (step.frame, GST_SECOND, hz)
             : gst_util_uint64_scale_ceil (step.frame, GST_SECOND, hz);
}

GstControlSource *
make_steps (int rate)
{
  GstControlSource *source = gst_interpolation_control_source_new ();
  g_object_set (source, "mode", GST_INTERPOLATION_MODE_NONE, nullptr);
  auto timed = GST_TIMED_VALUE_CONTROL_SOURCE (source);
  gst_timed_value_control_source_set (timed, 0, 1);
  for (const Step &step : kSteps)
    gst_timed_value_control_source_set (
        timed, time_of_step (step, rate), step.value);
  return source;
}

GstControlSource *
make_time_line (int rate)
{
  GstWebAutomationTimeline *line = gst_web_automation_timeline_new (1);
  for (const Step &step : kSteps)
    fail_unless (gst_web_automation_timeline_set_value_at_time (
        line, step.value, time_of_step (step, rate), nullptr));
  return GST_CONTROL_SOURCE (line);
}

// Takes the source.
void
control_gain (WorkletHarness &harness, GstControlSource *source)
{
  GstObject *child = GST_OBJECT (gst_child_proxy_get_child_by_name (
      GST_CHILD_PROXY (harness.element ()), "gain"));
  fail_unless (gst_object_add_control_binding (
      child, gst_direct_control_binding_new_absolute (child, "value", source)));
  gst_object_unref (child);
  gst_object_unref (source);
}

} // namespace

GST_START_TEST (a_step_is_at_its_frame_however_sound_is_cut)
{
  const Sound ones = {std::vector<float> (5000, 1.0f)};
  for (auto make : {make_steps, make_time_line})
    for (int rate : {8000, 22050, 44100, 48000, 96000})
      for (size_t split : {1, 7, 127, 128, 480, 1024, 4096}) {
        WorkletHarness harness ("audioworklet processor=gain", 1);
        harness.set_format (1, false, rate);
        control_gain (harness, make (rate));
        harness.push_all (ones, split);
        harness.end ();
        const Sound sound = harness.take ();
        fail_unless_equals_int (sound[0].size (), 5000);
        for (size_t i = 0; i < 5000; i++) {
          double expected = 1;
          for (const Step &step : kSteps)
            if (i >= step.frame)
              expected = step.value;
          fail_unless (sound[0][i] == static_cast<float> (expected),
              "frame %zu is %g at %d Hz in pieces of %zu", i, sound[0][i], rate,
              split);
        }
      }
}
GST_END_TEST

GST_START_TEST (values_are_the_same_bits_however_sound_is_cut)
{
  const Sound ones = {std::vector<float> (9000, 1.0f)};
  for (int rate : {44100, 48000}) {
    Sound first;
    for (size_t split : {9000, 1, 7, 127, 128, 480, 4096}) {
      WorkletHarness harness ("audioworklet processor=gain", 1);
      harness.set_format (1, false, rate);
      Ramp ramp (harness, "gain");
      ramp.set_length (100 * GST_MSECOND);
      harness.push_all (ones, split);
      harness.end ();
      const Sound sound = harness.take ();
      if (first.empty ())
        first = sound;
      check_equal (sound, first, 0);
    }
  }
}
GST_END_TEST

// Of what is not cut at frames that are counted from 0, frames are counted from
// its beginning.
GST_START_TEST (a_step_is_at_its_frame_where_sound_begins_between_frames)
{
  for (size_t split : {7, 128, 480}) {
    WorkletHarness harness ("audioworklet processor=gain", 1);
    control_gain (harness, make_steps (kRate));
    const Sound ones = {std::vector<float> (5000, 1.0f)};
    constexpr GstClockTime kOff = 10000; // of 20,833 ns
    for (size_t i = 0; i < 5000; i += split) {
      GstBuffer *buffer =
          harness.make_buffer (ones, i, std::min (split, 5000 - i));
      GST_BUFFER_PTS (buffer) += kOff;
      fail_unless_equals_int (gst_harness_push (*harness, buffer), GST_FLOW_OK);
    }
    harness.end ();
    const Sound sound = harness.take ();
    for (const Step &step : kSteps) {
      fail_unless (sound[0][step.frame] == static_cast<float> (step.value));
      fail_unless (sound[0][step.frame - 1] > static_cast<float> (step.value));
    }
  }
}
GST_END_TEST

// After a seek the values are those of the new place.
GST_START_TEST (a_control_source_goes_by_stream_time)
{
  for (size_t split : {1024, 100}) {
    WorkletHarness harness ("audioworklet processor=gain", 1);
    Ramp ramp (harness, "gain");
    harness.push (kOnes, 0, 1024);
    harness.take ();
    gst_harness_push_event (*harness, gst_event_new_flush_start ());
    gst_harness_push_event (*harness, gst_event_new_flush_stop (TRUE));
    GstSegment segment;
    gst_segment_init (&segment, GST_FORMAT_TIME);
    segment.start = segment.time = segment.position = time_of (24000);
    gst_harness_push_event (*harness, gst_event_new_segment (&segment));
    // As well where no buffer begins with a quantum.
    for (size_t i = 0; i < 5000; i += split)
      harness.push (kOnes, 24000 + i, split);
    check_ramp (harness.take (), 24000, 0, 1);
  }
}
GST_END_TEST

// A binding that maps 0 to 1 to the property's range has the parameter's.
GST_START_TEST (a_binding_maps_to_the_range)
{
  WorkletHarness harness ("audioworklet processor=delay "
                          "processor-options={\"maxDelayTime\":1}",
      1);
  Ramp ramp (harness, "delayTime", false);
  GParamSpec *spec = g_object_class_find_property (
      G_OBJECT_GET_CLASS (ramp.child ()), "value");
  fail_unless_equals_float (G_PARAM_SPEC_FLOAT (spec)->maximum, 180);
  harness.push (kOnes, 0, 24000 / 128 * 128);
  gfloat value;
  g_object_get (ramp.child (), "value", &value, nullptr);
  const double at = (24000 / 128 - 1) * 128;
  fail_unless (std::abs (value - 180 * at / kRate) < 1e-4);
}
GST_END_TEST

GST_START_TEST (a_range_may_begin_below_zero)
{
  WorkletHarness harness ("audioworklet processor=panner "
                          "node-options={\"outputChannelCount\":[2]}",
      1);
  Ramp ramp (harness, "pan", false);
  harness.push (kOnes, 0, 128);
  gfloat value;
  g_object_get (ramp.child (), "value", &value, nullptr);
  fail_unless (value == -1, "%g", value);
}
GST_END_TEST

GST_START_TEST (a_binding_may_come_and_go)
{
  WorkletHarness harness ("audioworklet processor=gain gain::value=0.5", 1);
  harness.push (kOnes, 0, 128);
  fail_unless (harness.take ()[0][0] == 0.5f);
  {
    Ramp ramp (harness, "gain");
    harness.push (kOnes, 128, 128);
    check_ramp (harness.take (), 128, 0, 1);
    GstControlBinding *binding =
        gst_object_get_control_binding (ramp.child (), "value");
    gst_object_remove_control_binding (ramp.child (), binding);
    gst_object_unref (binding);
  }
  gst_child_proxy_set (
      GST_CHILD_PROXY (harness.element ()), "gain::value", 0.75f, nullptr);
  harness.push (kOnes, 256, 128);
  fail_unless (harness.take ()[0][0] == 0.75f);
}
GST_END_TEST

// So is the time line of an AudioParam.
GST_START_TEST (a_time_line_drives_each_frame)
{
  WorkletHarness harness ("audioworklet processor=gain", 1);
  GstWebAutomationTimeline *line = gst_web_automation_timeline_new (0);
  gst_web_automation_timeline_linear_ramp_to_value_at_time (
      line, 1, GST_SECOND, nullptr);
  auto child = GST_OBJECT (gst_child_proxy_get_child_by_name (
      GST_CHILD_PROXY (harness.element ()), "gain"));
  gst_object_add_control_binding (
      child, gst_direct_control_binding_new_absolute (
                 child, "value", GST_CONTROL_SOURCE (line)));
  gst_object_unref (child);
  harness.push_all (kOnes, 480);
  harness.end ();
  check_ramp (harness.take (), 0, 0, 1);
  gst_object_unref (line);
}
GST_END_TEST

static Suite *
audioworklet_params_suite (void)
{
  Suite *suite = suite_create ("audioworklet-params");
  TCase *chain = tcase_create ("general");
  suite_add_tcase (suite, chain);
  tcase_add_test (chain, a_control_source_drives_each_frame);
  tcase_add_test (chain, a_steep_ramp_is_exact);
  tcase_add_test (chain, a_step_is_at_its_frame_however_sound_is_cut);
  tcase_add_test (chain, values_are_the_same_bits_however_sound_is_cut);
  tcase_add_test (
      chain, a_step_is_at_its_frame_where_sound_begins_between_frames);
  tcase_add_test (chain, a_control_source_goes_by_stream_time);
  tcase_add_test (chain, a_binding_maps_to_the_range);
  tcase_add_test (chain, a_range_may_begin_below_zero);
  tcase_add_test (chain, a_binding_may_come_and_go);
  tcase_add_test (chain, a_time_line_drives_each_frame);
  tcase_add_test (chain, a_node_that_is_given_keeps_its_values);
  tcase_add_test (chain, a_child_can_be_set_when_it_comes);
  tcase_add_test (chain, values_are_those_of_each_run);
  tcase_add_test (chain, what_is_set_goes_before_parameter_data);
  return suite;
}

GST_CHECK_MAIN (audioworklet_params)
