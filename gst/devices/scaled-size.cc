// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/scaled-size.hh"

#include "devices/fitness.hh"

#include <cmath>

namespace webmedia::devices {

namespace {

// How far off a ratio may be that is required. Of a few pixels most are:
// nobody asks for 3x2 of a screen to have its ratio.
constexpr double kSameRatio = 0.01;

bool
has (const Interval &interval, double number)
{
  return number >= interval.low && number <= interval.high;
}

bool
has_required_ratio (
    const FrameSizeProblem &problem, const FrameSize &size, double whole_ratio)
{
  bool is_required =
      std::isfinite (problem.ratio.low) || std::isfinite (problem.ratio.high);
  return !is_required
         || (has (problem.ratio, size.ratio ())
             && number_distance (size.ratio (), whole_ratio) <= kSameRatio);
}

} // namespace

// https://w3c.github.io/mediacapture-screen-share/#downscaling-and-frame-decimation
// There are as many as the longer side has pixels: all are looked at.
std::optional<FrameSize>
best_scaled_size (
    const FrameSizeProblem &problem, double whole_width, double whole_height)
{
  bool is_wide = whole_width >= whole_height;
  double longer = std::max (whole_width, whole_height);
  double shorter = std::min (whole_width, whole_height);
  const Interval &along = is_wide ? problem.width : problem.height;
  const Interval &across = is_wide ? problem.height : problem.width;
  double whole_ratio = aspect_ratio (whole_width, whole_height);
  // DEVIATION: the ratio is that of the whole for all of them. With that of
  // each one, a picture of 3x2 would be nearest to an ideal of 1.5.
  double of_ratio = number_distance (whole_ratio, problem.ideal_ratio);
  std::optional<FrameSize> best;
  for (double length = along.high; length >= along.low; length--) {
    double other = std::max (std::round (length * shorter / longer), 1.);
    if (!has (across, other))
      continue;
    FrameSize size{is_wide ? length : other, is_wide ? other : length, 0};
    if (!has_required_ratio (problem, size, whole_ratio))
      continue;
    size.distance = number_distance (size.width, problem.ideal_width)
                    + number_distance (size.height, problem.ideal_height)
                    + of_ratio;
    if (size.distance <= problem.limit
        && (!best || size.distance < best->distance))
      best = size;
  }
  return best;
}

} // namespace webmedia::devices
