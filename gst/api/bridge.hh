// SPDX-License-Identifier: LGPL-2.1-or-later
// The one private door from the plugins into the library. What comes through
// has virtual functions and plain values only, so nothing else of the engine
// needs to be exported.
#pragma once

#include "mse/player.hh"
#include "stream/pad-producer.hh"
#include "stream/track-set.hh"
#include "worklet/element-view.hh"

#include <gst/webmedia/gstwebaudioworkletnode.h>
#include <gst/webmedia/gstwebmediadevices.h>
#include <gst/webmedia/gstwebmediasource.h>
#include <gst/webmedia/gstwebmediastream.h>

namespace webmedia {

// A source and its first track.
struct NewTrack {
  std::shared_ptr<stream::TrackView> track;
  std::unique_ptr<stream::Input> input;
};

} // namespace webmedia

extern "C" {

// An element was given a handle, which can't be transferred any more: before it
// is attached, and whether it ever is.
GST_WEB_API void gst_web_bridge_assign (GstWebMediaSourceHandle *handle);

// Attaches what an element was given: a GstWebMediaSourceHandle (once, ever)
// or a GstWebMediaSource (whenever it is closed). The attachment lasts until
// *player goes.
GST_WEB_API gboolean gst_web_bridge_attach (GObject *source_or_handle,
    std::shared_ptr<webmedia::mse::Player> *player, GError **error);

// Appends, and waits for playback to advance wherever the quota is full.
GST_WEB_API gboolean gst_web_bridge_append_when_room (GstWebMediaSource *source,
    GstWebSourceBuffer *buffer, GstBuffer *data, GCancellable *cancellable,
    GError **error);

// The MIME type of a byte stream that begins with these bytes; null when they
// are none that is supported, or too few to tell (then *need_more is set).
GST_WEB_API const char *gst_web_bridge_sniff_type (
    const guint8 *data, gsize size, gboolean *need_more);

// What an element does with a stream. It holds the object, too, as long as it
// uses it: events and the name go with that.
GST_WEB_API void gst_web_bridge_track_set (GstWebMediaStream *stream,
    std::shared_ptr<webmedia::stream::TrackSet> *set);

// A source that an element feeds.
GST_WEB_API void gst_web_bridge_new_track (
    const webmedia::stream::SourceInfo &info,
    std::weak_ptr<webmedia::stream::Producer> producer,
    webmedia::NewTrack *made);

// Whether these are constraints, in JSON, whatever devices there are. Then
// opens devices as getUserMedia does; blocks. Their objects are made by the
// first stream that they are added to.
GST_WEB_API gboolean gst_web_bridge_check_user_media (
    const char *constraints, GError **error);
GST_WEB_API gboolean gst_web_bridge_get_user_media (GstWebMediaDevices *devices,
    const char *constraints, GCancellable *cancellable,
    std::vector<std::shared_ptr<webmedia::stream::TrackView>> *tracks,
    GError **error);

// Ends a track as its stop() does, for who may hold a state lock: the
// application hears of it where its main context runs, not in this call.
GST_WEB_API void gst_web_bridge_stop_track (
    const std::shared_ptr<webmedia::stream::TrackView> &track);

// From a track to its object (transfer full) and back.
GST_WEB_API GstWebMediaStreamTrack *gst_web_bridge_track_object (
    const std::shared_ptr<webmedia::stream::TrackView> &track);
GST_WEB_API void gst_web_bridge_track_view (GstWebMediaStreamTrack *object,
    std::shared_ptr<webmedia::stream::TrackView> *track);

// A processor for an element: see worklet::choose_processor().
GST_WEB_API void gst_web_bridge_choose_processor (GstWebAudioWorklet *worklet,
    const char *module, const char *name,
    webmedia::Result<std::shared_ptr<webmedia::worklet::Choice>> *choice);

// From a node that an element has made to its object (transfer full), once; and
// from an object to the node, null where nobody made it.
GST_WEB_API GstWebAudioWorkletNode *gst_web_bridge_node_object (
    GstWebAudioWorklet *worklet, const webmedia::worklet::NewNode *node);
GST_WEB_API void gst_web_bridge_node_view (GstWebAudioWorkletNode *object,
    std::shared_ptr<webmedia::worklet::NodeView> *view);

// Of those that come with the library: for people. (transfer full)
GST_WEB_API char *gst_web_bridge_describe_processors (void);
}
