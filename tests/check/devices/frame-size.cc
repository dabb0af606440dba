// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/frame-size.hh"

#include "devices/fitness.hh"
#include "devices/fraction.hh"
#include "devices/property.hh"
#include "support/check.hh"

#include <cmath>
#include <limits>
#include <random>

using namespace webmedia::devices;

namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity ();
constexpr Interval kAll{-kInfinite, kInfinite};

FrameSizeProblem
up_to (double width, double height)
{
  FrameSizeProblem problem;
  problem.width = {1, width};
  problem.height = {1, height};
  problem.ratio = kAll;
  problem.ratio_counts = true;
  return problem;
}

double
distance (double number, const std::optional<double> &ideal)
{
  return ideal ? number_distance (number, *ideal) : 0;
}

// Looks at every size.
std::optional<double>
least_distance (const FrameSizeProblem &problem)
{
  std::optional<double> least;
  for (double w = problem.width.low; w <= problem.width.high; w++)
    for (double h = problem.height.low; h <= problem.height.high; h++) {
      double ratio = round_to_tenth_decimal (w / h);
      if (ratio < problem.ratio.low || ratio > problem.ratio.high)
        continue;
      double sum = distance (w, problem.ideal_width)
                   + distance (h, problem.ideal_height)
                   + distance (ratio, problem.ideal_ratio);
      if (!least || sum < *least)
        least = sum;
    }
  return least;
}

class Random {
public:
  int number (int low, int high)
  {
    return std::uniform_int_distribution<> (low, high) (engine_);
  }
  bool once_in (int times) { return number (1, times) == 1; }
  double ratio ()
  {
    constexpr double usual[] = {16. / 9, 4. / 3, 1, 1.7777, 9. / 16, 0.33};
    double any = number (1, 70) / static_cast<double> (number (1, 70));
    return round_to_tenth_decimal (once_in (2) ? usual[number (0, 5)] : any);
  }
  Interval side ()
  {
    int high = number (1, 70);
    return {static_cast<double> (number (1, high)), static_cast<double> (high)};
  }

private:
  std::mt19937 engine_{4711};
};

FrameSizeProblem
random_problem (Random &random)
{
  FrameSizeProblem problem =
      up_to (random.number (1, 70), random.number (1, 70));
  if (random.once_in (3))
    problem.width = random.side ();
  if (random.once_in (3))
    problem.height = random.side ();
  if (random.once_in (2))
    problem.ideal_width = random.number (1, 90);
  if (random.once_in (2))
    problem.ideal_height = random.number (1, 90);
  if (random.once_in (2))
    problem.ideal_ratio = random.ratio ();
  if (random.once_in (3))
    problem.ratio.low = random.ratio ();
  if (random.once_in (3))
    problem.ratio.high = random.ratio ();
  if (random.once_in (4))
    problem.ratio.low = problem.ratio.high = random.ratio ();
  return problem;
}

} // namespace

GST_START_TEST (the_size_is_as_good_as_the_best_of_all_sizes)
{
  Random random;
  int none = 0;
  for (int i = 0; i < 20000; i++) {
    FrameSizeProblem problem = random_problem (random);
    std::optional<double> least = least_distance (problem);
    std::optional<FrameSize> found = best_frame_size (problem);
    fail_unless (found.has_value () == least.has_value (), "problem %d", i);
    none += !least;
    if (!least)
      continue;
    fail_unless (found->width >= problem.width.low
                 && found->width <= problem.width.high
                 && found->height >= problem.height.low
                 && found->height <= problem.height.high
                 && found->ratio () >= problem.ratio.low
                 && found->ratio () <= problem.ratio.high);
    fail_unless (std::abs (found->distance - *least) < 1e-12,
        "problem %d: %g instead of %g", i, found->distance, *least);
  }
  // Both outcomes are there.
  fail_unless (none > 1000 && none < 19000);
}
GST_END_TEST

GST_START_TEST (what_is_beyond_the_limit_is_not_found)
{
  Random random;
  int found_some = 0;
  for (int i = 0; i < 2000; i++) {
    FrameSizeProblem problem = random_problem (random);
    std::optional<double> least = least_distance (problem);
    if (!least || *least == 0)
      continue;
    problem.limit = *least + 1e-12;
    std::optional<FrameSize> found = best_frame_size (problem);
    fail_unless (found && std::abs (found->distance - *least) < 1e-12);
    problem.limit = *least / 2;
    fail_if (best_frame_size (problem).has_value (), "problem %d", i);
    found_some++;
  }
  fail_unless (found_some > 200);
}
GST_END_TEST

GST_START_TEST (a_ratio_alone_gives_a_usual_size)
{
  FrameSizeProblem problem = up_to (1920, 1440);
  problem.ideal_ratio = round_to_tenth_decimal (16. / 9);
  FrameSize size = *best_frame_size (problem);
  fail_unless (size.width == 640 && size.height == 360);
  fail_unless (size.distance == 0);
}
GST_END_TEST

GST_START_TEST (no_size_has_a_ratio_with_large_terms)
{
  FrameSizeProblem problem = up_to (4096, 2160);
  problem.ratio = {1.7777, 1.7777}; // 17777:10000
  fail_if (best_frame_size (problem));
  problem = up_to (17777, 10000);
  problem.ratio = {1.7777, 1.7777};
  fail_unless (best_frame_size (problem)->width == 17777);
}
GST_END_TEST

GST_START_TEST (without_a_ratio_each_side_is_its_nearest)
{
  FrameSizeProblem problem = up_to (1280, 720);
  problem.ratio_counts = false;
  problem.ideal_width = 1920;
  problem.ideal_height = 100;
  FrameSize size = *best_frame_size (problem);
  fail_unless (size.width == 1280 && size.height == 100);
  problem.width = {5, 4};
  fail_if (best_frame_size (problem));
}
GST_END_TEST

GST_START_TEST (what_is_scaled_keeps_its_shape)
{
  FrameSizeProblem problem = up_to (1920, 1080);
  problem.ratio_counts = false;
  problem.shape = 16. / 9;
  FrameSize size = *best_frame_size (problem);
  fail_unless (size.width == 640 && size.height == 360);
  problem.ideal_width = 1280;
  fail_unless (best_frame_size (problem)->height == 720);
  problem.ideal_width.reset ();
  problem.ideal_height = 540;
  fail_unless (best_frame_size (problem)->width == 960);
}
GST_END_TEST

GST_START_TEST (a_bound_of_one_side_alone_keeps_the_shape)
{
  FrameSizeProblem problem = up_to (1920, 1080);
  problem.ratio_counts = false;
  problem.shape = 16. / 9;
  auto is = [&problem] (double width, double height) {
    FrameSize size = *best_frame_size (problem);
    fail_unless (size.width == width && size.height == height, "%gx%g",
        size.width, size.height);
  };
  problem.height = {240, 240};
  is (427, 240);
  problem.height = {1, 240};
  is (427, 240);
  problem.height = {720, 1080};
  is (1280, 720);
  problem.height = {1, 1080};
  is (640, 360);
  problem.width = {1, 320};
  is (320, 180);
  problem.width = {1024, 1920};
  is (1024, 576);
  // What both require is had.
  problem.width = {1, 320};
  problem.height = {240, 240};
  is (320, 240);
}
GST_END_TEST

GST_START_TEST (fractions_on_both_sides_are_the_nearest)
{
  for (double ratio : {1.7777, 0.3333, 1.0, 3.1415926536, 69.5, 0.01})
    for (double top : {1, 7, 70})
      for (double bottom : {1, 9, 70}) {
        double below = 0;
        double above = kInfinite;
        for (double t = 1; t <= top; t++)
          for (double b = 1; b <= bottom; b++)
            if (t / b < ratio)
              below = std::max (below, t / b);
            else
              above = std::min (above, t / b);
        auto value = [] (const Fraction &fraction) {
          return fraction.top / fraction.bottom;
        };
        Neighbours found =
            nearest_fractions (top, bottom, [&] (const Fraction &fraction) {
              return value (fraction) >= ratio;
            });
        fail_unless (value (found.below) == below);
        fail_unless (value (found.above) == above);
      }
}
GST_END_TEST

static Suite *
frame_size_suite ()
{
  Suite *suite = suite_create ("frame-size");
  TCase *tests = tcase_create ("frame-size");
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, the_size_is_as_good_as_the_best_of_all_sizes);
  tcase_add_test (tests, what_is_beyond_the_limit_is_not_found);
  tcase_add_test (tests, a_ratio_alone_gives_a_usual_size);
  tcase_add_test (tests, no_size_has_a_ratio_with_large_terms);
  tcase_add_test (tests, without_a_ratio_each_side_is_its_nearest);
  tcase_add_test (tests, what_is_scaled_keeps_its_shape);
  tcase_add_test (tests, a_bound_of_one_side_alone_keeps_the_shape);
  tcase_add_test (tests, fractions_on_both_sides_are_the_nearest);
  return suite;
}

GST_CHECK_MAIN (frame_size)
