// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/device-identity.hh"

#include "base/ptr.hh"

#include <algorithm>

namespace webmedia::devices {

namespace {

// A rule applies where the first of its properties is there. In the order in
// which they are tried: what is true of a session only, as object.serial and
// device.id of PipeWire, or depends on the order in which devices were found,
// as /dev/video0, alsa.card and hw:0, comes last or not at all.
constexpr const char *kIdentities[][3] = {
    // V4L2, with udev or without
    {"v4l2.device.bus_info", "v4l2.device.card"},
    // ALSA
    {"alsa.id", "alsa.driver_name", "alsa.components"},
    // Decklink, macOS, WASAPI, and others
    {"persistent-id"},
    {"hw-serial-number"},
    {"unique-id"},
    {"device.uid"},
    {"device.strid"},
    {"device.serial", "device.bus_path"},
    {"device.bus_path"},
    {"udev.id"},
    {"sysfs.path"},
    {"device.path"},
    {"device.id"},
};

constexpr const char *kPlaces[] = {
    "device.path", "object.path", "api.v4l2.path", "alsa.card", "device.id"};

constexpr const char *kPorts[] = {"v4l2.device.bus_info",
    "api.v4l2.cap.bus_info", "device.bus_path", "device.bus-path",
    "alsa.long_card_name", "api.alsa.card.longname"};

constexpr const char *kLocations[] = {
    "api.libcamera.location", "api.libcamera.Location", "facing-mode"};

std::string
text_of (const PublishedDevice &device, const char *name)
{
  const GValue *value = device.properties
                            ? gst_structure_get_value (device.properties, name)
                            : nullptr;
  if (!value)
    return {};
  if (G_VALUE_HOLDS_STRING (value)) {
    const char *text = g_value_get_string (value);
    return text ? text : "";
  }
  CString text (gst_value_serialize (value));
  return text ? text.get () : "";
}

bool
is_of_alsa (const std::string &internal_name)
{
  return g_str_has_prefix (internal_name.c_str (), "hw:");
}

bool
has_words (const std::string &text, const char *word)
{
  CString lower (g_ascii_strdown (text.c_str (), -1));
  return g_strstr_len (lower.get (), -1, word) != nullptr;
}

} // namespace

// PipeWire makes names of nodes of the bus or a serial number, as PulseAudio
// does, whose names it keeps.
std::string
identity_of (const PublishedDevice &device)
{
  const std::string &internal = device.internal_name;
  std::string node = text_of (device, "node.name");
  if (node.empty () && !is_of_alsa (internal))
    node = internal;
  if (!node.empty ())
    return "node.name=" + node;
  for (const auto &rule : kIdentities) {
    if (text_of (device, rule[0]).empty ())
      continue;
    std::string identity;
    for (const char *name : rule)
      if (name)
        identity += std::string (name) + '=' + text_of (device, name) + '\n';
    // Of "hw:2,7" what does not depend on the order of the cards.
    if (is_of_alsa (internal))
      identity += internal.substr (internal.find (',') + 1);
    return identity;
  }
  return internal.empty () ? "label=" + device.label : internal;
}

std::string
place_of (const PublishedDevice &device)
{
  for (const char *name : kPlaces)
    if (std::string place = text_of (device, name); !place.empty ())
      return place;
  return device.internal_name;
}

// The kernel has "usb-0000:00:14.0-1.4", in a longer text as well, and udev
// "pci-0000:00:14.0-usb-0:1.4:1.0", with the interface at the end.
std::string
usb_port_of (const std::string &text)
{
  static const std::string kUdev = "-usb-0:";
  if (size_t usb = text.find (kUdev); usb != std::string::npos) {
    std::string controller = text.substr (0, usb);
    for (const char *bus : {"pci-", "platform-"})
      if (size_t at = controller.rfind (bus); at != std::string::npos) {
        controller = controller.substr (at + strlen (bus));
        break;
      }
    std::string port = text.substr (usb + kUdev.size ());
    return "usb-" + controller + '-' + port.substr (0, port.find (':'));
  }
  size_t usb = text.find ("usb-");
  if (usb == std::string::npos || (usb > 0 && text[usb - 1] != ' '))
    return {};
  return text.substr (usb, text.find_first_of (", ", usb) - usb);
}

std::vector<std::string>
group_marks_of (const PublishedDevice &device)
{
  std::vector<std::string> marks;
  auto add = [&marks] (const char *kind, const std::string &mark) {
    if (!mark.empty ())
      marks.push_back (kind + mark);
  };
  for (const char *name : kPorts)
    add ("", usb_port_of (text_of (device, name)));
  add ("", usb_port_of (device.label)); // ALSA's tells where the card is
  if (!text_of (device, "node.name").empty ())
    add ("pipewire:", text_of (device, "device.id"));
  add ("alsa:", text_of (device, "alsa.card"));
  if (marks.empty ())
    add ("path:", text_of (device, "device.bus_path"));
  return marks;
}

// A camera at the back faces the environment.
std::string
facing_mode_of (const PublishedDevice &device)
{
  for (const char *name : kLocations) {
    std::string location = text_of (device, name);
    for (const char *mode : {"user", "environment", "left", "right"})
      if (location == mode)
        return mode;
    if (has_words (location, "front"))
      return "user";
    if (has_words (location, "back"))
      return "environment";
  }
  return {};
}

bool
is_system_default (const PublishedDevice &device)
{
  gboolean is_default = FALSE;
  return device.properties
         && gst_structure_get_boolean (
             device.properties, "is-default", &is_default)
         && is_default;
}

bool
is_monitor (const PublishedDevice &device)
{
  gboolean loopback = FALSE;
  if (device.properties)
    gst_structure_get_boolean (
        device.properties, "wasapi2.device.loopback", &loopback);
  return loopback || text_of (device, "device.class") == "monitor"
         || g_str_has_suffix (device.internal_name.c_str (), ".monitor");
}

} // namespace webmedia::devices
