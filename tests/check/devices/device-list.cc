// SPDX-License-Identifier: LGPL-2.1-or-later
// The list over a GstDeviceMonitor, with a provider of the test's own.
#include "devices/device-list.hh"

#include "support/check.hh"
#include "support/test-devices.hh"

#include <atomic>
#include <thread>

using namespace webmedia;
using namespace webmedia::devices;
using namespace webmedia::test;

namespace {

struct Counter final : public DeviceListObserver {
  void on_devices_changed () override
  {
    if (on_change)
      on_change ();
    count++;
  }

  std::atomic<int> count{0};
  std::function<void ()> on_change; // set while nothing comes or goes
};

struct Fixture {
  Fixture () { list = watch_devices (make_test_monitor (), "salt", counter); }
  ~Fixture ()
  {
    list.reset ();
    unplug_all ();
  }

  std::string labels ()
  {
    std::string text;
    DeviceSnapshot known = list->read ();
    for (const Device &device : *known.devices)
      text += (text.empty () ? "" : ", ") + device.label;
    return text;
  }

  std::shared_ptr<Counter> counter = std::make_shared<Counter> ();
  std::shared_ptr<DeviceList> list;
};

// Known by now.
std::shared_ptr<DeviceList>
watch (const Ptr<GstDeviceMonitor> &monitor)
{
  auto list = watch_devices (monitor, "salt", std::make_shared<Counter> ());
  list->read ();
  return list;
}

int
count (const std::shared_ptr<DeviceList> &list)
{
  return int (list->read ().devices->size ());
}

} // namespace

GST_START_TEST (what_is_there_at_first_is_listed)
{
  plug (kCamera);
  plug (kMicrophone);
  Fixture f;
  fail_unless_equals_string (
      f.labels ().c_str (), "HD Webcam, Built-in Microphone");
  const Device camera = f.list->read ().devices->front ();
  fail_unless (camera.kind == DeviceKind::videoinput);
  fail_unless (camera.space && camera.modes.size () == 3);
}
GST_END_TEST

GST_START_TEST (devices_come_and_go)
{
  Fixture f;
  fail_unless_equals_string (f.labels ().c_str (), "");
  // That the list is known is told as well, on a thread of its own.
  int before = f.counter->count;
  auto camera = plug (kCamera);
  fail_unless (f.counter->count > before);
  plug (kMicrophone);
  fail_unless_equals_string (
      f.labels ().c_str (), "HD Webcam, Built-in Microphone");
  unplug (camera);
  fail_unless (f.counter->count >= before + 3);
  fail_unless_equals_string (f.labels ().c_str (), "Built-in Microphone");
}
GST_END_TEST

// As an observer posts to another thread, which reads it at any moment.
GST_START_TEST (who_is_told_of_a_change_reads_it)
{
  Fixture f;
  f.list->read ();
  while (f.counter->count == 0) // that it is known is told
    std::this_thread::yield ();
  std::string seen;
  f.counter->on_change = [&] {
    seen = f.labels ();
  };
  auto camera = plug (kCamera);
  fail_unless_equals_string (seen.c_str (), "HD Webcam");
  unplug (camera);
  fail_unless_equals_string (seen.c_str (), "");
  f.counter->on_change = nullptr;
}
GST_END_TEST

// What is left for later is told of by who reads, with no lock held.
GST_START_TEST (who_is_told_of_the_rest_reads_it)
{
  Fixture f;
  f.list->read ();
  while (f.counter->count == 0) // that it is known is told
    std::this_thread::yield ();
  for (int i = 0; i < 200; i++)
    unplug (plug (kCamera));
  auto camera = plug (kCamera);
  std::string seen;
  f.counter->on_change = [&] {
    seen = f.labels ();
  };
  f.list->read ();
  fail_unless_equals_string (seen.c_str (), "HD Webcam");
  f.counter->on_change = nullptr;
  unplug (camera);
}
GST_END_TEST

GST_START_TEST (what_changes_is_another_version_and_nothing_else_is)
{
  Fixture f;
  uint64_t empty = f.list->read ().version;
  fail_unless_equals_uint64 (f.list->read ().version, empty);
  auto camera = plug (kCamera);
  auto now = f.list->read ();
  fail_unless (now.version > empty);
  fail_unless (f.list->read ().devices == now.devices);
  TestDeviceSpec renamed = kCamera;
  renamed.label = "Another name";
  auto changed = change (camera, renamed);
  fail_unless (f.list->read ().version > now.version);
  fail_unless_equals_string (f.labels ().c_str (), "Another name");
  // A snapshot stays what it was.
  fail_unless_equals_string (now.devices->front ().label.c_str (), "HD Webcam");
  unplug (changed);
  fail_unless (f.list->read ().devices->empty ());
}
GST_END_TEST

GST_START_TEST (a_device_that_comes_and_goes_unseen_leaves_nothing)
{
  Fixture f;
  f.labels ();
  for (int i = 0; i < 3; i++)
    unplug (plug (kCamera));
  fail_unless_equals_string (f.labels ().c_str (), "");
}
GST_END_TEST

GST_START_TEST (the_list_is_waited_for_until_the_provider_has_started)
{
  plug (kCamera);
  hold_start (true);
  Fixture f;
  std::atomic<bool> stop{false};
  std::atomic<bool> asked{false};
  std::thread cancelled ([&] {
    fail_unless (!f.list->wait_ready ([&] {
      asked = true;
      return stop.load ();
    }));
  });
  while (!asked)
    std::this_thread::yield ();
  fail_unless_equals_int (f.counter->count, 0);
  stop = true;
  f.list->wake_waits ();
  cancelled.join ();
  hold_start (false);
  fail_unless_equals_string (f.labels ().c_str (), "HD Webcam");
}
GST_END_TEST

GST_START_TEST (a_list_may_go_before_it_is_known)
{
  for (int i = 0; i < 20; i++)
    Fixture f;
}
GST_END_TEST

GST_START_TEST (a_list_that_goes_does_not_wait_for_a_provider)
{
  auto monitor = make_test_monitor ();
  hold_start (true);
  auto list = watch_devices (monitor, "salt", std::make_shared<Counter> ());
  list.reset ();
  // Who starts the monitor stops it, and is the last to have it.
  hold_start (false);
  while (GST_OBJECT_REFCOUNT_VALUE (monitor.get ()) > 1)
    std::this_thread::yield ();
  fail_unless (!is_provider_running ());
}
GST_END_TEST

// GStreamer's providers tell the newest monitor alone.
GST_START_TEST (lists_that_share_a_monitor_all_hear)
{
  auto monitor = make_test_monitor ();
  auto early = watch (monitor);
  auto camera = plug (kCamera);
  auto late = watch (monitor); // which sees what is there
  auto microphone = plug (kMicrophone);
  fail_unless_equals_int (count (early), 2);
  fail_unless_equals_int (count (late), 2);
  early.reset ();
  unplug (camera);
  fail_unless_equals_int (count (late), 1);
  late.reset ();
  fail_unless (!is_provider_running ());
  late = watch (monitor); // and it runs again
  unplug (microphone);
  fail_unless_equals_int (count (late), 0);
}
GST_END_TEST

// Another one's, which may take for ever.
GST_START_TEST (a_list_that_goes_does_not_wait_for_a_start)
{
  auto monitor = make_test_monitor ();
  hold_start (true);
  auto starting = watch_devices (monitor, "salt", std::make_shared<Counter> ());
  wait_start_held ();
  int others = GST_OBJECT_REFCOUNT_VALUE (monitor.get ());
  watch_devices (monitor, "salt", std::make_shared<Counter> ()).reset ();
  // Its thread is the last of it to have the monitor.
  while (GST_OBJECT_REFCOUNT_VALUE (monitor.get ()) > others)
    std::this_thread::yield ();
  hold_start (false);
  auto camera = plug (kCamera);
  fail_unless_equals_int (count (starting), 1);
  unplug (camera);
}
GST_END_TEST

GST_START_TEST (there_is_one_monitor_of_all)
{
  auto monitor = monitor_of_all ();
  fail_unless (monitor == monitor_of_all ());
  // Who looks for leaks need not hear of it.
  auto bus = Ptr<GstBus>::adopt (gst_device_monitor_get_bus (monitor.get ()));
  fail_unless (
      GST_OBJECT_FLAG_IS_SET (monitor.get (), GST_OBJECT_FLAG_MAY_BE_LEAKED));
  fail_unless (
      GST_OBJECT_FLAG_IS_SET (bus.get (), GST_OBJECT_FLAG_MAY_BE_LEAKED));
}
GST_END_TEST

// A newer monitor has the providers tell it alone and, once it has gone,
// nobody. Where somebody has the monitor of all it stays the same one.
static void
check_it_takes_the_providers_back ()
{
  keep_test_provider_alone ();
  watch (monitor_of_all ()).reset ();
  auto newer = make_test_monitor ();
  auto list = watch (monitor_of_all ());
  auto camera = plug (kCamera);
  fail_unless_equals_int (count (list), 1);
  list.reset ();
  newer.reset ();
  list = watch (monitor_of_all ());
  fail_unless_equals_int (count (list), 1);
  unplug (camera);
  fail_unless_equals_int (count (list), 0);
}

GST_START_TEST (the_monitor_of_all_takes_the_providers_back)
{
  check_it_takes_the_providers_back ();
}
GST_END_TEST

GST_START_TEST (one_that_somebody_has_takes_the_providers_back)
{
  auto kept = monitor_of_all ();
  check_it_takes_the_providers_back ();
  fail_unless (kept == monitor_of_all ());
}
GST_END_TEST

// A monitor notes what is hidden as it gets a filter, each time that it does,
// and strikes it out once.
GST_START_TEST (the_monitor_of_all_knows_a_provider_once)
{
  keep_test_provider_alone ();
  set_provider_hidden (true);
  watch (monitor_of_all ()).reset ();
  auto list = watch (monitor_of_all ());
  auto unseen = plug (kMicrophone);
  fail_unless_equals_int (count (list), 0);
  set_provider_hidden (false);
  auto camera = plug (kCamera);
  fail_unless_equals_int (count (list), 1);
  unplug (camera);
  unplug (unseen);
}
GST_END_TEST

GST_START_TEST (the_monitor_of_all_has_providers_that_come_later)
{
  keep_test_provider_alone ();
  set_provider_known (false);
  auto camera = plug (kCamera);
  auto list = watch (monitor_of_all ());
  fail_unless_equals_int (count (list), 0);
  list.reset ();
  set_provider_known (true);
  list = watch (monitor_of_all ());
  fail_unless_equals_int (count (list), 1);
  // And from then on it is as any other one.
  list.reset ();
  make_test_monitor ();
  list = watch (monitor_of_all ());
  unplug (camera);
  fail_unless_equals_int (count (list), 0);
}
GST_END_TEST

static Suite *
device_list_suite (void)
{
  Suite *suite = suite_create ("device-list");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, what_is_there_at_first_is_listed);
  tcase_add_test (tcase, devices_come_and_go);
  tcase_add_test (tcase, who_is_told_of_a_change_reads_it);
  tcase_add_test (tcase, who_is_told_of_the_rest_reads_it);
  tcase_add_test (tcase, what_changes_is_another_version_and_nothing_else_is);
  tcase_add_test (tcase, a_device_that_comes_and_goes_unseen_leaves_nothing);
  tcase_add_test (tcase, the_list_is_waited_for_until_the_provider_has_started);
  tcase_add_test (tcase, a_list_may_go_before_it_is_known);
  tcase_add_test (tcase, a_list_that_goes_does_not_wait_for_a_provider);
  tcase_add_test (tcase, lists_that_share_a_monitor_all_hear);
  tcase_add_test (tcase, a_list_that_goes_does_not_wait_for_a_start);
  tcase_add_test (tcase, there_is_one_monitor_of_all);
  tcase_add_test (tcase, the_monitor_of_all_takes_the_providers_back);
  tcase_add_test (tcase, one_that_somebody_has_takes_the_providers_back);
  tcase_add_test (tcase, the_monitor_of_all_knows_a_provider_once);
  tcase_add_test (tcase, the_monitor_of_all_has_providers_that_come_later);
  return suite;
}

GST_CHECK_MAIN (device_list)
