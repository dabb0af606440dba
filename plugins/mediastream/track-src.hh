// SPDX-License-Identifier: LGPL-2.1-or-later
// One pad of a mediastreamsrc: it consumes a track.
#pragma once

#include "api/bridge.hh"

#include <gst/base/gstbasesrc.h>

#define GST_TYPE_WEB_TRACK_SRC (gst_web_track_src_get_type ())
G_DECLARE_FINAL_TYPE (
    GstWebTrackSrc, gst_web_track_src, GST, WEB_TRACK_SRC, GstBaseSrc)

// Whether it hands out nothing before PLAYING, but for its first picture. To be
// said before it goes to PAUSED.
void gst_web_track_src_set_live (GstWebTrackSrc *self, bool live);

// What it shares with the other sources of its element. Before get_consumer().
void gst_web_track_src_set_siblings (
    GstWebTrackSrc *self, std::shared_ptr<webmedia::stream::Siblings> siblings);

// The one that asks downstream of this source.
std::shared_ptr<webmedia::stream::Consumer> gst_web_track_src_get_consumer (
    GstWebTrackSrc *self);

// The pad of its element, and how buffers that do not need GstBaseSrc are
// pushed there. Before it starts.
using GstWebTrackSrcPush = GstFlowReturn (*) (GstPad *exit, GstBuffer *buffer);
void gst_web_track_src_set_exit (
    GstWebTrackSrc *self, webmedia::Ptr<GstPad> exit, GstWebTrackSrcPush push);

// What it hands out from now on, at any time: the pad stays what it is. Null:
// nothing, EOS. One of an earlier turn than another one is not taken: threads
// may come in any order.
void gst_web_track_src_set_output (GstWebTrackSrc *self,
    std::shared_ptr<webmedia::stream::Output> output, unsigned turn);
std::shared_ptr<webmedia::stream::Output> gst_web_track_src_get_output (
    GstWebTrackSrc *self);

// What its producer does, of a lossless one: its thread stops, and goes on with
// a new segment. Soon, on another thread; until then it hands out nothing.
void gst_web_track_src_flush (GstWebTrackSrc *self, GstEvent *stop);

// Before its element stops: ends what it hands out just now, where a sink that
// goes on in PAUSED has it.
void gst_web_track_src_interrupt (GstWebTrackSrc *self);

// All streams of the element that it is in, to be sent with the next buffer.
void gst_web_track_src_set_collection (
    GstWebTrackSrc *self, webmedia::Ptr<GstStreamCollection> collection);
