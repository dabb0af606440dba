// SPDX-License-Identifier: LGPL-2.1-or-later
// Who waits for devices: they are few, and wait for seconds.
#pragma once

#include "base/mutex.hh"
#include "base/result.hh"

#include <functional>
#include <memory>
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

// Has all that wait here ask `cancelled` again.
void wake_open_waits ();

// What work asks of who waits for it.
struct Wanted {
  Cancelled cancelled; // never empty
  // The work has succeeded, and is done even if it is cancelled from now on.
  // False: it was before, and is to be undone.
  std::function<bool ()> commit;
};

// The result of work with a turn, which is done elsewhere: who is cancelled
// does not wait for a device that holds the work up.
// Threads: thread-safe.
template <typename T>
class Attempt : public std::enable_shared_from_this<Attempt<T>> {
public:
  // For the work, which goes on until it sees that.
  Wanted wanted ()
  {
    auto self = this->shared_from_this ();
    return {[self] { return self->is_cancelled (); },
        [self] {
          return self->commit ();
        }};
  }
  void finish (T result) EXCLUDES (capture_waits_lock)
  {
    {
      MutexLocker locker (capture_waits_lock);
      result_.emplace (std::move (result));
    }
    capture_waits.notify_all ();
  }
  // None: cancelled first, and the work hears of it. What it comes to all the
  // same goes with it.
  std::optional<T> wait (const Cancelled &cancelled)
      EXCLUDES (capture_waits_lock)
  {
    for (;;) {
      uint64_t wakes = wakes_until_now ();
      bool is_cancelled = cancelled && cancelled ();
      {
        MutexLocker locker (capture_waits_lock);
        while (!result_ && !is_cancelled && wakes == capture_wakes)
          capture_waits.wait (capture_waits_lock);
        if (result_)
          return std::exchange (result_, std::nullopt);
      }
      if (!is_cancelled)
        continue;
      if (cancel ()) {
        wake_open_waits ();
        return {};
      }
    }
  }

private:
  bool is_cancelled () const EXCLUDES (capture_waits_lock)
  {
    MutexLocker locker (capture_waits_lock);
    return is_cancelled_;
  }
  bool commit () EXCLUDES (capture_waits_lock)
  {
    MutexLocker locker (capture_waits_lock);
    is_committed_ = !is_cancelled_;
    return is_committed_;
  }
  // Not what is as good as done: its result comes at once.
  bool cancel () EXCLUDES (capture_waits_lock)
  {
    MutexLocker locker (capture_waits_lock);
    while (is_committed_ && !result_)
      capture_waits.wait (capture_waits_lock);
    is_cancelled_ = !result_;
    return is_cancelled_;
  }

  bool is_cancelled_ GUARDED_BY (capture_waits_lock) = false;
  bool is_committed_ GUARDED_BY (capture_waits_lock) = false;
  std::optional<T> result_ GUARDED_BY (capture_waits_lock);
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
  // For good: who waits has this error, now and from now on. The first one
  // counts.
  void fail (Error error) EXCLUDES (capture_waits_lock);
  std::optional<Error> failure () const EXCLUDES (capture_waits_lock);

  bool has_data () const EXCLUDES (capture_waits_lock);
  std::optional<Error> error () const EXCLUDES (capture_waits_lock);
  // For data.
  Result<> wait (const Cancelled &cancelled) EXCLUDES (capture_waits_lock);

private:
  bool is_running_ GUARDED_BY (capture_waits_lock) = false;
  bool is_awaited_ GUARDED_BY (capture_waits_lock) = false;
  bool has_data_ GUARDED_BY (capture_waits_lock) = false;
  std::optional<Error> error_ GUARDED_BY (capture_waits_lock); // since begin()
  std::optional<Error> failure_ GUARDED_BY (capture_waits_lock);
};

} // namespace webmedia::devices
