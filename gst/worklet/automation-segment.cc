// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/automation-segment.hh"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace webmedia::worklet {

// Two values at a time.
typedef double Two __attribute__ ((vector_size (16)));
typedef float TwoFloats __attribute__ ((vector_size (8)));

static void
store (double *to, Two values)
{
  std::memcpy (to, &values, sizeof values);
}

static void
store (float *to, Two values)
{
  const TwoFloats floats = __builtin_convertvector(values, TwoFloats);
  std::memcpy (to, &floats, sizeof floats);
}

// So many values are made of one exponential and a product each; then comes the
// next exponential, so that errors do not grow.
static constexpr size_t kRun = 128;

// An approach that is so near its offset is there: the rest is too little for
// the last bit of a double, and where the offset is 0, of a float.
static bool
has_arrived (double rest, double offset)
{
  return std::abs (rest) <= std::max (std::abs (offset) * 0x1p-60, 1e-60);
}

static double
interpolate (const Segment &segment, double position)
{
  const auto last = static_cast<double> (segment.n_points - 2);
  const auto k = static_cast<int64_t> (std::clamp (position, 0.0, last));
  const double from = segment.points[k];
  const double part = std::min (position - static_cast<double> (k), 1.0);
  return from + (segment.points[k + 1] - from) * part;
}

static double
mix_exponentially (double from, double to, double part)
{
  const double low = std::min (std::abs (from), std::abs (to));
  const double high = std::max (std::abs (from), std::abs (to));
  const double value = std::exp (
      std::lerp (std::log (std::abs (from)), std::log (std::abs (to)), part));
  return std::copysign (std::clamp (value, low, high), from);
}

double
Segment::value_at (double time) const
{
  switch (shape) {
  case Shape::constant:
    return offset;
  case Shape::linear:
    return offset + rate * (time - start);
  case Shape::approach:
    return offset + scale * std::exp (rate * (time - start));
  case Shape::curve:
    return interpolate (*this, rate * (time - start));
  case Shape::wide_linear:
    return std::lerp (offset, scale, (time - start) / rate);
  case Shape::wide_exponential:
    return mix_exponentially (offset, scale, (time - start) / rate);
  case Shape::wide_approach:
    return std::lerp (offset, scale, std::exp (rate * (time - start)));
  }
  return offset;
}

// Calls next () for the values, two at a time.
template <typename T, typename Next>
static void
write_twos (T *values, size_t count, Next next)
{
  size_t i = 0;
  for (; i + 2 <= count; i += 2)
    store (values + i, next ());
  if (i < count)
    values[i] = static_cast<T> (next ()[0]);
}

template <typename T>
static void
write_linear (const Segment &segment, double time, double interval, T *values,
    size_t count)
{
  const double first = segment.value_at (time);
  const double step = segment.rate * interval;
  Two place = {0, 1};
  write_twos (values, count, [&] {
    const Two two = first + step * place;
    place += 2;
    return two;
  });
}

template <typename T>
static void
write_approach (const Segment &segment, double time, double interval, T *values,
    size_t count)
{
  const double first =
      segment.scale * std::exp (segment.rate * (time - segment.start));
  if (segment.rate <= 0 && has_arrived (first, segment.offset)) {
    std::fill_n (values, count, static_cast<T> (segment.offset));
    return;
  }
  const double ratio = std::exp (segment.rate * interval);
  Two rest = {first, first * ratio};
  write_twos (values, count, [&] {
    const Two two = segment.offset + rest;
    rest *= ratio * ratio;
    return two;
  });
}

template <typename T>
static void
write_curve (const Segment &segment, double time, double interval, T *values,
    size_t count)
{
  const double first = segment.rate * (time - segment.start);
  const double step = segment.rate * interval;
  for (size_t i = 0; i < count; i++)
    values[i] = static_cast<T> (
        interpolate (segment, first + step * static_cast<double> (i)));
}

template <typename T>
static void
write (const Segment &segment, const TimeGrid &grid, size_t from, size_t to,
    T *values)
{
  const double interval = grid.interval ();
  switch (segment.shape) {
  case Segment::Shape::constant:
    std::fill (values + from, values + to, static_cast<T> (segment.offset));
    return;
  case Segment::Shape::linear:
    write_linear (
        segment, grid.time (from), interval, values + from, to - from);
    return;
  case Segment::Shape::approach:
    for (size_t at = from; at < to; at += kRun)
      write_approach (segment, grid.time (at), interval, values + at,
          std::min (kRun, to - at));
    return;
  case Segment::Shape::curve:
    write_curve (segment, grid.time (from), interval, values + from, to - from);
    return;
  case Segment::Shape::wide_linear:
  case Segment::Shape::wide_exponential:
  case Segment::Shape::wide_approach:
    for (size_t i = from; i < to; i++)
      values[i] = static_cast<T> (segment.value_at (grid.time (i)));
    return;
  }
}

// Whether it has one value from `time` on.
static bool
is_constant (const Segment &segment, double time)
{
  switch (segment.shape) {
  case Segment::Shape::constant:
    return true;
  case Segment::Shape::linear:
    return segment.rate == 0;
  case Segment::Shape::approach:
    return segment.rate == 0
           || (segment.rate < 0
               && has_arrived (
                   segment.scale
                       * std::exp (segment.rate * (time - segment.start)),
                   segment.offset));
  case Segment::Shape::curve:
  case Segment::Shape::wide_linear:
  case Segment::Shape::wide_exponential:
  case Segment::Shape::wide_approach:
    return false;
  }
  return false;
}

size_t
Segments::find (double time, size_t hint) const
{
  const auto holds = [&] (size_t i) {
    return i < count && data[i]->start <= time
           && (i + 1 == count || data[i + 1]->start > time);
  };
  // Of an event there are two.
  for (size_t i = hint; i < hint + 3; i++)
    if (holds (i))
      return i;
  auto after = std::upper_bound (
      data + 1, data + count, time, [] (double value, const Segment *segment) {
        return value < segment->start;
      });
  return static_cast<size_t> (after - data) - 1;
}

// The first of the times `from` to `to` of the grid that is not before `start`,
// or `to`.
static size_t
first_at (const TimeGrid &grid, double start, size_t from, size_t to)
{
  if (grid.time (to - 1) < start)
    return to;
  const double guess = (start * grid.scale - static_cast<double> (grid.first))
                       / static_cast<double> (grid.step);
  auto i = static_cast<size_t> (std::clamp (std::ceil (guess),
      static_cast<double> (from), static_cast<double> (to - 1)));
  while (i > from && grid.time (i - 1) >= start)
    i--;
  while (grid.time (i) < start)
    i++;
  return i;
}

template <typename T>
size_t
Segments::evaluate (
    const TimeGrid &grid, size_t n, T *values, size_t &hint) const
{
  size_t at = find (grid.time (0), hint);
  for (size_t done = 0;; at++) {
    const size_t end =
        at + 1 < count ? first_at (grid, data[at + 1]->start, done, n) : n;
    if (end == n && done == 0 && is_constant (*data[at], grid.time (0))) {
      values[0] = static_cast<T> (data[at]->value_at (grid.time (0)));
      hint = at;
      return 1;
    }
    write (*data[at], grid, done, end, values);
    done = end;
    if (done == n)
      break;
  }
  hint = at;
  return n;
}

template size_t Segments::evaluate (
    const TimeGrid &, size_t, float *, size_t &) const;
template size_t Segments::evaluate (
    const TimeGrid &, size_t, double *, size_t &) const;

} // namespace webmedia::worklet
