// SPDX-License-Identifier: LGPL-2.1-or-later
// Keeps tracks that nobody reads beside those that somebody does.
#pragma once

#include "api/bridge.hh"
#include "base/mutex.hh"

#include <atomic>
#include <functional>
#include <vector>

namespace webmedia::elements {

// How far the tracks of a bin have come. A pad that is not linked, or whose
// stream was not selected, drops its frames: its thread waits here, so that it
// goes on at the right place when it is linked.
// Threads: thread-safe.
class Pacer {
public:
  // A linked track sends the frame at `time`.
  void advance (Time time) EXCLUDES (lock_);
  // Playback goes on elsewhere.
  void restart (Time time) EXCLUDES (lock_);
  // Waits until a linked track has come to `time`, or `stopped` says so: ask
  // it again with wake().
  void wait (Time time, const std::function<bool ()> &stopped) EXCLUDES (lock_);
  // Waits for so long by the clock on the wall, or until `stopped` says so.
  void pause (Time duration, const std::function<bool ()> &stopped)
      EXCLUDES (lock_);
  void wake () EXCLUDES (lock_);
  // Ends the wait of `reader`, as set_flushing() does, once a linked track has
  // come to `time`. One such time a reader, the last one.
  void interrupt_at (Time time, std::weak_ptr<mse::Reader> reader)
      EXCLUDES (lock_);
  Time position () const { return position_; }

private:
  struct Alarm {
    Time time;
    std::weak_ptr<mse::Reader> reader;
  };
  void ring () EXCLUDES (lock_);

  std::atomic<Time> position_{0};
  std::atomic<Time> next_alarm_{kTimeInfinite}; // written with the lock held
  std::atomic<unsigned> waiting_{0};
  Mutex lock_;
  std::condition_variable_any moved_;
  std::vector<Alarm> alarms_ GUARDED_BY (lock_);
};

} // namespace webmedia::elements
