// SPDX-License-Identifier: LGPL-2.1-or-later
// The width and height of a picture, whose ratio may be constrained, too.
#pragma once

#include "devices/numbers.hh"
#include "devices/property.hh"

#include <limits>
#include <optional>

namespace webmedia::devices {

// No picture is taken to be wider or higher: what sources call an open range
// ends here.
inline constexpr double kMaxSide = 65535;

struct FrameSizeProblem {
  Interval width;  // whole numbers from 1 on
  Interval height; // the same
  Interval ratio;  // of the aspect ratio as it is rounded

  // Positive ones: of others, all sizes are as far.
  std::optional<double> ideal_width;
  std::optional<double> ideal_height;
  std::optional<double> ideal_ratio;

  bool ratio_counts = false; // it is required, or has an ideal

  // No size that is farther is looked for.
  double limit = std::numeric_limits<double>::infinity ();

  // Among equals: a width to be near to, and what then makes the height.
  double default_width = 640;
  double default_height = 480;
  std::optional<double> shape; // width by height, instead of default_height
};

// As the property has it.
inline double
aspect_ratio (double width, double height)
{
  return round_to_tenth_decimal (width / height);
}

struct FrameSize {
  double width = 0;
  double height = 0;
  double distance = 0; // the sum for width, height and aspect ratio

  double ratio () const { return aspect_ratio (width, height); }
};

// A size with the smallest distance; none where no size has such a ratio, or
// all that have are beyond the limit.
std::optional<FrameSize> best_frame_size (const FrameSizeProblem &problem);

// The part of it for where the ratio counts and there are sizes at all. What it
// finds may be beyond the limit.
std::optional<FrameSize> search_frame_size (const FrameSizeProblem &problem);

} // namespace webmedia::devices
