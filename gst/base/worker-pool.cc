// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/worker-pool.hh"

#include <glib.h>
#include <memory>

namespace webmedia {

void
run_in_pool (std::function<void ()> work)
{
  using Work = std::function<void ()>;
  static constexpr int kThreads = 4;
  static GThreadPool *pool = g_thread_pool_new (
      [] (gpointer data, gpointer) {
        std::unique_ptr<Work> owned (static_cast<Work *> (data));
        (*owned) ();
      },
      nullptr, kThreads, FALSE, nullptr);
  // A pool that shares its threads never fails to take work.
  g_thread_pool_push (pool, new Work (std::move (work)), nullptr);
}

} // namespace webmedia
