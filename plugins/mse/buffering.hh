// SPDX-License-Identifier: LGPL-2.1-or-later
// Tells an application that playback has to wait for media.
#pragma once

#include "base/clock-id.hh"
#include "base/mutex.hh"
#include "base/weak-ref.hh"

#include <gst/gst.h>
#include <vector>

namespace webmedia::elements {

// BUFFERING messages of the element that is played, as GStreamer's network
// sources post them: 0 percent once a track has nothing more to show, 100 when
// it has again. An application that pauses the pipeline in between has all of
// its tracks wait, as the web's element does. What was sent is shown first: a
// timer of the pipeline's clock tells when that is over.
// DEVIATION: the application suspends playback, not the element.
// https://www.w3.org/TR/media-source-2/#buffer-monitoring
// Threads: thread-safe, while the element is there.
class Buffering : public std::enable_shared_from_this<Buffering> {
public:
  explicit Buffering (GstElement *element);
  ~Buffering ();

  // Before the element's state changes: time goes on in PLAYING.
  void change_state (GstStateChange transition) EXCLUDES (lock_);
  // Before a seek with a flush: running time begins anew, once sinks have data
  // again and the pipeline plays (from PLAYING to PLAYING). Until then it waits
  // by itself.
  void flush () EXCLUDES (lock_);

  // `track` has nothing more to send, and what it has sent is shown until
  // `end`, a running time.
  void wait (const void *track, GstClockTime end) EXCLUDES (lock_);
  // It goes on, or needs nothing more.
  void go_on (const void *track) EXCLUDES (lock_);

  // Whether playback has stopped, or should have.
  bool has_stopped () EXCLUDES (lock_);

private:
  struct Waiting {
    const void *track;
    GstClockTime end;
  };

  GstClockTime first_end_locked () const REQUIRES (lock_);
  void set_timer_locked () REQUIRES (lock_);
  void clear_timer_locked () REQUIRES (lock_);
  void on_time ();
  void run_dry () EXCLUDES (lock_);
  void tell () EXCLUDES (lock_);

  GstElement *const element_;
  const std::shared_ptr<WeakRef<GstElement>> weak_; // for the timer

  Mutex lock_;
  bool playing_ GUARDED_BY (lock_) = false;
  std::vector<Waiting> waiting_ GUARDED_BY (lock_);
  // Where it stopped, a running time; none: it has not.
  GstClockTime stopped_ GUARDED_BY (lock_) = GST_CLOCK_TIME_NONE;
  ClockId timer_ GUARDED_BY (lock_);
  bool told_ GUARDED_BY (lock_) = false; // that it has stopped
  bool telling_ GUARDED_BY (lock_) = false;
};

} // namespace webmedia::elements
