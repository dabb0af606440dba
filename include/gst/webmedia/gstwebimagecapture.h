// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_IMAGE_CAPTURE_H__
#define __GST_WEB_IMAGE_CAPTURE_H__

#include <gio/gio.h>
#include <gst/webmedia/gstwebmediastreamtrack.h>

G_BEGIN_DECLS

#define GST_TYPE_WEB_IMAGE_CAPTURE (gst_web_image_capture_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (GstWebImageCapture, gst_web_image_capture, GST,
    WEB_IMAGE_CAPTURE, GstObject)

GST_WEB_API GstWebImageCapture *gst_web_image_capture_new (
    GstWebMediaStreamTrack *track, GError **error);
GST_WEB_API GstWebMediaStreamTrack *gst_web_image_capture_get_track (
    GstWebImageCapture *self);

GST_WEB_API GstSample *gst_web_image_capture_grab_frame (
    GstWebImageCapture *self, GCancellable *cancellable, GError **error);
GST_WEB_API void gst_web_image_capture_grab_frame_async (
    GstWebImageCapture *self, GCancellable *cancellable,
    GAsyncReadyCallback callback, gpointer user_data);
GST_WEB_API GstSample *gst_web_image_capture_grab_frame_finish (
    GstWebImageCapture *self, GAsyncResult *result, GError **error);

GST_WEB_API GstSample *gst_web_image_capture_take_photo (
    GstWebImageCapture *self, GVariant *settings, GCancellable *cancellable,
    GError **error);
GST_WEB_API void gst_web_image_capture_take_photo_async (
    GstWebImageCapture *self, GVariant *settings, GCancellable *cancellable,
    GAsyncReadyCallback callback, gpointer user_data);
GST_WEB_API GstSample *gst_web_image_capture_take_photo_finish (
    GstWebImageCapture *self, GAsyncResult *result, GError **error);

GST_WEB_API GVariant *gst_web_image_capture_get_photo_capabilities (
    GstWebImageCapture *self, GCancellable *cancellable, GError **error);
GST_WEB_API void gst_web_image_capture_get_photo_capabilities_async (
    GstWebImageCapture *self, GCancellable *cancellable,
    GAsyncReadyCallback callback, gpointer user_data);
GST_WEB_API GVariant *gst_web_image_capture_get_photo_capabilities_finish (
    GstWebImageCapture *self, GAsyncResult *result, GError **error);

GST_WEB_API GVariant *gst_web_image_capture_get_photo_settings (
    GstWebImageCapture *self, GCancellable *cancellable, GError **error);
GST_WEB_API void gst_web_image_capture_get_photo_settings_async (
    GstWebImageCapture *self, GCancellable *cancellable,
    GAsyncReadyCallback callback, gpointer user_data);
GST_WEB_API GVariant *gst_web_image_capture_get_photo_settings_finish (
    GstWebImageCapture *self, GAsyncResult *result, GError **error);

G_END_DECLS

#endif
