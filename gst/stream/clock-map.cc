// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/clock-map.hh"

#include <algorithm>
#include <cmath>

namespace webmedia::stream {

ClockMap::ClockMap (Ptr<GstClock> from, Ptr<GstClock> to)
    : from_ (std::move (from)),
      to_ (std::move (to))
{
  observe ();
}

// The thread may be put aside between two looks: of some tries, the quickest
// tells best. False: none was quick.
bool
ClockMap::look (Moment &best) const
{
  constexpr int kTries = 3;
  Time shortest = kTimeInfinite;
  for (int i = 0; i < kTries; i++) {
    auto before = Time (gst_clock_get_time (from_.get ()));
    auto to = Time (gst_clock_get_time (to_.get ()));
    auto after = Time (gst_clock_get_time (from_.get ()));
    if (after - before >= shortest)
      continue;
    shortest = after - before;
    best = {before + shortest / 2, to};
  }
  return shortest <= kQuick;
}

void
ClockMap::observe ()
{
  if (from_.get () == to_.get ())
    return;
  if (count_ > 0) {
    Time last = moments_[(count_ - 1) % kMoments].from;
    auto now = Time (gst_clock_get_time (from_.get ()));
    if (now >= last && now - last < kInterval)
      return;
  }
  Moment moment{};
  if (!look (moment) && count_ > 0)
    return; // the next one will do
  if (count_ > 0 && std::abs (map (moment.from) - moment.to) > kJump)
    count_ = 0;
  moments_[count_++ % kMoments] = moment;
  fit ();
}

// The line of least squares. The differences are small: their sums are exact
// enough.
void
ClockMap::fit ()
{
  size_t count = std::min (count_, kMoments);
  const Moment base = moments_[0];
  double from_sum = 0, to_sum = 0;
  for (size_t i = 0; i < count; i++) {
    from_sum += double (moments_[i].from - base.from);
    to_sum += double (moments_[i].to - base.to);
  }
  double from_mean = from_sum / double (count);
  double to_mean = to_sum / double (count);
  double squares = 0, products = 0;
  for (size_t i = 0; i < count; i++) {
    double from = double (moments_[i].from - base.from) - from_mean;
    double to = double (moments_[i].to - base.to) - to_mean;
    squares += from * from;
    products += from * (to - from);
  }
  center_ = {base.from + Time (std::lround (from_mean)),
      base.to + Time (std::lround (to_mean))};
  skew_ = squares > 0 ? products / squares : 0;
}

Time
ClockMap::map (Time time) const
{
  if (from_.get () == to_.get ())
    return time;
  Time distance = time - center_.from;
  return center_.to + distance + Time (std::lround (skew_ * double (distance)));
}

} // namespace webmedia::stream
