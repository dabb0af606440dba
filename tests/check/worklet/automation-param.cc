// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/automation-param.hh"
#include "support/check.hh"

#include <atomic>
#include <cmath>
#include <thread>

using namespace webmedia;
using namespace webmedia::worklet;

static void
must (const Result<> &result)
{
  fail_unless (
      bool (result), "%s", result ? "" : result.error ().message.c_str ());
}

static QuantumTime
quantum (uint64_t number, uint32_t frames = 128, uint32_t rate = 48000)
{
  return {number * frames, frames, rate, {}};
}

GST_START_TEST (a_rate_is_a_value_a_frame_k_rate_the_first_one)
{
  AutomationParam param (1);
  float values[128];
  fail_unless_equals_int (param.fill (quantum (0), values, 128), 1);
  fail_unless (values[0] == 1);
  must (param.set_value_at_time (0, 0, 0));
  must (param.linear_ramp_to_value_at_time (1, 0.01, 0));
  for (uint64_t n = 0; n < 3; n++) {
    fail_unless_equals_int (param.fill (quantum (n), values, 128), 128);
    for (size_t i = 0; i < 128; i++)
      fail_unless (std::abs (values[i] - double (n * 128 + i) / 480) < 1e-7);
    const float before = values[0];
    fail_unless_equals_int (param.fill (quantum (n), values, 1), 1);
    fail_unless (values[0] == before);
  }
  fail_unless_equals_int (param.fill (quantum (3), values, 128), 128);
  fail_unless (values[95] < 1 && values[96] == 1 && values[127] == 1);
  fail_unless_equals_int (param.fill (quantum (4), values, 128), 1);
  fail_unless (values[0] == 1);
}
GST_END_TEST

GST_START_TEST (a_value_at_rest_goes_on_with_what_comes)
{
  AutomationParam param (1);
  float values[128];
  auto first_of = [&] (uint64_t n, size_t expected) {
    fail_unless_equals_int (param.fill (quantum (n), values, 128), expected);
    return values[0];
  };
  fail_unless (first_of (0, 1) == 1 && first_of (1, 1) == 1);
  // In the same block, and, of so many, in others.
  for (uint64_t n = 2; n < 100; n++) {
    must (param.set_value (float (n), double (n) * 128 / 48000));
    fail_unless (first_of (n, 1) == float (n));
  }
  must (param.linear_ramp_to_value_at_time (0, 1, 0.3));
  fail_unless (first_of (113, 128) < 99 && values[127] < values[0]);
  fail_unless (first_of (400, 1) == 0 && first_of (401, 1) == 0);
  must (param.set_target_at_time (1, 1.2, 0.1, 1.1));
  fail_unless (first_of (460, 128) > 0);
}
GST_END_TEST

// Where it began is a frame of the rate that there was.
GST_START_TEST (a_value_at_rest_goes_on_at_another_rate)
{
  AutomationParam param (1);
  must (param.set_value_at_time (2, 1, 0));
  float values[128];
  auto fill = [&] (double seconds, uint32_t rate) {
    const QuantumTime time{uint64_t (seconds * rate), 128, rate, {}};
    return param.fill (time, values, 128);
  };
  fail_unless (fill (0.5, 96000) == 1 && values[0] == 1);
  fail_unless (fill (1, 96000) == 1 && values[0] == 2);
  // There its frames are less than those that it rests from.
  fail_unless (fill (1.5, 48000) == 1 && values[0] == 2);
  must (param.linear_ramp_to_value_at_time (4, 3, 1.5));
  fail_unless (fill (2, 48000) == 128 && values[0] == 3);
  fail_unless (fill (2.5, 96000) == 128 && values[0] == 3.5f);
  fail_unless (fill (3, 96000) == 1 && values[0] == 4);
  must (param.set_value_at_time (5, 4, 3.1));
  fail_unless (fill (3.2, 48000) == 1 && values[0] == 4);
  fail_unless (fill (4, 96000) == 1 && values[0] == 5);
  fail_unless (fill (5, 48000) == 1 && values[0] == 5);
}
GST_END_TEST

GST_START_TEST (quanta_of_any_size_have_the_same_values)
{
  AutomationParam param (0);
  must (param.set_target_at_time (1, 0.001, 0.02, 0));
  must (param.linear_ramp_to_value_at_time (0.25, 0.05, 0));
  must (param.exponential_ramp_to_value_at_time (2, 0.1, 0));
  const float curve[] = {2, 0, 1};
  must (param.set_value_curve_at_time (curve, 0.12, 0.03, 0));
  std::vector<float> whole (9600);
  fail_unless_equals_int (
      param.fill (quantum (0, 9600), whole.data (), 9600), 9600);
  for (uint32_t size : {1u, 7u, 127u, 128u, 480u, 4096u}) {
    std::vector<float> values (size);
    for (uint64_t n = 0; (n + 1) * size <= 9600; n++) {
      const size_t count = param.fill (quantum (n, size), values.data (), size);
      for (size_t i = 0; i < size; i++)
        fail_unless (
            std::abs (values[count == 1 ? 0 : i] - whole[n * size + i]) < 2e-7);
    }
  }
}
GST_END_TEST

GST_START_TEST (setting_the_value_is_an_event_of_now)
{
  AutomationParam param (0);
  float values[128];
  must (param.set_value (0.5f, 128 / 48000.0));
  fail_unless_equals_int (param.fill (quantum (0), values, 128), 1);
  fail_unless (values[0] == 0);
  fail_unless_equals_int (param.fill (quantum (1), values, 128), 1);
  fail_unless (values[0] == 0.5f);
  // Inside of a curve it may not be set.
  const float curve[] = {2, 0, 1};
  must (param.set_value_curve_at_time (curve, 1, 1, 0.5));
  Result<> result = param.set_value (0, 1.5);
  fail_if (bool (result));
  fail_unless (result.error ().code == ErrorCode::not_supported);
}
GST_END_TEST

GST_START_TEST (a_control_source_may_ask_for_nanoseconds)
{
  AutomationParam param (0);
  must (param.set_value_at_time (0, 0, 0));
  must (param.linear_ramp_to_value_at_time (10, 10, 0));
  double values[5];
  param.values_at (2'000'000'000, 500'000'000, values, 5);
  for (size_t i = 0; i < 5; i++)
    fail_unless (std::abs (values[i] - (2 + double (i) / 2)) < 1e-12);
  param.values_at (20'000'000'000, 500'000'000, values, 5);
  fail_unless (values[4] == 10);
}
GST_END_TEST

GST_START_TEST (one_thread_writes_while_another_one_reads)
{
  // What is read is one of the lists that there were, and none that is older
  // than the one before.
  AutomationParam param (0);
  std::atomic<bool> has_ended{false};
  std::thread audio ([&] {
    float values[128];
    float last = 0;
    uint64_t calls = 0;
    while (!has_ended || calls < 1000) {
      const size_t n = param.fill (quantum (1000, 128, 128), values, 128);
      fail_unless (n == 1 || n == 128);
      fail_unless (values[0] >= last);
      fail_unless (values[n - 1] == values[0]);
      last = values[0];
      calls++;
    }
  });
  for (int i = 1; i <= 5000; i++) {
    // Now and then all is new.
    if (i % 7 == 0)
      must (param.set_value_at_time (0, 100 + i * 0.001, i * 0.001));
    must (param.set_value_at_time (float (i), 500 + i * 0.001, i * 0.001));
    // In between, where what follows stays.
    must (param.set_value_at_time (-1, 300 - i * 0.001, i * 0.001));
  }
  has_ended = true;
  audio.join ();
}
GST_END_TEST

static Suite *
automation_param_suite ()
{
  Suite *suite = suite_create ("worklet/automation-param");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_rate_is_a_value_a_frame_k_rate_the_first_one);
  tcase_add_test (tcase, a_value_at_rest_goes_on_with_what_comes);
  tcase_add_test (tcase, a_value_at_rest_goes_on_at_another_rate);
  tcase_add_test (tcase, quanta_of_any_size_have_the_same_values);
  tcase_add_test (tcase, setting_the_value_is_an_event_of_now);
  tcase_add_test (tcase, a_control_source_may_ask_for_nanoseconds);
  tcase_add_test (tcase, one_thread_writes_while_another_one_reads);
  return suite;
}
GST_CHECK_MAIN (automation_param)
