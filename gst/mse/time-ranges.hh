// SPDX-License-Identifier: LGPL-2.1-or-later
// Normalised time ranges: sorted, disjoint, none empty.
// https://html.spec.whatwg.org/multipage/media.html#time-ranges
#pragma once

#include "base/time.hh"

#include <string>
#include <vector>

namespace webmedia::mse {

// Playback from zero begins with data that begins a little later: encoders
// and muxers leave such gaps. https://www.w3.org/TR/media-source-2/ suggests
// that implementations bridge about a second.
inline constexpr Time kStartSlack = kSecond;

struct TimeRange {
  Time start;
  Time end; // excluded

  bool operator== (const TimeRange &) const = default;
};

// A plain value. Threads: reentrant.
class TimeRanges {
public:
  TimeRanges () = default;
  TimeRanges (std::initializer_list<TimeRange> ranges);

  bool empty () const { return ranges_.empty (); }
  size_t size () const { return ranges_.size (); }
  const TimeRange &operator[] (size_t i) const { return ranges_[i]; }
  auto begin () const { return ranges_.begin (); }
  auto end () const { return ranges_.end (); }
  bool operator== (const TimeRanges &) const = default;

  // Adds [start, end), joined to ranges that are no more than `gap` away.
  void add (Time start, Time end, Time gap = 0);
  TimeRanges intersection (const TimeRanges &other) const;
  TimeRanges difference (const TimeRanges &other) const;

  // The range that holds `time`, or null.
  const TimeRange *find (Time time) const;
  // The range that playback at `time` goes on in, or begins in, or null.
  const TimeRange *find_playable (Time time) const;
  // The end of the last range, or `otherwise`.
  Time highest_end (Time otherwise) const;
  // The last range reaches to `end`, where it ended earlier.
  void extend_last (Time end);

  // "[0.000, 2.000) [3.000, 4.000)", in seconds.
  std::string to_string () const;

private:
  std::vector<TimeRange> ranges_;
};

} // namespace webmedia::mse
