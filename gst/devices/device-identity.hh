// SPDX-License-Identifier: LGPL-2.1-or-later
// Who a device is, by the properties that its provider publishes.
#pragma once

#include <gst/gst.h>
#include <string>
#include <vector>

namespace webmedia::devices {

// What a GstDevice says of itself.
struct PublishedDevice {
  const GstStructure *properties = nullptr; // may be null
  std::string internal_name; // the property of this name, where it has one
  std::string label;
};

// What stays the same when the device is plugged in again, and is another for
// another device unless that is equal in all.
std::string identity_of (const PublishedDevice &device);

// In what order devices of the same identity are told apart.
std::string place_of (const PublishedDevice &device);

// What devices of one physical device have in common: any one will do.
std::vector<std::string> group_marks_of (const PublishedDevice &device);

// Its facingMode, or "".
std::string facing_mode_of (const PublishedDevice &device);

bool is_system_default (const PublishedDevice &device);

// What a speaker plays, as a microphone.
bool is_monitor (const PublishedDevice &device);

// The port that a text about a USB device names, as the kernel writes it
// ("usb-0000:00:14.0-1.4"); "" where it names none.
std::string usb_port_of (const std::string &text);

} // namespace webmedia::devices
