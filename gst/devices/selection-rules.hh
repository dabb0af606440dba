// SPDX-License-Identifier: LGPL-2.1-or-later
// What getUserMedia and getDisplayMedia refuse before they look at any device.
#pragma once

#include "base/result.hh"
#include "devices/constraints.hh"

#include <string>

namespace webmedia::devices {

// A TypeError where neither kind is requested.
Result<> check_requested (const StreamConstraints &constraints);

// What remains of the constraints for a track of this kind in getUserMedia; a
// TypeError for a required one that cannot select a device.
Result<TrackConstraints> constraints_for_device_selection (
    const TrackConstraints &constraints, TrackKind kind);

// The constraints of getDisplayMedia: a TypeError, or the name of the
// constraint for an OverconstrainedError, or "".
Result<std::string> check_display_constraints (
    const StreamConstraints &constraints);

} // namespace webmedia::devices
