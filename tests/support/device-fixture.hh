// SPDX-License-Identifier: LGPL-2.1-or-later
// Devices, their list and a policy, as a test says.
#pragma once

#include "devices/media-devices.hh"

namespace webmedia::devices {

inline Device
device (DeviceKind kind, const char *id, bool is_default = false)
{
  return {.kind = kind,
      .id = id,
      .group_id = std::string ("group of ") + id,
      .label = std::string ("Label of ") + id,
      .is_default = is_default,
      .space = std::make_shared<const SettingsSpace> (),
      .modes = {},
      .object = {}};
}

inline Device
camera (const char *id, bool is_default = false)
{
  return device (DeviceKind::videoinput, id, is_default);
}

inline Device
microphone (const char *id)
{
  return device (DeviceKind::audioinput, id);
}

class TestList final : public DeviceList {
public:
  bool wait_ready (const std::function<bool ()> &cancelled) override
  {
    return !cancelled ();
  }
  void wake_waits () override {}
  DeviceSnapshot read () override
  {
    reads++;
    return snapshot;
  }

  void set (Devices devices)
  {
    snapshot = {snapshot.version + 1,
        std::make_shared<const Devices> (std::move (devices))};
    if (observer)
      observer->on_devices_changed ();
  }

  int reads = 0;
  DeviceSnapshot snapshot{1, std::make_shared<const Devices> ()};
  std::shared_ptr<DeviceListObserver> observer;
};

class TestPolicy final : public PermissionPolicy {
public:
  PermissionState query (Permission permission) override
  {
    return states[int (permission)];
  }
  bool allows (Permission permission) override
  {
    return permission != not_allowed;
  }
  Result<> request (
      std::span<const Permission> permissions, GCancellable *) override
  {
    asked.emplace_back (permissions.begin (), permissions.end ());
    if (on_request)
      on_request ();
    if (grants)
      return ok;
    return make_error (ErrorCode::not_allowed, "the user said no");
  }

  PermissionState states[5] = {PermissionState::prompt, PermissionState::prompt,
      PermissionState::prompt, PermissionState::prompt,
      PermissionState::prompt};
  std::optional<Permission> not_allowed;
  bool grants = true;
  std::vector<std::vector<Permission>> asked;
  std::function<void ()> on_request;
};

} // namespace webmedia::devices
