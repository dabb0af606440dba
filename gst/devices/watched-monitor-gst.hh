// SPDX-License-Identifier: LGPL-2.1-or-later
// A GstDeviceMonitor that several lists of devices may share: GStreamer's
// providers tell one monitor of a process alone, the newest.
#pragma once

#include "base/mutex.hh"
#include "base/ptr.hh"

#include <functional>
#include <vector>

namespace webmedia::devices {

// Hears of devices that come, go or change: on a provider's thread, which waits
// for it.
class DeviceMessages {
public:
  virtual ~DeviceMessages () = default;
  virtual void on_message (const Ptr<GstMessage> &message) = 0;
};

// It lasts as long as the monitor, whose bus is its own while lists use it.
// Threads: thread-safe.
class WatchedMonitor final
    : public std::enable_shared_from_this<WatchedMonitor> {
public:
  // The only one of that monitor.
  static std::shared_ptr<WatchedMonitor> of (GstDeviceMonitor *monitor);

  // The filters of a monitor that has none: one for each, made anew whenever it
  // starts. So it takes the providers back from a monitor that was newer, and
  // has those of plugins that have come. GStreamer (to 1.28) notes the names
  // that a provider hides each time, and strikes them out once: where there is
  // the choice, a new monitor is better.
  void set_classes (std::vector<const char *> classes) EXCLUDES (lock_);

  // The first one that enters starts the monitor, which may take for ever; each
  // waits until the devices are known, or `cancelled` says that it no longer
  // wants them. Each that has entered leaves, and the last one stops it.
  // `messages` hears of what comes in between. False, and it has not entered:
  // `cancelled` said so while another one was to start or stop the monitor.
  // That is asked with the lock held.
  bool enter (GstDeviceMonitor *monitor,
      const std::shared_ptr<DeviceMessages> &messages,
      const std::function<bool ()> &cancelled) EXCLUDES (lock_);
  void leave (GstDeviceMonitor *monitor,
      const std::shared_ptr<DeviceMessages> &messages) EXCLUDES (lock_);
  // Has those that enter ask `cancelled` again.
  void wake () EXCLUDES (lock_);

private:
  static GstBusSyncReply on_bus_message (
      GstBus *bus, GstMessage *message, gpointer self);
  bool renew_filters (GstDeviceMonitor *monitor) EXCLUDES (lock_);
  void start (GstDeviceMonitor *monitor) EXCLUDES (lock_);
  void stop (GstDeviceMonitor *monitor) EXCLUDES (lock_);
  void set_started (bool is_started) EXCLUDES (lock_);
  void end_change () EXCLUDES (lock_);
  void tell (const Ptr<GstMessage> &message) EXCLUDES (lock_);

  Mutex lock_;
  Condition changed_;
  std::vector<const char *> classes_ GUARDED_BY (lock_);
  std::vector<guint> filters_ GUARDED_BY (lock_); // of these
  // Of those that have entered.
  std::vector<std::shared_ptr<DeviceMessages>> all_ GUARDED_BY (lock_);
  bool is_changing_ GUARDED_BY (lock_) = false; // someone starts or stops it
  bool is_started_ GUARDED_BY (lock_) = false;  // for who has entered
};

} // namespace webmedia::devices
