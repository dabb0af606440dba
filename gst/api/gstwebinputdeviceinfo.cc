// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/devices.hh"
#include "devices/variant.hh"

using namespace webmedia;

/**
 * GstWebInputDeviceInfo:
 *
 * A microphone or a camera: the web's
 * [InputDeviceInfo](https://w3c.github.io/mediacapture-main/#input-specific-device-info).
 */
struct _GstWebInputDeviceInfo {
  GstWebMediaDeviceInfo parent;
};

G_DEFINE_FINAL_TYPE (GstWebInputDeviceInfo, gst_web_input_device_info,
    GST_TYPE_WEB_MEDIA_DEVICE_INFO)

static void
gst_web_input_device_info_class_init (GstWebInputDeviceInfoClass *)
{}

static void
gst_web_input_device_info_init (GstWebInputDeviceInfo *)
{}

/**
 * gst_web_input_device_info_get_capabilities:
 * @self: an input
 *
 * What the device can do, without opening it. The members are named as in
 * [MediaTrackCapabilities](https://w3c.github.io/mediacapture-main/#media-track-capabilities).
 * A range is an `a{su}` or, where the numbers need not be whole, an `a{sd}` of
 * `min` and `max`, and of a camera's controls `step`; what can be chosen is an
 * `as` or an `ab`, or an `av` for `echoCancellation`; ids are an `s`.
 *
 * Returns: (transfer full): an `a{sv}`, which is empty where the capabilities
 *     may not be known
 */
GVariant *
gst_web_input_device_info_get_capabilities (GstWebInputDeviceInfo *self)
{
  g_return_val_if_fail (GST_IS_WEB_INPUT_DEVICE_INFO (self), nullptr);
  const devices::DeviceInfo &info = *self->parent.info;
  return devices::to_variant (devices::source_capabilities (info.space.get ()))
      .release ();
}
