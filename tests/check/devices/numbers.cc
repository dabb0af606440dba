// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/numbers.hh"

#include "support/check.hh"

#include <cmath>
#include <limits>

using namespace webmedia::devices;

namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity ();
constexpr Interval kAll{-kInfinite, kInfinite};

} // namespace

GST_START_TEST (the_nearest_numbers_on_both_sides_are_found)
{
  Numbers numbers{.intervals = {{30, 30}, {5, 10}, {15, 15}}};
  fail_unless (numbers.at_most (100) == 30.);
  fail_unless (numbers.at_most (29) == 15.);
  fail_unless (numbers.at_most (7.5) == 7.5);
  fail_unless (numbers.at_most (4) == std::nullopt);
  fail_unless (numbers.at_least (-1) == 5.);
  fail_unless (numbers.at_least (11) == 15.);
  fail_unless (numbers.at_least (31) == std::nullopt);
}
GST_END_TEST

GST_START_TEST (whole_numbers_are_whole)
{
  Numbers numbers{.intervals = {{1, 10}}, .whole = true};
  fail_unless (numbers.at_most (7.5) == 7.);
  fail_unless (numbers.at_least (7.5) == 8.);
  fail_if (numbers.any_within ({7.1, 7.9}));
}
GST_END_TEST

// https://w3c.github.io/mediacapture-image/#mediasettingsrange-section
GST_START_TEST (steps_are_counted_from_the_lower_end)
{
  Numbers numbers{.intervals = {{100, 500}}, .step = 50};
  fail_unless (numbers.at_most (499) == 450.);
  fail_unless (numbers.at_most (1000) == 500.);
  fail_unless (numbers.at_most (99) == std::nullopt);
  fail_unless (numbers.at_least (101) == 150.);
  fail_unless (numbers.at_least (-5) == 100.);
  fail_unless (numbers.at_least (501) == std::nullopt);
  fail_if (numbers.any_within ({210, 240}));
  fail_unless (numbers.best (kAll, 170) == 150.);
  fail_unless (numbers.best (kAll, 190) == 200.);
  fail_unless (numbers.best ({201, 1000}, 190) == 250.);
  Numbers odd{.intervals = {{0, 10}}, .step = 4};
  fail_unless (odd.at_most (10) == 8.);
  fail_unless (odd.at_least (9) == std::nullopt);
}
GST_END_TEST

// 1 + 2 * 0.1 is not 1.2 in doubles, and 1 + 3 * 0.1 is.
GST_START_TEST (a_number_at_a_step_is_found_as_it_was_given)
{
  Numbers numbers{.intervals = {{1, 4}}, .step = 0.1};
  for (double number : {1.1, 1.2, 1.3, 1.7, 2.3, 3.9})
    fail_unless (
        numbers.best ({number, number}, number) == number, "%g", number);
  fail_if (numbers.any_within ({1.25, 1.25}));
}
GST_END_TEST

GST_START_TEST (decimation_divides_by_whole_numbers)
{
  Numbers numbers{.intervals = {{30, 30}}, .decimated = true};
  fail_unless (numbers.at_most (100) == 30.);
  fail_unless (numbers.at_most (29) == 15.);
  fail_unless (numbers.at_most (10) == 10.);
  fail_unless (numbers.at_most (9.9) == 7.5);
  fail_unless (numbers.at_least (11) == 15.);
  fail_unless (numbers.at_least (10) == 10.);
  fail_unless (numbers.at_least (30.1) == std::nullopt);
  fail_unless (numbers.at_most (1e-3).value () <= 1e-3);
  fail_unless (numbers.at_most (0) == std::nullopt);
  fail_if (numbers.any_within ({16, 29}));
  fail_if (numbers.any_within ({-5, 0}));
}
GST_END_TEST

// What was divided is found by its own value, whatever rounding did to it.
GST_START_TEST (a_decimated_rate_is_its_own_nearest)
{
  for (double rate : {30., 25., 30000. / 1001, 60000. / 1001, 23.976, 7.3}) {
    Numbers numbers{.intervals = {{rate, rate}}, .decimated = true};
    for (int divisor = 1; divisor < 2000; divisor++) {
      double number = rate / divisor;
      fail_unless (numbers.at_most (number) == number);
      fail_unless (numbers.at_least (number) == number);
      double next = rate / (divisor + 1);
      fail_unless (numbers.at_most (std::nextafter (number, 0)) == next);
      fail_unless (
          numbers.at_least (std::nextafter (next, kInfinite)) == number);
    }
  }
}
GST_END_TEST

GST_START_TEST (a_range_of_rates_is_decimated_as_a_range)
{
  Numbers numbers{.intervals = {{20, 30}}, .decimated = true};
  fail_unless (numbers.at_most (19) == 15.);
  fail_unless (numbers.at_most (14) == 14.);
  fail_unless (numbers.at_least (16) == 20.);
  fail_unless (numbers.at_least (9) == 9.);
}
GST_END_TEST

GST_START_TEST (the_best_number_is_the_nearest_in_proportion)
{
  Numbers numbers{.intervals = {{10, 10}, {30, 30}}};
  // 5/15 below, 15/30 above
  fail_unless (numbers.best (kAll, 15) == 10.);
  // 10/20 below, 10/30 above
  fail_unless (numbers.best (kAll, 20) == 30.);
  fail_unless (numbers.best ({11, 100}, 10) == 30.);
  fail_unless (numbers.best ({11, 29}, 10) == std::nullopt);
  fail_unless (numbers.best ({0, 20}, 1000) == 10.);
}
GST_END_TEST

// |actual - ideal| / max (|actual|, |ideal|) falls again beyond -ideal.
GST_START_TEST (what_is_farthest_may_be_nearest_to_a_negative_ideal)
{
  Numbers numbers{.intervals = {{10, 10}, {30, 30}}};
  fail_unless (numbers.best (kAll, -5) == 30.);
}
GST_END_TEST

static Suite *
numbers_suite ()
{
  Suite *suite = suite_create ("numbers");
  TCase *tests = tcase_create ("numbers");
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, the_nearest_numbers_on_both_sides_are_found);
  tcase_add_test (tests, whole_numbers_are_whole);
  tcase_add_test (tests, steps_are_counted_from_the_lower_end);
  tcase_add_test (tests, a_number_at_a_step_is_found_as_it_was_given);
  tcase_add_test (tests, decimation_divides_by_whole_numbers);
  tcase_add_test (tests, a_decimated_rate_is_its_own_nearest);
  tcase_add_test (tests, a_range_of_rates_is_decimated_as_a_range);
  tcase_add_test (tests, the_best_number_is_the_nearest_in_proportion);
  tcase_add_test (tests, what_is_farthest_may_be_nearest_to_a_negative_ideal);
  return suite;
}

GST_CHECK_MAIN (numbers)
