// SPDX-License-Identifier: LGPL-2.1-or-later
// A condition for a thread that is woken again and again, after pauses in which
// the processor's caches have forgotten its code.
#pragma once

#include "base/mutex.hh"

#if defined(__linux__)
  #include <climits>
  #include <cstdint>
  #include <linux/futex.h>
  #include <sys/syscall.h>
  #include <unistd.h>
#endif

namespace webmedia {

#if defined(__linux__)
// Used as a Condition. As GLib's, it is a count that each wake-up changes, and
// a futex on it. The standard library's keeps who waits in an order, for which
// a waiter and a waker run through ten times as much code.
class QuickCondition {
public:
  void wait (Mutex &mutex) REQUIRES (mutex)
  {
    waiters_.fetch_add (1, std::memory_order_relaxed);
    uint32_t seen = wakes_.load (std::memory_order_relaxed);
    mutex.unlock ();
    call (FUTEX_WAIT_PRIVATE, seen); // not where it has changed by now
    mutex.lock ();
    waiters_.fetch_sub (1, std::memory_order_relaxed);
  }
  void notify_all ()
  {
    if (waiters_.load (std::memory_order_relaxed) == 0)
      return;
    wakes_.fetch_add (1, std::memory_order_relaxed);
    call (FUTEX_WAKE_PRIVATE, INT_MAX);
  }

private:
  void call (int operation, uint32_t value)
  {
    syscall (SYS_futex, &wakes_, operation, value, nullptr);
  }

  std::atomic<uint32_t> wakes_{0};
  std::atomic<int> waiters_{0};
};
#else
using QuickCondition = Condition;
#endif

} // namespace webmedia
