// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/devices.hh"

using namespace webmedia;
using devices::DeviceKind;

static_assert (
    GST_WEB_MEDIA_DEVICE_KIND_AUDIOINPUT == int (DeviceKind::audioinput)
    && GST_WEB_MEDIA_DEVICE_KIND_AUDIOOUTPUT == int (DeviceKind::audiooutput)
    && GST_WEB_MEDIA_DEVICE_KIND_VIDEOINPUT == int (DeviceKind::videoinput));

/**
 * GstWebMediaDeviceKind:
 * @GST_WEB_MEDIA_DEVICE_KIND_AUDIOINPUT: `audioinput`: a microphone, or the
 *     like.
 * @GST_WEB_MEDIA_DEVICE_KIND_AUDIOOUTPUT: `audiooutput`: a speaker, or the
 *     like.
 * @GST_WEB_MEDIA_DEVICE_KIND_VIDEOINPUT: `videoinput`: a camera.
 *
 * What a device is, as the web's
 * [MediaDeviceKind](https://w3c.github.io/mediacapture-main/#dom-mediadevicekind)
 * says it.
 */
GType
gst_web_media_device_kind_get_type (void)
{
  static const GEnumValue values[] = {
      {GST_WEB_MEDIA_DEVICE_KIND_AUDIOINPUT,
          "GST_WEB_MEDIA_DEVICE_KIND_AUDIOINPUT", "audioinput"},
      {GST_WEB_MEDIA_DEVICE_KIND_AUDIOOUTPUT,
          "GST_WEB_MEDIA_DEVICE_KIND_AUDIOOUTPUT", "audiooutput"},
      {GST_WEB_MEDIA_DEVICE_KIND_VIDEOINPUT,
          "GST_WEB_MEDIA_DEVICE_KIND_VIDEOINPUT", "videoinput"},
      {},
  };
  static const GType type =
      g_enum_register_static ("GstWebMediaDeviceKind", values);
  return type;
}

/**
 * GstWebMediaDeviceInfo:
 *
 * A microphone, a camera or a speaker: the web's
 * [MediaDeviceInfo](https://w3c.github.io/mediacapture-main/#device-info).
 * Inputs are [class@InputDeviceInfo]. It does not change any more, and any
 * thread may use it.
 */
G_DEFINE_TYPE (GstWebMediaDeviceInfo, gst_web_media_device_info, G_TYPE_OBJECT)

enum { PROP_DEVICE_ID = 1, PROP_KIND, PROP_LABEL, PROP_GROUP_ID };

static void
gst_web_media_device_info_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  auto self = GST_WEB_MEDIA_DEVICE_INFO (object);
  switch (id) {
  case PROP_DEVICE_ID:
    g_value_set_string (value, self->info->id.c_str ());
    break;
  case PROP_KIND:
    g_value_set_enum (value, int (self->info->kind));
    break;
  case PROP_LABEL:
    g_value_set_string (value, self->info->label.c_str ());
    break;
  case PROP_GROUP_ID:
    g_value_set_string (value, self->info->group_id.c_str ());
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
gst_web_media_device_info_finalize (GObject *object)
{
  delete GST_WEB_MEDIA_DEVICE_INFO (object)->info;
  G_OBJECT_CLASS (gst_web_media_device_info_parent_class)->finalize (object);
}

static void
gst_web_media_device_info_class_init (GstWebMediaDeviceInfoClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  object_class->get_property = gst_web_media_device_info_get_property;
  object_class->finalize = gst_web_media_device_info_finalize;
  auto flags = GParamFlags (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * GstWebMediaDeviceInfo:device-id: (getter get_device_id)
   *
   * What no other device of this kind has; the same whenever it is there.
   */
  g_object_class_install_property (object_class, PROP_DEVICE_ID,
      g_param_spec_string ("device-id", "Device ID",
          "What no other device of this kind has", "", flags));
  /**
   * GstWebMediaDeviceInfo:kind: (getter get_kind)
   *
   * What it is.
   */
  g_object_class_install_property (object_class, PROP_KIND,
      g_param_spec_enum ("kind", "Kind", "What it is",
          GST_TYPE_WEB_MEDIA_DEVICE_KIND, GST_WEB_MEDIA_DEVICE_KIND_AUDIOINPUT,
          flags));
  /**
   * GstWebMediaDeviceInfo:label: (getter get_label)
   *
   * Its name, for people.
   */
  g_object_class_install_property (object_class, PROP_LABEL,
      g_param_spec_string (
          "label", "Label", "Its name, for people", "", flags));
  /**
   * GstWebMediaDeviceInfo:group-id: (getter get_group_id)
   *
   * What the devices have in common that are one: a headset's microphone and
   * its speaker.
   */
  g_object_class_install_property (object_class, PROP_GROUP_ID,
      g_param_spec_string ("group-id", "Group ID",
          "What the devices have in common that are one", "", flags));
}

static void
gst_web_media_device_info_init (GstWebMediaDeviceInfo *self)
{
  self->info = new devices::DeviceInfo;
}

Ptr<GstWebMediaDeviceInfo>
webmedia::wrap_device_info (devices::DeviceInfo info)
{
  auto self = GST_WEB_MEDIA_DEVICE_INFO (g_object_new (
      info.kind == DeviceKind::audiooutput ? GST_TYPE_WEB_MEDIA_DEVICE_INFO
                                           : GST_TYPE_WEB_INPUT_DEVICE_INFO,
      nullptr));
  *self->info = std::move (info);
  return Ptr<GstWebMediaDeviceInfo>::adopt (self);
}

GPtrArray *
webmedia::wrap_device_infos (devices::DeviceInfos infos)
{
  GPtrArray *array =
      g_ptr_array_new_full (guint (infos.size ()), g_object_unref);
  for (devices::DeviceInfo &info : infos)
    g_ptr_array_add (array, wrap_device_info (std::move (info)).release ());
  return array;
}

/**
 * gst_web_media_device_info_get_device_id:
 * @self: a device
 *
 * The same each time that the device is plugged in, and that the application
 * runs, for the same #GstWebMediaDevices:salt. The speaker that is the
 * system's default is listed once more, as `default`.
 *
 * Returns: what no other device of this kind has, or the empty string where
 *     that may not be known
 */
const gchar *
gst_web_media_device_info_get_device_id (GstWebMediaDeviceInfo *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_DEVICE_INFO (self), nullptr);
  return self->info->id.c_str ();
}

/**
 * gst_web_media_device_info_get_kind:
 * @self: a device
 *
 * Returns: what it is
 */
GstWebMediaDeviceKind
gst_web_media_device_info_get_kind (GstWebMediaDeviceInfo *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_DEVICE_INFO (self),
      GST_WEB_MEDIA_DEVICE_KIND_AUDIOINPUT);
  return GstWebMediaDeviceKind (self->info->kind);
}

/**
 * gst_web_media_device_info_get_label:
 * @self: a device
 *
 * Returns: its name, for people, or the empty string where that may not be
 *     known
 */
const gchar *
gst_web_media_device_info_get_label (GstWebMediaDeviceInfo *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_DEVICE_INFO (self), nullptr);
  return self->info->label.c_str ();
}

/**
 * gst_web_media_device_info_get_group_id:
 * @self: a device
 *
 * Another one for each #GstWebMediaDevices.
 *
 * Returns: what it has in common with those that are parts of the same device,
 *     or the empty string where that may not be known
 */
const gchar *
gst_web_media_device_info_get_group_id (GstWebMediaDeviceInfo *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_DEVICE_INFO (self), nullptr);
  return self->info->group_id.c_str ();
}

/**
 * gst_web_media_device_info_to_json:
 * @self: a device
 *
 * The web's `toJSON()`, as text.
 *
 * Returns: (transfer full): an object with `deviceId`, `kind`, `label` and
 *     `groupId`
 */
gchar *
gst_web_media_device_info_to_json (GstWebMediaDeviceInfo *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_DEVICE_INFO (self), nullptr);
  return g_strdup (devices::to_json (*self->info).c_str ());
}
