// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_MEDIA_DEVICES_H__
#define __GST_WEB_MEDIA_DEVICES_H__

#include <gio/gio.h>
#include <gst/webmedia/gstwebdevicechangeevent.h>
#include <gst/webmedia/gstwebinputdeviceinfo.h>
#include <gst/webmedia/gstwebmediastream.h>
#include <gst/webmedia/gstwebpermissionpolicy.h>

G_BEGIN_DECLS

#define GST_TYPE_WEB_MEDIA_DEVICES (gst_web_media_devices_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (GstWebMediaDevices, gst_web_media_devices, GST,
    WEB_MEDIA_DEVICES, GstObject)

GST_WEB_API GstWebMediaDevices *gst_web_media_devices_new (void);
GST_WEB_API GstWebMediaDevices *gst_web_media_devices_new_with_monitor (
    GstDeviceMonitor *monitor, const gchar *salt);

GST_WEB_API GstDeviceMonitor *gst_web_media_devices_get_monitor (
    GstWebMediaDevices *self);
GST_WEB_API const gchar *gst_web_media_devices_get_salt (
    GstWebMediaDevices *self);
GST_WEB_API GstWebPermissionPolicy *
gst_web_media_devices_get_permission_policy (GstWebMediaDevices *self);
GST_WEB_API void gst_web_media_devices_set_permission_policy (
    GstWebMediaDevices *self, GstWebPermissionPolicy *policy);
GST_WEB_API gchar *gst_web_media_devices_get_echo_probe (
    GstWebMediaDevices *self);
GST_WEB_API void gst_web_media_devices_set_echo_probe (
    GstWebMediaDevices *self, const gchar *name);

GST_WEB_API GPtrArray *gst_web_media_devices_enumerate_devices (
    GstWebMediaDevices *self, GCancellable *cancellable, GError **error);
GST_WEB_API void gst_web_media_devices_enumerate_devices_async (
    GstWebMediaDevices *self, GCancellable *cancellable,
    GAsyncReadyCallback callback, gpointer user_data);
GST_WEB_API GPtrArray *gst_web_media_devices_enumerate_devices_finish (
    GstWebMediaDevices *self, GAsyncResult *result, GError **error);

GST_WEB_API GstWebMediaStream *gst_web_media_devices_get_user_media (
    GstWebMediaDevices *self, GVariant *constraints, GCancellable *cancellable,
    GError **error);
GST_WEB_API GstWebMediaStream *gst_web_media_devices_get_user_media_json (
    GstWebMediaDevices *self, const gchar *constraints,
    GCancellable *cancellable, GError **error);
GST_WEB_API void gst_web_media_devices_get_user_media_async (
    GstWebMediaDevices *self, GVariant *constraints, GCancellable *cancellable,
    GAsyncReadyCallback callback, gpointer user_data);
GST_WEB_API void gst_web_media_devices_get_user_media_json_async (
    GstWebMediaDevices *self, const gchar *constraints,
    GCancellable *cancellable, GAsyncReadyCallback callback,
    gpointer user_data);
GST_WEB_API GstWebMediaStream *gst_web_media_devices_get_user_media_finish (
    GstWebMediaDevices *self, GAsyncResult *result, GError **error);
GST_WEB_API GstWebMediaStream *
gst_web_media_devices_get_user_media_json_finish (
    GstWebMediaDevices *self, GAsyncResult *result, GError **error);

GST_WEB_API GstWebMediaStream *gst_web_media_devices_get_display_media (
    GstWebMediaDevices *self, GVariant *options, GCancellable *cancellable,
    GError **error);
GST_WEB_API GstWebMediaStream *gst_web_media_devices_get_display_media_json (
    GstWebMediaDevices *self, const gchar *options, GCancellable *cancellable,
    GError **error);
GST_WEB_API void gst_web_media_devices_get_display_media_async (
    GstWebMediaDevices *self, GVariant *options, GCancellable *cancellable,
    GAsyncReadyCallback callback, gpointer user_data);
GST_WEB_API void gst_web_media_devices_get_display_media_json_async (
    GstWebMediaDevices *self, const gchar *options, GCancellable *cancellable,
    GAsyncReadyCallback callback, gpointer user_data);
GST_WEB_API GstWebMediaStream *gst_web_media_devices_get_display_media_finish (
    GstWebMediaDevices *self, GAsyncResult *result, GError **error);
GST_WEB_API GstWebMediaStream *
gst_web_media_devices_get_display_media_json_finish (
    GstWebMediaDevices *self, GAsyncResult *result, GError **error);

GST_WEB_API GVariant *gst_web_media_devices_get_supported_constraints (
    GstWebMediaDevices *self);

G_END_DECLS

#endif
