// SPDX-License-Identifier: LGPL-2.1-or-later
// The element `mediastreamsrc`.
#pragma once

#include <gst/gst.h>

#define GST_TYPE_WEB_MEDIA_STREAM_SRC (gst_web_media_stream_src_get_type ())
G_DECLARE_FINAL_TYPE (GstWebMediaStreamSrc, gst_web_media_stream_src, GST,
    WEB_MEDIA_STREAM_SRC, GstBin)
