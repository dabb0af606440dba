// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/time.hh"
#include "support/check.hh"

using namespace webmedia;

GST_START_TEST (ticks_become_nanoseconds)
{
  fail_unless_equals_int64 (ticks_to_time (0, 90000), 0);
  fail_unless_equals_int64 (ticks_to_time (90000, 90000), kSecond);
  fail_unless_equals_int64 (ticks_to_time (1, 48000), 20833);
}
GST_END_TEST

GST_START_TEST (ticks_round_down_on_both_sides_of_zero)
{
  // 1/3 ns and -1/3 ns.
  fail_unless_equals_int64 (ticks_to_time (1, 3000000000u), 0);
  fail_unless_equals_int64 (ticks_to_time (-1, 3000000000u), -1);
  fail_unless_equals_int64 (ticks_to_time (-1024, 48000), -21333334);
  fail_unless_equals_int64 (ticks_to_time (-90000, 90000), -kSecond);
}
GST_END_TEST

GST_START_TEST (ticks_too_many_to_scale_keep_every_nanosecond)
{
  const int64_t year = 365 * 24 * 3600;
  fail_unless_equals_int64 (ticks_to_time (200 * year * 1000000 + 1, 1000000),
      200 * year * kSecond + 1000);
  fail_unless_equals_int64 (ticks_to_time (-200 * year * 1000000 - 1, 1000000),
      -200 * year * kSecond - 1000);
}
GST_END_TEST

GST_START_TEST (ticks_beyond_the_range_become_its_finite_ends)
{
  fail_unless_equals_int64 (ticks_to_time (INT64_MAX, 1), kTimeInfinite - 1);
  fail_unless_equals_int64 (ticks_to_time (INT64_MIN, 1), kTimeNone + 1);
}
GST_END_TEST

GST_START_TEST (sums_saturate_at_the_finite_ends)
{
  fail_unless_equals_int64 (add_saturated (2, -5), -3);
  fail_unless_equals_int64 (
      add_saturated (kTimeInfinite - 1, kSecond), kTimeInfinite - 1);
  fail_unless_equals_int64 (
      add_saturated (kTimeNone + 1, -kSecond), kTimeNone + 1);
}
GST_END_TEST

static Suite *
time_suite ()
{
  Suite *suite = suite_create ("base/time");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, ticks_become_nanoseconds);
  tcase_add_test (tcase, ticks_round_down_on_both_sides_of_zero);
  tcase_add_test (tcase, ticks_too_many_to_scale_keep_every_nanosecond);
  tcase_add_test (tcase, ticks_beyond_the_range_become_its_finite_ends);
  tcase_add_test (tcase, sums_saturate_at_the_finite_ends);
  return suite;
}
GST_CHECK_MAIN (time)
