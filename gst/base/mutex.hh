// SPDX-License-Identifier: LGPL-2.1-or-later
// The one kind of lock, with clang's thread-safety annotations. A class that
// owns a lock declares it just above the fields that it guards.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>

#if defined(__clang__)
  #define WEBMEDIA_TSA(x) __attribute__ ((x))
#else
  #define WEBMEDIA_TSA(x)
#endif
#define CAPABILITY(x) WEBMEDIA_TSA (capability (x))
#define SCOPED_CAPABILITY WEBMEDIA_TSA (scoped_lockable)
#define GUARDED_BY(x) WEBMEDIA_TSA (guarded_by (x))
#define REQUIRES(...) WEBMEDIA_TSA (requires_capability (__VA_ARGS__))
#define EXCLUDES(...) WEBMEDIA_TSA (locks_excluded (__VA_ARGS__))
#define ACQUIRE(...) WEBMEDIA_TSA (acquire_capability (__VA_ARGS__))
#define RELEASE(...) WEBMEDIA_TSA (release_capability (__VA_ARGS__))
#define NO_THREAD_SAFETY_ANALYSIS WEBMEDIA_TSA (no_thread_safety_analysis)

namespace webmedia {

class CAPABILITY ("mutex") Mutex {
public:
  Mutex () = default;
  Mutex (const Mutex &) = delete;
  Mutex &operator= (const Mutex &) = delete;

  void lock () ACQUIRE () { mutex_.lock (); }
  void unlock () RELEASE () { mutex_.unlock (); }

private:
  friend class Condition;
  std::mutex mutex_;
};

// Holds a Mutex for the length of a scope.
class SCOPED_CAPABILITY MutexLocker {
public:
  explicit MutexLocker (Mutex &mutex) ACQUIRE (mutex) : mutex_ (mutex)
  {
    mutex_.lock ();
  }
  ~MutexLocker () RELEASE () { mutex_.unlock (); }
  MutexLocker (const MutexLocker &) = delete;
  MutexLocker &operator= (const MutexLocker &) = delete;

private:
  Mutex &mutex_;
};

// A condition that is waited for with a Mutex held. Wake-ups may be spurious:
// the caller loops over its own predicate. Whoever notifies must have held the
// Mutex since the predicate became true, and may have unlocked it: so a waiter
// is either counted by then or sees the predicate.
class Condition {
public:
  void wait (Mutex &mutex) REQUIRES (mutex)
  {
    std::unique_lock<std::mutex> held (mutex.mutex_, std::adopt_lock);
    waiters_.fetch_add (1, std::memory_order_relaxed);
    condition_.wait (held);
    waiters_.fetch_sub (1, std::memory_order_relaxed);
    held.release (); // it stays locked: the caller's
  }
  // Costs next to nothing where nobody waits.
  void notify_all ()
  {
    if (waiters_.load (std::memory_order_relaxed) > 0)
      condition_.notify_all ();
  }

private:
  std::atomic<int> waiters_{0};
  std::condition_variable condition_;
};

} // namespace webmedia
