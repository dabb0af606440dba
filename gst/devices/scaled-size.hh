// SPDX-License-Identifier: LGPL-2.1-or-later
// The sizes of a picture that is scaled down as a whole.
#pragma once

#include "devices/frame-size.hh"

namespace webmedia::devices {

// The best of these sizes: of each length of its longer side the other one
// follows, to the nearest pixel. So each width and each height is one of them.
// Among equals the largest; none: no size meets what is required.
std::optional<FrameSize> best_scaled_size (
    const FrameSizeProblem &problem, double whole_width, double whole_height);

} // namespace webmedia::devices
