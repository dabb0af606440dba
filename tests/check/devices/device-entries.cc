// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/device-entries.hh"

#include "devices/capabilities.hh"
#include "devices/json.hh"
#include "devices/select-settings.hh"
#include "support/check.hh"
#include "support/test-devices.hh"

using namespace webmedia;
using namespace webmedia::devices;
using namespace webmedia::test;

namespace {

TestDeviceSpec
at (const char *properties)
{
  return {.classes = "Video/Source", .label = "Twin", .properties = properties};
}

const TestDeviceSpec kFirst = at ("p, v4l2.device.bus_info=(string)bus, "
                                  "device.path=(string)/dev/video0");
const TestDeviceSpec kSecond = at ("p, v4l2.device.bus_info=(string)bus, "
                                   "device.path=(string)/dev/video2");

Device
only (const TestDeviceSpec &spec, const char *salt = "salt")
{
  DeviceEntries entries (salt);
  fail_unless (entries.add_all ({make_test_device (spec)}));
  fail_unless_equals_int (entries.devices ().size (), 1);
  return entries.devices ().front ();
}

} // namespace

// WPT MediaDevices-enumerateDevices-returned-objects,
// MediaDevices-enumerateDevices-per-origin-ids
GST_START_TEST (an_id_is_the_same_for_the_same_salt_only)
{
  Device camera = only (kCamera);
  fail_unless_equals_int (camera.id.size (), 64);
  fail_unless_equals_string (camera.id.c_str (), only (kCamera).id.c_str ());
  fail_unless (camera.id != only (kCamera, "other").id);
  fail_unless (camera.id != only (kMicrophone).id);
}
GST_END_TEST

// https://w3c.github.io/mediacapture-main/#def-constraint-facingMode
GST_START_TEST (where_a_camera_faces_is_a_capability_and_a_setting)
{
  auto check = [] (const char *properties, const char *can, const char *is) {
    Device camera = only (at (properties));
    Capabilities all = capabilities_of (*camera.space);
    std::erase_if (all, [] (const auto &member) {
      return member.first != Property::facing_mode;
    });
    fail_unless_equals_string (to_json (all).c_str (), can);
    auto selection = select_settings (*camera.space, {});
    auto setting = selection->settings.find (Property::facing_mode);
    bool has = setting != selection->settings.end ();
    fail_unless (has == bool (is));
    fail_unless (!has || setting->second == Value (std::string (is)));
  };
  check ("p, facing-mode=(string)user", R"({"facingMode":["user"]})", "user");
  check ("p, api.libcamera.location=(string)back",
      R"({"facingMode":["environment"]})", "environment");
  check ("p, device.path=(string)/dev/video0", "{}", nullptr);
}
GST_END_TEST

// https://w3c.github.io/mediacapture-main/#dom-mediadeviceinfo-groupid
GST_START_TEST (a_group_is_another_one_each_time)
{
  fail_unless (only (kCamera).group_id != only (kCamera).group_id);
}
GST_END_TEST

GST_START_TEST (an_id_does_not_tell_what_it_was_made_of)
{
  Device camera = only ({.classes = "Video/Source",
      .label = "Cam",
      .properties = "p, node.name=(string)secret"});
  fail_unless (camera.id.find ("secret") == std::string::npos);
  fail_unless (camera.group_id.find ("secret") == std::string::npos);
}
GST_END_TEST

GST_START_TEST (the_parts_of_a_device_are_one_group)
{
  DeviceEntries entries ("salt");
  entries.add_all ({make_test_device (kCamera), make_test_device (kMicrophone),
      make_test_device (kCameraMicrophone), make_test_device (kSpeaker)});
  Devices devices = entries.devices ();
  fail_unless_equals_int (devices.size (), 4);
  fail_unless (devices[0].group_id == devices[2].group_id);
  fail_unless (devices[1].group_id == devices[3].group_id);
  fail_unless (devices[0].group_id != devices[1].group_id);
  // What is plugged in again is what it was.
  entries.replace (devices[0].object, nullptr);
  entries.replace (nullptr, make_test_device (kCamera));
  fail_unless (entries.devices ().back ().group_id == devices[2].group_id);
}
GST_END_TEST

GST_START_TEST (equal_devices_are_told_apart_by_their_place)
{
  auto first = make_test_device (kFirst);
  auto second = make_test_device (kSecond);
  DeviceEntries entries ("salt");
  entries.add_all ({first, second});
  Devices devices = entries.devices ();
  fail_unless (devices[0].id != devices[1].id);
  fail_unless (devices[0].group_id != devices[1].group_id);
  // In whichever order the provider has them.
  DeviceEntries others ("salt");
  others.add_all ({second, first});
  fail_unless (others.devices ()[0].id == devices[1].id);
  fail_unless (others.devices ()[1].id == devices[0].id);
}
GST_END_TEST

GST_START_TEST (the_loss_of_a_twin_does_not_change_the_other_one)
{
  auto first = make_test_device (kFirst);
  auto second = make_test_device (kSecond);
  DeviceEntries entries ("salt");
  entries.add_all ({first, second});
  std::string ids[] = {entries.devices ()[0].id, entries.devices ()[1].id};
  fail_unless (entries.replace (first, nullptr));
  fail_unless (entries.devices ().front ().id == ids[1]);
  fail_unless (entries.replace (nullptr, make_test_device (kFirst)));
  fail_unless (entries.devices ().back ().id == ids[0]);
}
GST_END_TEST

GST_START_TEST (a_device_of_two_providers_is_listed_once)
{
  auto ours = make_test_device (kMicrophone);
  auto theirs = make_other_test_device (kMicrophone);
  DeviceEntries entries ("salt");
  entries.add_all ({ours, theirs});
  fail_unless_equals_int (entries.devices ().size (), 1);
  fail_unless (entries.devices ().front ().object == ours);
  std::string id = entries.devices ().front ().id;
  // The other one remains.
  entries.replace (ours, nullptr);
  fail_unless (entries.devices ().front ().object == theirs);
  fail_unless (entries.devices ().front ().id == id);
}
GST_END_TEST

GST_START_TEST (each_device_is_of_a_kind_or_none)
{
  auto kind = [] (const char *classes, const char *properties = nullptr) {
    DeviceEntries entries ("salt");
    entries.add_all ({make_test_device (
        {.classes = classes, .label = "x", .properties = properties})});
    Devices devices = entries.devices ();
    return devices.empty () ? "none" : name_of (devices.front ().kind);
  };
  fail_unless_equals_string (kind ("Audio/Source"), "audioinput");
  fail_unless_equals_string (kind ("Source/Video"), "videoinput");
  fail_unless_equals_string (kind ("Audio/Sink"), "audiooutput");
  fail_unless_equals_string (kind ("Audio/Source/Virtual"), "audioinput");
  fail_unless_equals_string (kind ("Video/Sink"), "none");
  fail_unless_equals_string (kind ("Stream/Output/Audio"), "none");
  fail_unless_equals_string (
      kind ("Audio/Source", "p, device.class=(string)monitor"), "none");
}
GST_END_TEST

GST_START_TEST (a_device_need_not_say_anything)
{
  for (const char *classes : {"Audio/Source", "Video/Source"}) {
    Device device =
        only ({.classes = classes, .label = nullptr, .caps = nullptr});
    fail_unless (device.label.empty () && !device.id.empty ());
    fail_unless_equals_int (device.modes.size (), 1);
  }
}
GST_END_TEST

GST_START_TEST (each_kind_has_one_default)
{
  DeviceEntries entries ("salt");
  auto flagged = [] (const char *name, const char *classes) {
    CString properties (
        g_strdup_printf ("p, is-default=true, node.name=(string)%s", name));
    return make_test_device (
        {.classes = classes, .label = name, .properties = properties.get ()});
  };
  entries.add_all (
      {make_test_device (kCameraMicrophone), flagged ("a", "Audio/Source"),
          flagged ("b", "Audio/Source"), flagged ("c", "Video/Source")});
  Devices devices = entries.devices ();
  fail_unless (!devices[0].is_default && devices[1].is_default);
  fail_unless (!devices[2].is_default && devices[3].is_default);
}
GST_END_TEST

GST_START_TEST (messages_about_what_is_known_change_nothing)
{
  auto device = make_test_device (kCamera);
  auto changed = make_test_device (kCamera);
  DeviceEntries entries ("salt");
  fail_unless (!entries.add_all ({}));
  entries.add_all ({changed});
  fail_unless (!entries.replace (nullptr, changed));
  fail_unless (!entries.replace (device, nullptr));
  fail_unless (!entries.replace (device, changed));
  // One that came and changed before the list was made: it is there once.
  entries.replace (nullptr, device);
  fail_unless_equals_int (entries.devices ().size (), 2);
  fail_unless (entries.replace (device, changed));
  fail_unless_equals_int (entries.devices ().size (), 1);
}
GST_END_TEST

GST_START_TEST (a_device_that_changes_keeps_its_place)
{
  auto camera = make_test_device (kCamera);
  DeviceEntries entries ("salt");
  entries.add_all ({camera, make_test_device (kMicrophone)});
  std::string id = entries.devices ()[0].id;
  TestDeviceSpec renamed = kCamera;
  renamed.label = "Another name";
  fail_unless (entries.replace (camera, make_test_device (renamed)));
  fail_unless_equals_string (
      entries.devices ()[0].label.c_str (), "Another name");
  fail_unless_equals_string (entries.devices ()[0].id.c_str (), id.c_str ());
}
GST_END_TEST

GST_START_TEST (a_camera_says_what_its_pixel_formats_cost)
{
  auto told = [] (const TestDeviceSpec &spec) {
    Capabilities all = capabilities_of (*only (spec).space);
    fail_unless (
        all[Property::power_efficient].values == std::vector<Value>{false});
    return all[Property::power_efficient_pixel_format].values;
  };
  // What is raw and what is encoded.
  fail_unless (told (kCamera) == (std::vector<Value>{true, false}));
  fail_unless (told (kRawCamera) == std::vector<Value>{true});
  TestDeviceSpec encoded = kCamera;
  encoded.caps = "image/jpeg, width=640, height=480, framerate=30/1";
  fail_unless (told (encoded) == std::vector<Value>{false});
  // A raw mode that a larger one covers, but which is encoded.
  TestDeviceSpec both = kCamera;
  both.caps = "video/x-raw, format=YUY2, width=640, height=480, "
              "framerate=30/1; "
              "image/jpeg, width=1280, height=720, framerate=30/1";
  auto selection = select_settings (*only (both).space,
      *parse_track_constraints (R"({"aspectRatio":{"exact":1},
          "powerEfficientPixelFormat":{"exact":true}})"));
  fail_unless (selection && selection->mode == 0);
}
GST_END_TEST

GST_START_TEST (a_device_makes_its_element)
{
  auto element = make_element (only (kCamera));
  fail_unless (element.get () != nullptr);
  fail_unless_equals_string (
      GST_OBJECT_NAME (gst_element_get_factory (element.get ())),
      "videotestsrc");
  fail_unless (make_element (Device ()).get () == nullptr);
}
GST_END_TEST

static Suite *
device_entries_suite (void)
{
  Suite *suite = suite_create ("device-entries");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, an_id_is_the_same_for_the_same_salt_only);
  tcase_add_test (tcase, where_a_camera_faces_is_a_capability_and_a_setting);
  tcase_add_test (tcase, a_group_is_another_one_each_time);
  tcase_add_test (tcase, an_id_does_not_tell_what_it_was_made_of);
  tcase_add_test (tcase, the_parts_of_a_device_are_one_group);
  tcase_add_test (tcase, equal_devices_are_told_apart_by_their_place);
  tcase_add_test (tcase, the_loss_of_a_twin_does_not_change_the_other_one);
  tcase_add_test (tcase, a_device_of_two_providers_is_listed_once);
  tcase_add_test (tcase, each_device_is_of_a_kind_or_none);
  tcase_add_test (tcase, a_device_need_not_say_anything);
  tcase_add_test (tcase, each_kind_has_one_default);
  tcase_add_test (tcase, messages_about_what_is_known_change_nothing);
  tcase_add_test (tcase, a_device_that_changes_keeps_its_place);
  tcase_add_test (tcase, a_camera_says_what_its_pixel_formats_cost);
  tcase_add_test (tcase, a_device_makes_its_element);
  return suite;
}

GST_CHECK_MAIN (device_entries)
