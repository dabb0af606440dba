// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/worker-pool.hh"

#include "base/mutex.hh"

#include <chrono>
#include <condition_variable>
#include <glib.h>
#include <memory>

namespace webmedia {

namespace {

using Work = std::function<void ()>;

// Work that goes on as the program exits would use libraries that are gone: the
// exit waits for it, but not for what blocks.
// Threads: thread-safe. It outlives what was not waited for.
class Unfinished {
public:
  void add () EXCLUDES (lock_)
  {
    MutexLocker locker (lock_);
    count_++;
  }
  void remove () EXCLUDES (lock_)
  {
    MutexLocker locker (lock_);
    count_--;
    changed_.notify_all ();
  }
  void wait () EXCLUDES (lock_)
  {
    auto limit = std::chrono::steady_clock::now () + kPatience;
    MutexLocker locker (lock_);
    while (count_ > 0 && std::chrono::steady_clock::now () < limit)
      changed_.wait_until (lock_, limit);
  }

private:
  static constexpr std::chrono::seconds kPatience{3};

  Mutex lock_;
  std::condition_variable_any changed_;
  int count_ GUARDED_BY (lock_) = 0;
};

Unfinished &
unfinished ()
{
  static Unfinished *const instance = new Unfinished;
  static const struct Exit {
    ~Exit () { instance->wait (); }
  } at_exit;
  return *instance;
}

GThreadPool *
make_pool (int threads)
{
  return g_thread_pool_new (
      [] (gpointer data, gpointer) {
        std::unique_ptr<Work> owned (static_cast<Work *> (data));
        (*owned) ();
        owned.reset ();
        unfinished ().remove ();
      },
      nullptr, threads, FALSE, nullptr);
}

// A pool that shares its threads never fails to take work.
void
push (GThreadPool *pool, Work work)
{
  unfinished ().add ();
  g_thread_pool_push (pool, new Work (std::move (work)), nullptr);
}

} // namespace

void
run_in_pool (std::function<void ()> work)
{
  static constexpr int kThreads = 4;
  static GThreadPool *const pool = make_pool (kThreads);
  push (pool, std::move (work));
}

void
run_blocking (std::function<void ()> work)
{
  static constexpr int kAsManyAsThereIsWork = -1;
  static GThreadPool *const pool = make_pool (kAsManyAsThereIsWork);
  push (pool, std::move (work));
}

} // namespace webmedia
