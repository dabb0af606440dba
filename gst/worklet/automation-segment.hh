// SPDX-License-Identifier: LGPL-2.1-or-later
// What the events of a parameter come to: pieces of closed formulas, one after
// the other.
// https://webaudio.github.io/web-audio-api/#dfn-automation-event
#pragma once

#include <cstddef>
#include <cstdint>

namespace webmedia::worklet {

// The value from `start` on, until the next one starts.
// Threads: reentrant; a plain value.
struct Segment {
  enum class Shape : uint8_t {
    constant, // offset
    linear,   // offset + rate * (t - start)
    approach, // offset + scale * exp (rate * (t - start))
    curve,    // `points`, of which there are `rate` a second, joined by lines
    // Where the numbers of these formulas are more than a double holds, though
    // the values are not. They are slow, and seldom.
    wide_linear,      // from offset to scale, in `rate` seconds
    wide_exponential, // the same
    wide_approach,    // from scale to offset, by exp (rate * (t - start))
  };

  double start; // seconds
  double offset = 0;
  double scale = 0;
  double rate = 0;
  const float *points = nullptr;
  uint32_t n_points = 0;
  Shape shape = Shape::constant;

  double value_at (double time) const;
};

// Times that are equally far from each other: (first + i * step) / scale
// seconds. Each is one division of integers, however late it is, so it is the
// very number that who schedules an event at a frame comes to.
struct TimeGrid {
  uint64_t first;
  uint64_t step;
  double scale;

  double time (size_t i) const
  {
    return static_cast<double> (first + i * step) / scale;
  }
  double interval () const { return static_cast<double> (step) / scale; }
};

// Segments in the order of their starts, the first one at minus infinity. Of
// those that start at once the last one holds; one may be there twice.
struct Segments {
  const Segment *const *data;
  size_t count; // at least 1

  const Segment &operator[] (size_t i) const { return *data[i]; }

  // The one that holds at `time`. `hint` is where to look first.
  size_t find (double time, size_t hint = 0) const;
  double value_at (double time) const
  {
    return (*this)[find (time)].value_at (time);
  }

  // Writes the values at the `count` (at least 1) times of the grid, and
  // returns `count`; or, where one value holds for all of them, that one alone,
  // and returns 1. `hint` is kept from one call to the next.
  template <typename T>
  size_t evaluate (
      const TimeGrid &grid, size_t count, T *values, size_t &hint) const;
};

extern template size_t Segments::evaluate (
    const TimeGrid &, size_t, float *, size_t &) const;
extern template size_t Segments::evaluate (
    const TimeGrid &, size_t, double *, size_t &) const;

} // namespace webmedia::worklet
