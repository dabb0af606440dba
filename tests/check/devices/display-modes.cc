// SPDX-License-Identifier: LGPL-2.1-or-later
// What can be made of a display, by its caps.
#include "devices/capabilities.hh"
#include "devices/device-modes.hh"
#include "devices/frame-size.hh"
#include "devices/json.hh"
#include "devices/select-settings.hh"
#include "support/check.hh"

using namespace webmedia;
using namespace webmedia::devices;

namespace {

struct Display {
  explicit Display (const char *text)
  {
    auto caps = Ptr<GstCaps>::adopt (gst_caps_from_string (text));
    made = display_modes ({}, caps.get ());
  }

  std::optional<Selection> select (const char *json) const
  {
    auto constraints = parse_track_constraints (json);
    fail_unless (bool (constraints), "%s", json);
    return select_settings (made.space, *constraints);
  }
  double selected (const char *json, Property property) const
  {
    auto selection = select (json);
    fail_unless (selection.has_value (), "%s", json);
    return std::get<double> (selection->settings[property]);
  }
  void can (Property property, double low, double high) const
  {
    Interval range = *capabilities_of (made.space)[property].range;
    fail_unless (range.low == low && range.high == high, "%s: %g to %g",
        info (property).name, range.low, range.high);
  }

  DeviceModes made;
};

constexpr const char *kScreen =
    "video/x-raw, format=BGRx, width=1920, height=1080, framerate=[0/1,60/1]";

} // namespace

GST_START_TEST (it_is_left_as_it_is_by_default)
{
  Display screen (kScreen);
  auto selection = screen.select ("{}");
  fail_unless (selection->settings[Property::width] == Value (1920.));
  fail_unless (selection->settings[Property::height] == Value (1080.));
  fail_unless (selection->settings[Property::resize_mode] == Value ("none"));
}
GST_END_TEST

GST_START_TEST (a_bound_on_either_side_keeps_its_shape)
{
  Display screen (kScreen);
  struct Case {
    const char *json;
    double width, height;
  };
  for (const Case &each : {Case{R"({"height":{"max":240}})", 427, 240},
           Case{R"({"width":{"max":360}})", 360, 203},
           Case{R"({"width":{"max":360},"height":{"max":240}})", 360, 203},
           Case{R"({"height":{"exact":240}})", 427, 240},
           Case{R"({"width":3000})", 1920, 1080},
           Case{R"({"width":640,"resizeMode":"crop-and-scale"})", 640, 360}}) {
    fail_unless (
        screen.selected (each.json, Property::width) == each.width
            && screen.selected (each.json, Property::height) == each.height,
        "%s: %gx%g", each.json, screen.selected (each.json, Property::width),
        screen.selected (each.json, Property::height));
  }
  // A square of it would be a part of it.
  fail_if (screen.select (R"({"width":{"exact":640},"height":{"exact":640}})")
               .has_value ());
}
GST_END_TEST

GST_START_TEST (a_ratio_chooses_no_other_size)
{
  Display screen (kScreen);
  fail_unless (
      screen.selected (R"({"aspectRatio":1.5})", Property::width) == 1920);
  fail_if (screen.select (R"({"aspectRatio":{"max":1.5}})").has_value ());
  fail_if (screen.select (R"({"aspectRatio":{"exact":1}})").has_value ());
  const TrackConstraints square =
      *parse_track_constraints (R"({"aspectRatio":{"exact":1}})");
  fail_unless_equals_string (
      failed_constraint (std::span (&screen.made.space, 1), square).c_str (),
      "aspectRatio");
  fail_unless (
      screen.selected (
          R"({"aspectRatio":{"exact":1.7777777778},"width":{"max":170}})",
          Property::width)
      == 160);
}
GST_END_TEST

// -screen-share, constrainable properties of displays.
GST_START_TEST (its_capabilities_are_those_of_the_surface)
{
  Display screen (kScreen);
  screen.can (Property::width, 1, 1920);
  screen.can (Property::height, 1, 1080);
  screen.can (Property::frame_rate, 0, 60);
  double ratio = aspect_ratio (1920, 1080);
  screen.can (Property::aspect_ratio, ratio, ratio);
  fail_unless_equals_int (
      capabilities_of (screen.made.space)[Property::resize_mode].values.size (),
      2);
}
GST_END_TEST

GST_START_TEST (a_rate_that_is_open_is_that_of_most_screens)
{
  Display open ("video/x-raw, width=640, height=480, "
                "framerate=[0/1,2147483647/1]");
  open.can (Property::frame_rate, 0, 60);
  Display fast ("video/x-raw, width=640, height=480, framerate=[0/1,144/1]");
  fast.can (Property::frame_rate, 0, 144);
}
GST_END_TEST

// A display has one size, with whatever rates and formats.
GST_START_TEST (of_several_sizes_the_largest_is_its_own)
{
  Display several ("video/x-raw, width=640, height=480, framerate=60/1; "
                   "video/x-raw, width=800, height=450, framerate=60/1; "
                   "video/x-raw, width=800, height=450, framerate=30/1; "
                   "video/x-raw, width=450, height=800, framerate=90/1");
  fail_unless_equals_int (several.made.modes.size (), 2);
  several.can (Property::width, 1, 800);
  several.can (Property::frame_rate, 0, 60);
  auto selection =
      several.select (R"({"frameRate":{"exact":30},"width":{"exact":400}})");
  fail_unless (
      selection && selection->settings[Property::height] == Value (225.));
  Display up_to ("video/x-raw, width=[1,800], height=[1,450]");
  fail_unless (up_to.selected ("{}", Property::width) == 800);
}
GST_END_TEST

GST_START_TEST (without_a_size_there_is_nothing_to_choose_from)
{
  for (const char *caps : {"ANY", "video/x-raw", "audio/x-raw",
           "video/x-raw, width=[1,max], height=[1,max]"}) {
    Display open (caps);
    fail_unless (open.made.space.boxes.empty (), "%s", caps);
    fail_unless (open.made.modes.empty ());
  }
}
GST_END_TEST

static Suite *
display_modes_suite ()
{
  Suite *suite = suite_create ("devices/display-modes");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, it_is_left_as_it_is_by_default);
  tcase_add_test (tcase, a_bound_on_either_side_keeps_its_shape);
  tcase_add_test (tcase, a_ratio_chooses_no_other_size);
  tcase_add_test (tcase, its_capabilities_are_those_of_the_surface);
  tcase_add_test (tcase, a_rate_that_is_open_is_that_of_most_screens);
  tcase_add_test (tcase, of_several_sizes_the_largest_is_its_own);
  tcase_add_test (tcase, without_a_size_there_is_nothing_to_choose_from);
  return suite;
}
GST_CHECK_MAIN (display_modes)
