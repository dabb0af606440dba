// SPDX-License-Identifier: LGPL-2.1-or-later
// What becomes of a track of a display, or of a camera, that changes its size.
#pragma once

#include "devices/capture-plan.hh"
#include "devices/frame-size.hh"

#include <memory>

namespace webmedia::devices {

// What a display of this space makes of these constraints. Those that it can't
// meet are ignored for as long as it can't: the demand is without them.
Demand demand_in_force (
    const SettingsSpace &space, TrackConstraints constraints);

// Whether what a camera gives out by itself is one of its own modes, whose
// number it gets.
bool find_own_mode (const SettingsSpace &space, CaptureMode &mode);
// What can be made of what a camera gives out now.
SettingsSpace camera_as_it_is (
    const SettingsSpace &space, const CaptureMode &mode);

// Whether they say anything of how large the picture is to be. Otherwise it is
// left as it is, whatever its size.
bool are_of_size (const TrackConstraints &constraints);

// The size of one track, for any size of its display: a function of both, so
// that whoever sees the display's new size knows it.
// Threads: reentrant.
struct SurfaceFit {
  std::shared_ptr<const SettingsSpace> space; // of the display, in any size
  TrackConstraints constraints;

  FrameSize size_of (double width, double height) const;
};

} // namespace webmedia::devices
