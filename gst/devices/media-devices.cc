// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/media-devices.hh"

#include "base/worker-pool.hh"
#include "devices/control-plan.hh"

#include <algorithm>

namespace webmedia::devices {

namespace {

// Those that are new among the devices that the application can tell apart. The
// one that stands for the default speaker was not inserted.
std::vector<size_t>
inserted_devices (const DeviceInfos &before, const DeviceInfos &now)
{
  std::vector<size_t> inserted;
  for (size_t i = 0; i < now.size (); i++) {
    const DeviceInfo &info = now[i];
    bool is_old = std::any_of (
        before.begin (), before.end (), [&info] (const DeviceInfo &other) {
          return other.kind == info.kind && other.id == info.id;
        });
    if (!info.id.empty () && info.id != kDefaultSpeaker && !is_old)
      inserted.push_back (i);
  }
  return inserted;
}

} // namespace

// What a provider's thread tells becomes one task, until that runs. It keeps
// nothing alive: on such a thread the list must not end.
class MediaDevices::Observer final
    : public DeviceListObserver,
      public std::enable_shared_from_this<Observer> {
public:
  Observer (std::weak_ptr<MediaDevices> devices,
      std::shared_ptr<TaskQueue> tasks, std::shared_ptr<DeviceOpener> opener)
      : devices_ (std::move (devices)),
        tasks_ (std::move (tasks)),
        opener_ (std::move (opener))
  {}

  // Who opens a device looks whether it is still there: on the owner's thread,
  // maybe, which runs no task meanwhile.
  void on_devices_changed () override
  {
    if (opener_)
      opener_->wake_waits ();
    if (is_due_.exchange (true))
      return;
    tasks_->post ([self = shared_from_this ()] {
      self->is_due_ = false;
      if (auto devices = self->devices_.lock ())
        devices->follow_list ();
    });
  }

private:
  const std::weak_ptr<MediaDevices> devices_;
  const std::shared_ptr<TaskQueue> tasks_;
  const std::shared_ptr<DeviceOpener> opener_; // or null
  std::atomic<bool> is_due_{false};
};

// https://w3c.github.io/mediacapture-main/#dfn-create-a-mediadevices
std::shared_ptr<MediaDevices>
MediaDevices::create (std::shared_ptr<TaskQueue> tasks, OnChange on_change,
    MakeList make_list, std::shared_ptr<DeviceOpener> opener)
{
  std::shared_ptr<MediaDevices> devices (
      new MediaDevices (tasks, std::move (on_change), opener));
  devices->list_ = make_list (
      std::make_shared<Observer> (devices, tasks, std::move (opener)));
  return devices;
}

void
MediaDevices::set_policy (std::shared_ptr<PermissionPolicy> policy)
{
  {
    MutexLocker locker (lock_);
    std::swap (policy_, policy); // the old one goes without the lock
  }
  for (Permission permission : {Permission::microphone, Permission::camera})
    follow_mute (permission);
}

std::shared_ptr<PermissionPolicy>
MediaDevices::policy ()
{
  MutexLocker locker (lock_);
  return policy_;
}

// https://w3c.github.io/mediacapture-main/#dfn-device-permission-revocation-algorithm
// What is known of the devices stays known.
void
MediaDevices::revoke (Permission permission)
{
  if (permission == Permission::microphone)
    opener_->revoke (DeviceKind::audioinput);
  else if (permission == Permission::camera)
    opener_->revoke (DeviceKind::videoinput);
  else if (permission == Permission::camera_movement)
    opener_->revoke_movement ();
}

// https://w3c.github.io/mediacapture-main/#dfn-set-a-track-s-muted-state
// "Whenever the User Agent initiates such an implementation-defined change".
void
MediaDevices::follow_mute (Permission permission)
{
  bool is_camera = permission == Permission::camera;
  if (!opener_ || (!is_camera && permission != Permission::microphone))
    return;
  auto is_muted = [permission] (const auto &by) {
    return by && by->mutes (permission);
  };
  for (;;) {
    auto asked = policy ();
    bool muted = is_muted (asked);
    opener_->mute (
        is_camera ? DeviceKind::videoinput : DeviceKind::audioinput, muted);
    if (asked == policy () && muted == is_muted (asked))
      return;
  }
}

// https://w3c.github.io/mediacapture-main/#camera-information-can-be-exposed
// DEVIATION: without a policy it can be from the start. The rule keeps pages
// from telling users apart; an application has other ways.
Exposure
MediaDevices::exposure ()
{
  Exposure exposure;
  std::shared_ptr<PermissionPolicy> policy;
  {
    MutexLocker locker (lock_);
    policy = policy_;
    exposure.camera_info = !policy || can_expose_cameras_;
    exposure.microphone_info = !policy || can_expose_microphones_;
  }
  if (policy) {
    exposure.microphones = policy->allows (Permission::microphone);
    exposure.cameras = policy->allows (Permission::camera);
    exposure.speakers = policy->allows (Permission::speaker_selection);
  }
  return exposure;
}

// https://w3c.github.io/mediacapture-main/#set-device-information-exposure
void
MediaDevices::set_exposure (bool audio, bool video, bool value)
{
  auto current = policy ();
  // "Device exposure can be extended".
  auto extends = [&] (Permission permission) {
    return value && current
           && current->query (permission) == PermissionState::granted;
  };
  bool microphones = audio || (video && extends (Permission::microphone));
  bool cameras = video || (audio && extends (Permission::camera));
  MutexLocker locker (lock_);
  if (cameras)
    can_expose_cameras_ = value;
  if (microphones)
    can_expose_microphones_ = value;
}

// https://w3c.github.io/mediacapture-main/#device-information-can-be-exposed
bool
MediaDevices::exposes_info ()
{
  Exposure exposed = exposure ();
  return exposed.camera_info || exposed.microphone_info;
}

// What a device can do may be known only when it has been opened, which takes
// its time: not the owner's. So there it is told of when that has been done.
void
MediaDevices::follow_list ()
{
  if (!opener_) {
    update (list_->read ());
    return;
  }
  run_blocking ([weak = weak_from_this ()] {
    auto self = weak.lock ();
    if (!self)
      return;
    DeviceSnapshot now = self->list_->read ();
    for (const Device &device : *now.devices)
      self->opener_->space_of (device);
    self->tasks_->post ([weak, now] {
      if (auto owner = weak.lock (); owner && owner->is_newer (now))
        owner->update (now);
    });
  });
}

bool
MediaDevices::is_newer (const DeviceSnapshot &list)
{
  MutexLocker locker (lock_);
  return list.version > stored_.version;
}

// https://w3c.github.io/mediacapture-main/#dfn-device-change-notification-steps
// DEVIATION: what has changed is stored where no one may see it yet, too, so
// that enumerateDevices is right when one may.
DeviceInfos
MediaDevices::update (const DeviceSnapshot &now)
{
  Exposure exposed = exposure ();
  DeviceInfos infos = infos_of (*now.devices, exposed);
  std::shared_ptr<const Devices> later;
  DeviceSnapshot before;
  {
    MutexLocker locker (lock_);
    if (now.version <= stored_.version) {
      later = stored_.devices;
    } else {
      before = std::exchange (stored_, now);
      post_change_locked (before, infos, exposed);
    }
  }
  if (later)
    return infos_of (*later, exposed);
  if (opener_)
    opener_->set_devices (now);
  return infos;
}

// Steps 1 and 4 to 6 of the same. The first list is no change.
void
MediaDevices::post_change_locked (const DeviceSnapshot &before,
    const DeviceInfos &infos, const Exposure &exposed)
{
  if (!before.devices)
    return;
  DeviceInfos last = list_device_infos (*before.devices, exposed);
  if (infos == last)
    return;
  // Posted with the lock held: events keep the order of the lists.
  auto change = std::make_shared<DeviceChange> (
      DeviceChange{infos, inserted_devices (last, infos)});
  tasks_->post ([weak = weak_from_this (), change] {
    if (auto self = weak.lock ())
      self->on_change_ (std::move (*change));
  });
}

// A device can do as much as its tracks for which nothing was constrained, so
// that nobody asked for the permission to move it.
DeviceInfos
MediaDevices::infos_of (const Devices &devices, const Exposure &exposed) const
{
  if (!opener_)
    return list_device_infos (devices, exposed);
  Devices known = devices;
  for (Device &device : known)
    device.space = without_movement (opener_->space_of (device));
  return list_device_infos (known, exposed);
}

// https://w3c.github.io/mediacapture-main/#dom-mediadevices-enumeratedevices
std::optional<DeviceInfos>
MediaDevices::enumerate (const std::function<bool ()> &cancelled)
{
  if (!list_->wait_ready (cancelled))
    return {};
  return update (list_->read ());
}

} // namespace webmedia::devices
