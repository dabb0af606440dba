// SPDX-License-Identifier: LGPL-2.1-or-later
// Opens devices: makes live tracks of cameras and microphones.
#pragma once

#include "base/mutex.hh"
#include "devices/camera-controls.hh"
#include "devices/constrainable.hh"
#include "devices/device-opener.hh"
#include "devices/source-latency-gst.hh"
#include "stream/track.hh"

#include <functional>
#include <map>
#include <set>

namespace webmedia::devices {

class Capture;

// The devices that are open: each once, however many tracks it has. Tracks do
// not need it to go on.
// Threads: thread-safe.
class CaptureRegistry {
public:
  // `clock` measures how long no track needs a device until it is released;
  // null: the system's.
  static std::shared_ptr<CaptureRegistry> create (
      Ptr<GstClock> clock = nullptr);
  ~CaptureRegistry ();

  // The name of the webrtcechoprobe that hears what the application plays: with
  // one, microphones opened from then on can cancel its echo. "": there is
  // none.
  void set_echo_probe (std::string name) EXCLUDES (lock_);

  // What a device and this library can do together: to select from, instead of
  // Device::space. Null for a device that is no source. For one that it has not
  // seen yet an element is made, to look at, and a camera may be opened: blocks
  // then.
  std::shared_ptr<const SettingsSpace> space_of (const Device &device) const
      EXCLUDES (lock_);

  // The devices that there are: the tracks of others end. A list that is not
  // newer than the last one says nothing.
  void set_devices (const DeviceSnapshot &list) EXCLUDES (lock_);

  // The tracks of these devices end, and who waits for one gets an error.
  void revoke (DeviceKind kind) EXCLUDES (lock_);

  // The tracks of these devices go on, muted; so do those that are opened from
  // now on, until they are unmuted.
  void mute (DeviceKind kind, bool muted) EXCLUDES (lock_);

  // The tracks go on, but their cameras are not moved for them any more.
  void revoke_movement () EXCLUDES (lock_);

  // Whether a live track has it, a clone say.
  bool is_captured (const Device &device) const EXCLUDES (lock_);

private:
  friend Result<std::shared_ptr<stream::Track>> open_track (
      CaptureRegistry &, const OpenRequest &);

  explicit CaptureRegistry (Ptr<GstClock> clock);
  std::string echo_probe () const EXCLUDES (lock_);
  bool is_muted (DeviceKind kind) const EXCLUDES (lock_);
  std::optional<SourceLatency> latency_of (const Device &device) const
      EXCLUDES (lock_);
  // As it was seen last, or as it is.
  enum class Look { last, now };
  std::optional<ControlState> controls_of (
      const Device &device, Look look) const EXCLUDES (lock_);
  std::shared_ptr<const SettingsSpace> make_space (const Device &device,
      const std::string &echo_probe, Look look) const EXCLUDES (lock_);
  std::vector<std::shared_ptr<Capture>> captures () const EXCLUDES (lock_);
  std::vector<std::shared_ptr<Capture>> captures_locked () const
      REQUIRES (lock_);
  // Null: the device is not there any more.
  std::shared_ptr<Capture> capture_of (const Device &device) EXCLUDES (lock_);

  const Ptr<GstClock> clock_;
  mutable Mutex lock_;
  std::string echo_probe_ GUARDED_BY (lock_);
  uint64_t version_ GUARDED_BY (lock_) = 0; // of the newest list
  std::shared_ptr<const Devices> devices_ GUARDED_BY (lock_); // it, or null
  std::set<DeviceKind> muted_ GUARDED_BY (lock_);
  std::vector<std::weak_ptr<Capture>> captures_ GUARDED_BY (lock_);
  // Of microphones that there are, by their ids: those of their elements.
  mutable std::map<std::string, std::optional<SourceLatency>>
      latencies_ GUARDED_BY (lock_);
  // The same of cameras; none: one can't be looked at.
  mutable std::map<std::string, std::optional<ControlState>>
      controls_ GUARDED_BY (lock_);
};

// A track of the device, which gives out data when this comes back. Blocks, as
// long as the device takes to start. Errors: `not_readable` where another
// process has it or it fails (the next candidate may do); `overconstrained`
// where tracks of it that are there require something else; `not_allowed` where
// it was revoked meanwhile; `abort`.
Result<std::shared_ptr<stream::Track>> open_track (
    CaptureRegistry &registry, const OpenRequest &request);

// Has all of the process that wait in open_track() ask `cancelled` again.
void wake_open_waits ();

} // namespace webmedia::devices
