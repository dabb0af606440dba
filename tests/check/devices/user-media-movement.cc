// SPDX-License-Identifier: LGPL-2.1-or-later
// getUserMedia, and the permission to pan, tilt and zoom a camera:
// https://w3c.github.io/mediacapture-image/#pan
#include "devices/control-plan.hh"
#include "devices/json.hh"
#include "devices/user-media.hh"

#include "support/check.hh"
#include "support/test-controls.hh"
#include "support/test-opener.hh"

using namespace webmedia;
using namespace webmedia::devices;
using namespace webmedia::test;

namespace {

constexpr Permission kHear = Permission::microphone;
constexpr Permission kSee = Permission::camera;
constexpr Permission kMove = Permission::camera_movement;
using Asked = std::vector<std::vector<Permission>>;

Device
moving_camera (const char *id)
{
  Device made = real_camera (id, 640, 480);
  SettingsSpace space = *made.space;
  TestControls controls;
  add_controls (space, {controls.domains (), controls.values ()});
  made.space = std::make_shared<const SettingsSpace> (std::move (space));
  return made;
}

struct Fixture {
  Fixture ()
      : devices (MediaDevices::create (
          TaskQueue::create (), [] (DeviceChange) {},
          [this] (std::shared_ptr<DeviceListObserver>) { return list; },
          opener))
  {
    list->set ({real_camera ("still", 640, 480), moving_camera ("moving"),
        real_microphone ("mic")});
    devices->set_policy (policy);
  }

  Result<stream::Tracks> get (const char *json)
  {
    opener->opened.clear ();
    opener->captured.clear ();
    policy->asked.clear ();
    auto constraints = parse_user_media_constraints (json);
    fail_unless (bool (constraints), "%s", json);
    return get_user_media (*devices, *constraints, nullptr);
  }
  // What was opened, whether it may move, and what the user was asked.
  void gets (const char *json, const char *opened, bool may_move, Asked asked)
  {
    auto result = get (json);
    fail_unless (
        bool (result), "%s: %s", json, result.error ().message.c_str ());
    fail_unless_equals_string (opener->opened.c_str (), opened);
    fail_unless (opener->may_move == may_move, "%s", json);
    fail_unless (policy->asked == asked, "%s", json);
  }
  PermissionState &state (Permission permission)
  {
    return policy->states[int (permission)];
  }

  std::shared_ptr<TestOpener> opener = std::make_shared<TestOpener> ();
  std::shared_ptr<TestList> list = std::make_shared<TestList> ();
  std::shared_ptr<TestPolicy> policy = std::make_shared<TestPolicy> ();
  std::shared_ptr<MediaDevices> devices;
};

} // namespace

GST_START_TEST (a_camera_that_can_be_moved_is_nearer)
{
  Fixture f;
  f.gets (R"({"video":true})", "still", false, {{kSee}});
  f.gets (R"({"video":{"pan":true}})", "moving", true, {{kSee, kMove}});
  f.gets (R"({"video":{"pan":false}})", "still", false, {{kSee}});
  f.gets (
      R"({"video":{"deviceId":"moving","advanced":[{"zoom":{"min":200}}]}})",
      "moving", true, {{kSee, kMove}});
}
GST_END_TEST

GST_START_TEST (it_is_one_question_with_the_others)
{
  Fixture f;
  f.gets (R"({"audio":true,"video":{"tilt":0}})", "mic moving", true,
      {{kHear, kSee, kMove}});
  f.state (kSee) = PermissionState::granted;
  f.gets (R"({"video":{"tilt":0}})", "moving", true, {{kMove}});
  f.state (kMove) = PermissionState::granted;
  f.gets (R"({"video":{"tilt":0}})", "moving", true, {});
}
GST_END_TEST

GST_START_TEST (who_has_not_asked_may_not_move_it)
{
  Fixture f;
  f.state (kMove) = PermissionState::granted;
  f.gets (R"({"video":{"deviceId":{"exact":"moving"}}})", "moving", false,
      {{kSee}});
  f.devices->set_policy (nullptr);
  f.gets (R"({"video":{"deviceId":{"exact":"moving"}}})", "moving", false, {});
  f.gets (R"({"video":{"zoom":true}})", "moving", true, {});
}
GST_END_TEST

GST_START_TEST (nobody_is_asked_where_no_camera_can_be_moved)
{
  Fixture f;
  f.list->set ({real_camera ("still", 640, 480)});
  f.gets (R"({"video":{"pan":true}})", "still", false, {{kSee}});
}
GST_END_TEST

GST_START_TEST (a_camera_is_had_where_moving_it_is_denied)
{
  Fixture f;
  f.state (kMove) = PermissionState::denied;
  f.gets (R"({"video":{"pan":true}})", "moving", false, {{kSee}});
  f.state (kMove) = PermissionState::granted;
  f.policy->not_allowed = kMove;
  f.gets (R"({"video":{"pan":true}})", "moving", false, {{kSee}});
}
GST_END_TEST

// "blocks solely the PTZ permission": the rest is asked for again, unless the
// answer is known by then.
GST_START_TEST (who_blocks_the_movement_alone_is_asked_for_the_rest)
{
  Fixture f;
  f.policy->grants = false;
  f.policy->on_request = [&f] {
    f.state (kMove) = PermissionState::denied;
    f.policy->grants = f.policy->asked.size () > 1;
  };
  f.gets (
      R"({"video":{"pan":true}})", "moving", false, {{kSee, kMove}, {kSee}});

  f.state (kMove) = PermissionState::prompt;
  f.policy->grants = false;
  f.policy->on_request = [&f] {
    f.state (kMove) = PermissionState::denied;
    f.state (kSee) = PermissionState::granted;
  };
  f.gets (R"({"video":{"pan":true}})", "moving", false, {{kSee, kMove}});

  f.state (kMove) = PermissionState::prompt;
  f.gets (R"({"video":{"pan":true}})", "moving", false, {{kMove}});
}
GST_END_TEST

GST_START_TEST (who_denies_all_has_nothing_opened)
{
  Fixture f;
  f.policy->grants = false;
  auto result = f.get (R"({"video":{"pan":true}})");
  fail_if (bool (result));
  fail_unless (result.error ().code == ErrorCode::not_allowed);
  fail_unless_equals_int (f.policy->asked.size (), 1);
  f.policy->on_request = [&f] {
    f.state (kMove) = PermissionState::denied;
    f.state (kSee) = PermissionState::denied;
  };
  result = f.get (R"({"video":{"pan":true}})");
  fail_unless (result.error ().code == ErrorCode::not_allowed);
  fail_unless_equals_int (f.policy->asked.size (), 1);
  fail_unless_equals_string (f.opener->opened.c_str (), "");
}
GST_END_TEST

// None of the names is allowed to select a device.
GST_START_TEST (it_cannot_be_required)
{
  Fixture f;
  for (const char *json :
      {R"({"video":{"zoom":{"exact":200}}})", R"({"video":{"pan":{"min":0}}})",
          R"({"video":{"torch":{"exact":true}}})"}) {
    auto result = f.get (json);
    fail_if (bool (result));
    fail_unless (result.error ().code == ErrorCode::type);
  }
}
GST_END_TEST

GST_START_TEST (a_device_tells_what_its_tracks_do_unasked)
{
  Fixture f;
  f.devices->set_policy (nullptr);
  auto infos = f.devices->enumerate ([] { return false; });
  for (const DeviceInfo &info : *infos)
    if (info.id == "moving") {
      fail_unless (has_controls (*info.space));
      fail_if (has_movement (*info.space));
    }
}
GST_END_TEST

GST_START_TEST (revoking_it_ends_no_track)
{
  Fixture f;
  f.devices->revoke (kMove);
  fail_unless_equals_int (f.opener->movement_revoked, 1);
  fail_unless (f.opener->revoked.empty ());
}
GST_END_TEST

static Suite *
user_media_movement_suite (void)
{
  Suite *suite = suite_create ("user-media-movement");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_camera_that_can_be_moved_is_nearer);
  tcase_add_test (tcase, it_is_one_question_with_the_others);
  tcase_add_test (tcase, who_has_not_asked_may_not_move_it);
  tcase_add_test (tcase, nobody_is_asked_where_no_camera_can_be_moved);
  tcase_add_test (tcase, a_camera_is_had_where_moving_it_is_denied);
  tcase_add_test (tcase, who_blocks_the_movement_alone_is_asked_for_the_rest);
  tcase_add_test (tcase, who_denies_all_has_nothing_opened);
  tcase_add_test (tcase, it_cannot_be_required);
  tcase_add_test (tcase, a_device_tells_what_its_tracks_do_unasked);
  tcase_add_test (tcase, revoking_it_ends_no_track);
  return suite;
}

GST_CHECK_MAIN (user_media_movement)
