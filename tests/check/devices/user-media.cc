// SPDX-License-Identifier: LGPL-2.1-or-later
// getUserMedia, with devices that are opened as the test says. GUM stands for
// the web platform tests of that name.
#include "devices/user-media.hh"

#include "devices/json.hh"
#include "devices/overconstrained.hh"
#include "support/check.hh"
#include "support/test-opener.hh"

using namespace webmedia;
using namespace webmedia::devices;

namespace {

struct Fixture {
  Fixture ()
      : devices (MediaDevices::create (
          TaskQueue::create (), [] (DeviceChange) {},
          [this] (std::shared_ptr<DeviceListObserver>) { return list; },
          opener))
  {
    list->set ({real_camera ("small", 640, 480), real_microphone ("mic"),
        real_camera ("big", 1280, 720)});
  }

  Result<stream::Tracks> get (const char *json)
  {
    auto constraints = parse_user_media_constraints (json);
    fail_unless (bool (constraints), "%s", json);
    return get_user_media (*devices, *constraints, cancellable.get ());
  }

  // Succeeds, and what was opened is this.
  stream::Tracks gets (const char *json, const char *expected)
  {
    opener->opened.clear ();
    auto result = get (json);
    fail_unless (
        bool (result), "%s: %s", json, result.error ().message.c_str ());
    fail_unless_equals_string (opener->opened.c_str (), expected);
    return *result;
  }

  Error fails (const char *json, ErrorCode code)
  {
    opener->opened.clear ();
    opener->tracks.clear ();
    auto result = get (json);
    fail_if (bool (result), "%s", json);
    fail_unless_equals_int (int (result.error ().code), int (code));
    for (const auto &track : opener->tracks)
      fail_unless (track->is_ended ());
    return result.error ();
  }

  void overconstrains (const char *json, const char *constraint)
  {
    Error error = fails (json, ErrorCode::overconstrained);
    fail_unless_equals_string (
        constraint_in_message (error.message.c_str ()), constraint);
    fail_unless_equals_string (opener->opened.c_str (), "");
  }

  std::shared_ptr<TestPolicy> use_policy ()
  {
    auto policy = std::make_shared<TestPolicy> ();
    devices->set_policy (policy);
    return policy;
  }

  std::shared_ptr<TestOpener> opener = std::make_shared<TestOpener> ();
  std::shared_ptr<TestList> list = std::make_shared<TestList> ();
  std::shared_ptr<MediaDevices> devices;
  Ptr<GCancellable> cancellable =
      Ptr<GCancellable>::adopt (g_cancellable_new ());
};

} // namespace

// Steps 2 and 3; GUM-unknownkey-option-param, and -empty-option-param
GST_START_TEST (no_kind_is_a_type_error)
{
  Fixture f;
  f.fails ("{}", ErrorCode::type);
  f.fails (R"({"doesnotexist":true})", ErrorCode::type);
  f.fails (R"({"audio":false,"video":false})", ErrorCode::type);
  fail_unless_equals_string (f.opener->opened.c_str (), "");
}
GST_END_TEST

// GUM-api, MediaStream-audio-only, -video-only, GUM-trivial-constraint
GST_START_TEST (there_is_one_track_of_each_kind_that_is_requested)
{
  Fixture f;
  auto tracks = f.gets (R"({"audio":true})", "mic");
  fail_unless_equals_int (tracks.size (), 1);
  fail_unless (tracks[0]->kind () == stream::Kind::audio);
  tracks = f.gets (R"({"video":true})", "small");
  fail_unless_equals_int (tracks.size (), 1);
  fail_unless (tracks[0]->kind () == stream::Kind::video);
  fail_unless (tracks[0]->state () == stream::TrackState::live);
  fail_unless (tracks[0]->enabled ());
  fail_unless_equals_string (
      tracks[0]->source->label.c_str (), "Label of small");
  tracks = f.gets (R"({"video":{},"audio":{}})", "mic small");
  fail_unless_equals_int (tracks.size (), 2);
}
GST_END_TEST

// Step 11.9.1
GST_START_TEST (the_nearest_device_is_opened_with_its_best_settings)
{
  Fixture f;
  f.gets (R"({"video":{"width":1280}})", "big");
  fail_unless (f.opener->settings[Property::width] == Value (1280.));
  fail_unless (
      f.opener->constraints_ == *parse_track_constraints (R"({"width":1280})"));
  f.gets (R"({"video":{"width":{"ideal":320}}})", "small");
  fail_unless (f.opener->settings[Property::width] == Value (320.));
  f.gets (R"({"video":{"deviceId":{"exact":"big"}}})", "big");
}
GST_END_TEST

GST_START_TEST (among_equals_the_systems_default_is_opened)
{
  Fixture f;
  Device preferred = real_microphone ("preferred");
  preferred.is_default = true;
  f.list->set ({real_microphone ("mic"), preferred});
  f.gets (R"({"audio":true})", "preferred");
}
GST_END_TEST

// GUM-impossible-constraint, GUM-invalid-facing-mode, MediaDevices-getUserMedia
GST_START_TEST (what_no_device_can_do_is_named)
{
  Fixture f;
  f.overconstrains (R"({"video":{"width":{"min":100000000}}})", "width");
  f.overconstrains (
      R"({"video":{"facingMode":{"exact":"invalid"}}})", "facingMode");
  f.overconstrains (
      R"({"video":{"groupId":{"exact":"not a group"}}})", "groupId");
  f.overconstrains (
      R"({"video":{"resizeMode":{"exact":"INVALID"}}})", "resizeMode");
  f.overconstrains (
      R"({"audio":true,"video":{"deviceId":{"exact":"mic"}}})", "deviceId");
}
GST_END_TEST

// GUM-optional-constraint, GUM-required-constraint-with-ideal-value,
// GUM-invalid-facing-mode, MediaDevices-getUserMedia
GST_START_TEST (what_is_wished_only_is_no_failure)
{
  Fixture f;
  f.gets (
      R"({"video":{"advanced":[{"width":{"min":1024,"max":800}}]}})", "small");
  f.gets (R"({"video":{"width":{"min":320,"ideal":1e8}}})", "big");
  f.gets (R"({"video":{"facingMode":{"ideal":"invalid"}}})", "small");
  f.gets (R"({"video":{"resizeMode":{"ideal":"INVALID"}}})", "small");
  f.gets (R"({"video":{"resizeMode":"crop-and-scale"}})", "small");
  f.gets (R"({"video":{"groupId":{"exact":"group of big"}}})", "big");
}
GST_END_TEST

// GUM-non-applicable-constraint
GST_START_TEST (constraints_of_the_other_kind_are_ignored)
{
  Fixture f;
  f.gets (
      R"({"audio":{"width":{"min":1e8},"facingMode":{"exact":"x"}}})", "mic");
  fail_unless (f.opener->constraints_ == TrackConstraints ());
  f.gets (R"({"video":{"sampleRate":{"exact":1},
      "echoCancellation":{"exact":true}}})",
      "small");
}
GST_END_TEST

// Step 11.3.4
GST_START_TEST (what_cannot_select_a_device_must_not_be_required)
{
  Fixture f;
  f.fails (R"({"video":{"zoom":{"exact":2}}})", ErrorCode::type);
  f.fails (R"({"video":{"backgroundBlur":{"exact":true}}})", ErrorCode::type);
  f.gets (R"({"video":{"zoom":{"ideal":2}}})", "small");
}
GST_END_TEST

// Step 11.13, and that each kind must be there.
GST_START_TEST (no_device_of_a_kind_is_not_found)
{
  Fixture f;
  f.list->set ({real_camera ("big", 1280, 720),
      device (DeviceKind::audiooutput, "speaker")});
  f.fails (R"({"audio":true,"video":true})", ErrorCode::not_found);
  fail_unless_equals_string (f.opener->opened.c_str (), "");
  // It is looked for before the constraints are.
  f.fails (R"({"audio":{"sampleRate":{"exact":1}}})", ErrorCode::not_found);
}
GST_END_TEST

// GUM-deny, steps 6, 7, 11.3.6 and 11.5
GST_START_TEST (what_is_denied_is_not_allowed)
{
  Fixture f;
  auto policy = f.use_policy ();
  policy->grants = false;
  f.fails (R"({"video":true})", ErrorCode::not_allowed);
  policy->grants = true;
  policy->states[int (Permission::camera)] = PermissionState::denied;
  policy->asked.clear ();
  f.fails (R"({"video":true})", ErrorCode::not_allowed);
  f.fails (R"({"audio":true,"video":true})", ErrorCode::not_allowed);
  f.gets (R"({"audio":true})", "mic");
  policy->states[int (Permission::camera)] = PermissionState::granted;
  policy->not_allowed = Permission::camera;
  f.fails (R"({"video":true})", ErrorCode::not_allowed);
  fail_unless_equals_int (policy->asked.size (), 1); // for the microphone
}
GST_END_TEST

// "getUserMedia specific failure is allowed"
GST_START_TEST (who_was_denied_a_device_is_not_told_what_there_is)
{
  Fixture f;
  auto policy = f.use_policy ();
  policy->states[int (Permission::camera)] = PermissionState::denied;
  f.fails (R"({"video":{"width":{"min":100000000}}})", ErrorCode::not_allowed);
  f.list->set ({});
  f.fails (R"({"audio":true,"video":true})", ErrorCode::not_allowed);
  f.fails (R"({"audio":true})", ErrorCode::not_found);
}
GST_END_TEST

// Step 11.14
GST_START_TEST (before_devices_are_exposed_no_constraint_is_named)
{
  Fixture f;
  auto policy = f.use_policy ();
  f.overconstrains (R"({"video":{"width":{"min":100000000}}})", "");
  f.gets (R"({"audio":true})", "mic");
  f.overconstrains (R"({"video":{"width":{"min":100000000}}})", "width");
}
GST_END_TEST

// Step 11.5: bundled, and only for what is not known.
GST_START_TEST (the_user_is_asked_once_for_all_kinds)
{
  Fixture f;
  auto policy = f.use_policy ();
  f.gets (R"({"audio":true,"video":true})", "mic small");
  fail_unless_equals_int (policy->asked.size (), 1);
  fail_unless (policy->asked[0]
               == std::vector ({Permission::microphone, Permission::camera}));
  for (const auto &track : f.opener->tracks)
    track->stop ();
  policy->states[int (Permission::camera)] = PermissionState::granted;
  policy->asked.clear ();
  f.gets (R"({"audio":true,"video":true})", "mic small");
  fail_unless (policy->asked[0] == std::vector ({Permission::microphone}));
}
GST_END_TEST

// Steps 11.3.6 and 11.5: "devices attached to a live track".
GST_START_TEST (what_is_captured_already_is_granted)
{
  Fixture f;
  auto policy = f.use_policy ();
  auto held = f.gets (R"({"video":true})", "small");
  f.gets (R"({"video":true})", "small");
  fail_unless_equals_int (policy->asked.size (), 1);
  f.gets (R"({"video":{"width":1280}})", "big");
  fail_unless_equals_int (policy->asked.size (), 2);
  policy->states[int (Permission::camera)] = PermissionState::denied;
  f.opener->tracks.back ()->stop ();
  f.gets (R"({"video":{"width":1280}})", "small"); // the big one is not, now
  for (const auto &track : f.opener->tracks)
    track->stop ();
  f.fails (R"({"video":true})", ErrorCode::not_allowed);
}
GST_END_TEST

// Where nobody was asked, as the best one is captured already.
GST_START_TEST (no_other_device_is_granted_with_it)
{
  Fixture f;
  auto policy = f.use_policy ();
  auto held = f.gets (R"({"video":true})", "small");
  f.opener->failures["small"] = {ErrorCode::not_readable, "busy"};
  f.opener->opened.clear ();
  auto result = f.get (R"({"video":true})");
  fail_if (bool (result));
  fail_unless (result.error ().code == ErrorCode::not_readable);
  fail_unless_equals_string (f.opener->opened.c_str (), "small");
  fail_unless_equals_int (policy->asked.size (), 1);
}
GST_END_TEST

// Step 11.8
GST_START_TEST (devices_are_exposed_when_they_were_granted)
{
  Fixture f;
  auto policy = f.use_policy ();
  auto cameras = [&f] {
    std::string ids;
    auto infos = f.devices->enumerate ([] { return false; });
    for (const DeviceInfo &info : *infos)
      ids += info.kind == DeviceKind::videoinput ? "[" + info.id + "]" : "";
    return ids;
  };
  policy->grants = false;
  f.fails (R"({"video":true})", ErrorCode::not_allowed);
  fail_unless_equals_string (cameras ().c_str (), "[]");
  policy->grants = true;
  f.gets (R"({"video":true})", "small");
  fail_unless_equals_string (cameras ().c_str (), "[small][big]");
}
GST_END_TEST

// Step 11.9.2
GST_START_TEST (where_a_device_is_busy_the_next_one_is_opened)
{
  Fixture f;
  f.opener->failures["small"] = {ErrorCode::not_readable, "busy"};
  f.gets (R"({"video":true})", "small big");
  f.opener->failures["big"] = {ErrorCode::not_readable, "busy, too"};
  Error error = f.fails (R"({"video":true})", ErrorCode::not_readable);
  fail_unless_equals_string (f.opener->opened.c_str (), "small big");
  fail_unless_equals_string (error.message.c_str (), "busy, too");
  f.opener->failures["big"] = {ErrorCode::not_found, "odd"};
  f.fails (R"({"video":true})", ErrorCode::abort);
}
GST_END_TEST

GST_START_TEST (where_half_fails_nothing_stays_open)
{
  Fixture f;
  f.opener->failures["small"] =
      f.opener->failures["big"] = {ErrorCode::not_readable, "busy"};
  f.fails (R"({"audio":true,"video":true})", ErrorCode::not_readable);
  fail_unless_equals_string (f.opener->opened.c_str (), "mic small big");
  fail_unless_equals_int (
      f.opener->tracks.size (), 1); // and fails() saw that it ended
}
GST_END_TEST

// Step 11.10
GST_START_TEST (what_a_device_can_do_no_longer_is_named)
{
  Fixture f;
  f.opener->failures["small"] = make_overconstrained_error ("frameRate");
  Error error = f.fails (R"({"video":true})", ErrorCode::overconstrained);
  fail_unless_equals_string (f.opener->opened.c_str (), "small");
  fail_unless_equals_string (
      constraint_in_message (error.message.c_str ()), "frameRate");
}
GST_END_TEST

GST_START_TEST (it_can_be_cancelled_wherever_it_waits)
{
  Fixture f;
  g_cancellable_cancel (f.cancellable.get ());
  f.fails (R"({"audio":true})", ErrorCode::abort);
  fail_unless_equals_string (f.opener->opened.c_str (), "");
  g_cancellable_reset (f.cancellable.get ());
  auto policy = f.use_policy ();
  policy->on_request = [&f] {
    g_cancellable_cancel (f.cancellable.get ());
  };
  f.fails (R"({"audio":true})", ErrorCode::abort);
  fail_unless_equals_string (f.opener->opened.c_str (), "");
  g_cancellable_reset (f.cancellable.get ());
  policy->on_request = {};
  f.opener->on_open = [&f] {
    g_cancellable_cancel (f.cancellable.get ());
  };
  f.fails (R"({"audio":true,"video":true})", ErrorCode::abort);
  fail_unless_equals_string (f.opener->opened.c_str (), "mic");
  fail_unless (f.opener->was_cancelled);
  fail_unless_equals_int (f.opener->wakes, 3);
}
GST_END_TEST

// A device that is new is asked what it can do, which may take for ever.
GST_START_TEST (who_is_cancelled_asks_for_no_devices)
{
  Fixture f;
  int reads = 0;
  f.opener->on_open = [&] {
    g_cancellable_cancel (f.cancellable.get ());
    reads = f.list->reads;
  };
  f.fails (R"({"audio":true,"video":true})", ErrorCode::abort);
  fail_unless (f.opener->was_cancelled);
  fail_unless_equals_int (f.list->reads, reads);
}
GST_END_TEST

GST_START_TEST (who_opens_devices_hears_which_there_are)
{
  Fixture f;
  f.devices->enumerate ([] { return false; });
  fail_unless_equals_int (f.opener->known, 3);
}
GST_END_TEST

// A task that has read the list before may tell the opener of it at any time.
GST_START_TEST (who_opens_knows_the_newest_list)
{
  Fixture f;
  f.list->set ({real_camera ("another", 640, 480)});
  size_t before = f.opener->known;
  f.opener->on_open = [&] {
    before = f.opener->known;
  };
  f.gets (R"({"video":true})", "another");
  fail_unless_equals_int (int (before), 1);
}
GST_END_TEST

static Suite *
user_media_suite (void)
{
  Suite *suite = suite_create ("user-media");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, no_kind_is_a_type_error);
  tcase_add_test (tcase, there_is_one_track_of_each_kind_that_is_requested);
  tcase_add_test (tcase, the_nearest_device_is_opened_with_its_best_settings);
  tcase_add_test (tcase, among_equals_the_systems_default_is_opened);
  tcase_add_test (tcase, what_no_device_can_do_is_named);
  tcase_add_test (tcase, what_is_wished_only_is_no_failure);
  tcase_add_test (tcase, constraints_of_the_other_kind_are_ignored);
  tcase_add_test (tcase, what_cannot_select_a_device_must_not_be_required);
  tcase_add_test (tcase, no_device_of_a_kind_is_not_found);
  tcase_add_test (tcase, what_is_denied_is_not_allowed);
  tcase_add_test (tcase, who_was_denied_a_device_is_not_told_what_there_is);
  tcase_add_test (tcase, before_devices_are_exposed_no_constraint_is_named);
  tcase_add_test (tcase, the_user_is_asked_once_for_all_kinds);
  tcase_add_test (tcase, what_is_captured_already_is_granted);
  tcase_add_test (tcase, no_other_device_is_granted_with_it);
  tcase_add_test (tcase, devices_are_exposed_when_they_were_granted);
  tcase_add_test (tcase, where_a_device_is_busy_the_next_one_is_opened);
  tcase_add_test (tcase, where_half_fails_nothing_stays_open);
  tcase_add_test (tcase, what_a_device_can_do_no_longer_is_named);
  tcase_add_test (tcase, it_can_be_cancelled_wherever_it_waits);
  tcase_add_test (tcase, who_is_cancelled_asks_for_no_devices);
  tcase_add_test (tcase, who_opens_devices_hears_which_there_are);
  tcase_add_test (tcase, who_opens_knows_the_newest_list);
  return suite;
}

GST_CHECK_MAIN (user_media)
