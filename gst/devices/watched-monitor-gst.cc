// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/watched-monitor-gst.hh"

#include "base/log.hh"

namespace webmedia::devices {

WEBMEDIA_DEBUG_CATEGORY ("webmedia-devices", "media devices")

using Shared = std::shared_ptr<WatchedMonitor>;

static void
delete_shared (gpointer data)
{
  delete static_cast<Shared *> (data);
}

std::shared_ptr<WatchedMonitor>
WatchedMonitor::of (GstDeviceMonitor *monitor)
{
  static Mutex lock;
  static const GQuark key = g_quark_from_static_string ("webmedia-watched");
  auto object = G_OBJECT (monitor);
  MutexLocker locker (lock);
  if (gpointer known = g_object_get_qdata (object, key))
    return *static_cast<Shared *> (known);
  auto made = std::make_shared<WatchedMonitor> ();
  g_object_set_qdata_full (object, key, new Shared (made), delete_shared);
  return made;
}

// From 1.28 on providers are started by yet another thread, whose message says
// that they are, whether or not they could be.
static constexpr const char *kMonitorStarted = "device-monitor-started";

static bool
starts_later ()
{
  guint major, minor, micro, nano;
  gst_version (&major, &minor, &micro, &nano);
  return minor >= 28 || (minor == 27 && micro > 0);
}

void
WatchedMonitor::set_classes (std::vector<const char *> classes)
{
  MutexLocker locker (lock_);
  classes_ = std::move (classes);
}

// A filter that no provider matches is added, too, and GStreamer (1.22) tells
// no id of it: it could not be removed.
static bool
has_provider (const char *classes)
{
  GList *factories =
      gst_device_provider_factory_list_get_device_providers (GstRank (1));
  bool has = false;
  for (GList *item = factories; item && !has; item = item->next) {
    auto factory = GST_DEVICE_PROVIDER_FACTORY (item->data);
    has = gst_device_provider_factory_has_classes (factory, classes)
          && Ptr<GstDeviceProvider>::adopt (
              gst_device_provider_factory_get (factory));
  }
  gst_plugin_feature_list_free (factories);
  return has;
}

// False: there are to be filters, and no provider for any of them.
bool
WatchedMonitor::renew_filters (GstDeviceMonitor *monitor)
{
  std::vector<const char *> classes;
  std::vector<guint> filters;
  {
    MutexLocker locker (lock_);
    classes = classes_;
    filters.swap (filters_);
  }
  for (guint id : filters)
    gst_device_monitor_remove_filter (monitor, id);
  filters.clear ();
  // As without caps, but that these are no leak where the monitor is none.
  auto any = Ptr<GstCaps>::adopt (gst_caps_new_any ());
  GST_MINI_OBJECT_FLAG_SET (any.get (), GST_MINI_OBJECT_FLAG_MAY_BE_LEAKED);
  for (const char *each : classes)
    if (has_provider (each))
      filters.push_back (
          gst_device_monitor_add_filter (monitor, each, any.get ()));
  bool fits = classes.empty () || !filters.empty ();
  MutexLocker locker (lock_);
  filters_ = std::move (filters);
  return fits;
}

// Without any filter, GStreamer would have the monitor list everything.
void
WatchedMonitor::start (GstDeviceMonitor *monitor)
{
  bool is_told = starts_later ();
  if (is_told)
    gst_device_monitor_stop (monitor); // one that runs would tell nothing
  if (!renew_filters (monitor)) {
    GST_INFO ("there is no provider of devices");
    set_started (true);
    return;
  }
  set_started (!is_told);
  auto bus = Ptr<GstBus>::adopt (gst_device_monitor_get_bus (monitor));
  gst_bus_set_sync_handler (bus.get (), on_bus_message,
      new Shared (shared_from_this ()), delete_shared);
  if (!gst_device_monitor_start (monitor)) {
    GST_INFO ("no provider of devices could be started");
    set_started (true);
  }
}

void
WatchedMonitor::stop (GstDeviceMonitor *monitor)
{
  gst_device_monitor_stop (monitor);
  auto bus = Ptr<GstBus>::adopt (gst_device_monitor_get_bus (monitor));
  gst_bus_set_sync_handler (bus.get (), nullptr, nullptr, nullptr);
}

void
WatchedMonitor::set_started (bool is_started)
{
  MutexLocker locker (lock_);
  is_started_ = is_started;
  changed_.notify_all ();
}

void
WatchedMonitor::end_change ()
{
  MutexLocker locker (lock_);
  is_changing_ = false;
  changed_.notify_all ();
}

// From 1.28 on who stops the monitor meanwhile, which is not theirs to do, has
// its bus drop what would tell that it has started.
bool
WatchedMonitor::enter (GstDeviceMonitor *monitor,
    const std::shared_ptr<DeviceMessages> &messages,
    const std::function<bool ()> &cancelled)
{
  bool is_first = false;
  {
    MutexLocker locker (lock_);
    while (is_changing_ && !cancelled ())
      changed_.wait (lock_);
    if (is_changing_)
      return false;
    is_changing_ = is_first = all_.empty ();
    all_.push_back (messages);
  }
  if (is_first) {
    start (monitor);
    end_change ();
  }
  MutexLocker locker (lock_);
  while (!is_started_ && !cancelled ())
    changed_.wait (lock_);
  return true;
}

void
WatchedMonitor::leave (
    GstDeviceMonitor *monitor, const std::shared_ptr<DeviceMessages> &messages)
{
  {
    MutexLocker locker (lock_);
    std::erase (all_, messages);
    if (!all_.empty ())
      return;
    is_changing_ = true;
  }
  stop (monitor);
  end_change ();
}

void
WatchedMonitor::wake ()
{
  MutexLocker locker (lock_);
  changed_.notify_all ();
}

void
WatchedMonitor::tell (const Ptr<GstMessage> &message)
{
  std::vector<std::shared_ptr<DeviceMessages>> all;
  {
    MutexLocker locker (lock_);
    all = all_;
  }
  for (const auto &each : all)
    each->on_message (message);
}

// The bus would have it only when this has returned: too late for who is told
// of it here.
GstBusSyncReply
WatchedMonitor::on_bus_message (GstBus *, GstMessage *message, gpointer data)
{
  auto &self = **static_cast<Shared *> (data);
  auto owned = Ptr<GstMessage>::adopt (message); // as it drops it
  switch (GST_MESSAGE_TYPE (message)) {
  case GST_MESSAGE_DEVICE_ADDED:
  case GST_MESSAGE_DEVICE_REMOVED:
  case GST_MESSAGE_DEVICE_CHANGED:
    self.tell (owned);
    break;
  default:
    if (g_str_equal (GST_MESSAGE_TYPE_NAME (message), kMonitorStarted))
      self.set_started (true);
  }
  return GST_BUS_DROP;
}

} // namespace webmedia::devices
