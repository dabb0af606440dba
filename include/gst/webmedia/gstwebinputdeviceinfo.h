// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_INPUT_DEVICE_INFO_H__
#define __GST_WEB_INPUT_DEVICE_INFO_H__

#include <gst/webmedia/gstwebmediadeviceinfo.h>

G_BEGIN_DECLS

#define GST_TYPE_WEB_INPUT_DEVICE_INFO (gst_web_input_device_info_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (GstWebInputDeviceInfo, gst_web_input_device_info, GST,
    WEB_INPUT_DEVICE_INFO, GstWebMediaDeviceInfo)

GST_WEB_API GVariant *gst_web_input_device_info_get_capabilities (
    GstWebInputDeviceInfo *self);

G_END_DECLS

#endif
