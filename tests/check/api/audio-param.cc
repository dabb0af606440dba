// SPDX-License-Identifier: LGPL-2.1-or-later
// AudioParam: attributes, and the methods of automation with their errors. What
// they sound like is in elements/audioworklet-node.cc.
#include "support/worklet-objects.hh"

using namespace webmedia::test;

namespace {

struct Fixture {
  Fixture ()
  {
    register_processor<Level> (worklet.get (), "level");
    node = make_node (worklet.get (), "level");
    param = param_of (node, "level");
  }
  void expect_value (double expected)
  {
    fail_unless_equals_float (gst_web_audio_param_get_value (param), expected);
  }

  const Own<GstWebAudioWorklet> worklet = make_worklet ();
  Own<GstWebAudioWorkletNode> node;
  GstWebAudioParam *param;
};

// Each is called with an error to set.
template <typename Call>
void
expect_error (GstWebError code, const char *mention, Call call)
{
  GError *error = nullptr;
  fail_if (call (&error));
  check_error (error, code, mention);
}

} // namespace

GST_START_TEST (a_parameter_has_what_its_descriptor_says)
{
  Fixture f;
  gfloat value, initial, least, most;
  GstWebAutomationRate rate;
  g_object_get (f.param, "value", &value, "default-value", &initial,
      "min-value", &least, "max-value", &most, "automation-rate", &rate,
      nullptr);
  fail_unless_equals_float (value, 0.5);
  fail_unless_equals_float (initial, 0.5);
  fail_unless_equals_float (least, 0);
  fail_unless_equals_float (most, 2);
  fail_unless_equals_int (rate, GST_WEB_AUTOMATION_RATE_A);
  GstWebAudioParam *held = param_of (f.node, "held");
  fail_unless_equals_int (gst_web_audio_param_get_automation_rate (held),
      GST_WEB_AUTOMATION_RATE_K);
}
GST_END_TEST

// WPT: automation-rate
GST_START_TEST (the_automation_rate_can_be_changed)
{
  Fixture f;
  gst_web_audio_param_set_automation_rate (f.param, GST_WEB_AUTOMATION_RATE_K);
  fail_unless_equals_int (gst_web_audio_param_get_automation_rate (f.param),
      GST_WEB_AUTOMATION_RATE_K);
  g_object_set (f.param, "automation-rate", GST_WEB_AUTOMATION_RATE_A, nullptr);
  fail_unless_equals_int (gst_web_audio_param_get_automation_rate (f.param),
      GST_WEB_AUTOMATION_RATE_A);
}
GST_END_TEST

// WPT: audioparam-nominal-range
GST_START_TEST (the_value_is_held_in_its_range)
{
  Fixture f;
  fail_unless (gst_web_audio_param_set_value (f.param, 1.25f, nullptr));
  f.expect_value (1.25);
  fail_unless (gst_web_audio_param_set_value (f.param, 100, nullptr));
  f.expect_value (2);
  fail_unless (gst_web_audio_param_set_value (f.param, -100, nullptr));
  f.expect_value (0);
  g_object_set (f.param, "value", 0.75f, nullptr);
  f.expect_value (0.75);
}
GST_END_TEST

GST_START_TEST (a_value_during_a_curve_is_refused)
{
  Fixture f;
  const gfloat curve[] = {0, 1};
  fail_unless (gst_web_audio_param_set_value_curve_at_time (
      f.param, curve, 2, 0, GST_SECOND, nullptr));
  expect_error (GST_WEB_ERROR_NOT_SUPPORTED, "curve", [&] (GError **error) {
    return gst_web_audio_param_set_value (f.param, 1, error);
  });
  f.expect_value (0.5);
}
GST_END_TEST

// WPT: audioparam-exceptional-values
GST_START_TEST (what_is_not_finite_is_a_type_error)
{
  Fixture f;
  GstWebAudioParam *p = f.param;
  const GstClockTime none = GST_CLOCK_TIME_NONE;
  for (float bad : {NAN, INFINITY, -INFINITY}) {
    auto expect = [bad] (auto method, auto... rest) {
      expect_error (GST_WEB_ERROR_TYPE, "finite",
          [&] (GError **error) { return method (bad, rest..., error); });
    };
    expect ([&] (float v, GError **e) {
      return gst_web_audio_param_set_value (p, v, e);
    });
    expect ([&] (float v, GError **e) {
      return gst_web_audio_param_set_value_at_time (p, v, 0, e);
    });
    expect ([&] (float v, GError **e) {
      return gst_web_audio_param_linear_ramp_to_value_at_time (p, v, 0, e);
    });
    expect ([&] (float v, GError **e) {
      return gst_web_audio_param_exponential_ramp_to_value_at_time (p, v, 0, e);
    });
    expect ([&] (float v, GError **e) {
      return gst_web_audio_param_set_target_at_time (p, v, 0, 1, e);
    });
    expect ([&] (float v, GError **e) {
      const gfloat curve[] = {0, v};
      return gst_web_audio_param_set_value_curve_at_time (
          p, curve, 2, 0, GST_SECOND, e);
    });
  }
  auto expect_time = [] (auto call) {
    expect_error (GST_WEB_ERROR_TYPE, "finite", call);
  };
  expect_time ([&] (GError **e) {
    return gst_web_audio_param_set_value_at_time (p, 1, none, e);
  });
  expect_time ([&] (GError **e) {
    return gst_web_audio_param_linear_ramp_to_value_at_time (p, 1, none, e);
  });
  expect_time ([&] (GError **e) {
    return gst_web_audio_param_exponential_ramp_to_value_at_time (
        p, 1, none, e);
  });
  expect_time ([&] (GError **e) {
    return gst_web_audio_param_set_target_at_time (p, 1, 0, none, e);
  });
  expect_time ([&] (GError **e) {
    return gst_web_audio_param_cancel_scheduled_values (p, none, e);
  });
  expect_time ([&] (GError **e) {
    return gst_web_audio_param_cancel_and_hold_at_time (p, none, e);
  });
}
GST_END_TEST

// WPT: audioparam-exceptional-values, audioparam-setValueCurve-exceptions,
// cancel-scheduled-values
GST_START_TEST (what_is_out_of_range_is_refused)
{
  Fixture f;
  GstWebAudioParam *p = f.param;
  const gfloat curve[] = {0, 1};
  expect_error (GST_WEB_ERROR_RANGE, "0", [&] (GError **e) {
    return gst_web_audio_param_exponential_ramp_to_value_at_time (
        p, 0, GST_SECOND, e);
  });
  expect_error (GST_WEB_ERROR_INVALID_STATE, "two", [&] (GError **e) {
    return gst_web_audio_param_set_value_curve_at_time (
        p, curve, 1, 0, GST_SECOND, e);
  });
  expect_error (GST_WEB_ERROR_RANGE, "positive", [&] (GError **e) {
    return gst_web_audio_param_set_value_curve_at_time (p, curve, 2, 0, 0, e);
  });
  fail_unless (gst_web_audio_param_set_value_curve_at_time (
      p, curve, 2, GST_SECOND, GST_SECOND, nullptr));
  expect_error (GST_WEB_ERROR_NOT_SUPPORTED, "curve", [&] (GError **e) {
    return gst_web_audio_param_linear_ramp_to_value_at_time (
        p, 1, 3 * GST_SECOND / 2, e);
  });
  expect_error (GST_WEB_ERROR_NOT_SUPPORTED, "curve", [&] (GError **e) {
    return gst_web_audio_param_set_value_curve_at_time (
        p, curve, 2, GST_SECOND / 2, GST_SECOND, e);
  });
  // When the curve is cancelled there is room.
  fail_unless (
      gst_web_audio_param_cancel_scheduled_values (p, GST_SECOND, nullptr));
  fail_unless (gst_web_audio_param_set_target_at_time (
      p, 1, 3 * GST_SECOND / 2, GST_SECOND, nullptr));
  fail_unless (
      gst_web_audio_param_cancel_and_hold_at_time (p, 2 * GST_SECOND, nullptr));
}
GST_END_TEST

// As a binding does it.
GST_START_TEST (a_parameter_of_no_node_is_harmless)
{
  Own<GstWebAudioParam> param (GST_WEB_AUDIO_PARAM (
      gst_object_ref_sink (g_object_new (GST_TYPE_WEB_AUDIO_PARAM, nullptr))));
  fail_unless (gst_web_audio_param_set_value (param.get (), 3, nullptr));
  fail_unless_equals_float (gst_web_audio_param_get_value (param.get ()), 3);
}
GST_END_TEST

static Suite *
audio_param_suite (void)
{
  Suite *suite = suite_create ("api/audio-param");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_parameter_has_what_its_descriptor_says);
  tcase_add_test (tcase, the_automation_rate_can_be_changed);
  tcase_add_test (tcase, the_value_is_held_in_its_range);
  tcase_add_test (tcase, a_value_during_a_curve_is_refused);
  tcase_add_test (tcase, what_is_not_finite_is_a_type_error);
  tcase_add_test (tcase, what_is_out_of_range_is_refused);
  tcase_add_test (tcase, a_parameter_of_no_node_is_harmless);
  return suite;
}
GST_CHECK_MAIN (audio_param)
