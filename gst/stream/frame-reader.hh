// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads a track buffer by buffer, for who has no pipeline.
// https://w3c.github.io/mediacapture-transform/#track-processor
#pragma once

#include "base/result.hh"
#include "base/task-queue.hh"
#include "stream/subscription.hh"

#include <deque>
#include <functional>

namespace webmedia::stream {

// A queue of the newest buffers. Who is slow loses the oldest ones. It begins
// with the last picture of its track, but of a device with what comes from then
// on. Threads: thread-safe. No thread of its own: what comes while a read waits
// posts a task to the main context that was thread-default where it was made.
class FrameReader final : public Arrivals,
                          public std::enable_shared_from_this<FrameReader> {
public:
  // Null: nothing comes any more.
  using Done = std::function<void (Ptr<GstSample> frame)>;

  // `most`: buffers to keep; 0: one picture, or a fifth of a second of sound.
  static std::shared_ptr<FrameReader> create (
      const std::shared_ptr<Track> &track, size_t most);

  // Calls `done` once, in that context; in the order of the requests.
  void request (uint64_t id, Done done) EXCLUDES (lock_);
  uint64_t new_id () { return ++last_id_; }
  // `done` is not called any more; false: it is, or was, or is not known yet.
  bool cancel (uint64_t id) EXCLUDES (lock_);
  // Waits. AbortError: cancelled() has become true.
  Result<Ptr<GstSample>> read (const std::function<bool ()> &cancelled)
      EXCLUDES (lock_);
  void wake_waits () EXCLUDES (lock_);

  // Lets go of the track, and of what waits: all reads come to the end.
  void close () EXCLUDES (lock_);

  void on_arrival () override EXCLUDES (lock_);

private:
  enum class Status { frame, none, ended };
  struct Request {
    uint64_t id;
    Done done;
  };

  Status take (Ptr<GstSample> &frame) EXCLUDES (lock_);
  Status take_from (Output &output, Ptr<GstSample> &frame);
  void post_locked () REQUIRES (lock_);
  void deliver () EXCLUDES (lock_);

  const std::shared_ptr<TaskQueue> tasks_ = TaskQueue::create ();
  std::atomic<uint64_t> last_id_{0};
  Mutex lock_;
  Condition changed_;
  std::shared_ptr<Output> output_ GUARDED_BY (lock_);     // null: closed
  std::shared_ptr<const Track> track_ GUARDED_BY (lock_); // likewise
  std::deque<Request> requests_ GUARDED_BY (lock_);
  Ptr<GstSample> held_ GUARDED_BY (lock_); // whose request went at that moment
  uint64_t arrivals_ GUARDED_BY (lock_) = 0;
  bool is_posted_ GUARDED_BY (lock_) = false;
  bool is_taking_ GUARDED_BY (lock_) = false; // one thread at a time does

  // Of who is taking.
  Ptr<GstCaps> caps_;
  GstSegment segment_{};
};

} // namespace webmedia::stream
