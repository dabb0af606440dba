// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/late-look.hh"

#include "base/worker-pool.hh"
#include "worklet/global-scope.hh"

namespace webmedia::worklet {

// The scope's clock goes in steps.
static constexpr GstClockTime kUntilLate = (kPatience + 5) * GST_MSECOND;

using Shared = std::shared_ptr<LateLook>;

void
LateLook::set ()
{
  if (is_set_.exchange (true))
    return;
  const auto clock = Ptr<GstClock>::adopt (gst_system_clock_obtain ());
  GstClockID id = gst_clock_new_single_shot_id (
      clock.get (), gst_clock_get_time (clock.get ()) + kUntilLate);
  // Nobody's callbacks are called on the thread that all timers share.
  auto on_time = [] (GstClock *, GstClockTime, GstClockID,
                     gpointer self) -> gboolean {
    run_blocking ([shared = *static_cast<Shared *> (self)] {
      shared->is_set_.store (false);
      shared->look_ ();
    });
    return TRUE;
  };
  gst_clock_id_wait_async (id, on_time, new Shared (shared_from_this ()),
      [] (gpointer self) { delete static_cast<Shared *> (self); });
  gst_clock_id_unref (id);
}

} // namespace webmedia::worklet
