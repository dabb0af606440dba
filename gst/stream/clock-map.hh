// SPDX-License-Identifier: LGPL-2.1-or-later
// What time it is for another pipeline.
#pragma once

#include "base/ptr.hh"
#include "base/time.hh"

#include <array>

namespace webmedia::stream {

// Maps the times of one clock to those of another, by a straight line through
// what both showed at the same moments of the last seconds. Where both are one
// clock, it has nothing to do.
// Threads: thread-bound.
class ClockMap {
public:
  ClockMap (Ptr<GstClock> from, Ptr<GstClock> to);

  // Looks at both clocks, unless it has done so a short time ago. For each
  // buffer: costs a look at one clock, mostly.
  void observe ();
  // Both may lie outside of what was observed.
  Time map (Time time) const;

private:
  struct Moment {
    Time from;
    Time to;
  };
  // Longer, and a change of speed is followed late; shorter, and the error of
  // one look shows.
  static constexpr Time kInterval = 100 * kMillisecond;
  static constexpr size_t kMoments = 32;
  // No clock runs away so far in that time: one of them was set.
  static constexpr Time kJump = 5 * kMillisecond;
  // What took longer tells little of the moment.
  static constexpr Time kQuick = kMillisecond / 2;

  bool look (Moment &best) const;
  void fit ();

  const Ptr<GstClock> from_, to_;
  std::array<Moment, kMoments> moments_{};
  size_t count_ = 0; // of all, the last ones of which are kept
  Moment center_{};
  double skew_ = 0; // how much faster the other one runs
};

} // namespace webmedia::stream
