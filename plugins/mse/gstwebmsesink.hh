// SPDX-License-Identifier: LGPL-2.1-or-later
// The element `msesink`.
#pragma once

#include <gst/gst.h>

#define GST_TYPE_WEB_MSE_SINK (gst_web_mse_sink_get_type ())
G_DECLARE_FINAL_TYPE (
    GstWebMseSink, gst_web_mse_sink, GST, WEB_MSE_SINK, GstElement)
