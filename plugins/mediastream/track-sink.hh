// SPDX-License-Identifier: LGPL-2.1-or-later
// One pad of a mediastreamsink: it feeds a track.
#pragma once

#include "api/bridge.hh"

#include <gst/base/gstbasesink.h>

#define GST_TYPE_WEB_TRACK_SINK (gst_web_track_sink_get_type ())
G_DECLARE_FINAL_TYPE (
    GstWebTrackSink, gst_web_track_sink, GST, WEB_TRACK_SINK, GstBaseSink)

// Live: it waits for PLAYING and the pipeline's clock, as other sinks do,
// unless what feeds it is live itself; but no pipeline waits for its first
// buffer. Lossless: neither for the clock nor for PLAYING, but for consumers.
// To be said before it goes to PAUSED.
void gst_web_track_sink_set_lossless (GstWebTrackSink *self, bool lossless);

// What it feeds from now on; null: nothing. What it fed before ends.
void gst_web_track_sink_set_input (
    GstWebTrackSink *self, std::shared_ptr<webmedia::stream::Input> input);

// Its buffers come by this pad, without the two pads on the way that do
// nothing.
void gst_web_track_sink_set_ghost (GstWebTrackSink *self, GstPad *ghost);

// Called on the streaming thread when it goes on after EOS, as it does after a
// seek: a track that has ended does not begin again, so another one is needed.
using GstWebTrackSinkRenew = void (*) (GstWebTrackSink *self);
void gst_web_track_sink_set_renew (
    GstWebTrackSink *self, GstWebTrackSinkRenew renew);

// The one that asks upstream of this sink.
std::shared_ptr<webmedia::stream::Producer> gst_web_track_sink_get_producer (
    GstWebTrackSink *self);
