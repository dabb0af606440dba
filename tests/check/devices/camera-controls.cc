// SPDX-License-Identifier: LGPL-2.1-or-later
// Where the controls of a camera are found.
#include "devices/camera-controls.hh"

#include "devices/device-entries.hh"
#include "support/check.hh"
#include "support/test-controls.hh"
#include "support/test-devices.hh"

using namespace webmedia;
using namespace webmedia::devices;
using namespace webmedia::test;

namespace {

Device
device_of (const TestDeviceSpec &spec)
{
  DeviceEntries entries ("salt");
  entries.add_all ({make_test_device (spec)});
  return entries.devices ().front ();
}

} // namespace

GST_START_TEST (a_device_may_bring_its_own)
{
  Device device = device_of (kRawCamera);
  auto controls = std::make_shared<TestControls> ();
  bring_controls (device.object, controls);
  auto found = find_controls (device);
  fail_unless (bool (found));
  fail_unless_equals_int (found->domains.size (), 17);
  fail_unless (found->values == controls->values ());
  fail_unless (open_controls (device, make_element (device)) == controls);
}
GST_END_TEST

GST_START_TEST (a_device_that_has_none_has_none)
{
  Device device = device_of (kRawCamera);
  auto found = find_controls (device);
  fail_unless (found && found->domains.empty () && found->values.empty ());
  fail_unless (!open_controls (device, make_element (device)));
  fail_unless_equals_int (sources_made (), 0); // it was only looked at
}
GST_END_TEST

// A node of PipeWire's that is no camera.
GST_START_TEST (a_node_that_is_not_of_V4L2_has_none)
{
  Device device = device_of ({.classes = "Video/Source",
      .label = "Odd",
      .properties = "props, api.v4l2.path=(string)/dev/null"});
  auto found = find_controls (device);
  fail_unless (found && found->domains.empty ());
}
GST_END_TEST

GST_START_TEST (what_has_no_element_cannot_be_looked_at)
{
  Device device = device_of (kRawCamera);
  make_missing (true);
  fail_if (find_controls (device).has_value ());
  device.object = nullptr;
  fail_if (find_controls (device).has_value ());
}
GST_END_TEST

static Suite *
camera_controls_suite (void)
{
  Suite *suite = suite_create ("camera-controls");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_device_may_bring_its_own);
  tcase_add_test (tcase, a_device_that_has_none_has_none);
  tcase_add_test (tcase, a_node_that_is_not_of_V4L2_has_none);
  tcase_add_test (tcase, what_has_no_element_cannot_be_looked_at);
  return suite;
}

GST_CHECK_MAIN (camera_controls)
