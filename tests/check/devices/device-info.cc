// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/device-info.hh"

#include "devices/device-entries.hh"
#include "devices/device-modes.hh"
#include "devices/json-write.hh"
#include "devices/overconstrained.hh"
#include "devices/variant.hh"
#include "support/check.hh"
#include "support/test-devices.hh"

#include <cstring>

using namespace webmedia;
using namespace webmedia::devices;

namespace {

Device
device (DeviceKind kind, const char *id, bool is_default = false)
{
  return {.kind = kind,
      .id = id,
      .group_id = "group",
      .label = std::string ("Label of ") + id,
      .is_default = is_default,
      .space = kind == DeviceKind::audiooutput
                   ? nullptr
                   : std::make_shared<const SettingsSpace> (),
      .modes = {},
      .object = {}};
}

const Devices kDevices = {
    device (DeviceKind::audiooutput, "speaker1"),
    device (DeviceKind::videoinput, "camera1"),
    device (DeviceKind::audioinput, "microphone1"),
    device (DeviceKind::audiooutput, "speaker2", true),
    device (DeviceKind::audioinput, "microphone2"),
    device (DeviceKind::videoinput, "camera2", true),
    device (DeviceKind::audioinput, "microphone3", true),
};

std::string
ids (const Exposure &exposure, const Devices &devices = kDevices)
{
  std::string text;
  for (const DeviceInfo &info : list_device_infos (devices, exposure))
    text += (text.empty () ? "" : " ")
            + (info.id.empty () ? std::string (name_of (info.kind)) : info.id);
  return text;
}

} // namespace

// https://w3c.github.io/mediacapture-main/#creating-a-list-of-device-info-objects
GST_START_TEST (microphones_come_before_cameras_and_defaults_first)
{
  fail_unless_equals_string (ids ({}).c_str (),
      "microphone3 microphone1 microphone2 camera2 camera1 default speaker1 "
      "speaker2");
}
GST_END_TEST

GST_START_TEST (what_is_not_allowed_is_not_listed)
{
  fail_unless_equals_string (ids ({.microphones = false}).c_str (),
      "camera2 camera1 default speaker1 speaker2");
  fail_unless_equals_string (ids ({.cameras = false}).c_str (),
      "microphone3 microphone1 microphone2 default speaker1 speaker2");
  fail_unless_equals_string (ids ({.speakers = false}).c_str (),
      "microphone3 microphone1 microphone2 camera2 camera1");
}
GST_END_TEST

// WPT MediaDevices-enumerateDevices-returned-objects
GST_START_TEST (before_capture_there_is_one_of_a_kind_with_nothing_in_it)
{
  Exposure hidden{.microphone_info = false, .camera_info = false};
  fail_unless_equals_string (ids (hidden).c_str (), "audioinput videoinput");
  for (const DeviceInfo &info : list_device_infos (kDevices, hidden)) {
    fail_unless (info.id.empty () && info.label.empty ());
    fail_unless (info.group_id.empty () && !info.space);
    fail_unless (source_capabilities (info.space.get ()).empty ());
  }
}
GST_END_TEST

GST_START_TEST (each_kind_is_exposed_on_its_own)
{
  fail_unless_equals_string (ids ({.camera_info = false}).c_str (),
      "microphone3 microphone1 microphone2 videoinput default speaker1 "
      "speaker2");
  // Speakers go with microphones.
  fail_unless_equals_string (
      ids ({.microphone_info = false}).c_str (), "audioinput camera2 camera1");
}
GST_END_TEST

GST_START_TEST (the_default_speaker_is_listed_twice)
{
  auto infos = list_device_infos (kDevices, {});
  const DeviceInfo &standing = infos[5];
  const DeviceInfo &itself = infos[7];
  fail_unless_equals_string (standing.id.c_str (), "default");
  fail_unless_equals_string (
      standing.label.c_str (), "Default - Label of speaker2");
  fail_unless_equals_string (itself.label.c_str (), "Label of speaker2");
  fail_unless (standing.group_id == itself.group_id);
  fail_unless_equals_string (
      ids ({}, {device (DeviceKind::audiooutput, "only")}).c_str (), "only");
}
GST_END_TEST

GST_START_TEST (it_is_written_as_the_web_does)
{
  DeviceInfo info{.kind = DeviceKind::videoinput,
      .id = "id",
      .label = "A \"cam\"",
      .group_id = "group",
      .space = {}};
  fail_unless_equals_string (to_json (info).c_str (),
      R"({"deviceId":"id","kind":"videoinput","label":"A \"cam\"",)"
      R"("groupId":"group"})");
}
GST_END_TEST

// WPT MediaStreamTrack-getCapabilities, its part for InputDeviceInfo.
GST_START_TEST (capabilities_have_the_types_of_their_members)
{
  auto caps = Ptr<GstCaps>::adopt (gst_caps_from_string (
      "video/x-raw, width=640, height=4, framerate=30/1"));
  auto modes = video_modes (
      {{Property::device_id, {.values = {std::string ("x")}, .numbers = {}}},
          {Property::background_blur, {.values = {false}, .numbers = {}}}},
      caps.get ());
  auto text = [] (const Ptr<GVariant> &variant) {
    return CString (g_variant_print (variant.get (), FALSE));
  };
  fail_unless_equals_string (
      text (to_variant (source_capabilities (&modes.space))).get (),
      "{'deviceId': <'x'>, 'width': <{'min': uint32 1, 'max': 640}>, "
      "'height': <{'min': uint32 1, 'max': 4}>, "
      "'aspectRatio': <{'min': 0.25, 'max': 640.0}>, "
      "'frameRate': <{'min': 0.0, 'max': 30.0}>, 'facingMode': <@as []>, "
      "'resizeMode': <['none', 'crop-and-scale']>, "
      "'backgroundBlur': <[false]>}");
  Capabilities echo{{Property::echo_cancellation,
      {.range = {}, .values = {true, std::string ("all")}}}};
  fail_unless_equals_string (text (to_variant (echo)).get (),
      "{'echoCancellation': <[<true>, <'all'>]>}");
}
GST_END_TEST

// https://w3c.github.io/mediacapture-extensions/: `"faceFraming" in
// capabilities` is how an application finds out. Only of these three the text
// has it that a source which can't do it says false.
GST_START_TEST (what_no_source_can_do_is_in_no_capabilities)
{
  auto inputs = DeviceEntries ("salt");
  inputs.add_all ({test::make_test_device (test::kCamera),
      test::make_test_device (test::kMicrophone)});
  for (const Device &device : inputs.devices ()) {
    Capabilities can = source_capabilities (device.space.get ());
    for (Property property : {Property::gesture_reactions,
             Property::face_framing, Property::eye_gaze_correction,
             Property::voice_isolation, Property::human_face_detection_mode,
             Property::background_segmentation_mask})
      fail_if (can.contains (property), "%s", info (property).name);
    bool is_camera = device.kind == DeviceKind::videoinput;
    for (Property property :
        {Property::background_blur, Property::power_efficient}) {
      fail_unless (can.contains (property) == is_camera);
      if (is_camera)
        fail_unless (can[property].values == std::vector<Value>{false});
    }
    fail_unless (
        can.contains (Property::power_efficient_pixel_format) == is_camera);
  }
}
GST_END_TEST

// WPT MediaDevices-getSupportedConstraints
GST_START_TEST (supported_constraints_are_all_true)
{
  auto supported = supported_constraints ();
  fail_unless_equals_int (
      g_variant_n_children (supported.get ()), int (all_properties ().size ()));
  for (const char *name : {"width", "height", "aspectRatio", "frameRate",
           "facingMode", "resizeMode", "sampleRate", "sampleSize",
           "echoCancellation", "autoGainControl", "noiseSuppression", "latency",
           "channelCount", "deviceId", "groupId", "backgroundBlur"}) {
    gboolean value = FALSE;
    fail_unless (
        g_variant_lookup (supported.get (), name, "b", &value), "%s", name);
    fail_unless (value);
  }
}
GST_END_TEST

// https://w3c.github.io/mediacapture-main/#overconstrainederror-interface
GST_START_TEST (the_message_has_the_constraint)
{
  for (const char *name : {"width", "deviceId", ""}) {
    Error error = make_overconstrained_error (name);
    fail_unless (error.code == ErrorCode::overconstrained);
    fail_unless_equals_string (
        constraint_in_message (error.message.c_str ()), name);
    fail_unless_equals_string (
        constraint_in_message (("No camera: " + error.message).c_str ()), name);
  }
  fail_unless_equals_string (
      constraint_in_message ("the width: too large"), "");
  fail_unless_equals_string (constraint_in_message ("width"), "");
}
GST_END_TEST

static Suite *
device_info_suite (void)
{
  Suite *suite = suite_create ("device-info");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, microphones_come_before_cameras_and_defaults_first);
  tcase_add_test (tcase, what_is_not_allowed_is_not_listed);
  tcase_add_test (
      tcase, before_capture_there_is_one_of_a_kind_with_nothing_in_it);
  tcase_add_test (tcase, each_kind_is_exposed_on_its_own);
  tcase_add_test (tcase, the_default_speaker_is_listed_twice);
  tcase_add_test (tcase, it_is_written_as_the_web_does);
  tcase_add_test (tcase, capabilities_have_the_types_of_their_members);
  tcase_add_test (tcase, what_no_source_can_do_is_in_no_capabilities);
  tcase_add_test (tcase, supported_constraints_are_all_true);
  tcase_add_test (tcase, the_message_has_the_constraint);
  return suite;
}

GST_CHECK_MAIN (device_info)
