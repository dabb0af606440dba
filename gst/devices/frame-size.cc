// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/frame-size.hh"

#include "devices/fitness.hh"

#include <cmath>

namespace webmedia::devices {

namespace {

// The width to be near to: the ideal one, or else what goes with the heights
// that there are. Only what both sides require makes another shape.
double
wanted_width (const FrameSizeProblem &problem)
{
  if (problem.ideal_width)
    return *problem.ideal_width;
  if (!problem.shape)
    return problem.default_width;
  auto beside = [&problem] (double height) {
    return std::round (height * *problem.shape);
  };
  if (problem.ideal_height)
    return beside (problem.height.nearest (*problem.ideal_height));
  return Interval{beside (problem.height.low), beside (problem.height.high)}
      .nearest (problem.default_width);
}

// Without a ratio, each side is on its own.
FrameSize
independent_size (const FrameSizeProblem &problem)
{
  FrameSize size;
  size.width = problem.width.nearest (wanted_width (problem));
  size.height = problem.height.nearest (
      problem.ideal_height ? *problem.ideal_height
      : problem.shape      ? std::round (size.width / *problem.shape)
                           : problem.default_height);
  size.distance = number_distance (size.width, problem.ideal_width)
                  + number_distance (size.height, problem.ideal_height);
  return size;
}

} // namespace

std::optional<FrameSize>
best_frame_size (const FrameSizeProblem &problem)
{
  if (problem.width.low > problem.width.high
      || problem.height.low > problem.height.high)
    return {};
  std::optional<FrameSize> best = problem.ratio_counts
                                      ? search_frame_size (problem)
                                      : independent_size (problem);
  return best && best->distance <= problem.limit ? best : std::nullopt;
}

} // namespace webmedia::devices
