// SPDX-License-Identifier: LGPL-2.1-or-later
// The element `mediastreamsink`.
#pragma once

#include "track-sink.hh"

#define GST_TYPE_WEB_MEDIA_STREAM_SINK (gst_web_media_stream_sink_get_type ())
G_DECLARE_FINAL_TYPE (GstWebMediaStreamSink, gst_web_media_stream_sink, GST,
    WEB_MEDIA_STREAM_SINK, GstBin)

// Another track for one of its pads: see gst_web_track_sink_set_renew().
void gst_web_media_stream_sink_renew (GstWebTrackSink *sink);
