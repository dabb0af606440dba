// SPDX-License-Identifier: LGPL-2.1-or-later
// Sizes of displays, which are scaled as a whole.
#include "devices/scaled-size.hh"

#include "devices/requirements.hh"
#include "support/check.hh"

#include <cmath>

using namespace webmedia;
using namespace webmedia::devices;

namespace {

// Nothing is required of it.
FrameSizeProblem
any_size (double width, double height)
{
  return {.width = {1, width},
      .height = {1, height},
      .ratio = Requirement ().bounds,
      .ideal_width = {},
      .ideal_height = {},
      .ideal_ratio = {},
      .shape = {}};
}

void
is_size (const std::optional<FrameSize> &size, double width, double height)
{
  fail_unless (size && size->width == width && size->height == height,
      "%gx%g is not %gx%g", size ? size->width : 0, size ? size->height : 0,
      width, height);
}

} // namespace

GST_START_TEST (each_width_and_each_height_can_be_had)
{
  for (auto [width, height] : {std::pair (64., 27.), std::pair (27., 64.),
           std::pair (40., 40.), std::pair (99., 1.)}) {
    for (double wanted = 1; wanted <= width; wanted++) {
      FrameSizeProblem problem = any_size (width, height);
      problem.width = {wanted, wanted};
      auto size = best_scaled_size (problem, width, height);
      fail_unless (size && size->width == wanted, "%g", wanted);
    }
    for (double wanted = 1; wanted <= height; wanted++) {
      FrameSizeProblem problem = any_size (width, height);
      problem.ideal_height = wanted;
      auto size = best_scaled_size (problem, width, height);
      fail_unless (size && size->height == wanted, "%g", wanted);
      fail_unless (std::abs (size->width - wanted * width / height)
                       <= width / height / 2 + 0.5,
          "%gx%g", size->width, size->height);
    }
  }
}
GST_END_TEST

GST_START_TEST (the_shape_stays_to_the_nearest_pixel)
{
  FrameSizeProblem problem = any_size (1920, 1080);
  is_size (best_scaled_size (problem, 1920, 1080), 1920, 1080);
  problem.width = {1, 640};
  is_size (best_scaled_size (problem, 1920, 1080), 640, 360);
  problem.height = {1, 240};
  is_size (best_scaled_size (problem, 1920, 1080), 427, 240);
  problem = any_size (1080, 1920);
  problem.width = {1, 158};
  is_size (best_scaled_size (problem, 1080, 1920), 158, 281);
  problem.width = {300, 400};
  problem.height = {1, 100};
  fail_if (best_scaled_size (problem, 1080, 1920).has_value ());
}
GST_END_TEST

// None of the sizes is square: of those in between, the nearest.
GST_START_TEST (two_ideals_meet_on_the_line_of_the_shape)
{
  FrameSizeProblem problem = any_size (1920, 1080);
  problem.ideal_width = problem.ideal_height = 640;
  auto size = best_scaled_size (problem, 1920, 1080);
  fail_unless (size.has_value ());
  for (double width = 1; width <= 1920; width++) {
    double height = std::max (1., std::round (width * 1080 / 1920));
    auto off = [] (double side) {
      return std::abs (side - 640) / std::max (side, 640.);
    };
    fail_unless (size->distance <= off (width) + off (height) + 1e-12);
  }
}
GST_END_TEST

GST_START_TEST (a_ratio_does_not_change_the_shape)
{
  FrameSizeProblem problem = any_size (1920, 1080);
  problem.ideal_ratio = 1.5;
  is_size (best_scaled_size (problem, 1920, 1080), 1920, 1080);
  // 3x2 has it, but is another shape.
  problem.ratio = {0, 1.5};
  fail_if (best_scaled_size (problem, 1920, 1080).has_value ());
  problem = any_size (1920, 1080);
  problem.ratio = {aspect_ratio (16, 9), aspect_ratio (16, 9)};
  problem.width = {1, 170};
  is_size (best_scaled_size (problem, 1920, 1080), 160, 90);
  // What a small one has can be asked for again.
  problem.ratio = {aspect_ratio (158, 89), aspect_ratio (158, 89)};
  is_size (best_scaled_size (problem, 1920, 1080), 158, 89);
}
GST_END_TEST

GST_START_TEST (nothing_beyond_the_limit_is_found)
{
  FrameSizeProblem problem = any_size (100, 100);
  problem.ideal_width = 200;
  problem.limit = 0.4;
  fail_if (best_scaled_size (problem, 100, 100).has_value ());
  problem.limit = 0.5;
  is_size (best_scaled_size (problem, 100, 100), 100, 100);
}
GST_END_TEST

static Suite *
scaled_size_suite ()
{
  Suite *suite = suite_create ("devices/scaled-size");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, each_width_and_each_height_can_be_had);
  tcase_add_test (tcase, the_shape_stays_to_the_nearest_pixel);
  tcase_add_test (tcase, two_ideals_meet_on_the_line_of_the_shape);
  tcase_add_test (tcase, a_ratio_does_not_change_the_shape);
  tcase_add_test (tcase, nothing_beyond_the_limit_is_found);
  return suite;
}
GST_CHECK_MAIN (scaled_size)
