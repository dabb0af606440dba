// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/capture-plan.hh"

#include "devices/json.hh"
#include "support/check.hh"

using namespace webmedia;
using namespace webmedia::devices;

namespace {

const VideoMode kSmall{{320, 320}, {240, 240}, {{30, 30}, {60, 60}}};
const VideoMode kMiddle{{640, 640}, {480, 480}, {{30, 30}}};
const VideoMode kLarge{{1280, 1280}, {720, 720}, {{10, 10}}};

Demand
demand (const SettingsSpace &space, const char *json)
{
  auto constraints = parse_track_constraints (json);
  fail_unless (bool (constraints), "%s", json);
  auto selection = select_settings (space, *constraints);
  fail_unless (bool (selection), "%s", json);
  return {*constraints, *selection};
}

struct Planner {
  explicit Planner (std::vector<VideoMode> modes)
      : space (video_space ({}, modes, true))
  {}

  std::optional<CapturePlan> plan (std::initializer_list<const char *> all)
  {
    demands.clear ();
    for (const char *json : all)
      demands.push_back (demand (space, json));
    return plan_capture (space, demands, running);
  }
  void expect (std::initializer_list<const char *> all, double width,
      double height, double rate)
  {
    auto planned = plan (all);
    fail_unless (bool (planned));
    fail_unless (planned->mode.width == width && planned->mode.height == height
                     && planned->mode.frame_rate == rate,
        "%g x %g, %g", planned->mode.width, planned->mode.height,
        planned->mode.frame_rate);
  }

  SettingsSpace space;
  std::optional<CaptureMode> running;
  std::vector<Demand> demands;
};

constexpr const char *kTiny = R"({"width":{"exact":100}})";
constexpr const char *kVga =
    R"({"width":{"exact":640},"height":{"exact":480}})";

} // namespace

GST_START_TEST (one_track_runs_at_the_least_mode)
{
  Planner p ({kSmall, kMiddle, kLarge});
  p.expect (
      {R"({"width":{"exact":320},"height":{"exact":240}})"}, 320, 240, 30);
  p.expect ({kTiny}, 320, 240, 30);
  p.expect ({kVga}, 640, 480, 30);
}
GST_END_TEST

GST_START_TEST (the_mode_covers_all)
{
  Planner p ({kSmall, kMiddle, kLarge});
  p.expect ({kTiny, kVga, kTiny}, 640, 480, 30);
  p.expect ({R"({"width":{"exact":20},"height":{"exact":200}})",
                R"({"width":{"exact":300},"height":{"exact":10}})"},
      320, 240, 30);
}
GST_END_TEST

GST_START_TEST (a_rate_is_one_that_divides_into_all)
{
  Planner p (
      {VideoMode{{640, 640}, {480, 480}, {{25, 25}, {30, 30}, {60, 60}}}});
  p.expect ({R"({"frameRate":{"exact":15}})"}, 640, 480, 30);
  p.expect ({R"({"frameRate":{"exact":15}})", R"({"frameRate":{"exact":20}})"},
      640, 480, 60);
  p.expect ({R"({"frameRate":{"exact":12.5}})"}, 640, 480, 25);
}
GST_END_TEST

GST_START_TEST (an_open_mode_is_as_large_as_it_must_be)
{
  Planner p ({VideoMode{{1, 65535}, {1, 65535}, {{1, 1000}}}});
  p.expect ({R"({"width":{"exact":100},"height":{"exact":300},
                  "frameRate":{"exact":10}})",
                R"({"width":{"exact":200},"height":{"exact":100},
                  "frameRate":{"exact":15}})"},
      200, 300, 30);
}
GST_END_TEST

GST_START_TEST (a_mode_that_runs_is_kept_where_it_will_do)
{
  Planner p ({kSmall, kMiddle, kLarge});
  p.running = p.plan ({kVga})->mode;
  p.expect ({kTiny, kTiny}, 640, 480, 30);
  p.expect ({kTiny}, 320, 240, 30); // nobody else would be interrupted
}
GST_END_TEST

GST_START_TEST (what_is_not_required_gives_way)
{
  Planner p ({kMiddle, kLarge});
  auto planned = p.plan ({R"({"width":{"exact":1280}})",
      R"({"frameRate":{"ideal":30},"width":{"exact":640}})"});
  fail_unless (bool (planned));
  fail_unless (planned->mode.width == 1280 && planned->mode.frame_rate == 10);
  fail_unless (
      number_of (planned->selections[1].settings, Property::frame_rate) == 10);
  fail_unless (
      number_of (planned->selections[1].settings, Property::width) == 640);
}
GST_END_TEST

GST_START_TEST (what_is_required_may_not_go_together)
{
  Planner p ({kMiddle, kLarge});
  fail_if (bool (p.plan ({R"({"frameRate":{"min":20}})",
      R"({"aspectRatio":{"ideal":1},"width":{"exact":1280}})"})));
  fail_unless_equals_string (
      conflict_of (p.space, p.demands, 1).c_str (), "width");
  fail_unless_equals_string (
      conflict_of (p.space, p.demands, 0).c_str (), "frameRate");
}
GST_END_TEST

GST_START_TEST (what_a_sibling_makes_larger_is_scaled)
{
  Planner p ({kSmall, kMiddle});
  auto resize_mode = [&p] (const CapturePlan &plan, size_t index) {
    Settings settings = plan.selections[index].settings;
    return *std::get_if<std::string> (&settings[Property::resize_mode]);
  };
  constexpr const char *kOwn =
      R"({"width":{"exact":320},"resizeMode":{"exact":"none"}})";
  auto alone = p.plan ({kOwn});
  fail_unless (alone->mode.width == 320);
  fail_unless_equals_string (resize_mode (*alone, 0).c_str (), "none");
  for (const char *json : {R"({"width":{"exact":320},"resizeMode":"none"})",
           R"({"width":{"exact":320}})"}) {
    auto planned = p.plan ({json, kVga});
    fail_unless (bool (planned) && planned->mode.width == 640, "%s", json);
    fail_unless_equals_string (
        resize_mode (*planned, 0).c_str (), "crop-and-scale");
    fail_unless_equals_string (resize_mode (*planned, 1).c_str (), "none");
  }
  // Who requires it gets it, or there is a conflict.
  fail_if (bool (p.plan ({kOwn, kVga})));
  p.running =
      CaptureMode{.mode = 1, .width = 640, .height = 480, .frame_rate = 30};
  fail_if (bool (p.plan ({kVga, kOwn})));
  auto planned = p.plan ({R"({"width":640})", kOwn});
  fail_unless (bool (planned) && planned->mode.width == 320);
  fail_unless (
      number_of (planned->selections[0].settings, Property::width) == 320);
}
GST_END_TEST

GST_START_TEST (an_efficient_pixel_format_is_that_of_the_mode)
{
  VideoMode raw = kMiddle, jpeg{{1280, 1280}, {720, 720}, {{30, 30}}};
  raw.efficient = true;
  jpeg.efficient = false;
  Planner p ({raw, jpeg});
  constexpr const char *kLargeExact = R"({"width":{"exact":1280}})";
  auto is_efficient = [] (const CapturePlan &plan, size_t index) {
    return is_on (plan.selections[index].settings,
        Property::power_efficient_pixel_format);
  };
  fail_unless (is_efficient (*p.plan ({kVga}), 0));
  auto planned = p.plan ({kVga, kLargeExact});
  fail_unless (!is_efficient (*planned, 0) && !is_efficient (*planned, 1));
  fail_if (bool (p.plan (
      {R"({"powerEfficientPixelFormat":{"exact":true}})", kLargeExact})));
  planned = p.plan (
      {R"({"powerEfficientPixelFormat":{"exact":true}})", R"({"width":1280})"});
  fail_unless (bool (planned) && planned->mode.width == 640);
}
GST_END_TEST

static Suite *
capture_plan_suite (void)
{
  Suite *suite = suite_create ("capture-plan");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, one_track_runs_at_the_least_mode);
  tcase_add_test (tc, the_mode_covers_all);
  tcase_add_test (tc, a_rate_is_one_that_divides_into_all);
  tcase_add_test (tc, an_open_mode_is_as_large_as_it_must_be);
  tcase_add_test (tc, a_mode_that_runs_is_kept_where_it_will_do);
  tcase_add_test (tc, what_is_not_required_gives_way);
  tcase_add_test (tc, what_is_required_may_not_go_together);
  tcase_add_test (tc, what_a_sibling_makes_larger_is_scaled);
  tcase_add_test (tc, an_efficient_pixel_format_is_that_of_the_mode);
  return suite;
}

GST_CHECK_MAIN (capture_plan);
