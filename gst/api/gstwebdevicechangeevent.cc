// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/devices.hh"

using namespace webmedia;

/**
 * GstWebDeviceChangeEvent:
 *
 * Other devices are there than before: the web's
 * [DeviceChangeEvent](https://w3c.github.io/mediacapture-main/#devicechangeevent).
 * It does not change any more.
 */
struct _GstWebDeviceChangeEvent {
  GObject parent;
  GPtrArray *devices;
  GPtrArray *inserted;
};

G_DEFINE_FINAL_TYPE (
    GstWebDeviceChangeEvent, gst_web_device_change_event, G_TYPE_OBJECT)

enum { PROP_DEVICES = 1, PROP_USER_INSERTED_DEVICES };

static void
gst_web_device_change_event_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  auto self = GST_WEB_DEVICE_CHANGE_EVENT (object);
  switch (id) {
  case PROP_DEVICES:
    g_value_set_boxed (value, self->devices);
    break;
  case PROP_USER_INSERTED_DEVICES:
    g_value_set_boxed (value, self->inserted);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
gst_web_device_change_event_finalize (GObject *object)
{
  auto self = GST_WEB_DEVICE_CHANGE_EVENT (object);
  g_ptr_array_unref (self->devices);
  g_ptr_array_unref (self->inserted);
  G_OBJECT_CLASS (gst_web_device_change_event_parent_class)->finalize (object);
}

static void
gst_web_device_change_event_class_init (GstWebDeviceChangeEventClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  auto flags = GParamFlags (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  object_class->get_property = gst_web_device_change_event_get_property;
  object_class->finalize = gst_web_device_change_event_finalize;

  /**
   * GstWebDeviceChangeEvent:devices: (type GPtrArray(GstWebMediaDeviceInfo))
   *
   * The devices that are there now.
   */
  g_object_class_install_property (object_class, PROP_DEVICES,
      g_param_spec_boxed ("devices", "Devices",
          "The devices that are there now", G_TYPE_PTR_ARRAY, flags));
  // clang-format off
  /**
   * GstWebDeviceChangeEvent:user-inserted-devices: (type GPtrArray(GstWebMediaDeviceInfo))
   *
   * Those of them that were plugged in, or switched on.
   */
  // clang-format on
  g_object_class_install_property (object_class, PROP_USER_INSERTED_DEVICES,
      g_param_spec_boxed ("user-inserted-devices", "User inserted devices",
          "Those of them that were plugged in, or switched on",
          G_TYPE_PTR_ARRAY, flags));
}

static void
gst_web_device_change_event_init (GstWebDeviceChangeEvent *self)
{
  self->devices = g_ptr_array_new_with_free_func (g_object_unref);
  self->inserted = g_ptr_array_new_with_free_func (g_object_unref);
}

Ptr<GstWebDeviceChangeEvent>
webmedia::wrap_device_change (devices::DeviceChange change)
{
  auto self = GST_WEB_DEVICE_CHANGE_EVENT (
      g_object_new (GST_TYPE_WEB_DEVICE_CHANGE_EVENT, nullptr));
  g_ptr_array_unref (self->devices);
  self->devices = wrap_device_infos (std::move (change.devices));
  for (size_t index : change.inserted)
    g_ptr_array_add (self->inserted,
        g_object_ref (g_ptr_array_index (self->devices, index)));
  return Ptr<GstWebDeviceChangeEvent>::adopt (self);
}

/**
 * gst_web_device_change_event_get_devices:
 * @self: an event
 *
 * Returns: (transfer none) (element-type GstWebMediaDeviceInfo): the devices
 *     that are there now, in the order of
 *     gst_web_media_devices_enumerate_devices()
 */
GPtrArray *
gst_web_device_change_event_get_devices (GstWebDeviceChangeEvent *self)
{
  g_return_val_if_fail (GST_IS_WEB_DEVICE_CHANGE_EVENT (self), nullptr);
  return self->devices;
}

/**
 * gst_web_device_change_event_get_user_inserted_devices:
 * @self: an event
 *
 * Returns: (transfer none) (element-type GstWebMediaDeviceInfo): those of
 *     #GstWebDeviceChangeEvent:devices that were plugged in, or switched on:
 *     none where devices went, or where the default is another one
 */
GPtrArray *
gst_web_device_change_event_get_user_inserted_devices (
    GstWebDeviceChangeEvent *self)
{
  g_return_val_if_fail (GST_IS_WEB_DEVICE_CHANGE_EVENT (self), nullptr);
  return self->inserted;
}
