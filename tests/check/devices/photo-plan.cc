// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/photo-plan.hh"

#include "devices/json.hh"
#include "support/check.hh"

using namespace webmedia;
using namespace webmedia::devices;

namespace {

const VideoMode kMiddle{{640, 640}, {480, 480}, {{30, 30}}};
const VideoMode kLarge{{1280, 1280}, {720, 720}, {{10, 10}}};
const VideoMode kSlow{{1920, 1920}, {1080, 1080}, {{5, 5}}};

// A camera that runs for these tracks, and a photo of it.
struct Photographer {
  explicit Photographer (std::initializer_list<const char *> tracks,
      std::vector<VideoMode> modes = {kMiddle, kLarge, kSlow})
      : space (video_space ({}, modes, true))
  {
    for (const char *json : tracks) {
      auto constraints = *parse_track_constraints (json);
      demands.push_back ({.constraints = constraints,
          .selection = *select_settings (space, constraints)});
    }
    auto planned = plan_capture (space, demands, {});
    running = planned->mode;
    for (size_t i = 0; i < demands.size (); i++)
      demands[i].selection = planned->selections[i];
  }

  CapturePlan plan (int width, int height) const
  {
    auto size = *parse_track_constraints (
        R"({"width":{"ideal":)" + std::to_string (width)
        + R"(},"height":{"ideal":)" + std::to_string (height) + "}}");
    return plan_photo (space, demands, size, running);
  }
  void expect (int width, int height, double mode_width, double rate) const
  {
    auto planned = plan (width, height);
    fail_unless (
        planned.mode.width == mode_width && planned.mode.frame_rate == rate,
        "%d x %d: %g, %g", width, height, planned.mode.width,
        planned.mode.frame_rate);
    fail_unless_equals_int (planned.selections.size (), demands.size () + 1);
  }
  double photo (const CapturePlan &plan, Property property) const
  {
    return number_of (plan.selections.back ().settings, property);
  }

  SettingsSpace space;
  std::vector<Demand> demands;
  CaptureMode running;
};

} // namespace

GST_START_TEST (the_mode_is_the_one_that_has_it)
{
  Photographer p ({"{}"});
  p.expect (1920, 1080, 1920, 5);
  p.expect (1280, 720, 1280, 10);
  p.expect (9999, 9999, 1920, 5);
}
GST_END_TEST

GST_START_TEST (the_one_that_runs_will_do_where_none_is_nearer)
{
  Photographer p ({"{}"});
  p.expect (640, 480, 640, 30);
  p.expect (10, 10, 640, 30);
  Photographer large ({R"({"width":{"exact":1280}})"});
  large.expect (640, 480, 1280, 10);
}
GST_END_TEST

GST_START_TEST (of_several_the_one_with_the_most_frames_is_taken)
{
  Photographer p ({"{}"});
  p.expect (1000, 600, 1280, 10);
  Photographer fast ({"{}"},
      {kMiddle, kSlow, VideoMode{{2000, 2000}, {1500, 1500}, {{60, 60}}}});
  fast.expect (1000, 600, 2000, 60);
}
GST_END_TEST

GST_START_TEST (all_keep_their_size)
{
  Photographer p ({"{}", R"({"width":{"exact":100},"frameRate":{"max":10}})"});
  auto planned = p.plan (1920, 1080);
  fail_unless (planned.mode.width == 1920);
  for (size_t i = 0; i < 2; i++)
    for (Property property : {Property::width, Property::height})
      fail_unless (number_of (planned.selections[i].settings, property)
                   == number_of (p.demands[i].selection.settings, property));
  fail_unless (p.photo (planned, Property::width) == 1920);
  fail_unless (p.photo (planned, Property::height) == 1080);
}
GST_END_TEST

GST_START_TEST (what_is_required_holds)
{
  Photographer fast ({R"({"frameRate":{"min":8}})"});
  fast.expect (1920, 1080, 1280, 10);
  Photographer alone (
      {R"({"width":{"exact":640},"resizeMode":{"exact":"none"}})"});
  alone.expect (1920, 1080, 640, 30);
  auto planned = alone.plan (1920, 1080);
  fail_unless (alone.photo (planned, Property::width) == 640);
  fail_unless (alone.photo (planned, Property::height) == 480);
}
GST_END_TEST

GST_START_TEST (a_photo_is_no_larger_than_what_there_is_of_it)
{
  Photographer p ({R"({"width":{"exact":1920}})"});
  auto planned = p.plan (3000, 1080);
  fail_unless (planned.mode == p.running);
  fail_unless (p.photo (planned, Property::width) == 1920);
}
GST_END_TEST

GST_START_TEST (an_open_mode_becomes_as_large_as_that)
{
  Photographer p ({R"({"width":{"exact":100},"height":{"exact":300}})"},
      {VideoMode{{1, 4000}, {1, 4000}, {{1, 30}}}});
  auto planned = p.plan (2000, 1000);
  fail_unless (planned.mode.width == 2000 && planned.mode.height == 1000);
}
GST_END_TEST

static Suite *
photo_plan_suite (void)
{
  Suite *suite = suite_create ("photo-plan");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, the_mode_is_the_one_that_has_it);
  tcase_add_test (tcase, the_one_that_runs_will_do_where_none_is_nearer);
  tcase_add_test (tcase, of_several_the_one_with_the_most_frames_is_taken);
  tcase_add_test (tcase, all_keep_their_size);
  tcase_add_test (tcase, what_is_required_holds);
  tcase_add_test (tcase, a_photo_is_no_larger_than_what_there_is_of_it);
  tcase_add_test (tcase, an_open_mode_becomes_as_large_as_that);
  return suite;
}

GST_CHECK_MAIN (photo_plan)
