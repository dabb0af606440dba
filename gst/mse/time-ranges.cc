// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/time-ranges.hh"

#include <algorithm>
#include <cstdio>

namespace webmedia::mse {

TimeRanges::TimeRanges (std::initializer_list<TimeRange> ranges)
{
  for (const TimeRange &range : ranges)
    add (range.start, range.end);
}

void
TimeRanges::add (Time start, Time end, Time gap)
{
  if (start >= end)
    return;
  // The ranges from first to last are no more than `gap` away.
  auto first = ranges_.end ();
  while (first != ranges_.begin ()
         && add_saturated ((first - 1)->end, gap) >= start)
    --first;
  auto last = first;
  while (last != ranges_.end () && last->start <= add_saturated (end, gap))
    ++last;
  if (first == last) {
    ranges_.insert (first, {start, end});
    return;
  }
  first->start = std::min (first->start, start);
  first->end = std::max ((last - 1)->end, end);
  ranges_.erase (first + 1, last);
}

TimeRanges
TimeRanges::intersection (const TimeRanges &other) const
{
  TimeRanges result;
  auto a = ranges_.begin ();
  auto b = other.ranges_.begin ();
  while (a != ranges_.end () && b != other.ranges_.end ()) {
    Time start = std::max (a->start, b->start);
    Time end = std::min (a->end, b->end);
    if (start < end)
      result.ranges_.push_back ({start, end});
    if (a->end < b->end)
      ++a;
    else
      ++b;
  }
  return result;
}

TimeRanges
TimeRanges::difference (const TimeRanges &other) const
{
  TimeRanges result;
  for (TimeRange rest : ranges_) {
    for (const TimeRange &cut : other.ranges_) {
      if (cut.end <= rest.start || cut.start >= rest.end)
        continue;
      if (cut.start > rest.start)
        result.ranges_.push_back ({rest.start, cut.start});
      rest.start = cut.end;
    }
    if (rest.start < rest.end)
      result.ranges_.push_back (rest);
  }
  return result;
}

const TimeRange *
TimeRanges::find (Time time) const
{
  auto after = std::upper_bound (ranges_.begin (), ranges_.end (), time,
      [] (Time value, const TimeRange &range) { return value < range.start; });
  if (after == ranges_.begin () || (after - 1)->end <= time)
    return nullptr;
  return &*(after - 1);
}

const TimeRange *
TimeRanges::find_playable (Time time) const
{
  if (!empty () && time >= 0 && time < ranges_[0].start
      && ranges_[0].start <= kStartSlack)
    return &ranges_[0];
  return find (time);
}

Time
TimeRanges::highest_end (Time otherwise) const
{
  return ranges_.empty () ? otherwise : ranges_.back ().end;
}

void
TimeRanges::extend_last (Time end)
{
  if (!ranges_.empty ())
    ranges_.back ().end = std::max (ranges_.back ().end, end);
}

std::string
TimeRanges::to_string () const
{
  std::string text;
  for (const TimeRange &range : ranges_) {
    char part[64];
    snprintf (part, sizeof part, "%s[%.3f, %.3f)", text.empty () ? "" : " ",
        double (range.start) / kSecond, double (range.end) / kSecond);
    text += part;
  }
  return text;
}

} // namespace webmedia::mse
