// SPDX-License-Identifier: LGPL-2.1-or-later
// Who waits for devices: they are few, and wait for seconds.
#pragma once

#include "base/mutex.hh"
#include "base/result.hh"

#include <functional>
#include <optional>

namespace webmedia::devices {

using Cancelled = std::function<bool ()>; // may be empty

// One for all, so that one call wakes all.
inline Mutex capture_waits_lock;
inline Condition capture_waits;
// How often wake_open_waits() was called: who has asked `cancelled` before that
// asks again.
inline uint64_t capture_wakes GUARDED_BY (capture_waits_lock) = 0;

inline uint64_t
wakes_until_now () EXCLUDES (capture_waits_lock)
{
  MutexLocker locker (capture_waits_lock);
  return capture_wakes;
}

// What is done to a capture, by one thread at a time: it may take as long as a
// device does, and calls out. Threads: thread-safe.
class CAPABILITY ("turn") Turn {
public:
  // False: cancelled, and not taken.
  bool wait (const Cancelled &cancelled) EXCLUDES (capture_waits_lock)
  {
    for (;;) {
      uint64_t wakes = wakes_until_now ();
      if (cancelled && cancelled ())
        return false;
      MutexLocker locker (capture_waits_lock);
      while (is_taken_ && wakes == capture_wakes)
        capture_waits.wait (capture_waits_lock);
      if (is_taken_)
        continue;
      is_taken_ = true;
      return true;
    }
  }
  void give_back () EXCLUDES (capture_waits_lock)
  {
    {
      MutexLocker locker (capture_waits_lock);
      is_taken_ = false;
    }
    capture_waits.notify_all ();
  }

private:
  bool is_taken_ GUARDED_BY (capture_waits_lock) = false;
};

// Threads: thread-bound.
class SCOPED_CAPABILITY TurnHolder {
public:
  explicit TurnHolder (Turn &turn, const Cancelled &cancelled = {})
      ACQUIRE (turn) NO_THREAD_SAFETY_ANALYSIS
      : turn_ (turn),
        has_turn (turn.wait (cancelled))
  {}
  ~TurnHolder () RELEASE () NO_THREAD_SAFETY_ANALYSIS
  {
    if (has_turn)
      turn_.give_back ();
  }
  TurnHolder (const TurnHolder &) = delete;
  TurnHolder &operator= (const TurnHolder &) = delete;

private:
  Turn &turn_;

public:
  const bool has_turn; // false: cancelled
};

// How what gives out the data is. Threads: thread-safe.
class CaptureHealth {
public:
  // Something begins. With `is_awaited`, wait() returns what goes wrong before
  // there is data; else on_error() tells.
  void begin (bool is_awaited) EXCLUDES (capture_waits_lock);
  // Nothing counts that is told from now on.
  void stop () EXCLUDES (capture_waits_lock);
  void on_data () EXCLUDES (capture_waits_lock);
  // Whether somebody has to see to it.
  bool on_error (Error error) EXCLUDES (capture_waits_lock);

  bool has_data () const EXCLUDES (capture_waits_lock);
  std::optional<Error> error () const EXCLUDES (capture_waits_lock);
  // For data.
  Result<> wait (const Cancelled &cancelled) EXCLUDES (capture_waits_lock);

private:
  bool is_running_ GUARDED_BY (capture_waits_lock) = false;
  bool is_awaited_ GUARDED_BY (capture_waits_lock) = false;
  bool has_data_ GUARDED_BY (capture_waits_lock) = false;
  std::optional<Error> error_ GUARDED_BY (capture_waits_lock);
};

} // namespace webmedia::devices
