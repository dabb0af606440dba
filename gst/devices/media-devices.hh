// SPDX-License-Identifier: LGPL-2.1-or-later
// MediaDevices: what an application may know of the devices, and when it hears
// of others.
#pragma once

#include "base/mutex.hh"
#include "base/result.hh"
#include "base/task-queue.hh"
#include "devices/device-info.hh"
#include "devices/device-list.hh"
#include "devices/device-opener.hh"

#include <functional>
#include <gio/gio.h>

namespace webmedia::devices {

// The names of permissions on the web: "microphone", "camera",
// "speaker-selection" and "display-capture"; what is "camera" with panTiltZoom
// there is "camera-pan-tilt-zoom" here.
enum class Permission : uint8_t {
  microphone,
  camera,
  speaker_selection,
  display_capture,
  camera_movement,
};

// Same order as GstWebPermissionState.
enum class PermissionState : uint8_t { granted, denied, prompt };

// The application's. Called on any thread, with no lock held.
class PermissionPolicy {
public:
  virtual ~PermissionPolicy () = default;

  virtual PermissionState query (Permission permission) = 0;
  // The web's "allowed to use".
  virtual bool allows (Permission permission) = 0;
  // Whether the user has muted these devices; MediaDevices::follow_mute() is
  // called after it has changed.
  virtual bool mutes (Permission) { return false; }
  // Asks the user for all of these at once, and waits. NotAllowedError: it was
  // denied, or nobody could be asked.
  virtual Result<> request (
      std::span<const Permission> permissions, GCancellable *cancellable) = 0;
};

// A devicechange.
struct DeviceChange {
  DeviceInfos devices;
  std::vector<size_t> inserted; // which of these are new
};

// Threads: thread-safe.
class MediaDevices : public std::enable_shared_from_this<MediaDevices> {
public:
  using OnChange = std::function<void (DeviceChange change)>;
  using MakeList = std::function<std::shared_ptr<DeviceList> (
      std::shared_ptr<DeviceListObserver> observer)>;

  // `on_change` is called where the tasks run. Only getUserMedia needs an
  // opener.
  static std::shared_ptr<MediaDevices> create (std::shared_ptr<TaskQueue> tasks,
      OnChange on_change, MakeList make_list,
      std::shared_ptr<DeviceOpener> opener = nullptr);
  virtual ~MediaDevices () = default;

  // enumerateDevices. Waits until devices are known; none where `cancelled`
  // says so first.
  std::optional<DeviceInfos> enumerate (const std::function<bool ()> &cancelled)
      EXCLUDES (lock_);
  void wake_waits () { list_->wake_waits (); }

  // Waits until devices are known; false where `cancelled` says so first.
  bool wait_ready (const std::function<bool ()> &cancelled)
  {
    return list_->wait_ready (cancelled);
  }
  // The candidates of getUserMedia. The opener knows them, so that no older
  // list, which it is told of later, ends what is opened of them.
  std::shared_ptr<const Devices> devices ()
  {
    DeviceSnapshot now = list_->read ();
    opener_->set_devices (now);
    return now.devices;
  }

  DeviceOpener &opener () { return *opener_; }

  // Null: all is granted.
  void set_policy (std::shared_ptr<PermissionPolicy> policy) EXCLUDES (lock_);
  std::shared_ptr<PermissionPolicy> policy () EXCLUDES (lock_);

  // The user takes it back: the tracks of these devices end.
  void revoke (Permission permission);

  // The user may have muted these devices, or unmuted them: their tracks are as
  // the policy says, whoever calls it meanwhile.
  void follow_mute (Permission permission) EXCLUDES (lock_);

  // For getUserMedia, when these kinds were granted: "set the device
  // information exposure".
  void set_exposure (bool audio, bool video, bool value) EXCLUDES (lock_);
  // "Device information can be exposed."
  bool exposes_info () EXCLUDES (lock_);

private:
  class Observer;

  MediaDevices (std::shared_ptr<TaskQueue> tasks, OnChange on_change,
      std::shared_ptr<DeviceOpener> opener)
      : tasks_ (std::move (tasks)),
        on_change_ (std::move (on_change)),
        opener_ (std::move (opener))
  {}

  Exposure exposure () EXCLUDES (lock_);
  void follow_list () EXCLUDES (lock_);
  bool is_newer (const DeviceSnapshot &list) EXCLUDES (lock_);
  DeviceInfos update (const DeviceSnapshot &now) EXCLUDES (lock_);
  void post_change_locked (const DeviceSnapshot &before,
      const DeviceInfos &infos, const Exposure &exposed) REQUIRES (lock_);
  DeviceInfos infos_of (const Devices &devices, const Exposure &exposed) const;
  void notify (DeviceChange change);

  const std::shared_ptr<TaskQueue> tasks_;
  const OnChange on_change_;
  const std::shared_ptr<DeviceOpener> opener_;
  std::shared_ptr<DeviceList> list_; // set once

  Mutex lock_;
  std::shared_ptr<PermissionPolicy> policy_ GUARDED_BY (lock_);
  bool can_expose_cameras_ GUARDED_BY (lock_) = false;
  bool can_expose_microphones_ GUARDED_BY (lock_) = false;
  DeviceSnapshot stored_ GUARDED_BY (lock_);
};

} // namespace webmedia::devices
