// SPDX-License-Identifier: LGPL-2.1-or-later
// What changes its size by itself: a window, say, that its user makes larger,
// or a grabber whose signal is another one. Each branch of a display knows by
// itself what becomes of it, right before the first picture of the new size;
// those of a camera are made anew here. Settings and capabilities follow.
#include "devices/capture-caps.hh"
#include "devices/capture-engine.hh"
#include "devices/device-modes.hh"
#include "devices/surface-fit.hh"

namespace webmedia::devices {

namespace {

bool
has_field (const Ptr<GstCaps> &caps, const char *name)
{
  return gst_caps_get_size (caps.get ()) > 0
         && gst_structure_has_field (
             gst_caps_get_structure (caps.get (), 0), name);
}

Ptr<GstCaps>
joined (Ptr<GstCaps> caps, const Ptr<GstCaps> &others)
{
  caps = Ptr<GstCaps>::adopt (gst_caps_make_writable (caps.release ()));
  gst_caps_append (caps.get (), gst_caps_copy (others.get ()));
  return caps;
}

// What it may become by itself.
Ptr<GstCaps>
of_any_kind (const Ptr<GstCaps> &caps, bool of_any_rate)
{
  auto other = Ptr<GstCaps>::adopt (gst_caps_copy (caps.get ()));
  for (guint i = 0; i < gst_caps_get_size (other.get ()); i++) {
    GstStructure *structure = gst_caps_get_structure (other.get (), i);
    gst_structure_remove_fields (structure, "width", "height", nullptr);
    if (of_any_rate)
      gst_structure_remove_field (structure, "framerate");
  }
  return other;
}

} // namespace

// What it is asked for is what it is to be first: a display that has one size
// only may have another one by then, and a camera may become another one.
Ptr<GstCaps>
Capture::device_caps (const CaptureMode &mode) const
{
  Ptr<GstCaps> all = mode_caps (mode.mode);
  Ptr<GstCaps> caps = caps_of (all, mode);
  if (parts_.space->kind == TrackKind::audio)
    return caps;
  if (has_surface ())
    return has_field (all, "width")
               ? caps
               : joined (caps, caps_of (all, of_any_size (mode)));
  if (!has_field (all, "width"))
    return caps;
  caps = joined (caps, caps_of (of_any_kind (all, false), of_any_size (mode)));
  return joined (caps, caps_of (of_any_kind (all, true), of_any_size (mode)));
}

CaptureMode
Capture::of_any_size (CaptureMode mode)
{
  mode.width = mode.height = 0;
  return mode;
}

// Where several come before the task runs, the last one counts.
void
Capture::on_caps (const GstCaps *caps)
{
  const GstStructure *structure = gst_caps_get_structure (caps, 0);
  int width, height, frames = 0, seconds = 1;
  if (parts_.space->kind == TrackKind::audio
      || !gst_structure_get_int (structure, "width", &width)
      || !gst_structure_get_int (structure, "height", &height))
    return;
  gst_structure_get_fraction (structure, "framerate", &frames, &seconds);
  CaptureMode given{.width = double (width),
      .height = double (height),
      .frame_rate = double (frames) / seconds};
  {
    MutexLocker locker (lock_);
    if (given_ == given)
      return;
    given_ = given;
  }
  schedule ();
}

// Of a camera that says nothing of its rate, any is what it has.
bool
Capture::names_rate () const
{
  return !has_surface () && has_field (mode_caps (running_->mode), "framerate");
}

// Whether it has another size than it was last seen with. Its space is that of
// the new one then.
bool
Capture::see_size ()
{
  CaptureMode now;
  {
    MutexLocker locker (lock_);
    now = given_;
  }
  if (!running_ || now.width == 0 || running_->width == 0)
    return false;
  bool has_rate = now.frame_rate > 0 && running_->frame_rate > 0
                  && names_rate ()
                  && !is_same_rate (now.frame_rate, running_->frame_rate);
  if (running_->width == now.width && running_->height == now.height
      && !has_rate)
    return false;
  running_->width = now.width;
  running_->height = now.height;
  if (has_rate)
    running_->frame_rate = now.frame_rate;
  bool is_own = !has_surface () && find_own_mode (*parts_.space, *running_);
  is_resized_ = !is_own;
  SettingsSpace space =
      is_own ? *parts_.space
      : has_surface ()
          ? resized_display (*shared_space (), now.width, now.height)
          : camera_as_it_is (*parts_.space, *running_);
  auto shared = std::make_shared<const SettingsSpace> (std::move (space));
  MutexLocker locker (lock_);
  space_.swap (shared);
  return true;
}

SettingsSpace
Capture::space_as_it_is () const
{
  return has_surface () ? *shared_space ()
                        : camera_as_it_is (*parts_.space, *running_);
}

// https://w3c.github.io/mediacapture-screen-share/#constrainable-properties,
// what follows the table: all are other ones before anybody is told. A clone
// may have come with the settings of before.
void
Capture::follow_size ()
{
  if (!see_size () && !(has_surface () && is_resized_))
    return;
  Tracks all = tracks ();
  SettingsSpace space = space_as_it_is ();
  std::vector<Demand> demands;
  for (const auto &track : all)
    demands.push_back (demand_in_force (space, track->demand ().constraints));
  auto plan = keep_mode (space, demands, *running_);
  if (!plan)
    plan = plan_capture (space, demands, running_);
  if (plan)
    for (size_t i = 0; i < all.size (); i++)
      demands[i].selection = std::move (plan->selections[i]);
  if (Result<> done =
          settle (all, plan ? plan->mode : *running_, std::move (demands));
      !done)
    fail (done.error ());
}

// Brings tracks to these selections, whatever they have asked for, and the
// device to this mode.
Result<>
Capture::settle (
    const Tracks &tracks, const CaptureMode &mode, std::vector<Demand> demands)
{
  Setup setup{mode, {}};
  for (size_t i = 0; i < tracks.size (); i++) {
    Demand now = tracks[i]->demand ();
    now.selection = std::move (demands[i].selection);
    setup.demands.push_back (now);
    tracks[i]->set_selected (
        std::move (now.constraints), std::move (now.selection));
  }
  Result<> done =
      setup.mode == *running_ ? ok : run (tracks, setup, Purpose::restore, {});
  for (const auto &track : tracks)
    track->tell_configuration (stream::ChangedBy::source);
  return done;
}

// A clone that has come while a mode was lowered, which did not count it.
// Nothing is scaled up for it: the mode is raised again, or where what others
// require by now does not allow that, the clone has what there is.
void
Capture::cover (const Tracks &tracks)
{
  std::vector<Demand> demands;
  for (const auto &track : tracks)
    demands.push_back (track->demand ());
  if (parts_.space->kind == TrackKind::audio || covers (*running_, demands))
    return;
  for (Demand &demand : demands)
    demand.constraints = in_force (demand).constraints;
  auto space = fix_controls ({}, demands);
  auto plan = plan_capture (*space, demands, running_);
  if (!plan) {
    SettingsSpace now = space_as_it_is ();
    for (Demand &demand : demands)
      if (!covers (*running_, std::span (&demand, 1)))
        demand = demand_in_force (now, std::move (demand.constraints));
  }
  for (size_t i = 0; plan && i < demands.size (); i++)
    demands[i].selection = std::move (plan->selections[i]);
  if (Result<> done =
          settle (tracks, plan ? plan->mode : *running_, std::move (demands));
      !done)
    fail (done.error ());
}

} // namespace webmedia::devices
