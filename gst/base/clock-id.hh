// SPDX-License-Identifier: LGPL-2.1-or-later
// Timers of a GstClock.
#pragma once

#include "base/time.hh"

#include <algorithm>
#include <gst/gst.h>
#include <memory>

namespace webmedia {

struct ClockIdUnref {
  void operator() (gpointer id) const { gst_clock_id_unref (id); }
};
using ClockId = std::unique_ptr<void, ClockIdUnref>;

inline ClockId
make_clock_id (GstClock *clock, Time time)
{
  return ClockId (gst_clock_new_single_shot_id (
      clock, GstClockTime (std::max<Time> (time, 0))));
}

// Calls `function` with the id once, at that time of the clock, on the thread
// that all of its timers share; it may have been called before this returns.
// Who lets go of the id does not stop it. Null: this clock calls nobody.
template <typename Function>
ClockId
call_at (GstClock *clock, Time time, Function function)
{
  // GStreamer would leak what it is given for one that has no such function.
  if (!GST_CLOCK_GET_CLASS (clock)->wait_async)
    return nullptr;
  auto on_time = [] (GstClock *, GstClockTime, GstClockID id,
                     gpointer called) -> gboolean {
    (*static_cast<Function *> (called)) (id);
    return TRUE;
  };
  auto id = make_clock_id (clock, time);
  GstClockReturn answer = gst_clock_id_wait_async (id.get (), on_time,
      new Function (std::move (function)),
      [] (gpointer called) { delete static_cast<Function *> (called); });
  return answer == GST_CLOCK_OK ? std::move (id) : nullptr;
}

// Nobody is called any more, but for who is being called at this moment.
inline void
cancel (const ClockId &id)
{
  if (id)
    gst_clock_id_unschedule (id.get ());
}

} // namespace webmedia
