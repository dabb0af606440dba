// SPDX-License-Identifier: LGPL-2.1-or-later
// What an application hears of a list that the test makes.
#include "devices/media-devices.hh"

#include "support/check.hh"
#include "support/device-fixture.hh"
#include "support/test-opener.hh"

#include <condition_variable>
#include <mutex>
#include <thread>

using namespace webmedia;
using namespace webmedia::devices;

namespace {

struct Fixture {
  explicit Fixture (std::shared_ptr<DeviceOpener> opener = nullptr)
  {
    devices = MediaDevices::create (
        TaskQueue::create (),
        [this] (
            DeviceChange change) { changes.push_back (std::move (change)); },
        [this] (std::shared_ptr<DeviceListObserver> observer) {
          list->observer = std::move (observer);
          return list;
        },
        std::move (opener));
  }

  static void run ()
  {
    while (g_main_context_iteration (nullptr, FALSE)) {
    }
  }

  std::string enumerate ()
  {
    return text_of (*devices->enumerate ([] { return false; }));
  }

  static std::string text_of (const DeviceInfos &infos)
  {
    std::string text;
    for (const DeviceInfo &info : infos)
      text +=
          (text.empty () ? "" : " ")
          + (info.id.empty () ? std::string (name_of (info.kind)) : info.id);
    return text;
  }

  std::string inserted ()
  {
    std::string text;
    for (size_t index : changes.back ().inserted)
      text += changes.back ().devices[index].id + ' ';
    return text;
  }

  void set (Devices all)
  {
    list->set (std::move (all));
    run ();
  }

  std::shared_ptr<TestList> list = std::make_shared<TestList> ();
  std::shared_ptr<MediaDevices> devices;
  std::shared_ptr<TestPolicy> policy = std::make_shared<TestPolicy> ();
  std::vector<DeviceChange> changes;
};

} // namespace

// https://w3c.github.io/mediacapture-main/#dfn-device-change-notification-steps
GST_START_TEST (the_first_list_is_no_change)
{
  Fixture f;
  f.set ({camera ("a")});
  fail_unless (f.changes.empty ());
  fail_unless_equals_string (f.enumerate ().c_str (), "a");
}
GST_END_TEST

GST_START_TEST (what_comes_and_goes_is_told)
{
  Fixture f;
  f.enumerate ();
  f.set ({camera ("a")});
  fail_unless_equals_int (f.changes.size (), 1);
  fail_unless_equals_string (
      f.text_of (f.changes.back ().devices).c_str (), "a");
  fail_unless_equals_string (f.inserted ().c_str (), "a ");
  f.set ({});
  fail_unless_equals_int (f.changes.size (), 2);
  fail_unless (f.changes.back ().devices.empty ());
  fail_unless (f.changes.back ().inserted.empty ());
}
GST_END_TEST

GST_START_TEST (what_comes_together_is_told_together)
{
  Fixture f;
  f.enumerate ();
  f.list->set ({camera ("a")});
  f.list->set ({camera ("a"), microphone ("b")});
  int reads = f.list->reads;
  f.run ();
  fail_unless_equals_int (f.list->reads, reads + 1);
  fail_unless_equals_int (f.changes.size (), 1);
  fail_unless_equals_string (f.inserted ().c_str (), "b a ");
}
GST_END_TEST

GST_START_TEST (what_is_as_before_is_not_told)
{
  Fixture f;
  f.set ({camera ("a")});
  f.list->set ({});
  f.list->set ({camera ("a")});
  f.run ();
  fail_unless (f.changes.empty ());
}
GST_END_TEST

GST_START_TEST (another_default_is_told_as_another_order)
{
  Fixture f;
  f.set ({camera ("a", true), camera ("b")});
  f.set ({camera ("a"), camera ("b", true)});
  fail_unless_equals_int (f.changes.size (), 1);
  fail_unless_equals_string (
      f.text_of (f.changes.back ().devices).c_str (), "b a");
  fail_unless (f.changes.back ().inserted.empty ());
}
GST_END_TEST

GST_START_TEST (each_change_of_each_kind_of_device)
{
  for (DeviceKind kind : {DeviceKind::audioinput, DeviceKind::videoinput,
           DeviceKind::audiooutput}) {
    auto one = [kind] (const char *id, bool is_default = false) {
      return device (kind, id, is_default);
    };
    Device renamed = one ("a", true);
    renamed.label = "Another label";
    Device able = one ("a", true); // to do something else
    const Devices both{one ("a", true), one ("b")};
    const struct {
      const char *what;
      Devices before, after;
      bool is_told;
      const char *inserted;
    } changes[] = {
        {"it comes", {one ("a", true)}, both, true, "b "},
        {"it goes", both, {one ("b")}, true, ""},
        {"its label", both, {renamed, one ("b")}, true, ""},
        {"it is the default", both, {one ("a"), one ("b", true)}, true, ""},
        {"its caps", both, {able, one ("b")}, false, ""},
    };
    for (const auto &change : changes) {
      Fixture f;
      f.set (change.before);
      f.set (change.after);
      fail_unless (f.changes.size () == size_t (change.is_told), "%s, %s",
          name_of (kind), change.what);
      if (change.is_told)
        fail_unless (f.inserted () == change.inserted, "%s, %s", name_of (kind),
            change.what);
      // Told or not, it is what there is.
      auto infos = *f.devices->enumerate ([] { return false; });
      const Device &foremost = change.after.front ().is_default
                                   ? change.after.front ()
                                   : change.after.back ();
      fail_unless (infos.front ().space == foremost.space, "%s, %s",
          name_of (kind), change.what);
      fail_unless_equals_int (int (f.changes.size ()), int (change.is_told));
    }
  }
}
GST_END_TEST

GST_START_TEST (what_stands_for_the_default_speaker_was_not_inserted)
{
  Fixture f;
  f.set ({device (DeviceKind::audiooutput, "s")});
  f.set ({device (DeviceKind::audiooutput, "s", true)});
  fail_unless_equals_string (
      f.text_of (f.changes.back ().devices).c_str (), "default s");
  fail_unless (f.changes.back ().inserted.empty ());
}
GST_END_TEST

GST_START_TEST (an_enumeration_is_never_behind_and_tells_once)
{
  Fixture f;
  f.enumerate ();
  f.list->set ({camera ("a")});
  fail_unless_equals_string (f.enumerate ().c_str (), "a");
  fail_unless (f.changes.empty ()); // only its task tells
  f.run ();
  fail_unless_equals_int (f.changes.size (), 1);
}
GST_END_TEST

GST_START_TEST (a_list_that_is_older_does_not_count)
{
  Fixture f;
  DeviceSnapshot old = f.list->snapshot;
  f.set ({camera ("a")});
  f.list->snapshot = old;
  fail_unless_equals_string (f.enumerate ().c_str (), "a");
}
GST_END_TEST

GST_START_TEST (an_enumeration_can_be_cancelled)
{
  Fixture f;
  fail_unless (!f.devices->enumerate ([] { return true; }).has_value ());
}
GST_END_TEST

// WPT MediaDevices-enumerateDevices-returned-objects
GST_START_TEST (with_a_policy_nothing_is_told_before_capture)
{
  Fixture f;
  f.devices->set_policy (f.policy);
  f.set ({camera ("a"), camera ("b"), microphone ("c"), microphone ("d"),
      device (DeviceKind::audiooutput, "e")});
  fail_unless_equals_string (f.enumerate ().c_str (), "audioinput videoinput");
  // Others of the same kinds are no change that could be seen,
  f.set ({camera ("x"), microphone ("c")});
  fail_unless (f.changes.empty ());
  // but the last one of a kind is.
  f.set ({microphone ("c")});
  fail_unless_equals_int (f.changes.size (), 1);
  f.set ({camera ("a"), microphone ("c")});
  fail_unless_equals_int (f.changes.size (), 2);
  fail_unless (f.changes.back ().inserted.empty ());
}
GST_END_TEST

// https://w3c.github.io/mediacapture-main/#set-device-information-exposure
GST_START_TEST (capture_exposes_its_kind)
{
  Fixture f;
  f.devices->set_policy (f.policy);
  f.set ({camera ("a"), camera ("b"), microphone ("c"),
      device (DeviceKind::audiooutput, "e")});
  f.devices->set_exposure (false, true, true);
  fail_unless_equals_string (f.enumerate ().c_str (), "audioinput a b");
  f.devices->set_exposure (true, false, true);
  fail_unless_equals_string (f.enumerate ().c_str (), "c a b e");
  f.devices->set_exposure (true, true, false);
  fail_unless_equals_string (f.enumerate ().c_str (), "audioinput videoinput");
  fail_unless (f.changes.empty ());
}
GST_END_TEST

// WPT MediaDevices-enumerateDevices-persistent-permission
GST_START_TEST (a_permission_alone_exposes_nothing)
{
  Fixture f;
  f.devices->set_policy (f.policy);
  f.list->set ({camera ("a"), microphone ("c")});
  f.policy->states[int (Permission::camera)] = PermissionState::granted;
  f.policy->states[int (Permission::microphone)] = PermissionState::granted;
  fail_unless_equals_string (f.enumerate ().c_str (), "audioinput videoinput");
  f.devices->set_policy (nullptr);
  fail_unless_equals_string (f.enumerate ().c_str (), "c a");
}
GST_END_TEST

// https://w3c.github.io/mediacapture-main/#dfn-device-exposure-can-be-extended
GST_START_TEST (capture_exposes_the_other_kind_where_that_is_granted)
{
  Fixture f;
  f.devices->set_policy (f.policy);
  f.list->set ({camera ("a"), microphone ("c")});
  f.policy->states[int (Permission::camera)] = PermissionState::granted;
  f.devices->set_exposure (false, true, true);
  fail_unless_equals_string (f.enumerate ().c_str (), "audioinput a");
  f.devices->set_exposure (false, true, false);
  f.devices->set_exposure (true, false, true);
  fail_unless_equals_string (f.enumerate ().c_str (), "c a");
  // It is not taken back for the other kind.
  f.devices->set_exposure (true, false, false);
  fail_unless_equals_string (f.enumerate ().c_str (), "audioinput a");
}
GST_END_TEST

// WPT MediaDevices-enumerateDevices-not-allowed-camera and -mic
GST_START_TEST (what_is_not_allowed_is_not_there)
{
  Fixture f;
  f.devices->set_policy (f.policy);
  f.list->set ({camera ("a"), microphone ("c")});
  f.policy->not_allowed = Permission::camera;
  fail_unless_equals_string (f.enumerate ().c_str (), "audioinput");
  f.policy->not_allowed = Permission::microphone;
  fail_unless_equals_string (f.enumerate ().c_str (), "videoinput");
}
GST_END_TEST

// What a camera can do is asked of it, which takes as long as it does.
GST_START_TEST (the_owner_waits_for_no_device)
{
  auto opener = std::make_shared<TestOpener> ();
  Fixture f (opener);
  f.enumerate ();
  std::mutex lock;
  std::condition_variable changed;
  int looks = 0;
  bool is_held = true;
  const auto own_thread = std::this_thread::get_id ();
  bool has_looked = false;
  opener->on_look = [&] (const Device &) {
    std::unique_lock locker (lock);
    looks++;
    changed.notify_all ();
    if (std::this_thread::get_id () == own_thread)
      fail_unless (has_looked, "it is looked at on the owner's thread");
    changed.wait (locker, [&] { return !is_held; });
    has_looked = true;
  };
  f.list->set ({camera ("a")});
  f.run (); // and does not wait
  {
    std::unique_lock locker (lock);
    changed.wait (locker, [&] { return looks > 0; });
    fail_unless (f.changes.empty ());
    is_held = false;
  }
  changed.notify_all ();
  while (f.changes.empty ())
    g_main_context_iteration (nullptr, TRUE);
  fail_unless_equals_string (f.inserted ().c_str (), "a ");
}
GST_END_TEST

GST_START_TEST (an_observer_may_outlive_its_object)
{
  Fixture f;
  f.list->set ({camera ("a")});
  f.devices.reset ();
  f.run ();
  f.list->set ({});
  f.run ();
  fail_unless (f.changes.empty ());
}
GST_END_TEST

static Suite *
media_devices_suite (void)
{
  Suite *suite = suite_create ("media-devices");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, the_first_list_is_no_change);
  tcase_add_test (tcase, what_comes_and_goes_is_told);
  tcase_add_test (tcase, what_comes_together_is_told_together);
  tcase_add_test (tcase, what_is_as_before_is_not_told);
  tcase_add_test (tcase, another_default_is_told_as_another_order);
  tcase_add_test (tcase, each_change_of_each_kind_of_device);
  tcase_add_test (tcase, what_stands_for_the_default_speaker_was_not_inserted);
  tcase_add_test (tcase, an_enumeration_is_never_behind_and_tells_once);
  tcase_add_test (tcase, a_list_that_is_older_does_not_count);
  tcase_add_test (tcase, an_enumeration_can_be_cancelled);
  tcase_add_test (tcase, with_a_policy_nothing_is_told_before_capture);
  tcase_add_test (tcase, capture_exposes_its_kind);
  tcase_add_test (tcase, a_permission_alone_exposes_nothing);
  tcase_add_test (tcase, capture_exposes_the_other_kind_where_that_is_granted);
  tcase_add_test (tcase, what_is_not_allowed_is_not_there);
  tcase_add_test (tcase, the_owner_waits_for_no_device);
  tcase_add_test (tcase, an_observer_may_outlive_its_object);
  return suite;
}

GST_CHECK_MAIN (media_devices)
