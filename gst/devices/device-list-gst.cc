// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/log.hh"
#include "base/mutex.hh"
#include "devices/device-entries.hh"
#include "devices/device-list.hh"
#include "devices/source-setup-gst.hh"
#include "devices/watched-monitor-gst.hh"

#include <deque>

namespace webmedia::devices {

WEBMEDIA_DEBUG_CATEGORY ("webmedia-devices", "media devices")

namespace {

struct DevicesFree {
  void operator() (GList *devices) const
  {
    g_list_free_full (devices, gst_object_unref);
  }
};
using DeviceObjects = std::unique_ptr<GList, DevicesFree>;

// What the threads of the providers and the one that starts them may touch:
// nothing of these keeps the list alive, as the end of a monitor's last list
// waits for the former. That of another list does not: they may have this, and
// tell its observer, for a moment more.
// Threads: thread-safe.
class Arrivals final : public DeviceMessages,
                       public std::enable_shared_from_this<Arrivals> {
public:
  Arrivals (Ptr<GstDeviceMonitor> monitor,
      std::shared_ptr<DeviceListObserver> observer)
      : monitor_ (std::move (monitor)),
        watched_ (WatchedMonitor::of (monitor_.get ())),
        observer_ (std::move (observer))
  {}

  // On a thread of its own. Where the list goes meanwhile, this leaves the
  // monitor.
  void start () EXCLUDES (lock_)
  {
    if (!watched_->enter (monitor_.get (), shared_from_this (),
            [this] { return is_abandoned (); }))
      return;
    if (take_devices ())
      observer_->on_devices_changed ();
    else
      leave ();
  }
  void leave () { watched_->leave (monitor_.get (), shared_from_this ()); }

  // The list goes. True: the monitor has not started yet, which may take for
  // ever.
  bool abandon () EXCLUDES (lock_)
  {
    {
      MutexLocker locker (lock_);
      is_abandoned_ = !is_ready_;
      if (!is_abandoned_)
        return false;
      changed_.notify_all ();
    }
    watched_->wake ();
    return true;
  }

  bool wait_ready (const std::function<bool ()> &cancelled) EXCLUDES (lock_)
  {
    MutexLocker locker (lock_);
    while (!is_ready_ && !cancelled ())
      changed_.wait (lock_);
    return is_ready_;
  }

  void wake_waits () EXCLUDES (lock_)
  {
    MutexLocker locker (lock_);
    changed_.notify_all ();
  }

  // What was there at first; once.
  DeviceObjects take_first () EXCLUDES (lock_)
  {
    MutexLocker locker (lock_);
    return std::move (first_);
  }

  void tell_change () EXCLUDES (lock_)
  {
    {
      MutexLocker locker (lock_);
      if (!is_ready_)
        return;
    }
    observer_->on_devices_changed ();
  }

  // What tells of a device, since it was taken last; null: no more.
  Ptr<GstMessage> take_message () EXCLUDES (lock_)
  {
    MutexLocker locker (lock_);
    if (messages_.empty ())
      return nullptr;
    auto first = std::move (messages_.front ());
    messages_.pop_front ();
    return first;
  }

  void on_message (const Ptr<GstMessage> &message) override EXCLUDES (lock_)
  {
    {
      MutexLocker locker (lock_);
      messages_.push_back (message);
    }
    tell_change ();
  }

private:
  // False: the list has gone.
  bool take_devices () EXCLUDES (lock_)
  {
    if (is_abandoned ())
      return false;
    DeviceObjects devices (gst_device_monitor_get_devices (monitor_.get ()));
    MutexLocker locker (lock_);
    if (is_abandoned_)
      return false;
    first_ = std::move (devices);
    is_ready_ = true;
    changed_.notify_all ();
    return true;
  }
  bool is_abandoned () EXCLUDES (lock_)
  {
    MutexLocker locker (lock_);
    return is_abandoned_;
  }

  const Ptr<GstDeviceMonitor> monitor_;
  const std::shared_ptr<WatchedMonitor> watched_;
  const std::shared_ptr<DeviceListObserver> observer_;
  Mutex lock_;
  Condition changed_;
  bool is_ready_ GUARDED_BY (lock_) = false;
  bool is_abandoned_ GUARDED_BY (lock_) = false; // before it was ready
  DeviceObjects first_ GUARDED_BY (lock_);
  std::deque<Ptr<GstMessage>> messages_ GUARDED_BY (lock_);
};

// Threads: thread-safe.
class MonitoredDevices final : public DeviceList {
public:
  MonitoredDevices (Ptr<GstDeviceMonitor> monitor, std::string salt,
      std::shared_ptr<DeviceListObserver> observer)
      : arrivals_ (std::make_shared<Arrivals> (
          std::move (monitor), std::move (observer))),
        thread_ (g_thread_new (
            "webmedia-devices",
            [] (gpointer data) -> gpointer {
              std::unique_ptr<Shared> arrivals (static_cast<Shared *> (data));
              (*arrivals)->start ();
              return nullptr;
            },
            new Shared (arrivals_))),
        entries_ (std::move (salt))
  {}

  ~MonitoredDevices () override
  {
    if (arrivals_->abandon ()) {
      g_thread_unref (thread_);
      return;
    }
    g_thread_join (thread_);
    arrivals_->leave ();
  }

  bool wait_ready (const std::function<bool ()> &cancelled) override
  {
    return arrivals_->wait_ready (cancelled);
  }

  void wake_waits () override { arrivals_->wake_waits (); }

  DeviceSnapshot read () override EXCLUDES (lock_)
  {
    wait_ready ([] { return false; });
    bool has_more = false;
    DeviceSnapshot now;
    {
      MutexLocker locker (lock_);
      now = read_locked (has_more);
    }
    if (has_more)
      arrivals_->tell_change ();
    return now;
  }

private:
  using Shared = std::shared_ptr<Arrivals>;

  // Where devices come and go faster than they are read, the rest is read
  // later.
  static constexpr int kAtOnce = 256;

  DeviceSnapshot read_locked (bool &has_more) REQUIRES (lock_)
  {
    bool changed = !snapshot_.devices;
    if (DeviceObjects first = arrivals_->take_first ()) {
      std::vector<Ptr<GstDevice>> objects;
      for (GList *item = first.get (); item; item = item->next)
        objects.push_back (share_sunk (item->data));
      changed |= entries_.add_all (std::move (objects));
    }
    int left = kAtOnce;
    while (auto message = take_message (left))
      changed |= apply_locked (message.get ());
    has_more = left < 0;
    if (changed)
      snapshot_ = {snapshot_.version + 1,
          std::make_shared<const Devices> (entries_.devices ())};
    return snapshot_;
  }

  Ptr<GstMessage> take_message (int &left)
  {
    return left-- > 0 ? arrivals_->take_message () : nullptr;
  }

  // Some providers list devices whose first reference is floating.
  static Ptr<GstDevice> share_sunk (gpointer object)
  {
    if (g_object_is_floating (object))
      g_object_ref_sink (object);
    return Ptr<GstDevice>::share (GST_DEVICE (object));
  }

  bool apply_locked (GstMessage *message) REQUIRES (lock_)
  {
    GstDevice *device = nullptr;
    GstDevice *before = nullptr;
    switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_DEVICE_ADDED:
      gst_message_parse_device_added (message, &device);
      break;
    case GST_MESSAGE_DEVICE_REMOVED:
      gst_message_parse_device_removed (message, &before);
      break;
    case GST_MESSAGE_DEVICE_CHANGED:
      gst_message_parse_device_changed (message, &device, &before);
      break;
    default:
      return false;
    }
    auto added = Ptr<GstDevice>::adopt (device);
    auto removed = Ptr<GstDevice>::adopt (before);
    GST_INFO ("%s %" GST_PTR_FORMAT, GST_MESSAGE_TYPE_NAME (message),
        device ? device : before);
    return entries_.replace (removed, added);
  }

  const Shared arrivals_;
  GThread *const thread_;

  // Held while a new device is asked for its properties.
  Mutex lock_;
  DeviceEntries entries_ GUARDED_BY (lock_);
  DeviceSnapshot snapshot_ GUARDED_BY (lock_);
};

} // namespace

std::shared_ptr<DeviceList>
watch_devices (Ptr<GstDeviceMonitor> monitor, std::string salt,
    std::shared_ptr<DeviceListObserver> observer)
{
  return std::make_shared<MonitoredDevices> (
      std::move (monitor), std::move (salt), std::move (observer));
}

static GstDeviceMonitor *
make_monitor_of_all ()
{
  GstDeviceMonitor *monitor = gst_device_monitor_new ();
  auto bus = Ptr<GstBus>::adopt (gst_device_monitor_get_bus (monitor));
  GST_OBJECT_FLAG_SET (monitor, GST_OBJECT_FLAG_MAY_BE_LEAKED);
  GST_OBJECT_FLAG_SET (bus.get (), GST_OBJECT_FLAG_MAY_BE_LEAKED);
  WatchedMonitor::of (monitor)->set_classes (
      {"Audio/Source", "Video/Source", "Audio/Sink"});
  return monitor;
}

Ptr<GstDeviceMonitor>
monitor_of_all ()
{
  static Mutex lock;
  static GstDeviceMonitor *monitor = nullptr;
  MutexLocker locker (lock);
  // One that nobody else has is made anew, and so is what it knows of its
  // providers. It goes first: as it does, these tell no monitor any more.
  if (monitor && GST_OBJECT_REFCOUNT_VALUE (monitor) == 1)
    gst_clear_object (&monitor);
  if (!monitor)
    monitor = make_monitor_of_all ();
  return Ptr<GstDeviceMonitor>::share (monitor);
}

Ptr<GstElement>
make_element (const Device &device)
{
  GstElement *element =
      device.object ? gst_device_create_element (device.object.get (), nullptr)
                    : nullptr;
  if (!element)
    return nullptr;
  set_up_source (element);
  return Ptr<GstElement>::adopt (GST_ELEMENT (gst_object_ref_sink (element)));
}

} // namespace webmedia::devices
