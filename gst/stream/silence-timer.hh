// SPDX-License-Identifier: LGPL-2.1-or-later
// When the next piece of a silence is to be handed out.
#pragma once

#include "base/clock-id.hh"
#include "stream/mailbox.hh"

namespace webmedia::stream {

// One single-shot timer of a consumer's clock. It keeps neither the clock nor
// the mailbox. Threads: thread-safe; set() is one thread's. It calls its clock
// with its lock held.
class SilenceTimer {
public:
  SilenceTimer () = default;
  ~SilenceTimer ();
  SilenceTimer (const SilenceTimer &) = delete;
  SilenceTimer &operator= (const SilenceTimer &) = delete;

  // At that time of the clock, instead of at the time before.
  void set (GstClock *clock, Time time, std::shared_ptr<Rouse> rouse)
      EXCLUDES (lock_);
  // Nothing is handed out for now: there is no timer, whatever is set.
  void hold (bool held) EXCLUDES (lock_);

private:
  void stop_locked () REQUIRES (lock_);

  Mutex lock_;
  ClockId id_ GUARDED_BY (lock_);
  bool is_held_ GUARDED_BY (lock_) = false;
};

} // namespace webmedia::stream
