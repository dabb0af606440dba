// SPDX-License-Identifier: LGPL-2.1-or-later
// A display whose size changes: a window, say, that its user makes larger. Each
// branch knows by itself what becomes of it, right before the first picture of
// the new size; settings and capabilities follow here.
#include "devices/capture-caps.hh"
#include "devices/capture-engine.hh"
#include "devices/device-modes.hh"
#include "devices/surface-fit.hh"

namespace webmedia::devices {

namespace {

bool
names_size (const Ptr<GstCaps> &caps)
{
  return gst_caps_get_size (caps.get ()) > 0
         && gst_structure_has_field (
             gst_caps_get_structure (caps.get (), 0), "width");
}

} // namespace

// Of a display that has one size only: that one if it can, or what it has by
// then.
Ptr<GstCaps>
Capture::device_caps (const CaptureMode &mode) const
{
  Ptr<GstCaps> all = mode_caps (mode.mode);
  Ptr<GstCaps> caps = caps_of (all, mode);
  if (!has_surface () || names_size (all))
    return caps;
  caps = Ptr<GstCaps>::adopt (gst_caps_make_writable (caps.release ()));
  gst_caps_append (
      caps.get (), gst_caps_copy (caps_of (all, of_any_size (mode)).get ()));
  return caps;
}

CaptureMode
Capture::of_any_size (CaptureMode mode)
{
  mode.width = mode.height = 0;
  return mode;
}

// Where several sizes come before the task runs, the last one counts.
void
Capture::on_caps (const GstCaps *caps)
{
  const GstStructure *structure = gst_caps_get_structure (caps, 0);
  int width, height;
  if (!has_surface () || !gst_structure_get_int (structure, "width", &width)
      || !gst_structure_get_int (structure, "height", &height))
    return;
  {
    MutexLocker locker (lock_);
    if (surface_.width == width && surface_.height == height)
      return;
    surface_ = {double (width), double (height), 0};
  }
  schedule ();
}

// Whether it has another size than it was last seen with. Its space is that of
// the new one then.
bool
Capture::see_surface ()
{
  auto space = shared_space ();
  FrameSize now;
  {
    MutexLocker locker (lock_);
    now = surface_;
  }
  if (!running_ || now.width == 0
      || (running_->width == now.width && running_->height == now.height))
    return false;
  running_->width = now.width;
  running_->height = now.height;
  is_resized_ = true;
  space = std::make_shared<const SettingsSpace> (
      resized_display (*space, now.width, now.height));
  MutexLocker locker (lock_);
  space_.swap (space);
  return true;
}

// https://w3c.github.io/mediacapture-screen-share/#constrainable-properties,
// what follows the table: all are other ones before anybody is told. A clone
// may have come with the settings of before.
void
Capture::follow_surface ()
{
  see_surface ();
  if (!is_resized_)
    return;
  Tracks all = tracks ();
  auto space = shared_space ();
  std::vector<Demand> demands;
  for (const auto &track : all)
    demands.push_back (demand_in_force (*space, track->demand ().constraints));
  auto plan = keep_mode (*space, demands, *running_);
  if (!plan)
    plan = plan_capture (*space, demands, running_);
  Setup setup{plan ? plan->mode : *running_, {}};
  for (size_t i = 0; i < all.size (); i++) {
    Demand before = all[i]->demand ();
    Demand now = before;
    now.selection =
        std::move (plan ? plan->selections[i] : demands[i].selection);
    setup.demands.push_back (now);
    all[i]->set_selected (
        std::move (now.constraints), std::move (now.selection));
  }
  if (setup.mode != *running_)
    if (Result<> done = run (all, setup, Purpose::restore, {}); !done)
      fail (done.error ());
  for (const auto &track : all)
    track->tell_configuration (stream::ChangedBy::source);
}

} // namespace webmedia::devices
