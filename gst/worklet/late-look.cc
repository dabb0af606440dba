// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/late-look.hh"

#include "base/clock-id.hh"
#include "base/mutex.hh"
#include "base/worker-pool.hh"
#include "worklet/global-scope.hh"

#include <chrono>

namespace webmedia::worklet {

// Milliseconds. The scope's clock goes in steps.
static constexpr int64_t kUntilLate = kPatience + 5;

using Look = std::function<void ()>;

// False: the system's clock, which may be one that the application has made
// that, calls nobody.
static bool
call_by_clock (Look look)
{
  const auto clock = Ptr<GstClock>::adopt (gst_system_clock_obtain ());
  const Time late =
      Time (gst_clock_get_time (clock.get ())) + kUntilLate * kMillisecond;
  // Nobody's callbacks are called on the thread that all timers share.
  return bool (call_at (clock.get (), late,
      [look = std::move (look)] (GstClockID) { run_blocking (look); }));
}

// By the clock on the wall.
static void
wait_until_late ()
{
  Mutex lock;
  std::condition_variable_any nobody_tells;
  const auto end = std::chrono::steady_clock::now ()
                   + std::chrono::milliseconds (kUntilLate);
  MutexLocker locker (lock);
  while (std::chrono::steady_clock::now () < end)
    nobody_tells.wait_until (lock, end);
}

void
LateLook::set ()
{
  if (is_set_.exchange (true))
    return;
  Look look = [self = shared_from_this ()] {
    self->is_set_.store (false);
    self->look_ ();
  };
  if (!call_by_clock (look))
    run_blocking ([look = std::move (look)] {
      wait_until_late ();
      look ();
    });
}

} // namespace webmedia::worklet
