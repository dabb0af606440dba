// SPDX-License-Identifier: LGPL-2.1-or-later
// The controls of one camera that are in several places.
#pragma once

#include "devices/camera-controls.hh"

#include <vector>

namespace webmedia::devices {

// Each property is of the first that has it. Some may be null; all: so is this.
std::shared_ptr<CameraControls> join_controls (
    std::vector<std::shared_ptr<CameraControls>> parts);

} // namespace webmedia::devices
