// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/streaming-monitor.hh"

namespace webmedia::mse {

bool
StreamingMonitor::update (const TimeRanges &buffered, Time playhead, Time end)
{
  const TimeRange *range = buffered.find_playable (playhead);
  Time ahead = range ? range->end - playhead : 0;
  bool complete = range ? end != kTimeNone && range->end >= end
                        : end != kTimeNone && playhead >= end;
  bool enough = complete || ahead > (streaming_ ? kHigh : kLow);

  // Backwards, more can lie ahead of it than did.
  from_ = playhead;
  if (complete)
    to_ = range ? range->end : kTimeInfinite;
  else if (enough)
    to_ = add_saturated (range->end, -kLow);
  else
    to_ = range ? range->end : add_saturated (playhead, 1);
  return streaming_.exchange (!enough) == enough;
}

void
StreamingMonitor::reset ()
{
  streaming_ = false;
  from_ = 0;
  to_ = kTimeInfinite;
}

} // namespace webmedia::mse
