// SPDX-License-Identifier: LGPL-2.1-or-later
// A camera, a microphone or a speaker of this machine.
#pragma once

#include "base/ptr.hh"
#include "devices/settings-space.hh"

#include <memory>
#include <string>
#include <vector>

namespace webmedia::devices {

// Same order as GstWebMediaDeviceKind: api/gstwebmediadeviceinfo.cc asserts it.
enum class DeviceKind : uint8_t { audioinput, audiooutput, videoinput };

// What the web calls it.
const char *name_of (DeviceKind kind);

struct Device {
  DeviceKind kind = DeviceKind::audioinput;
  std::string id;       // the same whenever it is plugged in
  std::string group_id; // the same for all of one physical device, now
  std::string label;
  bool is_default = false; // the system's, of its kind

  // Of a source: what it can do, and the caps of each mode of that.
  std::shared_ptr<const SettingsSpace> space;
  std::vector<Ptr<GstCaps>> modes;

  Ptr<GstDevice> object; // null in tests
};

using Devices = std::vector<Device>;

// A source or sink for it; null where the plugin is missing.
Ptr<GstElement> make_element (const Device &device);

} // namespace webmedia::devices
