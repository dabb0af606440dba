// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/select-settings.hh"

#include "devices/capabilities.hh"
#include "devices/json.hh"
#include "support/check.hh"

using namespace webmedia::devices;

namespace {

Value
text (const char *string)
{
  return std::string (string);
}

Domain
list (std::vector<Value> values)
{
  return {.values = std::move (values), .numbers = {}};
}

Domain
rates (std::vector<Interval> intervals)
{
  return {.values = {}, .numbers = {.intervals = std::move (intervals)}};
}

SettingsSpace
camera (const char *id = "front", const char *group = "g1")
{
  const VideoMode modes[] = {
      {{1280, 1280}, {720, 720}, {{30, 30}, {60, 60}}},
      {{640, 640}, {480, 480}, {{30, 30}}},
      {{1920, 1920}, {1080, 1080}, {{5, 5}}},
  };
  return video_space ({{Property::device_id, list ({text (id)})},
                          {Property::group_id, list ({text (group)})},
                          {Property::facing_mode, list ({text ("user")})}},
      modes, true);
}

SettingsSpace
microphone ()
{
  return {.kind = TrackKind::audio,
      .common = {{Property::device_id, list ({text ("mic")})},
          {Property::echo_cancellation,
              list ({false, true, text ("all"), text ("remote-only")})},
          {Property::noise_suppression, list ({true, false})},
          {Property::sample_rate, rates ({{44100, 44100}, {8000, 48000}})}},
      .boxes = {Box ()},
      .defaults = {}};
}

Selection
select (const char *json, const SettingsSpace &space = camera ())
{
  auto selection = select_settings (space, *parse_track_constraints (json));
  fail_unless (selection.has_value (), "%s", json);
  return *selection;
}

std::string
video (const char *json)
{
  Settings settings = select (json).settings;
  for (Property property : {Property::device_id, Property::group_id,
           Property::facing_mode, Property::aspect_ratio})
    settings.erase (property);
  return to_json (settings);
}

void
selects (
    const char *json, double width, double height, double rate, bool scaled)
{
  Settings settings{{Property::width, width}, {Property::height, height},
      {Property::frame_rate, rate},
      {Property::resize_mode, text (scaled ? "crop-and-scale" : "none")}};
  fail_unless_equals_string (
      video (json).c_str (), to_json (settings).c_str ());
}

void
fails (const char *json, const char *constraint,
    const SettingsSpace &space = camera ())
{
  auto constraints = parse_track_constraints (json);
  fail_if (select_settings (space, *constraints), "%s", json);
  fail_unless_equals_string (
      failed_constraint ({&space, 1}, *constraints).c_str (), constraint);
}

} // namespace

GST_START_TEST (without_constraints_the_defaults_are_selected)
{
  selects ("{}", 640, 480, 30, false);
  fail_unless_equals_int (select ("{}").mode, 1);
  fail_unless_equals_string (
      to_json (select ("{}", microphone ()).settings).c_str (),
      R"({"deviceId":"mic","sampleRate":48000,"echoCancellation":true,)"
      R"("noiseSuppression":true})");
}
GST_END_TEST

GST_START_TEST (all_settings_have_a_value)
{
  fail_unless_equals_string (to_json (select ("{}").settings).c_str (),
      R"({"deviceId":"front","groupId":"g1","width":640,"height":480,)"
      R"("aspectRatio":1.3333333333,"frameRate":30,"facingMode":"user",)"
      R"("resizeMode":"none"})");
}
GST_END_TEST

GST_START_TEST (a_mode_of_the_device_comes_before_a_scaled_one)
{
  selects (R"({"width":1280,"height":720})", 1280, 720, 30, false);
  selects (R"({"width":{"min":1000}})", 1280, 720, 30, false);
  selects (R"({"width":1280,"frameRate":60})", 1280, 720, 60, false);
  selects (R"({"height":1080})", 1920, 1080, 5, false);
}
GST_END_TEST

GST_START_TEST (any_smaller_size_can_be_had)
{
  selects (R"({"width":{"exact":320}})", 320, 240, 30, true);
  selects (R"({"height":{"exact":240}})", 427, 240, 30, true);
  selects (R"({"height":{"min":500,"max":540}})", 889, 500, 30, true);
  fail_unless_equals_int (select (R"({"width":{"exact":320}})").mode, 1);
  selects (R"({"width":800})", 800, 450, 30, true);
  selects (R"({"width":100,"height":100})", 100, 100, 30, true);
  fails (R"({"width":{"exact":320},"resizeMode":{"exact":"none"}})", "");
}
GST_END_TEST

GST_START_TEST (any_part_of_a_rate_can_be_had)
{
  selects (R"({"frameRate":{"max":10}})", 1920, 1080, 5, false);
  selects (R"({"frameRate":{"exact":15}})", 640, 480, 15, true);
  selects (R"({"frameRate":{"exact":20},"height":720})", 1280, 720, 20, true);
  selects (R"({"frameRate":{"min":0.1,"max":0.2}})", 640, 480, 0.2, true);
  fails (R"({"frameRate":{"exact":25}})", "frameRate");
  fails (R"({"frameRate":{"max":0}})", "frameRate");
}
GST_END_TEST

GST_START_TEST (nothing_is_scaled_up)
{
  selects (R"({"width":4000,"height":4000})", 1920, 1080, 5, false);
  fails (R"({"width":{"min":1921}})", "width");
  // 1080 lines are there 5 times a second only.
  fails (R"({"height":{"exact":1080},"frameRate":{"min":10}})", "");
}
GST_END_TEST

GST_START_TEST (the_ratio_is_that_of_width_and_height)
{
  selects (
      R"({"aspectRatio":{"exact":1.7777777777777777}})", 1280, 720, 30, false);
  selects (R"({"aspectRatio":{"exact":1},"height":480})", 480, 480, 30, true);
  selects (R"({"width":640,"aspectRatio":1.7777777778})", 640, 360, 30, true);
  fails (R"({"aspectRatio":{"exact":1.7777}})", "aspectRatio");
  fails (R"({"aspectRatio":{"exact":1},"width":{"exact":1280}})", "");
}
GST_END_TEST

GST_START_TEST (advanced_sets_are_tried_in_order)
{
  // The example of the specification: no 1920x1280, so 4:3, and so on.
  selects (R"({"width":{"min":640,"ideal":1280},)"
           R"("height":{"min":480,"ideal":720},"frameRate":{"min":30},)"
           R"("advanced":[{"width":1920,"height":1280},)"
           R"({"aspectRatio":1.3333333333333333},{"frameRate":{"min":50}},)"
           R"({"frameRate":{"min":40}}]})",
      960, 720, 60, true);
  // The first of two that do not go together.
  selects (
      R"({"advanced":[{"width":640},{"width":1280}]})", 640, 480, 30, false);
  selects (
      R"({"advanced":[{"width":1280},{"width":640}]})", 1280, 720, 30, false);
  // A set is taken as a whole.
  selects (R"({"advanced":[{"height":720,"frameRate":61},{"frameRate":60}]})",
      1280, 720, 60, false);
}
GST_END_TEST

GST_START_TEST (an_ideal_in_an_advanced_set_decides_nothing)
{
  selects (R"({"advanced":[{"width":{"ideal":1280}}]})", 640, 480, 30, false);
}
GST_END_TEST

// GUM-impossible-constraint
GST_START_TEST (an_impossible_constraint_is_named)
{
  fails (R"({"width":{"min":100000000}})", "width");
  fails (R"({"width":{"min":100,"max":50}})", "width");
}
GST_END_TEST

// GUM-optional-constraint
GST_START_TEST (an_impossible_advanced_set_is_ignored)
{
  selects (R"({"advanced":[{"width":{"min":1024,"max":800}}]})", 640, 480, 30,
      false);
  selects (
      R"({"advanced":[{"width":{"min":100000000}}]})", 640, 480, 30, false);
}
GST_END_TEST

// GUM-required-constraint-with-ideal-value
GST_START_TEST (an_ideal_out_of_range_is_no_failure)
{
  selects (R"({"width":{"ideal":500000000}})", 1920, 1080, 5, false);
}
GST_END_TEST

// GUM-invalid-facing-mode, MediaDevices-getUserMedia
GST_START_TEST (an_unknown_word_fails_only_if_it_is_required)
{
  selects (R"({"facingMode":"invalid"})", 640, 480, 30, false);
  fails (R"({"facingMode":{"exact":"invalid"}})", "facingMode");
  selects (R"({"resizeMode":{"ideal":"INVALID"}})", 640, 480, 30, false);
  fails (R"({"resizeMode":{"exact":"INVALID"}})", "resizeMode");
  selects (R"({"resizeMode":{"exact":"crop-and-scale"}})", 640, 480, 30, true);
  selects (R"({"resizeMode":{"exact":"none"}})", 640, 480, 30, false);
}
GST_END_TEST

GST_START_TEST (what_a_source_lacks_cannot_be_required)
{
  selects (R"({"zoom":true,"torch":true})", 640, 480, 30, false);
  fail_unless (select (R"({"zoom":true,"torch":true})").distance == 2);
  fails (R"({"torch":{"exact":true}})", "torch");
  fails (R"({"width":{"max":100}})", "width", microphone ());
}
GST_END_TEST

GST_START_TEST (echo_is_cancelled_as_asked_for)
{
  auto echo = [] (const char *json) {
    return select (json, microphone ()).settings[Property::echo_cancellation];
  };
  fail_unless (echo ("{}") == Value (true));
  fail_unless (echo (R"({"echoCancellation":false})") == Value (false));
  fail_unless (
      echo (R"({"echoCancellation":"remote-only"})") == text ("remote-only"));
  fail_unless (
      echo (R"({"echoCancellation":{"exact":"all"}})") == text ("all"));
  fails (R"({"echoCancellation":{"exact":"some"}})", "echoCancellation",
      microphone ());
}
GST_END_TEST

// MediaStreamTrack-applyConstraints: a device cannot be switched.
GST_START_TEST (a_source_has_its_own_ids_only)
{
  fails (R"({"deviceId":{"exact":"back"}})", "deviceId");
  fails (R"({"groupId":{"exact":"INVALID"}})", "groupId");
  selects (R"({"deviceId":"back","groupId":"INVALID"})", 640, 480, 30, false);
}
GST_END_TEST

GST_START_TEST (devices_come_in_the_order_of_their_distance)
{
  const SettingsSpace spaces[] = {
      camera (), camera ("back", "g2"), camera ("top", "g2")};
  auto order = [&spaces] (const char *json) {
    std::string text;
    for (const DeviceSelection &selection :
        select_devices (spaces, *parse_track_constraints (json)))
      text += std::to_string (selection.device);
    return text;
  };
  fail_unless_equals_string (order ("{}").c_str (), "012");
  fail_unless_equals_string (order (R"({"deviceId":"top"})").c_str (), "201");
  fail_unless_equals_string (
      order (R"({"groupId":{"exact":"g2"}})").c_str (), "12");
  fail_unless_equals_string (
      order (R"({"groupId":{"exact":"g3"}})").c_str (), "");
  fail_unless_equals_string (
      failed_constraint (
          spaces, *parse_track_constraints (R"({"groupId":{"exact":"g3"}})"))
          .c_str (),
      "groupId");
  // Each is met by some device, but not together.
  fail_unless_equals_string (
      failed_constraint (spaces,
          *parse_track_constraints (
              R"({"groupId":{"exact":"g2"},"deviceId":{"exact":"front"}})"))
          .c_str (),
      "");
}
GST_END_TEST

GST_START_TEST (a_source_without_settings_selects_nothing)
{
  SettingsSpace nothing;
  fail_if (select_settings (nothing, {}));
  fail_unless_equals_string (
      failed_constraint ({&nothing, 1}, {}).c_str (), "");
}
GST_END_TEST

// An open range, as some sources announce.
GST_START_TEST (any_range_of_sizes_is_searched)
{
  const VideoMode modes[] = {{{1, 2147483647}, {1, 2147483647}, {{0, 1000}}}};
  SettingsSpace space = video_space ({}, modes, true);
  Settings settings = select ("{}", space).settings;
  fail_unless (settings[Property::width] == Value (640.));
  fail_unless (settings[Property::height] == Value (480.));
  fail_unless (settings[Property::frame_rate] == Value (30.));
  settings = select (
      R"({"height":1080,"aspectRatio":{"exact":1.7777777777777777}})", space)
                 .settings;
  fail_unless (settings[Property::width] == Value (1920.));
  settings = select (R"({"aspectRatio":{"exact":1.7777}})", space).settings;
  fail_unless (settings[Property::width] == Value (17777.));
}
GST_END_TEST

GST_START_TEST (capabilities_are_ranges_and_lists)
{
  fail_unless_equals_string (to_json (capabilities_of (camera ())).c_str (),
      R"({"deviceId":"front","groupId":"g1","width":{"min":1,"max":1920},)"
      R"("height":{"min":1,"max":1080},)"
      R"("aspectRatio":{"min":0.0009259259,"max":1920},)"
      R"("frameRate":{"min":0,"max":60},"facingMode":["user"],)"
      R"("resizeMode":["none","crop-and-scale"]})");
  fail_unless_equals_string (to_json (capabilities_of (microphone ())).c_str (),
      R"({"deviceId":"mic","sampleRate":{"min":8000,"max":48000},)"
      R"("echoCancellation":[false,true,"all","remote-only"],)"
      R"("noiseSuppression":[true,false]})");
}
GST_END_TEST

GST_START_TEST (a_wish_out_of_this_world_is_a_wish)
{
  for (const char *json : {R"({"aspectRatio":1e308})",
           R"({"aspectRatio":{"ideal":-1e308},"frameRate":1e308})"})
    fail_unless (select (json).settings.contains (Property::height));
}
GST_END_TEST

static Suite *
select_settings_suite ()
{
  Suite *suite = suite_create ("select-settings");
  TCase *tests = tcase_create ("select-settings");
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, without_constraints_the_defaults_are_selected);
  tcase_add_test (tests, all_settings_have_a_value);
  tcase_add_test (tests, a_mode_of_the_device_comes_before_a_scaled_one);
  tcase_add_test (tests, any_smaller_size_can_be_had);
  tcase_add_test (tests, any_part_of_a_rate_can_be_had);
  tcase_add_test (tests, nothing_is_scaled_up);
  tcase_add_test (tests, the_ratio_is_that_of_width_and_height);
  tcase_add_test (tests, advanced_sets_are_tried_in_order);
  tcase_add_test (tests, an_ideal_in_an_advanced_set_decides_nothing);
  tcase_add_test (tests, an_impossible_constraint_is_named);
  tcase_add_test (tests, an_impossible_advanced_set_is_ignored);
  tcase_add_test (tests, an_ideal_out_of_range_is_no_failure);
  tcase_add_test (tests, an_unknown_word_fails_only_if_it_is_required);
  tcase_add_test (tests, what_a_source_lacks_cannot_be_required);
  tcase_add_test (tests, echo_is_cancelled_as_asked_for);
  tcase_add_test (tests, a_source_has_its_own_ids_only);
  tcase_add_test (tests, devices_come_in_the_order_of_their_distance);
  tcase_add_test (tests, a_source_without_settings_selects_nothing);
  tcase_add_test (tests, any_range_of_sizes_is_searched);
  tcase_add_test (tests, capabilities_are_ranges_and_lists);
  tcase_add_test (tests, a_wish_out_of_this_world_is_a_wish);
  return suite;
}

GST_CHECK_MAIN (select_settings)
