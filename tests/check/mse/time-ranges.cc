// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/time-ranges.hh"

#include "support/check.hh"

using namespace webmedia;
using namespace webmedia::mse;

GST_START_TEST (ranges_are_sorted_and_disjoint)
{
  TimeRanges ranges{{50, 60}, {10, 20}, {30, 40}};
  fail_unless (ranges == TimeRanges ({{10, 20}, {30, 40}, {50, 60}}));
  ranges.add (15, 35);
  fail_unless (ranges == TimeRanges ({{10, 40}, {50, 60}}));
  ranges.add (40, 50);
  fail_unless (ranges == TimeRanges ({{10, 60}}));
}
GST_END_TEST

GST_START_TEST (empty_ranges_are_not_kept)
{
  TimeRanges ranges;
  ranges.add (10, 10);
  ranges.add (20, 10);
  fail_unless (ranges.empty ());
}
GST_END_TEST

GST_START_TEST (ranges_a_gap_apart_are_joined)
{
  TimeRanges ranges{{0, 10}};
  ranges.add (15, 20, 5);
  fail_unless (ranges == TimeRanges ({{0, 20}}));
  ranges.add (26, 30, 5);
  fail_unless (ranges == TimeRanges ({{0, 20}, {26, 30}}));
  ranges.add (-9, -5, 5);
  fail_unless (ranges == TimeRanges ({{-9, 20}, {26, 30}}));
}
GST_END_TEST

GST_START_TEST (intersection_holds_what_both_hold)
{
  TimeRanges a{{0, 10}, {20, 30}, {40, 50}};
  TimeRanges b{{5, 25}, {45, 60}};
  fail_unless (
      a.intersection (b) == TimeRanges ({{5, 10}, {20, 25}, {45, 50}}));
  fail_unless (a.intersection (b) == b.intersection (a));
  fail_unless (a.intersection ({}).empty ());
}
GST_END_TEST

GST_START_TEST (difference_holds_what_only_the_first_holds)
{
  TimeRanges a{{0, 10}, {20, 30}};
  fail_unless (a.difference ({{3, 5}, {8, 22}, {29, 40}})
               == TimeRanges ({{0, 3}, {5, 8}, {22, 29}}));
  fail_unless (a.difference (a).empty ());
  fail_unless (a.difference ({}) == a);
}
GST_END_TEST

GST_START_TEST (a_range_holds_its_start_but_not_its_end)
{
  TimeRanges ranges{{10, 20}, {30, 40}};
  fail_unless (ranges.find (9) == nullptr);
  fail_unless (ranges.find (10) == &ranges[0]);
  fail_unless (ranges.find (19) == &ranges[0]);
  fail_unless (ranges.find (20) == nullptr);
  fail_unless (ranges.find (35) == &ranges[1]);
  fail_unless (ranges.find (40) == nullptr);
}
GST_END_TEST

GST_START_TEST (only_the_last_range_is_extended)
{
  TimeRanges ranges{{0, 10}, {20, 30}};
  ranges.extend_last (50);
  fail_unless (ranges == TimeRanges ({{0, 10}, {20, 50}}));
  ranges.extend_last (40);
  fail_unless_equals_int64 (ranges.highest_end (0), 50);
  TimeRanges none;
  none.extend_last (10);
  fail_unless (none.empty ());
}
GST_END_TEST

static Suite *
time_ranges_suite ()
{
  Suite *suite = suite_create ("mse/time-ranges");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, ranges_are_sorted_and_disjoint);
  tcase_add_test (tcase, empty_ranges_are_not_kept);
  tcase_add_test (tcase, ranges_a_gap_apart_are_joined);
  tcase_add_test (tcase, intersection_holds_what_both_hold);
  tcase_add_test (tcase, difference_holds_what_only_the_first_holds);
  tcase_add_test (tcase, a_range_holds_its_start_but_not_its_end);
  tcase_add_test (tcase, only_the_last_range_is_extended);
  return suite;
}
GST_CHECK_MAIN (time_ranges)
