// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_MEDIA_DEVICE_INFO_H__
#define __GST_WEB_MEDIA_DEVICE_INFO_H__

#include <gst/webmedia/prelude.h>

G_BEGIN_DECLS

#define GST_TYPE_WEB_MEDIA_DEVICE_KIND (gst_web_media_device_kind_get_type ())

typedef enum {
  GST_WEB_MEDIA_DEVICE_KIND_AUDIOINPUT,
  GST_WEB_MEDIA_DEVICE_KIND_AUDIOOUTPUT,
  GST_WEB_MEDIA_DEVICE_KIND_VIDEOINPUT,
} GstWebMediaDeviceKind;

GST_WEB_API GType gst_web_media_device_kind_get_type (void);

#define GST_TYPE_WEB_MEDIA_DEVICE_INFO (gst_web_media_device_info_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (GstWebMediaDeviceInfo, gst_web_media_device_info, GST,
    WEB_MEDIA_DEVICE_INFO, GObject)

GST_WEB_API const gchar *gst_web_media_device_info_get_device_id (
    GstWebMediaDeviceInfo *self);
GST_WEB_API GstWebMediaDeviceKind gst_web_media_device_info_get_kind (
    GstWebMediaDeviceInfo *self);
GST_WEB_API const gchar *gst_web_media_device_info_get_label (
    GstWebMediaDeviceInfo *self);
GST_WEB_API const gchar *gst_web_media_device_info_get_group_id (
    GstWebMediaDeviceInfo *self);
GST_WEB_API gchar *gst_web_media_device_info_to_json (
    GstWebMediaDeviceInfo *self);

G_END_DECLS

#endif
