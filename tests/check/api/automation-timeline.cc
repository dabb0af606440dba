// SPDX-License-Identifier: LGPL-2.1-or-later
// The time line of a parameter as a GstControlSource.
#include "support/check.hh"

#include <cmath>
#include <gst/webmedia/webmedia.h>

namespace {

// A time line, and what it says at a time in ms.
struct Line {
  explicit Line (double value) : self (gst_web_automation_timeline_new (value))
  {}
  ~Line () { gst_object_unref (self); }
  double value_at (guint64 ms)
  {
    gdouble value = NAN;
    fail_unless (gst_control_source_get_value (
        GST_CONTROL_SOURCE (self), ms * GST_MSECOND, &value));
    return value;
  }

  GstWebAutomationTimeline *const self;
};

void
check_error (GError *error, GstWebError code)
{
  fail_unless (g_error_matches (error, GST_WEB_ERROR, code), "it is %s",
      error ? error->message : "none");
  g_error_free (error);
}

void
check_value (double value, double expected)
{
  fail_unless (
      std::abs (value - expected) < 1e-9, "%g is not %g", value, expected);
}

} // namespace

GST_START_TEST (it_begins_with_a_finite_number)
{
  const double wrong[] = {NAN, INFINITY, -INFINITY};
  for (double value : wrong) {
    g_test_expect_message (
        "GstWebMedia", G_LOG_LEVEL_CRITICAL, "*isfinite (value)*");
    fail_unless (gst_web_automation_timeline_new (value) == nullptr);
    g_test_assert_expected_messages ();
  }
}
GST_END_TEST

GST_START_TEST (events_are_those_of_an_audio_param)
{
  Line line (1);
  fail_unless (gst_web_automation_timeline_set_value_at_time (
      line.self, 2, GST_SECOND, nullptr));
  fail_unless (gst_web_automation_timeline_linear_ramp_to_value_at_time (
      line.self, 4, 2 * GST_SECOND, nullptr));
  fail_unless (gst_web_automation_timeline_exponential_ramp_to_value_at_time (
      line.self, 16, 4 * GST_SECOND, nullptr));
  fail_unless (gst_web_automation_timeline_set_target_at_time (
      line.self, 0, 5 * GST_SECOND, GST_SECOND, nullptr));
  check_value (line.value_at (0), 1);
  check_value (line.value_at (1000), 2);
  check_value (line.value_at (1500), 3);
  check_value (line.value_at (3000), 8);
  check_value (line.value_at (4500), 16);
  check_value (line.value_at (6000), 16 * std::exp (-1));
  const gfloat curve[] = {0, 1, 0};
  fail_unless (gst_web_automation_timeline_set_value_curve_at_time (
      line.self, curve, 3, 10 * GST_SECOND, 2 * GST_SECOND, nullptr));
  check_value (line.value_at (10500), 0.5);
  check_value (line.value_at (11500), 0.5);
}
GST_END_TEST

// Whoever plays it: there is no time of its own.
GST_START_TEST (earlier_times_may_be_asked_for_again)
{
  Line line (0);
  gst_web_automation_timeline_linear_ramp_to_value_at_time (
      line.self, 1, GST_SECOND, nullptr);
  check_value (line.value_at (900), 0.9);
  check_value (line.value_at (100), 0.1);
  // And scheduled.
  gst_web_automation_timeline_set_value_at_time (
      line.self, 5, 50 * GST_MSECOND, nullptr);
  check_value (line.value_at (60), 5 - 4 * 10.0 / 950);
}
GST_END_TEST

GST_START_TEST (arrays_are_the_same_as_single_values)
{
  Line line (0);
  gst_web_automation_timeline_linear_ramp_to_value_at_time (
      line.self, 1, GST_SECOND, nullptr);
  gdouble values[64];
  fail_unless (
      gst_control_source_get_value_array (GST_CONTROL_SOURCE (line.self),
          980 * GST_MSECOND, GST_MSECOND, 64, values));
  for (int i = 0; i < 64; i++)
    check_value (values[i], line.value_at (980 + i));
  // A constant, too.
  fail_unless (gst_control_source_get_value_array (
      GST_CONTROL_SOURCE (line.self), 2 * GST_SECOND, GST_MSECOND, 64, values));
  for (double value : values)
    check_value (value, 1);
}
GST_END_TEST

GST_START_TEST (events_can_be_cancelled)
{
  Line line (0);
  gst_web_automation_timeline_linear_ramp_to_value_at_time (
      line.self, 1, GST_SECOND, nullptr);
  fail_unless (gst_web_automation_timeline_cancel_and_hold_at_time (
      line.self, 500 * GST_MSECOND, nullptr));
  check_value (line.value_at (400), 0.4);
  check_value (line.value_at (900), 0.5);
  fail_unless (gst_web_automation_timeline_cancel_scheduled_values (
      line.self, 0, nullptr));
  check_value (line.value_at (400), 0);
}
GST_END_TEST

GST_START_TEST (mistakes_are_those_of_the_specification)
{
  Line line (1);
  GError *error = nullptr;
  fail_unless (!gst_web_automation_timeline_set_value_at_time (
      line.self, NAN, 0, &error));
  check_error (g_steal_pointer (&error), GST_WEB_ERROR_TYPE);
  fail_unless (!gst_web_automation_timeline_set_value_at_time (
      line.self, 1, GST_CLOCK_TIME_NONE, &error));
  check_error (g_steal_pointer (&error), GST_WEB_ERROR_TYPE);
  fail_unless (!gst_web_automation_timeline_exponential_ramp_to_value_at_time (
      line.self, 0, GST_SECOND, &error));
  check_error (g_steal_pointer (&error), GST_WEB_ERROR_RANGE);
  const gfloat curve[] = {0, 1};
  fail_unless (!gst_web_automation_timeline_set_value_curve_at_time (
      line.self, curve, 1, 0, GST_SECOND, &error));
  check_error (g_steal_pointer (&error), GST_WEB_ERROR_INVALID_STATE);
  fail_unless (gst_web_automation_timeline_set_value_curve_at_time (
      line.self, curve, 2, 0, GST_SECOND, nullptr));
  fail_unless (!gst_web_automation_timeline_set_value_at_time (
      line.self, 1, GST_SECOND / 2, &error));
  check_error (g_steal_pointer (&error), GST_WEB_ERROR_NOT_SUPPORTED);
}
GST_END_TEST

static Suite *
automation_timeline_suite (void)
{
  Suite *suite = suite_create ("automation-timeline");
  TCase *chain = tcase_create ("general");
  suite_add_tcase (suite, chain);
  tcase_add_test (chain, it_begins_with_a_finite_number);
  tcase_add_test (chain, events_are_those_of_an_audio_param);
  tcase_add_test (chain, earlier_times_may_be_asked_for_again);
  tcase_add_test (chain, arrays_are_the_same_as_single_values);
  tcase_add_test (chain, events_can_be_cancelled);
  tcase_add_test (chain, mistakes_are_those_of_the_specification);
  return suite;
}

GST_CHECK_MAIN (automation_timeline)
