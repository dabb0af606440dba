// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/log.hh"
#include "base/mutex.hh"
#include "devices/device-entries.hh"
#include "devices/device-list.hh"
#include "devices/source-setup-gst.hh"

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
// nothing of these keeps the list alive, as its end waits for the former.
// Threads: thread-safe.
class Arrivals {
public:
  explicit Arrivals (std::shared_ptr<DeviceListObserver> observer)
      : observer_ (std::move (observer))
  {}

  // On the thread that starts the monitor. False: the list has gone meanwhile,
  // and the monitor is the thread's to stop.
  bool start (GstDeviceMonitor *monitor) EXCLUDES (lock_)
  {
    if (!gst_device_monitor_start (monitor))
      GST_INFO ("no provider of devices could be started");
    else if (starts_later ())
      wait_started ();
    if (is_abandoned ())
      return false;
    DeviceObjects devices (gst_device_monitor_get_devices (monitor));
    {
      MutexLocker locker (lock_);
      if (is_abandoned_)
        return false;
      first_ = std::move (devices);
      is_ready_ = true;
      changed_.notify_all ();
    }
    observer_->on_devices_changed ();
    return true;
  }

  // The list goes. True: the monitor has not started yet, which may take for
  // ever.
  bool abandon () EXCLUDES (lock_)
  {
    MutexLocker locker (lock_);
    is_abandoned_ = !is_ready_;
    changed_.notify_all ();
    return is_abandoned_;
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

  // The bus would have it only when this has returned: too late for who is told
  // of it here.
  static GstBusSyncReply on_message (
      GstBus *, GstMessage *message, gpointer data)
  {
    auto &self = **static_cast<std::shared_ptr<Arrivals> *> (data);
    auto owned = Ptr<GstMessage>::adopt (message); // as it drops it
    switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_DEVICE_ADDED:
    case GST_MESSAGE_DEVICE_REMOVED:
    case GST_MESSAGE_DEVICE_CHANGED:
      self.keep (std::move (owned));
      self.tell_change ();
      break;
    default:
      if (g_str_equal (GST_MESSAGE_TYPE_NAME (message), kMonitorStarted))
        self.note_started ();
    }
    return GST_BUS_DROP;
  }

private:
  void keep (Ptr<GstMessage> message) EXCLUDES (lock_)
  {
    MutexLocker locker (lock_);
    messages_.push_back (std::move (message));
  }

  // From 1.28 on providers are started by yet another thread, whose message
  // says that they are, whether or not they could be.
  static constexpr const char *kMonitorStarted = "device-monitor-started";
  static bool starts_later ()
  {
    guint major, minor, micro, nano;
    gst_version (&major, &minor, &micro, &nano);
    return minor >= 28 || (minor == 27 && micro > 0);
  }
  void note_started () EXCLUDES (lock_)
  {
    MutexLocker locker (lock_);
    is_started_ = true;
    changed_.notify_all ();
  }
  void wait_started () EXCLUDES (lock_)
  {
    MutexLocker locker (lock_);
    while (!is_started_ && !is_abandoned_)
      changed_.wait (lock_);
  }
  bool is_abandoned () EXCLUDES (lock_)
  {
    MutexLocker locker (lock_);
    return is_abandoned_;
  }

  const std::shared_ptr<DeviceListObserver> observer_;
  Mutex lock_;
  Condition changed_;
  bool is_started_ GUARDED_BY (lock_) = false;
  bool is_ready_ GUARDED_BY (lock_) = false;
  bool is_abandoned_ GUARDED_BY (lock_) = false; // before it was ready
  DeviceObjects first_ GUARDED_BY (lock_);
  std::deque<Ptr<GstMessage>> messages_ GUARDED_BY (lock_);
};

// A monitor, and what it tells to whom. Threads: thread-safe, as its parts are.
struct Watched {
  explicit Watched (
      Ptr<GstDeviceMonitor> given, std::shared_ptr<DeviceListObserver> observer)
      : monitor (std::move (given)),
        bus (Ptr<GstBus>::adopt (gst_device_monitor_get_bus (monitor.get ()))),
        arrivals (std::make_shared<Arrivals> (std::move (observer)))
  {
    gst_bus_set_sync_handler (bus.get (), Arrivals::on_message,
        new std::shared_ptr<Arrivals> (arrivals), [] (gpointer data) {
          delete static_cast<std::shared_ptr<Arrivals> *> (data);
        });
  }

  void stop () const
  {
    gst_device_monitor_stop (monitor.get ());
    gst_bus_set_sync_handler (bus.get (), nullptr, nullptr, nullptr);
  }

  const Ptr<GstDeviceMonitor> monitor;
  const Ptr<GstBus> bus;
  const std::shared_ptr<Arrivals> arrivals;
};

// Threads: thread-safe.
class MonitoredDevices final : public DeviceList {
public:
  MonitoredDevices (Ptr<GstDeviceMonitor> monitor, std::string salt,
      std::shared_ptr<DeviceListObserver> observer)
      : watched_ (std::move (monitor), std::move (observer)),
        thread_ (g_thread_new (
            "webmedia-devices",
            [] (gpointer data) -> gpointer {
              std::unique_ptr<Watched> watched (static_cast<Watched *> (data));
              if (!watched->arrivals->start (watched->monitor.get ()))
                watched->stop ();
              return nullptr;
            },
            new Watched (watched_))),
        entries_ (std::move (salt))
  {}

  ~MonitoredDevices () override
  {
    if (watched_.arrivals->abandon ()) {
      g_thread_unref (thread_);
      return;
    }
    g_thread_join (thread_);
    watched_.stop ();
  }

  bool wait_ready (const std::function<bool ()> &cancelled) override
  {
    return watched_.arrivals->wait_ready (cancelled);
  }

  void wake_waits () override { watched_.arrivals->wake_waits (); }

  DeviceSnapshot read () override EXCLUDES (lock_)
  {
    wait_ready ([] { return false; });
    MutexLocker locker (lock_);
    bool changed = !snapshot_.devices;
    if (DeviceObjects first = watched_.arrivals->take_first ()) {
      std::vector<Ptr<GstDevice>> objects;
      for (GList *item = first.get (); item; item = item->next)
        objects.push_back (share_sunk (item->data));
      changed |= entries_.add_all (std::move (objects));
    }
    int left = kAtOnce;
    while (auto message = take_message (left))
      changed |= apply_locked (message.get ());
    if (left < 0)
      watched_.arrivals->tell_change ();
    if (changed)
      snapshot_ = {snapshot_.version + 1,
          std::make_shared<const Devices> (entries_.devices ())};
    return snapshot_;
  }

private:
  // Where devices come and go faster than they are read, the rest is read
  // later.
  static constexpr int kAtOnce = 256;
  Ptr<GstMessage> take_message (int &left)
  {
    return left-- > 0 ? watched_.arrivals->take_message () : nullptr;
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

  const Watched watched_;
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

Ptr<GstDeviceMonitor>
make_monitor_of_all ()
{
  auto monitor = Ptr<GstDeviceMonitor>::adopt (gst_device_monitor_new ());
  for (const char *classes : {"Audio/Source", "Video/Source", "Audio/Sink"})
    gst_device_monitor_add_filter (monitor.get (), classes, nullptr);
  return monitor;
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
