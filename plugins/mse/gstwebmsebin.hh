// SPDX-License-Identifier: LGPL-2.1-or-later
// The element `msebin`.
#pragma once

#include <gst/gst.h>

#define GST_TYPE_WEB_MSE_BIN (gst_web_mse_bin_get_type ())
G_DECLARE_FINAL_TYPE (GstWebMseBin, gst_web_mse_bin, GST, WEB_MSE_BIN, GstBin)

// Has the seeks that reach a pad go to all tracks.
void gst_web_mse_bin_watch_pad (GstWebMseBin *self, GstPad *pad);
