// SPDX-License-Identifier: LGPL-2.1-or-later
// What getUserMedia asks of whoever opens devices.
#pragma once

#include "base/result.hh"
#include "devices/device-list.hh"
#include "devices/select-settings.hh"
#include "stream/track.hh"

#include <functional>

namespace webmedia::devices {

struct OpenRequest {
  Device device;
  Selection selection; // of DeviceOpener::space_of(), for these:
  TrackConstraints constraints;
  // Whether not to wait for the device any more; asked again after the waits
  // were woken.
  std::function<bool ()> cancelled{};
  // Whether the user permits that the camera is panned, tilted and zoomed for
  // this track.
  bool may_move = false;
};

// What devices are opened with. Threads: thread-safe.
class DeviceOpener {
public:
  virtual ~DeviceOpener () = default;

  // What can be had of a device; null for what is no source.
  virtual std::shared_ptr<const SettingsSpace> space_of (
      const Device &device) const = 0;

  // A track with these settings, which meet the constraints: blocks. Its error
  // is NotReadableError where something else has the device,
  // OverconstrainedError where it can't do any more what it could,
  // NotAllowedError where it was revoked meanwhile, or any other one.
  virtual Result<std::shared_ptr<stream::Track>> open (
      const OpenRequest &request) = 0;
  // Has those that wait ask `cancelled` again.
  virtual void wake_waits () = 0;

  // Which devices there are: what is open of others ends. It is told from any
  // thread: one that is older than what is known counts for nothing.
  virtual void set_devices (const DeviceSnapshot &list) = 0;
  // Ends all tracks of devices of this kind, and what waits for one.
  virtual void revoke (DeviceKind kind) = 0;
  // Mutes all tracks of devices of this kind, also of those that are opened
  // later; or not any more.
  virtual void mute (DeviceKind kind, bool muted) = 0;
  // No track may move its camera any more; all go on.
  virtual void revoke_movement () = 0;
  // Whether a track of it is live.
  virtual bool is_captured (const Device &device) const = 0;
  // The name of the element that hears what the application plays, to cancel
  // its echo; "": there is none.
  virtual void set_echo_probe (std::string name) = 0;
};

// Captures them.
std::shared_ptr<DeviceOpener> make_device_opener ();

} // namespace webmedia::devices
