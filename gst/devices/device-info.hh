// SPDX-License-Identifier: LGPL-2.1-or-later
// What an application is told of devices: MediaDeviceInfo.
#pragma once

#include "devices/capabilities.hh"
#include "devices/device.hh"

#include <span>

namespace webmedia::devices {

// What may be told, and of what.
struct Exposure {
  bool microphones = true; // may be used at all
  bool cameras = true;
  bool speakers = true;
  bool microphone_info = true; // more than whether there is one
  bool camera_info = true;
};

// MediaDeviceInfo, or InputDeviceInfo where it is an input.
struct DeviceInfo {
  DeviceKind kind = DeviceKind::audioinput;
  std::string id; // this and those below are empty where they are not exposed
  std::string label;
  std::string group_id;
  std::shared_ptr<const SettingsSpace> space; // null where it is not exposed

  // Two that are the same to the application.
  bool operator== (const DeviceInfo &other) const
  {
    return kind == other.kind && id == other.id && label == other.label
           && group_id == other.group_id;
  }
};

using DeviceInfos = std::vector<DeviceInfo>;

// The id of what stands for the default speaker, whichever that is.
inline constexpr const char *kDefaultSpeaker = "default";

DeviceInfos list_device_infos (
    std::span<const Device> devices, const Exposure &exposure);

// What getCapabilities tells of an input, and of the tracks that it is the
// source of: of a camera with an empty facingMode where that is not known.
// Nothing without a space.
Capabilities source_capabilities (const SettingsSpace *space);

// toJSON.
std::string to_json (const DeviceInfo &info);

} // namespace webmedia::devices
