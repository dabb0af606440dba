// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/mpegts-timeline.hh"

#include <algorithm>
#include <cstdlib>

namespace webmedia::mse {

static constexpr int64_t kRollover = int64_t (1) << 33;
// Timestamps that lie further apart were not rolled over in between: the
// application went to another place.
static constexpr int64_t kNear = int64_t (3600) * kMpegtsClock;
static constexpr int64_t kJump = 10 * kMpegtsClock;
// A clock that is said to be set anew, but goes on.
static constexpr int64_t kContinues = kMpegtsClock;
// Enough for 300 years.
static constexpr int64_t kMaxRollovers = 100000;

int64_t
MpegtsTimeline::unroll (int64_t ticks)
{
  if (!reference_)
    return ticks;
  int64_t best = ticks;
  int64_t distance = std::abs (ticks - *reference_);
  auto consider = [&] (int64_t rollovers, int64_t limit) {
    int64_t candidate = ticks + rollovers * kRollover;
    int64_t away = std::abs (candidate - *reference_);
    if (away < distance && away <= limit) {
      best = candidate;
      distance = away;
    }
  };
  // Those near the reference suffice: floor division.
  int64_t around = (*reference_ - ticks) / kRollover;
  for (int64_t n = around - 1; n <= around + 1; n++)
    if (n >= 0 && n <= rollovers_)
      consider (n, INT64_MAX);
  // One that was not seen yet: the next, or before the first timestamps.
  if (rollovers_ < kMaxRollovers)
    consider (rollovers_ + 1, kNear);
  consider (-1, kNear);
  return best;
}

MpegtsTimeline::Times
MpegtsTimeline::map (uint64_t pts, uint64_t dts)
{
  int64_t early = int64_t (pts - dts) & (kRollover - 1);
  // A PTS before its DTS is a small mistake of the muxer, not 26 hours.
  if (early >= kRollover / 2)
    early = 0;
  int64_t ticks = int64_t (pts);
  if (discontinuity_ && end_
      && std::abs (unroll (ticks) + base_ - *end_) > kContinues) {
    base_ = *end_ - ticks;
    rollovers_ = 0;
    reference_.reset ();
  }
  discontinuity_ = false;

  Times times;
  times.pts = unroll (ticks);
  times.dts = times.pts - early;
  // What was appended before another place is not what a clock goes on from.
  if (reference_ && std::abs (times.dts - *reference_) > kJump)
    end_.reset ();
  reference_ = times.dts;
  if (times.dts > 0)
    rollovers_ = std::max (rollovers_, times.dts / kRollover);
  times.pts += base_;
  times.dts += base_;
  return times;
}

void
MpegtsTimeline::note_end (int64_t end)
{
  end_ = std::max (end_.value_or (end), end);
}

} // namespace webmedia::mse
