// SPDX-License-Identifier: LGPL-2.1-or-later
// The element `msesrc`.
#pragma once

#include "track-stream.hh"

#include <gst/app/gstappsrc.h>

#define GST_TYPE_WEB_MSE_SRC (gst_web_mse_src_get_type ())
G_DECLARE_FINAL_TYPE (
    GstWebMseSrc, gst_web_mse_src, GST, WEB_MSE_SRC, GstAppSrc)

// For msebin: gives one of its tracks to an element in NULL, which then
// attaches nothing itself.
void gst_web_mse_src_set_source (
    GstWebMseSrc *self, webmedia::elements::TrackStream::Source source);
webmedia::elements::TrackStream &gst_web_mse_src_stream (GstWebMseSrc *self);
