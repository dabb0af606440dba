// SPDX-License-Identifier: LGPL-2.1-or-later
// What the files of the stream objects share: how engine objects get their
// GObjects.
#pragma once

#include "base/serial-queue.hh"
#include "base/task-queue.hh"
#include "base/weak-ref.hh"
#include "stream/media-stream.hh"

#include <gst/webmedia/gstwebmediastream.h>
#include <gst/webmedia/gstwebmediastreamtrackevent.h>

namespace webmedia {
struct MediaStreamTrackState;
namespace stream {
class CanvasCapture;
}
} // namespace webmedia

// CanvasCaptureMediaStreamTrack derives from this.
struct _GstWebMediaStreamTrack {
  GstObject parent;
  webmedia::MediaStreamTrackState *state;
};

namespace webmedia {

const std::shared_ptr<stream::MediaStream> &engine_of (GstWebMediaStream *self);
const std::shared_ptr<stream::Track> &engine_of (GstWebMediaStreamTrack *self);
// Where its constraints are applied, one after the other.
const std::shared_ptr<SerialQueue> &applying_of (GstWebMediaStreamTrack *self);

// The GObject of a track: the same as long as anybody holds it. Where there is
// none, it is made, and its events go to `tasks`.
Ptr<GstWebMediaStreamTrack> object_of (
    const std::shared_ptr<stream::Track> &track,
    const std::shared_ptr<TaskQueue> &tasks);

// Ends it, and has its object tell so where its events are told.
void stop_and_post (stream::Track &track);

// One of that type: of what its canvas captures, and not of a track yet.
Ptr<GstWebMediaStreamTrack> make_canvas_track (stream::CanvasCapture &capture);

// What the attribute `stats` of a track is.
Ptr<GObject> make_audio_stats (std::shared_ptr<stream::Track> track);
Ptr<GObject> make_video_stats (std::shared_ptr<stream::Track> track);

Ptr<GstWebMediaStreamTrackEvent> make_track_event (
    const char *type, Ptr<GstWebMediaStreamTrack> track);

} // namespace webmedia
