// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/frame-skipper.hh"

#include "support/check.hh"

#include <algorithm>
#include <string>

using namespace webmedia;
using namespace webmedia::devices;

namespace {

// The frames of a second, `x` where one was kept.
std::string
kept_of (double rate, int source_rate, int lost = -1)
{
  FrameSkipper skipper (rate, source_rate);
  std::string text;
  for (int i = 0; i < source_rate; i++)
    text += i == lost                                                 ? '-'
            : skipper.skips (5 * kSecond + i * kSecond / source_rate) ? '.'
                                                                      : 'x';
  return text;
}

long
count (const std::string &text)
{
  return std::count (text.begin (), text.end (), 'x');
}

} // namespace

GST_START_TEST (an_integral_part_is_kept_at_regular_distances)
{
  fail_unless_equals_string (kept_of (5, 10).c_str (), "x.x.x.x.x.");
  fail_unless_equals_string (kept_of (3, 12).c_str (), "x...x...x...");
  fail_unless_equals_int (int (count (kept_of (10, 30))), 10);
  fail_unless_equals_int (int (count (kept_of (30000. / 1001 / 2, 30))), 15);
}
GST_END_TEST

GST_START_TEST (another_part_is_kept_on_the_average)
{
  fail_unless_equals_int (int (count (kept_of (20, 30))), 20);
  fail_unless_equals_int (int (count (kept_of (7, 30))), 7);
}
GST_END_TEST

GST_START_TEST (a_frame_that_was_lost_does_not_shift_the_grid)
{
  fail_unless_equals_string (kept_of (5, 10, 4).c_str (), "x.x.-xx.x.");
}
GST_END_TEST

GST_START_TEST (times_that_jump_begin_anew)
{
  FrameSkipper skipper (10, 30);
  fail_if (skipper.skips (5 * kSecond));
  fail_unless (skipper.skips (5 * kSecond + 33 * kMillisecond));
  fail_if (skipper.skips (kSecond)); // back
  fail_unless (skipper.skips (kSecond + 33 * kMillisecond));
  fail_if (skipper.skips (100 * kSecond)); // far ahead
  fail_unless (skipper.skips (100 * kSecond + 33 * kMillisecond));
}
GST_END_TEST

GST_START_TEST (a_rate_of_next_to_nothing_keeps_one)
{
  for (double rate : {1e-9, 1e-300})
    fail_unless_equals_int (int (count (kept_of (rate, 30))), 1);
}
GST_END_TEST

static Suite *
frame_skipper_suite (void)
{
  Suite *suite = suite_create ("frame-skipper");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, an_integral_part_is_kept_at_regular_distances);
  tcase_add_test (tc, another_part_is_kept_on_the_average);
  tcase_add_test (tc, a_frame_that_was_lost_does_not_shift_the_grid);
  tcase_add_test (tc, times_that_jump_begin_anew);
  tcase_add_test (tc, a_rate_of_next_to_nothing_keeps_one);
  return suite;
}

GST_CHECK_MAIN (frame_skipper);
