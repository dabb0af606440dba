// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/worker-pool.hh"

#include <glib.h>
#include <memory>

namespace webmedia {

namespace {

using Work = std::function<void ()>;

GThreadPool *
make_pool (int threads)
{
  return g_thread_pool_new (
      [] (gpointer data, gpointer) {
        std::unique_ptr<Work> owned (static_cast<Work *> (data));
        (*owned) ();
      },
      nullptr, threads, FALSE, nullptr);
}

// A pool that shares its threads never fails to take work.
void
push (GThreadPool *pool, Work work)
{
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
