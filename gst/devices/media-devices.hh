// SPDX-License-Identifier: LGPL-2.1-or-later
// MediaDevices: what an application may know of the devices, and when it hears
// of others.
#pragma once

#include "base/mutex.hh"
#include "base/task-queue.hh"
#include "devices/device-info.hh"
#include "devices/device-list.hh"

#include <functional>

namespace webmedia::devices {

// The names of permissions on the web: "microphone", "camera" and
// "speaker-selection".
enum class Permission : uint8_t { microphone, camera, speaker_selection };

// Same order as GstWebPermissionState.
enum class PermissionState : uint8_t { granted, denied, prompt };

// The application's. Called on any thread, with no lock held.
class PermissionPolicy {
public:
  virtual ~PermissionPolicy () = default;

  virtual PermissionState query (Permission permission) = 0;
  // The web's "allowed to use".
  virtual bool allows (Permission permission) = 0;
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

  // `on_change` is called where the tasks run.
  static std::shared_ptr<MediaDevices> create (
      std::shared_ptr<TaskQueue> tasks, OnChange on_change, MakeList make_list);
  virtual ~MediaDevices () = default;

  // enumerateDevices. Waits until devices are known; none where `cancelled`
  // says so first.
  std::optional<DeviceInfos> enumerate (const std::function<bool ()> &cancelled)
      EXCLUDES (lock_);
  void wake_waits () { list_->wake_waits (); }

  // The candidates of getUserMedia.
  std::shared_ptr<const Devices> devices () { return list_->read ().devices; }

  // Null: all is granted.
  void set_policy (std::shared_ptr<PermissionPolicy> policy) EXCLUDES (lock_);
  std::shared_ptr<PermissionPolicy> policy () EXCLUDES (lock_);

  // For getUserMedia, when it has succeeded for these kinds: "set the device
  // information exposure".
  void set_exposure (bool audio, bool video, bool value) EXCLUDES (lock_);

private:
  class Observer;

  MediaDevices (std::shared_ptr<TaskQueue> tasks, OnChange on_change)
      : tasks_ (std::move (tasks)),
        on_change_ (std::move (on_change))
  {}

  Exposure exposure () EXCLUDES (lock_);
  DeviceInfos update () EXCLUDES (lock_);
  void notify (DeviceChange change);

  const std::shared_ptr<TaskQueue> tasks_;
  const OnChange on_change_;
  std::shared_ptr<DeviceList> list_; // set once

  Mutex lock_;
  std::shared_ptr<PermissionPolicy> policy_ GUARDED_BY (lock_);
  bool can_expose_cameras_ GUARDED_BY (lock_) = false;
  bool can_expose_microphones_ GUARDED_BY (lock_) = false;
  DeviceSnapshot stored_ GUARDED_BY (lock_);
};

} // namespace webmedia::devices
