// SPDX-License-Identifier: LGPL-2.1-or-later
// Where the controls of a camera are found.
#include "devices/camera-controls.hh"

#include "devices/device-entries.hh"
#include "support/check.hh"
#include "support/test-controls.hh"
#include "support/test-devices.hh"
#include "support/test-photography.hh"

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

// Its camera is open as long as it is looked at.
GST_START_TEST (a_photography_is_opened_to_be_looked_at)
{
  Device device = device_of (kPhotographyCamera);
  auto found = find_controls (device);
  fail_unless (found && found->domains.size () == 8);
  fail_unless (found->values[Property::zoom] == Value (1.));
  fail_if (found->values.contains (Property::iso));
  auto element = make_element (device);
  fail_unless (!open_controls (device, element));
  gst_element_set_state (element.get (), GST_STATE_READY);
  auto controls = open_controls (device, element);
  fail_unless (controls && controls->set (Property::zoom, 2.));
  fail_unless (photography_settings (element).zoom == 2);
  gst_element_set_state (element.get (), GST_STATE_NULL);
}
GST_END_TEST

// What each of them has: videobalance is a GstColorBalance.
GST_START_TEST (a_photography_is_joined_with_a_balance)
{
  Device device = device_of (kRawCamera);
  auto bin = Ptr<GstElement>::adopt (
      GST_ELEMENT (gst_object_ref_sink (gst_bin_new (nullptr))));
  gst_bin_add_many (GST_BIN (bin.get ()), make_test_photography (nullptr),
      gst_element_factory_make ("videobalance", nullptr), nullptr);
  gst_element_set_state (bin.get (), GST_STATE_READY);
  auto controls = open_controls (device, bin);
  fail_unless (controls && controls->domains ().size () == 8 + 3);
  fail_unless (controls->set (Property::zoom, 2.));
  fail_unless (controls->set (Property::contrast, 500.));
  fail_unless (controls->values ()[Property::zoom] == Value (2.));
  fail_unless (controls->values ()[Property::contrast] == Value (500.));
  gst_element_set_state (bin.get (), GST_STATE_NULL);
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
  tcase_add_test (tcase, a_photography_is_opened_to_be_looked_at);
  tcase_add_test (tcase, a_photography_is_joined_with_a_balance);
  tcase_add_test (tcase, a_node_that_is_not_of_V4L2_has_none);
  tcase_add_test (tcase, what_has_no_element_cannot_be_looked_at);
  return suite;
}

GST_CHECK_MAIN (camera_controls)
