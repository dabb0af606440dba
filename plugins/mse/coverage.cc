// SPDX-License-Identifier: LGPL-2.1-or-later
#include "coverage.hh"

#include <algorithm>

namespace webmedia::elements {

void
Coverage::add (Time start, Time end)
{
  if (end <= start)
    return;
  // Containers round: what is shorter than half a frame has no frame in it.
  const Time slack = (end - start) / 2;
  auto first = std::find_if (spans_.begin (), spans_.end (),
      [=] (const Span &each) { return each.end + slack >= start; });
  auto last = std::find_if (first, spans_.end (),
      [=] (const Span &each) { return each.start > end + slack; });
  if (first != last) {
    start = std::min (start, first->start);
    end = std::max (end, std::prev (last)->end);
  }
  spans_.insert (spans_.erase (first, last), {start, end});
}

Time
Coverage::reach (Time time) const
{
  auto found = std::find_if (spans_.begin (), spans_.end (),
      [time] (const Span &each) { return each.end > time; });
  return found == spans_.end () ? time : found->end;
}

} // namespace webmedia::elements
