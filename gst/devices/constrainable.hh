// SPDX-License-Identifier: LGPL-2.1-or-later
// What is constrainable of a track: its source's, and its own.
// https://www.w3.org/TR/mediacapture-streams/#constrainable-interface
#pragma once

#include "base/ptr.hh"
#include "base/result.hh"
#include "devices/capabilities.hh"
#include "devices/constraints.hh"

#include <functional>
#include <memory>

namespace webmedia::stream {
class Track;
}

namespace webmedia::devices {

// Threads: thread-safe. Its functions may be called with no lock held only.
class Constrainable {
public:
  virtual ~Constrainable () = default;

  // Of the source, with the empty list of a camera's facingMode that is not
  // known. They change with the size of a display, and its aspect ratio with
  // that of the track.
  virtual Capabilities capabilities () const = 0;
  // What was applied last, in the form in which it was.
  virtual TrackConstraints constraints () const = 0;
  // Of a track that has ended: only what its device is by nature.
  virtual Settings settings () const = 0;

  // applyConstraints: blocks until the settings are in force. All or nothing:
  // an error leaves everything as it was. `overconstrained` names the
  // constraint at fault (constraint_in_message); `abort`: cancelled. A track
  // that has ended takes all, and nothing happens; so does one that is stopped
  // while the device is waited for. `cancelled` is asked again after
  // wake_open_waits(), and may be empty.
  virtual Result<> apply (const TrackConstraints &constraints,
      const std::function<bool ()> &cancelled) = 0;

  // A frame of the size that these ask for, or of the nearest one: blocks.
  // Neither the track nor its siblings are set to anything else by it; while it
  // is taken their frames may come less often. `unknown`: none has come;
  // `abort`: cancelled; `not_supported`: it is of no device; or what the device
  // has failed with. `cancelled` as above. One whose track is not enabled is
  // black.
  virtual Result<Ptr<GstSample>> take_frame (const TrackConstraints &size,
      bool is_enabled, const std::function<bool ()> &cancelled);

  // The track has another content hint: its defaults are in force soon,
  // wherever constraints leave that open, and are chosen by apply() from now
  // on. Does not wait; `configurationchange` tells.
  virtual void follow_hint (const stream::Track &track) = 0;
};

// Null for a track that is not a device's.
std::shared_ptr<Constrainable> constrainable_of (const stream::Track &track);

} // namespace webmedia::devices
