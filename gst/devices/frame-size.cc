// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/frame-size.hh"

#include "devices/fitness.hh"

#include <cmath>

namespace webmedia::devices {

namespace {

// Without a ratio, each side is on its own.
FrameSize
independent_size (const FrameSizeProblem &problem)
{
  FrameSize size;
  if (problem.ideal_width || !problem.ideal_height || !problem.shape)
    size.width = problem.width.nearest (
        problem.ideal_width.value_or (problem.default_width));
  else
    size.width = problem.width.nearest (std::round (
        problem.height.nearest (*problem.ideal_height) * *problem.shape));
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
