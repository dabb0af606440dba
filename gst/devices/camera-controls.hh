// SPDX-License-Identifier: LGPL-2.1-or-later
// What a camera can be told besides its mode: its zoom, say, or its white
// balance. https://w3c.github.io/mediacapture-image/#constrainable-properties
#pragma once

#include "base/ptr.hh"
#include "devices/device.hh"

#include <memory>

namespace webmedia::devices {

// The controls of one camera. What it is told it keeps, also when it is closed.
// Threads: thread-bound (who has the turn of its capture).
class CameraControls {
public:
  virtual ~CameraControls () = default;

  // Each that it has, and can be set: only properties that are `controlled`.
  virtual Domains domains () const = 0;
  // What they are right now; without those that can't be read.
  virtual Settings values () const = 0;
  // One of its domain. False: it is not taken, as it does not count in the mode
  // that the camera is in, or the camera fails. Blocks as long as that takes.
  virtual bool set (Property property, const Value &value) = 0;
  // The same for what it was set to before: what is done once, and has been
  // done, is not done again.
  virtual bool put_back (Property property, const Value &value)
  {
    return set (property, value);
  }

  // Whether the camera chooses the ISO by itself, of which no property tells;
  // who sets one has it do so no more.
  virtual bool is_iso_automatic () const { return false; }
  // It does again, where it can.
  virtual void free_iso () {}
};

// What controls there are, and what they are set to.
struct ControlState {
  Domains domains;
  Settings values;
};

// Those of a camera whose element runs; null: it has none.
std::shared_ptr<CameraControls> open_controls (
    const Device &device, const Ptr<GstElement> &element);

// The same of a camera that need not be open. None: it can't be looked at, as
// its plugin is missing, or it can't be opened now. Blocks: an element is made,
// and one of V4L2 or GstPhotography is opened, which starts nothing.
std::optional<ControlState> find_controls (const Device &device);

// A GstDevice may bring its own, as those of tests do: a std::shared_ptr, with
// this name.
inline constexpr const char *kOwnControls = "webmedia-camera-controls";

inline void
bring_controls (
    const Ptr<GstDevice> &device, std::shared_ptr<CameraControls> controls)
{
  using Pointer = std::shared_ptr<CameraControls>;
  g_object_set_data_full (G_OBJECT (device.get ()), kOwnControls,
      new Pointer (std::move (controls)),
      [] (gpointer data) { delete static_cast<Pointer *> (data); });
}

} // namespace webmedia::devices
