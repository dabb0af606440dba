// SPDX-License-Identifier: LGPL-2.1-or-later
// The numbers that a property can have in one mode of a source.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

namespace webmedia::devices {

struct Interval {
  double low;
  double high;

  // Its number that is nearest to this one.
  double nearest (double number) const
  {
    return std::min (std::max (number, low), high);
  }

  bool operator== (const Interval &) const = default;
};

// A union of intervals; a single number is one with equal ends.
struct Numbers {
  std::vector<Interval> intervals;

  // Only whole ones.
  bool whole = false;

  // And all of them divided by 1, 2, 3 and so on: frame rates that are had by
  // leaving frames out. They are positive then.
  bool decimated = false;

  // Only those that are a number of steps above the lower end of their
  // interval; 0: all.
  double step = 0;

  bool operator== (const Numbers &) const = default;

  // The largest number up to `limit`, and the smallest from it on.
  std::optional<double> at_most (double limit) const;
  std::optional<double> at_least (double limit) const;

  bool any_within (const Interval &bounds) const;

  // The one within the bounds that is nearest to the ideal by the fitness
  // distance. Where several are, any of them.
  std::optional<double> best (const Interval &bounds, double ideal) const;
};

} // namespace webmedia::devices
