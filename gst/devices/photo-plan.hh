// SPDX-License-Identifier: LGPL-2.1-or-later
// How one device runs for a photo, which is taken in a moment.
#pragma once

#include "devices/capture-plan.hh"

namespace webmedia::devices {

// The mode that has the size which `photo` asks for, or the nearest one: the
// one that runs, unless another one has a nearer size. All others have what
// they are set to, but for their frame rate, which may be lower as far as they
// require none. The selections are theirs, and then the photo's.
CapturePlan plan_photo (const SettingsSpace &space,
    std::span<const Demand> others, const TrackConstraints &photo,
    const CaptureMode &running);

} // namespace webmedia::devices
