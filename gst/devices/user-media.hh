// SPDX-License-Identifier: LGPL-2.1-or-later
// getUserMedia: from constraints to tracks of devices.
#pragma once

#include "devices/constraints.hh"
#include "devices/media-devices.hh"
#include "stream/media-stream.hh"

namespace webmedia::devices {

// A track for each kind that is requested, sound first. Waits for devices, for
// the user, and for what is opened; where it fails, nothing is open. What was
// cancelled fails with an AbortError. The devices must have an opener.
// Threads: any.
Result<stream::Tracks> get_user_media (MediaDevices &devices,
    const StreamConstraints &constraints, GCancellable *cancellable);

} // namespace webmedia::devices
