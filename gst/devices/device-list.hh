// SPDX-License-Identifier: LGPL-2.1-or-later
// The devices of this machine, as they come and go.
#pragma once

#include "devices/device.hh"

#include <functional>

namespace webmedia::devices {

// Hears that devices may have come or gone.
class DeviceListObserver {
public:
  virtual ~DeviceListObserver () = default;

  // On any thread, with no lock held: must not block, nor let go of the last
  // reference to the list. Where lists share a monitor, it may come when the
  // list has gone.
  virtual void on_devices_changed () = 0;
};

// The list at some moment: a later one has a higher version.
struct DeviceSnapshot {
  uint64_t version = 0;
  std::shared_ptr<const Devices> devices;
};

// Threads: thread-safe.
class DeviceList {
public:
  virtual ~DeviceList () = default;

  // Waits until the devices are known; false where `cancelled` says so first.
  virtual bool wait_ready (const std::function<bool ()> &cancelled) = 0;
  // Has those that wait ask `cancelled` again.
  virtual void wake_waits () = 0;

  // What is there now; waits until that is known.
  virtual DeviceSnapshot read () = 0;
};

// The devices of a monitor, which is its lists' from then on: it is started on
// a thread of its own, and stopped with the last list, or by that thread where
// it starts later than that. The salt rules the ids.
std::shared_ptr<DeviceList> watch_devices (Ptr<GstDeviceMonitor> monitor,
    std::string salt, std::shared_ptr<DeviceListObserver> observer);

// The monitor of all microphones, cameras and speakers, which its users share.
// It has its filters from the first list on, and stays until another one is
// asked for when it has no users.
Ptr<GstDeviceMonitor> monitor_of_all ();

} // namespace webmedia::devices
