// SPDX-License-Identifier: LGPL-2.1-or-later
// What the files of the MSE objects share: how engine objects get their
// GObjects, and units.
#pragma once

#include "api/error.hh"
#include "base/task-queue.hh"
#include "base/wake-on-cancel.hh"
#include "base/weak-ref.hh"
#include "mse/media-source-handle.hh"

#include <gst/webmedia/gstwebmanagedmediasource.h>

namespace webmedia {
struct MediaSourceState;
struct SourceBufferState;
} // namespace webmedia

// The managed ones derive from these.
struct _GstWebMediaSource {
  GstObject parent;
  webmedia::MediaSourceState *state;
};
struct _GstWebSourceBuffer {
  GstObject parent;
  webmedia::SourceBufferState *state;
};

namespace webmedia {

struct TrackLists;

// GstClockTime and the engine's signed Time.
inline Time
to_time (GstClockTime time)
{
  if (time == GST_CLOCK_TIME_NONE)
    return kTimeNone;
  return time >= GST_WEB_CLOCK_TIME_INFINITE ? kTimeInfinite : Time (time);
}

inline GstClockTime
from_time (Time time)
{
  if (time == kTimeNone)
    return GST_CLOCK_TIME_NONE;
  return time == kTimeInfinite ? GST_WEB_CLOCK_TIME_INFINITE
                               : GstClockTime (time);
}

// The GObjects of a media source's source buffers and of their tracks: one
// each, the same for as long as anybody can reach it. That of a source buffer
// is made before the source buffer is in any list, and kept until its removal
// is over: no list leads to it then. Those of its tracks are kept as long;
// after that, by whoever has them. Threads: thread-safe.
class SourceBufferObjects final
    : public std::enable_shared_from_this<SourceBufferObjects> {
public:
  explicit SourceBufferObjects (std::shared_ptr<TaskQueue> tasks)
      : tasks_ (std::move (tasks))
  {}

  // For a source buffer that nobody knows of yet.
  Ptr<GstWebSourceBuffer> make (
      const std::shared_ptr<mse::SourceBuffer> &buffer) EXCLUDES (lock_);
  // Null when its removal is over.
  Ptr<GstWebSourceBuffer> get (const std::shared_ptr<mse::SourceBuffer> &buffer)
      EXCLUDES (lock_);
  Ptr<GObject> get_track (const std::shared_ptr<mse::Track> &track)
      EXCLUDES (lock_);
  // Lets go of these, whose removal is over or that never were in a list.
  void forget (const std::vector<std::weak_ptr<mse::SourceBuffer>> &buffers)
      EXCLUDES (lock_);

private:
  struct Entry {
    std::shared_ptr<mse::SourceBuffer> buffer;
    Ptr<GstWebSourceBuffer> object;
  };
  struct TrackEntry {
    std::weak_ptr<mse::Track> track;
    std::weak_ptr<mse::SourceBuffer> owner;
    std::shared_ptr<WeakRef<GObject>> known;
    Ptr<GObject> kept; // while the owner's object is
  };
  bool keeps_locked (const std::weak_ptr<mse::SourceBuffer> &buffer) const
      REQUIRES (lock_);

  const std::shared_ptr<TaskQueue> tasks_;
  Mutex lock_;
  std::vector<Entry> entries_ GUARDED_BY (lock_);
  std::vector<TrackEntry> tracks_ GUARDED_BY (lock_);
};

Ptr<GstWebSourceBuffer> wrap_source_buffer (
    std::shared_ptr<mse::SourceBuffer> buffer, std::shared_ptr<TaskQueue> tasks,
    std::weak_ptr<SourceBufferObjects> objects);
const std::shared_ptr<mse::SourceBuffer> &engine_of (GstWebSourceBuffer *self);
const std::shared_ptr<TaskQueue> &tasks_of (GstWebSourceBuffer *self);
const TrackLists &track_lists_of (GstWebSourceBuffer *self);

GstWebTimeRanges *wrap_time_ranges (const mse::TimeRanges &ranges);

// The events that only managed ones have.
Ptr<GstWebBufferedChangeEvent> wrap_buffered_change (
    const mse::BufferedChange &change);
void emit_streaming (GstWebMediaSource *self, bool starts);
void emit_buffered_change (
    GstWebSourceBuffer *self, const mse::BufferedChange &change);

// A list reads through to the engine. `active`: activeSourceBuffers.
Ptr<GstWebSourceBufferList> make_source_buffer_list (
    std::shared_ptr<mse::MediaSource> source,
    std::shared_ptr<SourceBufferObjects> objects, bool active);
void emit_list_event (GstWebSourceBufferList *self, bool added);

const std::shared_ptr<mse::MediaSource> &engine_of (GstWebMediaSource *self);
const std::shared_ptr<TaskQueue> &tasks_of (GstWebMediaSource *self);
const TrackLists &track_lists_of (GstWebMediaSource *self);
const std::shared_ptr<SourceBufferObjects> &objects_of (
    GstWebMediaSource *self);

// Runs a wait of the media source, which asks a function whether to go on.
template <typename Wait>
Result<>
wait_with_cancellable (
    mse::MediaSource &source, GCancellable *cancellable, Wait wait)
{
  WakeOnCancel wake (cancellable, [&source] { source.wake_waits (); });
  return wait (
      [cancellable] { return g_cancellable_is_cancelled (cancellable); });
}

// Transfer, and the playing side's use of a handle.
std::shared_ptr<Transferable> peek_media_source_handle (GObject *object);
Ptr<GObject> wrap_media_source_handle (std::shared_ptr<Transferable> handle);
std::shared_ptr<mse::MediaSourceHandle> engine_of (
    GstWebMediaSourceHandle *self);

} // namespace webmedia
