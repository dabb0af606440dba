// SPDX-License-Identifier: LGPL-2.1-or-later
// getDisplayMedia: tracks of what the user chooses to share.
#pragma once

#include "devices/constraints.hh"
#include "devices/media-devices.hh"
#include "stream/media-stream.hh"

namespace webmedia::devices {

// What was chosen. It is nobody's device: its ids are its own.
struct DisplayChoice {
  Device video;
  std::optional<Device> audio; // only where it was requested
};

// The application's, or its user. Threads: thread-safe.
class DisplayPicker {
public:
  virtual ~DisplayPicker () = default;

  // Waits for the choice, which these constraints must not limit. Its error is
  // NotAllowedError where the user declines, NotFoundError where there is
  // nothing to choose.
  virtual Result<DisplayChoice> pick (
      const StreamConstraints &constraints, GCancellable *cancellable) = 0;
};

// What a GstDevice that captures a display is to this library. Its properties
// may say what it shows, as `display-surface` (monitor, window or browser; or
// else a monitor), and whether it shows the cursor, as `cursor`: that can be
// changed where its element has a `show-pointer`.
Device make_display_device (const Ptr<GstDevice> &object);
// The sound that is shared with it.
Device make_display_audio (const Ptr<GstDevice> &object);

// A track of pictures, and one of sound where that was requested and chosen.
// Blocks; where it fails, nothing is open. `policy` may be null. The opener is
// told of no devices: what is chosen is none of a list, which could end it.
// What was cancelled fails with an AbortError. Threads: any.
Result<stream::Tracks> get_display_media (PermissionPolicy *policy,
    DeviceOpener &opener, DisplayPicker &picker,
    const StreamConstraints &constraints, GCancellable *cancellable);

} // namespace webmedia::devices
