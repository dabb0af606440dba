// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_DISPLAY_DEVICE_H__
#define __GST_WEB_DISPLAY_DEVICE_H__

#include <gst/gst.h>
#include <gst/webmedia/prelude.h>

G_BEGIN_DECLS

#define GST_TYPE_WEB_DISPLAY_DEVICE (gst_web_display_device_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (GstWebDisplayDevice, gst_web_display_device, GST,
    WEB_DISPLAY_DEVICE, GstDevice)

GST_WEB_API GstDevice *gst_web_display_device_new (
    const gchar *display, guint64 window, gboolean show_cursor, GError **error);

G_END_DECLS

#endif
