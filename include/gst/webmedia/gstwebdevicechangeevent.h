// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_DEVICE_CHANGE_EVENT_H__
#define __GST_WEB_DEVICE_CHANGE_EVENT_H__

#include <gst/webmedia/gstwebmediadeviceinfo.h>

G_BEGIN_DECLS

#define GST_TYPE_WEB_DEVICE_CHANGE_EVENT                                       \
  (gst_web_device_change_event_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (GstWebDeviceChangeEvent, gst_web_device_change_event, GST,
    WEB_DEVICE_CHANGE_EVENT, GObject)

GST_WEB_API GPtrArray *gst_web_device_change_event_get_devices (
    GstWebDeviceChangeEvent *self);
GST_WEB_API GPtrArray *gst_web_device_change_event_get_user_inserted_devices (
    GstWebDeviceChangeEvent *self);

G_END_DECLS

#endif
