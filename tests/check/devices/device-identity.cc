// SPDX-License-Identifier: LGPL-2.1-or-later
// With what providers publish: PipeWire's, V4L2's, ALSA's and PulseAudio's.
#include "devices/device-identity.hh"

#include "base/ptr.hh"
#include "support/check.hh"

#include <algorithm>

using namespace webmedia;
using namespace webmedia::devices;

namespace {

struct Published {
  explicit Published (const char *properties, const char *internal_name = "",
      const char *label = "Label")
      : structure (gst_structure_from_string (properties, nullptr)),
        device{.properties = structure.get (),
            .internal_name = internal_name,
            .label = label}
  {
    fail_unless (structure != nullptr, "%s", properties);
  }

  StructurePtr structure;
  PublishedDevice device;
};

bool
same (const Published &one, const Published &other)
{
  return identity_of (one.device) == identity_of (other.device);
}

bool
together (const Published &one, const Published &other)
{
  auto marks = group_marks_of (one.device);
  for (const std::string &mark : group_marks_of (other.device))
    if (std::find (marks.begin (), marks.end (), mark) != marks.end ())
      return true;
  return false;
}

} // namespace

// https://w3c.github.io/mediacapture-main/#dom-mediadeviceinfo-deviceid
GST_START_TEST (what_lasts_a_session_is_no_part_of_the_identity)
{
  // PipeWire numbers objects as it finds them.
  fail_unless (same (Published ("p, node.name=(string)v4l2_input.pci-1, "
                                "object.serial=(string)71, "
                                "device.id=(string)40, "
                                "api.v4l2.path=(string)/dev/video0"),
      Published ("p, node.name=(string)v4l2_input.pci-1, "
                 "object.serial=(string)92, device.id=(string)55, "
                 "api.v4l2.path=(string)/dev/video2")));
  // So does the kernel number nodes,
  fail_unless (same (Published ("p, device.path=(string)/dev/video0, "
                                "v4l2.device.bus_info=(string)usb-1-5, "
                                "v4l2.device.card=(string)Cam"),
      Published ("p, device.path=(string)/dev/video4, "
                 "v4l2.device.bus_info=(string)usb-1-5, "
                 "v4l2.device.card=(string)Cam")));
  // and cards.
  fail_unless (same (Published ("p, alsa.card=(int)1, alsa.id=(string)C920, "
                                "alsa.driver_name=(string)USB-Audio",
                         "hw:1,0"),
      Published ("p, alsa.card=(int)3, alsa.id=(string)C920, "
                 "alsa.driver_name=(string)USB-Audio",
          "hw:3,0")));
}
GST_END_TEST

GST_START_TEST (udev_or_none_a_camera_of_v4l2_is_the_same)
{
  fail_unless (same (Published ("p, device.bus_path=(string)pci-1-usb-0:5:1.0, "
                                "device.serial=(string)Vendor_Cam, "
                                "v4l2.device.bus_info=(string)usb-1-5, "
                                "v4l2.device.card=(string)Cam"),
      Published ("p, v4l2.device.bus_info=(string)usb-1-5, "
                 "v4l2.device.card=(string)Cam")));
}
GST_END_TEST

GST_START_TEST (other_devices_have_other_identities)
{
  const Published devices[] = {
      Published ("p, node.name=(string)a"),
      Published ("p, node.name=(string)b"),
      Published ("p, v4l2.device.bus_info=(string)usb-1-5, "
                 "v4l2.device.card=(string)Cam"),
      Published ("p, v4l2.device.bus_info=(string)usb-1-6, "
                 "v4l2.device.card=(string)Cam"),
      Published ("p, v4l2.device.bus_info=(string)usb-1-5, "
                 "v4l2.device.card=(string)\"Cam IR\""),
      Published ("p, alsa.id=(string)PCH", "hw:0,0"),
      Published ("p, alsa.id=(string)PCH", "hw:0,7"),
      Published ("p, alsa.id=(string)HDMI", "hw:0,0"),
      Published ("p", "alsa_input.one"),
      Published ("p", "alsa_input.two"),
      Published ("p", "", "One"),
      Published ("p", "", "Two"),
  };
  for (const Published &one : devices)
    for (const Published &other : devices)
      fail_unless_equals_int (same (one, other), &one == &other);
}
GST_END_TEST

// PipeWire gives its nodes the names that PulseAudio gave them.
GST_START_TEST (pulseaudio_and_pipewire_agree)
{
  Published pulse ("p, alsa.id=(string)\"ALC Analog\", alsa.card=(string)0, "
                   "device.bus_path=(string)pci-0",
      "alsa_input.pci");
  fail_unless (same (pulse, Published ("p, node.name=(string)alsa_input.pci")));
}
GST_END_TEST

GST_START_TEST (a_device_without_properties_has_its_name)
{
  PublishedDevice none{
      .properties = nullptr, .internal_name = {}, .label = "A"};
  fail_unless (!identity_of (none).empty ());
  fail_unless (group_marks_of (none).empty ());
  fail_unless (!is_system_default (none) && !is_monitor (none));
}
GST_END_TEST

GST_START_TEST (ports_of_usb_are_read_as_the_kernel_and_udev_write_them)
{
  auto check = [] (const char *text, const char *port) {
    fail_unless_equals_string (usb_port_of (text).c_str (), port);
  };
  check ("usb-0000:00:14.0-5", "usb-0000:00:14.0-5");
  check ("Webcam at usb-0000:00:14.0-1.4, high speed", "usb-0000:00:14.0-1.4");
  check ("pci-0000:00:14.0-usb-0:1.4:1.0", "usb-0000:00:14.0-1.4");
  check (
      "platform-fd5.pcie-pci-0000:01:00.0-usb-0:2:1.2", "usb-0000:01:00.0-2");
  check ("platform-xhci-hcd.0-usb-0:1:1.0", "usb-xhci-hcd.0-1");
  check ("pci-0000:00:1f.3", "");
  check ("alsa_input.usb-046d_Webcam-02.mono", "");
  check ("", "");
}
GST_END_TEST

// https://w3c.github.io/mediacapture-main/#dom-mediadeviceinfo-groupid
GST_START_TEST (what_is_one_device_is_one_group)
{
  Published camera ("p, v4l2.device.bus_info=(string)\"usb-0000:00:14.0-5\"");
  Published microphone ("p, alsa.card=(int)2", "hw:2,0",
      "HD Webcam at usb-0000:00:14.0-5, high speed");
  Published pulse ("p, device.bus_path=(string)"
                   "\"pci-0000:00:14.0-usb-0:5:1.2\", alsa.card=(string)2");
  Published other ("p, v4l2.device.bus_info=(string)\"usb-0000:00:14.0-6\"");
  fail_unless (together (camera, microphone));
  fail_unless (together (camera, pulse));
  fail_unless (!together (camera, other));
  // The input and the output of a card.
  fail_unless (
      together (Published ("p, node.name=(string)a, device.id=(int)40"),
          Published ("p, node.name=(string)b, device.id=(string)40")));
  fail_unless (
      !together (Published ("p, node.name=(string)a, device.id=(int)40"),
          Published ("p, node.name=(string)b, device.id=(int)41")));
}
GST_END_TEST

GST_START_TEST (a_camera_faces_where_its_provider_says)
{
  auto check = [] (const char *properties, const char *mode) {
    fail_unless_equals_string (
        facing_mode_of (Published (properties).device).c_str (), mode);
  };
  check ("p, api.libcamera.location=(string)front", "user");
  check ("p, api.libcamera.location=(string)back", "environment");
  check ("p, api.libcamera.Location=(string)CameraLocationFront", "user");
  check ("p, api.libcamera.location=(string)external", "");
  check ("p, facing-mode=(string)left", "left");
  check ("p", "");
}
GST_END_TEST

GST_START_TEST (what_a_speaker_plays_is_no_microphone)
{
  fail_unless (
      is_monitor (Published ("p, device.class=(string)monitor").device));
  fail_unless (is_monitor (Published ("p", "alsa_output.pci.monitor").device));
  fail_unless (
      is_monitor (Published ("p, wasapi2.device.loopback=true").device));
  fail_unless (
      !is_monitor (Published ("p, device.class=(string)sound").device));
}
GST_END_TEST

static Suite *
device_identity_suite (void)
{
  Suite *suite = suite_create ("device-identity");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, what_lasts_a_session_is_no_part_of_the_identity);
  tcase_add_test (tcase, udev_or_none_a_camera_of_v4l2_is_the_same);
  tcase_add_test (tcase, other_devices_have_other_identities);
  tcase_add_test (tcase, pulseaudio_and_pipewire_agree);
  tcase_add_test (tcase, a_device_without_properties_has_its_name);
  tcase_add_test (
      tcase, ports_of_usb_are_read_as_the_kernel_and_udev_write_them);
  tcase_add_test (tcase, what_is_one_device_is_one_group);
  tcase_add_test (tcase, a_camera_faces_where_its_provider_says);
  tcase_add_test (tcase, what_a_speaker_plays_is_no_microphone);
  return suite;
}

GST_CHECK_MAIN (device_identity)
