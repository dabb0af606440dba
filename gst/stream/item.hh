// SPDX-License-Identifier: LGPL-2.1-or-later
// What goes from a producer to its consumers.
#pragma once

#include "base/ptr.hh"
#include "base/time.hh"

#include <variant>

namespace webmedia::stream {

// How the times of a producer are to be read: its segment, and its clock.
struct Timeline {
  GstSegment segment;
  Ptr<GstClock> clock;
  Time base_time;
};

struct TimedBuffer {
  Ptr<GstBuffer> buffer;
  Time time = 0;     // when it was captured, by the producer's clock
  Time duration = 0; // 0: not known
  // What was put before it, if anything, is not what comes before it.
  bool discont = false;
  // The last one, kept for who came later than it.
  bool is_kept = false;
  // Its track was not enabled when it came, or muted: nobody sees or hears what
  // it is, whatever the track is when it is taken.
  bool is_hidden = false;
  // By the same clock, where nothing was captured: when it came. What is
  // captured later comes later, too, by the producer's latency.
  Time arrival = kTimeNone;
};

// A timeline holds for the buffers after it.
using Item =
    std::variant<TimedBuffer, Ptr<GstEvent>, std::shared_ptr<const Timeline>>;

inline bool
is_buffer (const Item &item)
{
  return std::holds_alternative<TimedBuffer> (item);
}

// Whether it holds until the next one of its kind comes: so only the newest
// need be known. Sticky events do, and timelines.
bool lasts (const Item &item);
// Of two that last.
bool is_same_kind (const Item &a, const Item &b);

} // namespace webmedia::stream
