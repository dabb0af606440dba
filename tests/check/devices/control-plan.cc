// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/control-plan.hh"

#include "devices/capabilities.hh"
#include "devices/json.hh"
#include "devices/select-settings.hh"
#include "support/check.hh"
#include "support/test-controls.hh"

#include <set>

using namespace webmedia;
using namespace webmedia::devices;
using namespace webmedia::test;

namespace {

TrackConstraints
asked (const char *json)
{
  auto parsed = parse_track_constraints (json);
  fail_unless (bool (parsed), "%s", json);
  return *parsed;
}

const Settings &
now ()
{
  static const Settings values = TestControls ().values ();
  return values;
}

SettingsSpace
camera (const Domains &domains)
{
  const VideoMode modes[] = {{{640, 640}, {480, 480}, {{30, 30}}}};
  SettingsSpace space = video_space ({}, modes, true);
  add_controls (space, {domains, now ()});
  return space;
}

SettingsSpace
camera ()
{
  return camera (TestControls ().domains ());
}

// What is selected for these, with others there.
std::optional<Settings>
selected (const char *json, std::initializer_list<const char *> others = {})
{
  std::vector<TrackConstraints> all;
  for (const char *other : others)
    all.push_back (asked (other));
  auto selection = select_settings (
      space_for (camera (), asked (json), now (), all), asked (json));
  return selection ? std::optional (selection->settings) : std::nullopt;
}

void
selects (const char *json, Property property, const Value &value,
    std::initializer_list<const char *> others = {})
{
  auto settings = selected (json, others);
  fail_unless (settings && (*settings)[property] == value, "%s: %s", json,
      settings ? to_json (*settings).c_str () : "none");
}

Value
text (const char *of)
{
  return std::string (of);
}

} // namespace

GST_START_TEST (what_nobody_asks_for_stays_as_it_is)
{
  auto settings = selected ("{}");
  for (const auto &[property, value] : now ())
    fail_unless ((*settings)[property] == value, "%s", info (property).name);
  fail_unless (
      controls_to_set (*settings, TrackConstraints (), now ()).empty ());
  selects (R"({"zoom":true})", Property::zoom, 100.);
  selects (R"({"zoom":{"max":300}})", Property::zoom, 100.);
}
GST_END_TEST

// An ISO that is the camera's own, say, though it could be told when the camera
// was looked at.
GST_START_TEST (what_cannot_be_read_is_left_alone)
{
  Settings unread = now ();
  unread.erase (Property::iso);
  auto set_for = [&unread] (const char *json) {
    auto constraints = asked (json);
    auto selection = select_settings (
        space_for (camera (), constraints, unread, {}), constraints);
    return controls_to_set (selection->settings, constraints, unread);
  };
  fail_unless (set_for ("{}").empty ());
  fail_unless (set_for (R"({"brightness":1})")
               == Settings ({{Property::brightness, 1.}}));
  fail_unless (
      set_for (R"({"iso":200})") == Settings ({{Property::iso, 200.}}));
  auto fixed = select_settings (
      with_fixed_controls (camera (), unread), asked (R"({"iso":200})"));
  fail_if (fixed->settings.contains (Property::iso));
  // A mode that can't be read, and a value that counts in it.
  unread.erase (Property::exposure_mode);
  fail_unless (set_for (R"({"exposureTime":100})")
               == Settings ({{Property::exposure_mode, text ("manual")},
                   {Property::exposure_time, 100.}}));
}
GST_END_TEST

GST_START_TEST (a_value_between_two_steps_is_left)
{
  Settings odd = now ();
  odd[Property::zoom] = 105.;
  odd[Property::iso] = 50.;
  auto constraints = asked (R"({"brightness":1})");
  auto selection = select_settings (
      space_for (camera (), constraints, odd, {}), constraints);
  auto set = controls_to_set (selection->settings, constraints, odd);
  fail_unless (set == Settings ({{Property::brightness, 1.}}));
  constraints = asked (R"({"zoom":106})");
  selection = select_settings (
      space_for (camera (), constraints, now (), {}), constraints);
  fail_unless (selection->settings[Property::zoom] == Value (110.));
}
GST_END_TEST

// https://w3c.github.io/mediacapture-main/#dfn-selectsettings
GST_START_TEST (constraints_select_a_value_that_the_camera_has)
{
  selects (R"({"zoom":{"exact":250}})", Property::zoom, 250.);
  selects (R"({"zoom":{"min":205}})", Property::zoom, 210.);
  selects (R"({"zoom":254})", Property::zoom, 250.);
  selects (R"({"zoom":9999})", Property::zoom, 400.);
  selects (R"({"torch":true})", Property::torch, true);
  selects (R"({"focusMode":["none","manual"]})", Property::focus_mode,
      text ("manual"));
  fail_if (selected (R"({"zoom":{"exact":255}})"));
  fail_if (selected (R"({"zoom":{"min":500}})"));
  fail_if (selected (R"({"focusMode":{"exact":"none"}})"));
}
GST_END_TEST

GST_START_TEST (an_advanced_set_is_met_or_ignored_as_a_whole)
{
  selects (
      R"({"advanced":[{"zoom":300,"torch":true}]})", Property::torch, true);
  selects (
      R"({"advanced":[{"zoom":500,"torch":true}]})", Property::torch, false);
  selects (R"({"zoom":200,"advanced":[{"zoom":{"min":300}}]})", Property::zoom,
      300.);
  selects (R"({"advanced":[{"zoom":200},{"zoom":300}]})", Property::zoom, 200.);
}
GST_END_TEST

GST_START_TEST (points_are_any_that_are_not_too_many)
{
  using Points = std::vector<Point>;
  selects (R"({"pointsOfInterest":[{"x":0.5,"y":0.25}]})",
      Property::points_of_interest, Points ({{0.5, 0.25}}));
  selects (R"({"pointsOfInterest":{"exact":[{"x":1},{"y":1}]}})",
      Property::points_of_interest, Points ({{1, 0}, {0, 1}}));
  selects (R"({"pointsOfInterest":[{},{},{}]})", Property::points_of_interest,
      Points ());
  selects (R"({"advanced":[{"pointsOfInterest":[{"x":2,"y":-1}]}]})",
      Property::points_of_interest, Points ({{1, 0}}));
  fail_if (selected (R"({"pointsOfInterest":{"exact":[{},{},{}]}})"));
  auto capabilities = capabilities_of (camera ());
  fail_if (capabilities.contains (Property::points_of_interest));
}
GST_END_TEST

// https://w3c.github.io/mediacapture-image/#mediatracksettings-members
GST_START_TEST (a_value_that_is_asked_for_counts)
{
  selects (R"({"exposureTime":100})", Property::exposure_mode, text ("manual"));
  selects (R"({"advanced":[{"colorTemperature":5000}]})",
      Property::white_balance_mode, text ("manual"));
  selects (
      R"({"focusDistance":{"min":10}})", Property::focus_mode, text ("manual"));
  selects (R"({"exposureMode":"continuous","exposureTime":100})",
      Property::exposure_mode, text ("continuous"));
  selects (R"({"exposureTime":100,"exposureCompensation":1})",
      Property::exposure_mode, text ("manual"));
  Settings by_hand = now ();
  by_hand[Property::exposure_mode] = text ("manual");
  auto constraints = asked (R"({"exposureCompensation":1})");
  auto selection = select_settings (
      space_for (camera (), constraints, by_hand, {}), constraints);
  fail_unless (
      selection->settings[Property::exposure_mode] == text ("continuous"));
}
GST_END_TEST

GST_START_TEST (what_other_tracks_require_holds)
{
  selects (R"({"zoom":400})", Property::zoom, 300.,
      {R"({"zoom":{"max":300}})", R"({"zoom":{"min":200}})"});
  selects ("{}", Property::zoom, 210., {R"({"zoom":{"min":205}})"});
  selects (
      R"({"zoom":214})", Property::zoom, 210., {R"({"zoom":{"min":205}})"});
  selects (R"({"torch":false})", Property::torch, true,
      {R"({"torch":{"exact":true}})"});
  fail_if (selected (R"({"zoom":{"exact":200}})", {R"({"zoom":{"min":300}})"}));
  fail_if (selected (R"({"focusMode":{"exact":"manual"}})",
      {R"({"focusMode":{"exact":"continuous"}})"}));
  // What they wish for does not.
  selects (R"({"zoom":400})", Property::zoom, 400.,
      {R"({"zoom":200,"advanced":[{"zoom":300}]})"});
  selects (R"({"pointsOfInterest":[{"x":1}]})", Property::points_of_interest,
      std::vector<Point> ({{0.5, 0}}),
      {R"({"pointsOfInterest":{"exact":[{"x":0.5}]}})"});
}
GST_END_TEST

GST_START_TEST (what_is_named_or_other_than_now_is_set)
{
  auto constraints = asked (R"({"exposureTime":{"exact":100},"iso":100})");
  auto selection = select_settings (
      space_for (camera (), constraints, now (), {}), constraints);
  auto set = controls_to_set (selection->settings, constraints, now ());
  fail_unless_equals_int (set.size (), 3);
  fail_unless (set[Property::exposure_mode] == text ("manual"));
  fail_unless (set[Property::exposure_time] == Value (100.));
  fail_unless (set[Property::iso] == Value (100.));
}
GST_END_TEST

GST_START_TEST (movement_is_asked_for_by_all_but_false)
{
  fail_unless (asks_for_movement (asked (R"({"pan":true})")));
  fail_unless (asks_for_movement (asked (R"({"tilt":0})")));
  fail_unless (
      asks_for_movement (asked (R"({"advanced":[{},{"zoom":{"min":2}}]})")));
  fail_if (asks_for_movement (asked (R"({"pan":false,"torch":true})")));
  fail_if (asks_for_movement (asked (R"({"advanced":[{"zoom":false}]})")));
}
GST_END_TEST

GST_START_TEST (a_space_without_movement_has_all_else)
{
  auto space = std::make_shared<const SettingsSpace> (camera ());
  fail_unless (has_movement (*space) && has_controls (*space));
  auto capabilities = capabilities_of (*without_movement (space));
  for (Property property : {Property::pan, Property::tilt, Property::zoom})
    fail_if (capabilities.contains (property));
  fail_unless (capabilities.contains (Property::torch));
  auto plain = std::make_shared<const SettingsSpace> (camera ({}));
  fail_unless (without_movement (plain) == plain && !has_controls (*plain));
}
GST_END_TEST

// https://w3c.github.io/mediacapture-image/#mediatrackcapabilities-section
GST_START_TEST (capabilities_are_what_the_camera_has)
{
  auto capabilities = capabilities_of (camera ());
  fail_unless (
      capabilities[Property::zoom]
      == Capability ({.range = Interval{100, 400}, .values = {}, .step = 10}));
  fail_unless (capabilities[Property::torch].values
               == std::vector<Value> ({false, true}));
  Numbers menu{.intervals = {{100, 100}, {200, 200}, {400, 400}}};
  auto own = capabilities_of (
      camera ({{Property::iso, {.values = {}, .numbers = menu}}}));
  fail_unless (
      own[Property::iso]
      == Capability ({.range = Interval{100, 400}, .values = {}, .step = 100}));
  fail_if (own.contains (Property::zoom));
  fail_if (own[Property::frame_rate].step.has_value ());
}
GST_END_TEST

GST_START_TEST (what_is_fixed_is_nothing_to_choose)
{
  SettingsSpace fixed = with_fixed_controls (camera (),
      {{Property::zoom, 200.}, {Property::torch, true}, {Property::pan, 0.}});
  auto constraints = asked (R"({"zoom":400,"torch":false,"width":320})");
  auto selection = select_settings (fixed, constraints);
  fail_unless (selection->settings[Property::zoom] == Value (200.));
  fail_unless (selection->settings[Property::torch] == Value (true));
  fail_unless (selection->settings[Property::width] == Value (320.));
}
GST_END_TEST

GST_START_TEST (what_was_told_counts_in_its_mode)
{
  auto mode = [] (const char *name) {
    return Value (std::string (name));
  };
  Settings by_hand{{Property::focus_mode, mode ("manual")},
      {Property::focus_distance, 30.}, {Property::zoom, 200.}};
  fail_unless (with_told (by_hand, {{Property::focus_distance, 40.}})
               == Settings ({{Property::focus_mode, mode ("manual")},
                   {Property::focus_distance, 40.}, {Property::zoom, 200.}}));
  Settings by_itself =
      with_told (by_hand, {{Property::focus_mode, mode ("continuous")}});
  fail_unless (by_itself
               == Settings ({{Property::focus_mode, mode ("continuous")},
                   {Property::zoom, 200.}}));
  fail_unless (
      with_told (by_itself, {{Property::focus_distance, 40.}}) == by_itself);
  fail_unless (with_told ({}, {{Property::focus_distance, 40.}})
               == Settings ({{Property::focus_distance, 40.}}));
}
GST_END_TEST

GST_START_TEST (what_is_not_met_is_named)
{
  Settings values = now ();
  fail_unless_equals_string (
      unmet_control (asked (R"({"zoom":{"exact":200}})"), values).c_str (),
      "zoom");
  for (const char *met : {R"({"zoom":200})", R"({"zoom":{"max":200}})",
           R"({"width":{"exact":1}})", R"({"advanced":[{"zoom":200}]})"})
    fail_unless_equals_string (
        unmet_control (asked (met), values).c_str (), "");
  values.erase (Property::zoom);
  fail_unless_equals_string (
      unmet_control (asked (R"({"zoom":{"max":200}})"), values).c_str (),
      "zoom");
}
GST_END_TEST

GST_START_TEST (what_is_not_met_can_be_left_out)
{
  auto constraints = asked (
      R"({"zoom":{"exact":200},"iso":{"min":100},"pan":{"max":-1,"ideal":0},
          "width":{"exact":1}})");
  auto met = constraints;
  met.basic[Property::zoom].exact.clear ();
  met.basic[Property::pan].max.reset ();
  fail_unless (without_unmet_controls (constraints, now ()) == met);
  fail_unless (without_unmet_controls (met, now ()) == met);
}
GST_END_TEST

static Suite *
control_plan_suite (void)
{
  Suite *suite = suite_create ("control-plan");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, what_nobody_asks_for_stays_as_it_is);
  tcase_add_test (tcase, what_cannot_be_read_is_left_alone);
  tcase_add_test (tcase, a_value_between_two_steps_is_left);
  tcase_add_test (tcase, constraints_select_a_value_that_the_camera_has);
  tcase_add_test (tcase, an_advanced_set_is_met_or_ignored_as_a_whole);
  tcase_add_test (tcase, points_are_any_that_are_not_too_many);
  tcase_add_test (tcase, a_value_that_is_asked_for_counts);
  tcase_add_test (tcase, what_other_tracks_require_holds);
  tcase_add_test (tcase, what_is_named_or_other_than_now_is_set);
  tcase_add_test (tcase, movement_is_asked_for_by_all_but_false);
  tcase_add_test (tcase, a_space_without_movement_has_all_else);
  tcase_add_test (tcase, capabilities_are_what_the_camera_has);
  tcase_add_test (tcase, what_is_fixed_is_nothing_to_choose);
  tcase_add_test (tcase, what_was_told_counts_in_its_mode);
  tcase_add_test (tcase, what_is_not_met_is_named);
  tcase_add_test (tcase, what_is_not_met_can_be_left_out);
  return suite;
}

GST_CHECK_MAIN (control_plan)
