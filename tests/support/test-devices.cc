// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/test-devices.hh"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

using webmedia::Ptr;

// The devices, of two types.
struct TestDevice {
  GstDevice parent;
  char *internal_name;
};
struct TestDeviceClass {
  GstDeviceClass parent;
};
struct TestOtherDevice {
  TestDevice parent;
};
struct TestOtherDeviceClass {
  TestDeviceClass parent;
};

G_DEFINE_TYPE (TestDevice, test_device, GST_TYPE_DEVICE)
G_DEFINE_TYPE (TestOtherDevice, test_other_device, test_device_get_type ())

static void
test_device_get_property (GObject *object, guint, GValue *value, GParamSpec *)
{
  g_value_set_string (
      value, reinterpret_cast<TestDevice *> (object)->internal_name);
}

static void
test_device_set_property (
    GObject *object, guint, const GValue *value, GParamSpec *)
{
  reinterpret_cast<TestDevice *> (object)->internal_name =
      g_value_dup_string (value);
}

static void
test_device_finalize (GObject *object)
{
  g_free (reinterpret_cast<TestDevice *> (object)->internal_name);
  G_OBJECT_CLASS (test_device_parent_class)->finalize (object);
}

static GstElement *
test_device_create_element (GstDevice *device, const char *name)
{
  return webmedia::test::make_test_source (device, name);
}

static void
test_device_init (TestDevice *)
{}

static void
test_other_device_init (TestOtherDevice *)
{}

static void
test_device_class_init (TestDeviceClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  object_class->get_property = test_device_get_property;
  object_class->set_property = test_device_set_property;
  object_class->finalize = test_device_finalize;
  GST_DEVICE_CLASS (klass)->create_element = test_device_create_element;
  g_object_class_install_property (object_class, 1,
      g_param_spec_string ("internal-name", "", "", "",
          GParamFlags (G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY
                       | G_PARAM_STATIC_STRINGS)));
}

static void
test_other_device_class_init (TestOtherDeviceClass *)
{}

namespace {

constexpr const char *kProvider = "webmediatestdevices";

std::mutex lock;
std::condition_variable start_changed;
bool is_held = false;
bool is_starting = false;
// The one that runs, and what there is.
GstDeviceProvider *provider = nullptr;
std::vector<Ptr<GstDevice>> plugged;

Ptr<GstDevice>
make (GType type, const webmedia::test::TestDeviceSpec &spec)
{
  GstCaps *caps = spec.caps ? gst_caps_from_string (spec.caps) : nullptr;
  if (!caps && spec.caps)
    g_error ("no caps: %s", spec.caps);
  GstStructure *properties =
      spec.properties ? gst_structure_from_string (spec.properties, nullptr)
                      : nullptr;
  if (!properties && spec.properties)
    g_error ("no structure: %s", spec.properties);
  std::string classes = std::string (spec.classes) + "/Test";
  auto device = Ptr<GstDevice>::adopt (GST_DEVICE (
      gst_object_ref_sink (g_object_new (type, "display-name", spec.label,
          "caps", caps, "device-class", classes.c_str (), "properties",
          properties, "internal-name", spec.internal_name, nullptr))));
  gst_clear_caps (&caps);
  if (properties)
    gst_structure_free (properties);
  return device;
}

} // namespace

// Their provider.
struct TestDeviceProvider {
  GstDeviceProvider parent;
};
struct TestDeviceProviderClass {
  GstDeviceProviderClass parent;
};

G_DEFINE_TYPE (
    TestDeviceProvider, test_device_provider, GST_TYPE_DEVICE_PROVIDER)

static gboolean
test_device_provider_start (GstDeviceProvider *self)
{
  std::unique_lock locker (lock);
  is_starting = true;
  start_changed.notify_all ();
  start_changed.wait (locker, [] { return !is_held; });
  is_starting = false;
  provider = self;
  for (const Ptr<GstDevice> &device : plugged)
    gst_device_provider_device_add (self, device.get ());
  return TRUE;
}

static void
test_device_provider_stop (GstDeviceProvider *)
{
  std::lock_guard locker (lock);
  provider = nullptr;
}

static GList *
test_device_provider_probe (GstDeviceProvider *)
{
  std::lock_guard locker (lock);
  GList *list = nullptr;
  for (const Ptr<GstDevice> &device : plugged)
    list = g_list_append (list, gst_object_ref (device.get ()));
  return list;
}

static void
test_device_provider_init (TestDeviceProvider *)
{}

static void
test_device_provider_class_init (TestDeviceProviderClass *klass)
{
  auto provider_class = GST_DEVICE_PROVIDER_CLASS (klass);
  provider_class->start = test_device_provider_start;
  provider_class->stop = test_device_provider_stop;
  provider_class->probe = test_device_provider_probe;
  gst_device_provider_class_set_static_metadata (provider_class, "Test devices",
      "Audio/Video/Source/Sink/Test", "Devices that come and go as a test says",
      "gst-webmedia");
}

namespace webmedia::test {

Ptr<GstDevice>
make_test_device (const TestDeviceSpec &spec)
{
  return make (test_device_get_type (), spec);
}

Ptr<GstDevice>
make_other_test_device (const TestDeviceSpec &spec)
{
  return make (test_other_device_get_type (), spec);
}

bool
register_provider (GstPlugin *plugin)
{
  return gst_device_provider_register (
      plugin, kProvider, GST_RANK_PRIMARY, test_device_provider_get_type ());
}

static void
register_once ()
{
  static const bool registered = register_provider (nullptr);
  g_assert_true (registered);
}

void
keep_test_provider_alone ()
{
  register_once ();
  GList *all = // that a monitor would have
      gst_device_provider_factory_list_get_device_providers (GstRank (1));
  for (GList *item = all; item; item = item->next)
    if (!g_str_equal (GST_OBJECT_NAME (item->data), kProvider))
      gst_plugin_feature_set_rank (
          GST_PLUGIN_FEATURE (item->data), GST_RANK_NONE);
  gst_plugin_feature_list_free (all);
}

void
set_provider_known (bool known)
{
  register_once ();
  auto factory = Ptr<GstDeviceProviderFactory>::adopt (
      gst_device_provider_factory_find (kProvider));
  gst_plugin_feature_set_rank (GST_PLUGIN_FEATURE (factory.get ()),
      known ? GST_RANK_PRIMARY : GST_RANK_NONE);
}

void
set_provider_hidden (bool hidden)
{
  register_once ();
  auto of = Ptr<GstDeviceProvider>::adopt (
      gst_device_provider_factory_get_by_name (kProvider));
  (hidden ? gst_device_provider_hide_provider
          : gst_device_provider_unhide_provider) (of.get (), kProvider);
}

Ptr<GstDeviceMonitor>
make_test_monitor ()
{
  register_once ();
  auto monitor = Ptr<GstDeviceMonitor>::adopt (gst_device_monitor_new ());
  gst_device_monitor_add_filter (monitor.get (), "Test", nullptr);
  return monitor;
}

Ptr<GstDevice>
plug (const TestDeviceSpec &spec)
{
  auto device = make_test_device (spec);
  std::lock_guard locker (lock);
  plugged.push_back (device);
  if (provider)
    gst_device_provider_device_add (provider, device.get ());
  return device;
}

void
unplug (const Ptr<GstDevice> &device)
{
  auto kept = device;
  std::lock_guard locker (lock);
  std::erase (plugged, kept);
  if (provider)
    gst_device_provider_device_remove (provider, kept.get ());
}

Ptr<GstDevice>
change (const Ptr<GstDevice> &device, const TestDeviceSpec &spec)
{
  auto kept = device;
  auto changed = make_test_device (spec);
  std::lock_guard locker (lock);
  std::replace (plugged.begin (), plugged.end (), kept, changed);
  if (provider)
    gst_device_provider_device_changed (provider, changed.get (), kept.get ());
  return changed;
}

void
unplug_all ()
{
  std::vector<Ptr<GstDevice>> all;
  {
    std::lock_guard locker (lock);
    all = plugged;
  }
  for (const Ptr<GstDevice> &device : all)
    unplug (device);
}

void
hold_start (bool hold)
{
  std::lock_guard locker (lock);
  is_held = hold;
  start_changed.notify_all ();
}

void
wait_start_held ()
{
  std::unique_lock locker (lock);
  start_changed.wait (locker, [] { return is_held && is_starting; });
}

bool
is_provider_running ()
{
  std::lock_guard locker (lock);
  return provider != nullptr;
}

} // namespace webmedia::test
