// SPDX-License-Identifier: LGPL-2.1-or-later
// The controls of a camera that is open, which all of its tracks share.
#include "devices/capture.hh"

#include "devices/control-plan.hh"
#include "support/capture-fixture.hh"
#include "support/test-controls.hh"

using namespace webmedia;
using namespace webmedia::devices;
using namespace webmedia::test;

namespace {

struct Fixture : CaptureFixture {
  Fixture () { bring_controls (device.object, controls); }

  Result<TrackPtr> try_open (const std::string &json, bool may_move = true)
  {
    auto asked = constraints (json);
    auto selection = select_settings (*registry->space_of (device), asked);
    fail_unless (bool (selection), "%s", json.c_str ());
    return open_track (*registry, {.device = device,
                                      .selection = *selection,
                                      .constraints = asked,
                                      .may_move = may_move});
  }
  TrackPtr open (const std::string &json = "{}", bool may_move = true)
  {
    auto opened = try_open (json, may_move);
    fail_unless (
        bool (opened), "%s", opened ? "" : opened.error ().message.c_str ());
    return *opened;
  }
  // It fails, and names this constraint; all is as it was.
  void overconstrains (
      const TrackPtr &track, const std::string &json, const char *name)
  {
    Settings before = controls->values ();
    auto constraints_before = of (track)->constraints ();
    auto applied = of (track)->apply (constraints (json), {});
    fail_if (bool (applied), "%s", json.c_str ());
    fail_unless (applied.error ().code == ErrorCode::overconstrained);
    fail_unless_equals_string (
        constraint_in_message (applied.error ().message.c_str ()), name);
    fail_unless (controls->values () == before);
    fail_unless (of (track)->constraints () == constraints_before);
  }
  static Value value (const TrackPtr &track, Property property)
  {
    return of (track)->settings ()[property];
  }

  std::shared_ptr<TestControls> controls = std::make_shared<TestControls> ();
};

Value
text (const char *of)
{
  return std::string (of);
}

} // namespace

GST_START_TEST (settings_are_those_of_the_camera)
{
  Fixture f;
  f.controls->put (Property::brightness, 7.);
  auto track = f.open ();
  for (const auto &[property, value] : f.controls->values ())
    fail_unless (
        f.value (track, property) == value, "%s", info (property).name);
  fail_unless_equals_string (f.controls->take_written ().c_str (), "");
  auto capabilities = f.of (track)->capabilities ();
  fail_unless (capabilities[Property::zoom].range == Interval ({100, 400}));
  fail_unless (capabilities[Property::zoom].step == 10.);
}
GST_END_TEST

GST_START_TEST (what_cannot_be_read_is_no_setting)
{
  Fixture f;
  auto track = f.open (R"({"iso":200})");
  fail_unless (f.setting (track, Property::iso) == 200);
  f.controls->take_written ();
  f.controls->on_set = [&f] {
    f.controls->unread = {Property::iso};
  };
  f.apply (track, R"({"brightness":1})");
  fail_if (f.of (track)->settings ().contains (Property::iso));
  f.apply (track, R"({"brightness":2})");
  fail_unless_equals_string (
      f.controls->take_written ().c_str (), "brightness brightness");
  auto other = f.open ();
  fail_if (f.of (other)->settings ().contains (Property::iso));
  f.overconstrains (other, R"({"iso":{"exact":300}})", "iso");
  f.controls->on_set = nullptr;
  for (const auto &[property, domain] : f.controls->domains ())
    f.controls->unread.insert (property);
  f.apply (other, R"({"brightness":3})");
  for (const auto &[property, value] : f.of (other)->settings ())
    fail_if (is_control (property), "%s", info (property).name);
}
GST_END_TEST

GST_START_TEST (a_camera_without_controls_has_none)
{
  CaptureFixture f;
  auto track = f.open (R"({"zoom":200})");
  fail_if (f.of (track)->settings ().contains (Property::zoom));
  fail_if (f.of (track)->capabilities ().contains (Property::zoom));
  auto applied =
      f.of (track)->apply (constraints (R"({"zoom":{"exact":200}})"), {});
  fail_unless_equals_string (
      constraint_in_message (applied.error ().message.c_str ()), "zoom");
}
GST_END_TEST

// It is tried again when the camera is opened, or plugged in again.
GST_START_TEST (what_cannot_be_looked_at_is_remembered)
{
  Fixture f;
  auto has_controls = [&f] {
    auto space = f.registry->space_of (f.device);
    return find_domain (space->common, Property::zoom) != nullptr;
  };
  bring_controls (f.device.object, nullptr);
  f.set_devices ({f.device});
  make_missing (true);
  fail_if (has_controls ());
  make_missing (false);
  bring_controls (f.device.object, f.controls);
  fail_if (has_controls ());
  f.set_devices ({});
  f.set_devices ({f.device});
  fail_unless (has_controls ());
  bring_controls (f.device.object, nullptr);
  f.set_devices ({});
  f.set_devices ({f.device});
  make_missing (true);
  fail_if (has_controls ());
  make_missing (false);
  bring_controls (f.device.object, f.controls);
  auto track = f.open (R"({"zoom":200})");
  fail_unless (f.of (track)->capabilities ().contains (Property::zoom));
}
GST_END_TEST

GST_START_TEST (applied_constraints_set_the_camera)
{
  Fixture f;
  auto track = f.open ();
  f.apply (track, R"({"zoom":{"exact":250},"brightness":-100,"torch":true})");
  fail_unless_equals_string (
      f.controls->take_written ().c_str (), "brightness zoom torch");
  fail_unless (f.controls->number (Property::zoom) == 250);
  fail_unless (f.controls->number (Property::brightness) == -64);
  fail_unless (f.controls->is_on (Property::torch));
  fail_unless (f.setting (track, Property::zoom) == 250);
  fail_unless (f.setting (track, Property::brightness) == -64);
  fail_unless (f.value (track, Property::torch) == Value (true));
  // What is not asked for any more stays.
  f.apply (track, R"({"contrast":60})");
  fail_unless_equals_string (f.controls->take_written ().c_str (), "contrast");
  fail_unless (f.setting (track, Property::zoom) == 250);
}
GST_END_TEST

GST_START_TEST (they_are_set_when_the_camera_is_opened)
{
  Fixture f;
  auto track = f.open (R"({"zoom":300,"advanced":[{"focusMode":"manual"}]})");
  fail_unless_equals_string (
      f.controls->take_written ().c_str (), "focusMode zoom");
  fail_unless (f.setting (track, Property::zoom) == 300);
  fail_unless (f.value (track, Property::focus_mode) == text ("manual"));
}
GST_END_TEST

GST_START_TEST (what_counts_in_one_mode_brings_it_along)
{
  Fixture f;
  auto track = f.open ();
  f.apply (track, R"({"exposureTime":{"exact":100}})");
  fail_unless_equals_string (
      f.controls->take_written ().c_str (), "exposureMode exposureTime");
  fail_unless (f.value (track, Property::exposure_mode) == text ("manual"));
  fail_unless (f.setting (track, Property::exposure_time) == 100);
  f.overconstrains (track,
      R"({"exposureTime":{"exact":200},"exposureMode":{"exact":"continuous"}})",
      "exposureTime");
  fail_unless (f.setting (track, Property::exposure_time) == 100);
  f.apply (track, R"({"exposureTime":200,"exposureMode":"continuous"})");
  fail_unless (f.value (track, Property::exposure_mode) == text ("continuous"));
  fail_unless (f.setting (track, Property::exposure_time) == 100);
}
GST_END_TEST

GST_START_TEST (a_single_shot_is_done_each_time_it_is_asked_for)
{
  Fixture f;
  auto track = f.open ();
  for (int i = 0; i < 2; i++) {
    f.apply (track, R"({"focusMode":{"exact":"single-shot"}})");
    fail_unless_equals_string (
        f.controls->take_written ().c_str (), "focusMode");
  }
  f.apply (track, R"({"brightness":1})");
  fail_unless_equals_string (
      f.controls->take_written ().c_str (), "brightness");
}
GST_END_TEST

// What is done once is not repeated by what nobody has asked for: another mode
// of the camera, its return, or what fails.
GST_START_TEST (a_single_shot_is_not_done_again)
{
  Fixture f;
  auto track = f.open (R"({"width":{"exact":320},"height":{"exact":240}})");
  f.apply (track, R"({"width":{"exact":320},"height":{"exact":240},
      "focusMode":"single-shot"})");
  f.controls->take_written ();
  f.controls->put (Property::focus_mode, text ("manual")); // it forgets
  auto large = f.open ();
  fail_unless_equals_int (f.opened (), 2);
  fail_unless_equals_string (f.controls->take_written ().c_str (), "");
  fail_unless (f.value (track, Property::focus_mode) == text ("single-shot"));
  f.controls->ignored = {Property::contrast};
  f.overconstrains (large,
      R"({"focusMode":"continuous","contrast":{"exact":60}})", "contrast");
  fail_unless_equals_string (
      f.controls->take_written ().c_str (), "focusMode contrast");
  // What fails before anything is written writes nothing.
  large->stop ();
  f.apply (track, R"({"width":{"exact":320},"height":{"exact":240}})");
  make_busy (true);
  auto failed = f.of (track)->apply (
      constraints (
          R"({"width":{"exact":640},"focusMode":{"exact":"single-shot"}})"),
      {});
  make_busy (false);
  fail_if (bool (failed));
  fail_unless_equals_string (f.controls->take_written ().c_str (), "");
}
GST_END_TEST

// So is what counted in a mode that the camera is not in any more.
GST_START_TEST (what_was_set_in_another_mode_is_forgotten)
{
  Fixture f;
  auto track = f.open (R"({"width":{"exact":320},"height":{"exact":240},
      "advanced":[{"focusMode":"manual","focusDistance":30}]})");
  fail_unless (f.controls->number (Property::focus_distance) == 30);
  f.apply (track, R"({"width":{"exact":320},"height":{"exact":240},
      "focusMode":"single-shot"})");
  f.controls->put (Property::focus_distance, 55.); // what it has found
  f.controls->take_written ();
  auto large = f.open ();
  fail_unless_equals_int (f.opened (), 2);
  fail_unless_equals_string (f.controls->take_written ().c_str (), "");
  fail_unless (f.setting (track, Property::focus_distance) == 55);
}
GST_END_TEST

GST_START_TEST (points_of_interest_are_set)
{
  Fixture f;
  auto track = f.open ();
  f.apply (track, R"({"pointsOfInterest":{"exact":[{"x":0.5,"y":0.5}]}})");
  fail_unless (f.value (track, Property::points_of_interest)
               == Value (std::vector<Point> ({{0.5, 0.5}})));
  f.overconstrains (track, R"({"pointsOfInterest":{"exact":[{},{},{}]}})",
      "pointsOfInterest");
}
GST_END_TEST

// There is no property for that: it is the camera's own until one is set, and
// with continuous exposure.
GST_START_TEST (an_iso_is_automatic_again)
{
  Fixture f;
  f.controls->ignored = {Property::contrast};
  auto track = f.open ();
  f.overconstrains (
      track, R"({"iso":{"exact":200},"contrast":{"exact":60}})", "contrast");
  fail_unless (f.controls->is_iso_automatic ());
  f.apply (track, R"({"iso":{"exact":100}})"); // which it happens to have
  fail_if (f.controls->is_iso_automatic ());
  auto other = f.open (R"({"exposureMode":"continuous"})");
  fail_if (f.controls->is_iso_automatic ());
  f.apply (track, R"({"exposureMode":"continuous","iso":200})");
  fail_if (f.controls->is_iso_automatic ());
  f.overconstrains (track,
      R"({"exposureMode":"continuous","contrast":{"exact":60}})", "contrast");
  fail_if (f.controls->is_iso_automatic ());
  fail_unless (f.controls->number (Property::iso) == 200);
  f.apply (track, R"({"exposureMode":"continuous"})");
  fail_unless (f.controls->is_iso_automatic ());
}
GST_END_TEST

GST_START_TEST (what_the_camera_cannot_is_overconstrained)
{
  Fixture f;
  auto track = f.open ();
  f.overconstrains (track, R"({"zoom":{"min":500}})", "zoom");
  f.overconstrains (track, R"({"iso":{"exact":150}})", "iso");
  f.overconstrains (track, R"({"whiteBalanceMode":{"exact":"single-shot"}})",
      "whiteBalanceMode");
  fail_unless_equals_string (f.controls->take_written ().c_str (), "");
}
GST_END_TEST

// What was read back decides, and all or nothing is done.
GST_START_TEST (what_the_camera_does_not_do_is_overconstrained)
{
  Fixture f;
  f.controls->refused = {Property::sharpness};
  f.controls->ignored = {Property::contrast};
  auto track = f.open ();
  f.overconstrains (
      track, R"({"brightness":5,"contrast":{"exact":60}})", "contrast");
  f.overconstrains (track, R"({"sharpness":{"min":4}})", "sharpness");
  fail_unless (f.setting (track, Property::brightness) == 0);
  f.apply (track, R"({"brightness":5,"contrast":60,"sharpness":4})");
  fail_unless (f.setting (track, Property::brightness) == 5);
  fail_unless (f.setting (track, Property::contrast) == 50);
}
GST_END_TEST

GST_START_TEST (what_can_not_be_opened_is_not_set)
{
  Fixture f;
  auto track = f.open (R"({"width":{"exact":320},"height":{"exact":240}})");
  bring_controls (f.device.object, nullptr);
  auto large = f.open (); // starts it anew
  fail_unless_equals_int (f.opened (), 2);
  f.overconstrains (large, R"({"zoom":{"exact":200}})", "zoom");
  f.apply (large, R"({"zoom":200})");
  fail_unless (f.setting (large, Property::zoom) == 100);
}
GST_END_TEST

// A motor takes its time; where it goes is what it is set to.
GST_START_TEST (what_moves_is_on_its_way)
{
  Fixture f;
  f.controls->ignored = {Property::pan};
  auto track = f.open ();
  f.apply (track, R"({"pan":{"exact":7200}})");
  fail_unless (f.setting (track, Property::pan) == 7200);
}
GST_END_TEST

// What one track requires and the camera has not, as its motor is on the way or
// stuck, is nothing for others to heed, until it is there.
GST_START_TEST (what_is_not_there_yet_keeps_nobody_out)
{
  Fixture f;
  f.controls->ignored = {Property::pan};
  auto track = f.open ();
  f.apply (track, R"({"pan":{"exact":7200}})");
  auto fixed = f.open ("{}", false);
  f.apply (fixed, R"({"brightness":{"exact":5}})");
  f.apply (fixed, R"({"width":{"exact":320},"height":{"exact":240}})");
  fail_unless (f.of (track)->constraints ()
               == constraints (R"({"pan":{"exact":7200}})"));
  // Who may move the camera does so, as is required.
  f.controls->take_written ();
  f.controls->ignored = {};
  auto other = f.open ();
  fail_unless_equals_string (f.controls->take_written ().c_str (), "pan");
  fail_unless (f.setting (track, Property::pan) == 7200);
  f.overconstrains (other, R"({"pan":{"exact":0}})", "pan");
}
GST_END_TEST

GST_START_TEST (one_camera_has_one_value_for_all_tracks)
{
  Fixture f;
  auto one = f.open (R"({"zoom":200})");
  auto other = f.open (R"({"width":{"exact":320}})");
  fail_unless (f.setting (other, Property::zoom) == 200);
  TrackLog log (one), own (other);
  f.apply (other, R"({"zoom":300})");
  log.wait ("configurationchange ");
  own.expect_nothing ();
  fail_unless (f.setting (one, Property::zoom) == 300);
  fail_unless (f.setting (other, Property::zoom) == 300);
}
GST_END_TEST

GST_START_TEST (what_another_track_requires_holds)
{
  Fixture f;
  auto one = f.open ();
  f.apply (one, R"({"zoom":{"min":200,"max":300}})");
  auto other = f.open (R"({"zoom":400})");
  fail_unless (f.setting (other, Property::zoom) == 300);
  f.overconstrains (other, R"({"zoom":{"exact":400}})", "zoom");
  fail_unless (f.setting (one, Property::zoom) == 300);
  one->stop ();
  f.apply (other, R"({"zoom":{"exact":400}})");
  fail_unless (f.setting (other, Property::zoom) == 400);
}
GST_END_TEST

GST_START_TEST (a_clone_has_what_its_track_has)
{
  Fixture f;
  auto track = f.open (R"({"zoom":200})");
  auto clone = track->clone ();
  fail_unless (f.setting (clone, Property::zoom) == 200);
  fail_unless (f.of (clone)->capabilities ().contains (Property::pan));
  f.apply (clone, R"({"zoom":250})");
  fail_unless (f.setting (track, Property::zoom) == 250);
  auto fixed = f.open ("{}", false)->clone ();
  fail_if (f.of (fixed)->capabilities ().contains (Property::pan));
}
GST_END_TEST

// https://w3c.github.io/mediacapture-image/#mediatrackcapabilities-members
GST_START_TEST (without_permission_a_track_has_no_pan_tilt_and_zoom)
{
  Fixture f;
  auto track = f.open (R"({"zoom":200,"torch":true})", false);
  for (Property property : {Property::pan, Property::tilt, Property::zoom}) {
    fail_if (f.of (track)->capabilities ().contains (property));
    fail_if (f.of (track)->settings ().contains (property));
  }
  fail_unless (f.value (track, Property::torch) == Value (true));
  fail_unless (f.controls->number (Property::zoom) == 100);
  f.overconstrains (track, R"({"zoom":{"exact":200}})", "zoom");
  f.apply (track, R"({"zoom":200})");
  fail_unless (f.controls->number (Property::zoom) == 100);
  // Another track with it.
  auto other = f.open (R"({"zoom":300})");
  fail_unless (f.setting (other, Property::zoom) == 300);
  fail_if (f.of (track)->settings ().contains (Property::zoom));
}
GST_END_TEST

GST_START_TEST (a_permission_that_is_revoked_is_none)
{
  Fixture f;
  auto track = f.open (R"({"zoom":200})");
  auto fixed = f.open ("{}", false);
  TrackLog log (track), other (fixed);
  f.registry->revoke_movement ();
  log.wait ("configurationchange ");
  other.expect_nothing ();
  fail_if (f.of (track)->capabilities ().contains (Property::zoom));
  fail_if (f.of (track)->settings ().contains (Property::zoom));
  fail_if (track->is_ended ());
  fail_unless (f.controls->number (Property::zoom) == 200);
}
GST_END_TEST

GST_START_TEST (without_permission_no_restart_moves_the_camera)
{
  Fixture f;
  auto track =
      f.open (R"({"zoom":200,"width":{"exact":320},"height":{"exact":240}})");
  f.registry->revoke_movement ();
  f.controls->put (Property::zoom, 100.);
  f.controls->take_written ();
  auto large = f.open ("{}", false);
  fail_unless_equals_int (f.opened (), 2);
  fail_unless_equals_string (f.controls->take_written ().c_str (), "");
  fail_unless (f.controls->number (Property::zoom) == 100);
}
GST_END_TEST

// By a hand, or another program: what is not asked for is not put back.
GST_START_TEST (what_others_have_set_is_seen_and_left)
{
  Fixture f;
  auto track = f.open ();
  f.apply (track, R"({"brightness":5})");
  f.controls->put (Property::zoom, 300.);
  f.controls->take_written ();
  f.apply (track, R"({"contrast":60})");
  fail_unless_equals_string (f.controls->take_written ().c_str (), "contrast");
  fail_unless (f.setting (track, Property::zoom) == 300);
}
GST_END_TEST

// Also where what it was read for has failed.
GST_START_TEST (what_is_seen_is_told)
{
  Fixture f;
  auto track = f.open ();
  TrackLog log (track);
  f.controls->put (Property::brightness, 7.);
  fail_if (bool (
      f.of (track)->apply (constraints (R"({"zoom":{"exact":1000}})"), {})));
  log.wait ("configurationchange ");
  fail_unless (f.setting (track, Property::brightness) == 7);
  f.controls->put (Property::brightness, 8.);
  f.controls->ignored = {Property::contrast};
  fail_if (bool (
      f.of (track)->apply (constraints (R"({"contrast":{"exact":60}})"), {})));
  log.wait ("configurationchange ");
  f.controls->put (Property::brightness, 9.);
  f.apply (track, R"({"zoom":{"exact":200}})"); // it asked itself
  f.apply (track, R"({"zoom":{"exact":200}})");
  log.expect_nothing ();
}
GST_END_TEST

GST_START_TEST (another_mode_keeps_them)
{
  Fixture f;
  auto track = f.open (R"({"width":{"exact":320},"height":{"exact":240}})");
  f.apply (track,
      R"({"width":{"exact":320},"height":{"exact":240},"saturation":80})");
  f.controls->put (Property::saturation, 50.); // as an element that forgets
  auto large = f.open (R"({"width":{"exact":640},"height":{"exact":480}})");
  fail_unless_equals_int (f.opened (), 2);
  fail_unless (f.controls->number (Property::saturation) == 80);
  fail_unless (f.setting (large, Property::saturation) == 80);
}
GST_END_TEST

// https://w3c.github.io/mediacapture-image/#torch
GST_START_TEST (a_torch_is_on_as_long_as_the_camera_is)
{
  Fixture f;
  auto track = f.open (R"({"torch":true,"zoom":200})");
  track->set_enabled (false);
  f.wait_timer ();
  f.advance (3 * kSecond);
  f.wait_released ();
  while (f.controls->is_on (Property::torch))
    g_thread_yield ();
  fail_unless (f.controls->number (Property::zoom) == 200);
  // What is applied meanwhile is set when it is back.
  f.apply (track, R"({"torch":true,"zoom":250})");
  fail_unless (f.setting (track, Property::zoom) == 250);
  fail_unless (f.controls->number (Property::zoom) == 200);
  TrackLog log (track);
  track->set_enabled (true);
  log.wait_last ("unmute ");
  while (!f.controls->is_on (Property::torch)) // the last one that is written
    g_thread_yield ();
  fail_unless (f.controls->number (Property::zoom) == 250);
  track->stop ();
  while (f.controls->is_on (Property::torch))
    g_thread_yield ();
}
GST_END_TEST

GST_START_TEST (a_track_that_has_ended_tells_none)
{
  Fixture f;
  auto track = f.open (R"({"zoom":200})");
  auto constrainable = f.of (track);
  track->stop ();
  fail_if (constrainable->settings ().contains (Property::zoom));
}
GST_END_TEST

static Suite *
capture_controls_suite (void)
{
  Suite *suite = suite_create ("capture-controls");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, settings_are_those_of_the_camera);
  tcase_add_test (tcase, what_cannot_be_read_is_no_setting);
  tcase_add_test (tcase, a_camera_without_controls_has_none);
  tcase_add_test (tcase, what_cannot_be_looked_at_is_remembered);
  tcase_add_test (tcase, applied_constraints_set_the_camera);
  tcase_add_test (tcase, they_are_set_when_the_camera_is_opened);
  tcase_add_test (tcase, what_counts_in_one_mode_brings_it_along);
  tcase_add_test (tcase, a_single_shot_is_done_each_time_it_is_asked_for);
  tcase_add_test (tcase, a_single_shot_is_not_done_again);
  tcase_add_test (tcase, what_was_set_in_another_mode_is_forgotten);
  tcase_add_test (tcase, points_of_interest_are_set);
  tcase_add_test (tcase, an_iso_is_automatic_again);
  tcase_add_test (tcase, what_the_camera_cannot_is_overconstrained);
  tcase_add_test (tcase, what_the_camera_does_not_do_is_overconstrained);
  tcase_add_test (tcase, what_can_not_be_opened_is_not_set);
  tcase_add_test (tcase, what_moves_is_on_its_way);
  tcase_add_test (tcase, what_is_not_there_yet_keeps_nobody_out);
  tcase_add_test (tcase, one_camera_has_one_value_for_all_tracks);
  tcase_add_test (tcase, what_another_track_requires_holds);
  tcase_add_test (tcase, a_clone_has_what_its_track_has);
  tcase_add_test (tcase, without_permission_a_track_has_no_pan_tilt_and_zoom);
  tcase_add_test (tcase, a_permission_that_is_revoked_is_none);
  tcase_add_test (tcase, without_permission_no_restart_moves_the_camera);
  tcase_add_test (tcase, what_others_have_set_is_seen_and_left);
  tcase_add_test (tcase, what_is_seen_is_told);
  tcase_add_test (tcase, another_mode_keeps_them);
  tcase_add_test (tcase, a_torch_is_on_as_long_as_the_camera_is);
  tcase_add_test (tcase, a_track_that_has_ended_tells_none);
  return suite;
}

GST_CHECK_MAIN (capture_controls)
