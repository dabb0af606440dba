// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/numbers.hh"

#include "devices/fitness.hh"

#include <algorithm>
#include <cmath>
#include <limits>

namespace webmedia::devices {

namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity ();

// One that is infinite is none.
std::optional<double>
number_of (double number)
{
  return std::isfinite (number) ? std::optional (number) : std::nullopt;
}

// Whether these are as good as the same, where a step is so large.
bool
is_near (double a, double b, double step)
{
  return std::abs (a - b) < step * 1e-6;
}

// The number of whole steps up to the number, or, upwards, from it on. One that
// is as good as at a step is left as it was given: 1.2 need not be 1 + 2 * 0.1.
double
at_step (double low, double step, double number, bool upwards)
{
  double steps = (number - low) / step;
  double nearest = low + std::round (steps) * step;
  if (is_near (nearest, number, step))
    return number;
  return low + (upwards ? std::ceil (steps) : std::floor (steps)) * step;
}

} // namespace

std::optional<double>
Numbers::at_most (double limit) const
{
  double largest = -kInfinite;
  for (const Interval &interval : intervals) {
    double low = interval.low;
    double high = interval.high;
    if (decimated && low > limit) {
      if (limit <= 0)
        continue;
      // The least divisor that brings the lower end down to the limit. The
      // quotient may be off by one, as it is rounded.
      double divisor = std::ceil (low / limit);
      if (low / (divisor - 1) <= limit)
        divisor--;
      else if (low / divisor > limit)
        divisor++;
      low /= divisor;
      high /= divisor;
    }
    double number = std::min (high, limit);
    if (whole)
      number = std::floor (number);
    if (step > 0 && number >= low)
      number = at_step (low, step, number, false);
    if (number >= low)
      largest = std::max (largest, number);
  }
  return number_of (largest);
}

std::optional<double>
Numbers::at_least (double limit) const
{
  double smallest = kInfinite;
  for (const Interval &interval : intervals) {
    double low = interval.low;
    double high = interval.high;
    if (decimated) {
      if (limit <= 0)
        continue; // they come as near to 0 as one likes: there is no smallest
      // The greatest divisor that leaves the upper end at the limit.
      double divisor = std::max (std::floor (high / limit), 1.);
      if (high / (divisor + 1) >= limit)
        divisor++;
      else if (divisor > 1 && high / divisor < limit)
        divisor--;
      low /= divisor;
      high /= divisor;
    }
    double number = std::max (low, limit);
    if (whole)
      number = std::ceil (number);
    if (step > 0 && number <= high)
      number = at_step (low, step, number, true);
    if (number <= high)
      smallest = std::min (smallest, number);
  }
  return number_of (smallest);
}

bool
Numbers::any_within (const Interval &bounds) const
{
  std::optional<double> largest = at_most (bounds.high);
  return largest && *largest >= bounds.low;
}

std::optional<double>
Numbers::best (const Interval &bounds, double ideal) const
{
  double best = kInfinite;
  double best_distance = kInfinite;
  auto consider = [&] (std::optional<double> number) {
    if (!number || *number < bounds.low || *number > bounds.high)
      return;
    double distance = number_distance (*number, ideal);
    if (distance < best_distance) {
      best = *number;
      best_distance = distance;
    }
  };
  // Away from the ideal the distance only grows, on either side.
  consider (at_most (std::min (ideal, bounds.high)));
  if (best_distance > 0)
    consider (at_least (std::max (ideal, bounds.low)));
  // But beyond a change of sign it falls again: the ends may be nearer.
  if (best_distance == kInfinite || ideal < 0) {
    consider (at_most (bounds.high));
    consider (at_least (bounds.low));
  }
  return number_of (best);
}

} // namespace webmedia::devices
