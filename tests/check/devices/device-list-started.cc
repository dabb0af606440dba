// SPDX-License-Identifier: LGPL-2.1-or-later
// The list over a monitor that a thread of GStreamer's starts, as from 1.28 on,
// and that never tells that it has started: as where somebody stops it.
#include "devices/device-list.hh"

#include "support/check.hh"
#include "support/test-devices.hh"

#include <thread>

using namespace webmedia;
using namespace webmedia::devices;
using namespace webmedia::test;

// In place of GStreamer's own, in this program.
void
gst_version (guint *major, guint *minor, guint *micro, guint *nano)
{
  *major = 1;
  *minor = 28;
  *micro = *nano = 0;
}

namespace {

struct Nobody final : public DeviceListObserver {
  void on_devices_changed () override {}
};

} // namespace

GST_START_TEST (a_list_that_goes_does_not_wait_to_be_told)
{
  auto monitor = make_test_monitor ();
  gst_device_monitor_start (monitor.get ()); // as the list stops it first
  hold_start (true);
  auto list = watch_devices (monitor, "salt", std::make_shared<Nobody> ());
  wait_start_held ();
  hold_start (false);
  list.reset ();
  // Its thread is the last of it to have the monitor.
  while (GST_OBJECT_REFCOUNT_VALUE (monitor.get ()) > 1)
    std::this_thread::yield ();
  fail_unless (!is_provider_running ());
}
GST_END_TEST

static Suite *
device_list_started_suite ()
{
  Suite *suite = suite_create ("device-list-started");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_list_that_goes_does_not_wait_to_be_told);
  return suite;
}
GST_CHECK_MAIN (device_list_started)
