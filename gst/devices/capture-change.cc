// SPDX-License-Identifier: LGPL-2.1-or-later
// What is done to a capture for who opens or applies, with its turn: it is
// brought to what all of its tracks are to have, or left as it was.
#include "devices/capture-caps.hh"
#include "devices/capture-engine.hh"
#include "devices/control-plan.hh"
#include "devices/display-cursor.hh"
#include "devices/overconstrained.hh"
#include "devices/source-latency-gst.hh"
#include "devices/surface-fit.hh"

#include <algorithm>

namespace webmedia::devices {

namespace {

// Of a device's element, which may be made of several.
const char *
factory_of (GstElement *element)
{
  GstElementFactory *factory = gst_element_get_factory (element);
  return factory ? GST_OBJECT_NAME (factory) : G_OBJECT_TYPE_NAME (element);
}

} // namespace

Result<>
Capture::change (const std::shared_ptr<DeviceTrack> &track, Demand demand,
    bool is_new, const Wanted &wanted)
{
  Tracks all = tracks ();
  if (is_new)
    all.push_back (track);
  Setup setup{};
  std::vector<Demand> demands;
  for (const auto &each : all) {
    setup.demands.push_back (each == track ? demand : each->demand ());
    demands.push_back (each == track ? demand : in_force (each->demand ()));
  }
  Settings controls_before = control_values ();
  Settings controls = controls_to_set (
      demand.selection.settings, demand.constraints, controls_before);
  auto space = fix_controls (controls, demands);
  auto plan = plan_capture (*space, demands, running_);
  if (!plan) {
    auto at = std::find (all.begin (), all.end (), track);
    if (at == all.end ())
      return ok; // it was stopped at this moment
    return make_overconstrained_error (
        conflict_of (*space, demands, size_t (at - all.begin ())));
  }
  setup.mode = plan->mode;
  for (size_t i = 0; i < all.size (); i++) {
    setup.demands[i].selection = std::move (plan->selections[i]);
    if (!setup.demands[i].may_move)
      drop_movement (setup.demands[i].selection.settings);
  }
  auto old_mode = pipeline_ ? running_ : std::nullopt;
  bool was_released = is_released_;
  if (is_new && is_released_) {
    mute_tracks (); // the device comes back for it
    is_release_due_ = false;
  }
  Result<> done = run (
      all, setup, is_new ? Purpose::open : Purpose::apply, wanted.cancelled);
  bool is_written = bool (done);
  bool was_iso_automatic = controls_ && controls_->is_iso_automatic ();
  OwedControls owed_before = owed_controls_;
  if (is_written)
    done = set_controls (controls, demands);
  if (done && !wanted.commit ())
    done = make_error (ErrorCode::abort, "It was cancelled");
  if (!done) {
    owed_controls_ = std::move (owed_before);
    if (is_written)
      undo_controls (controls, std::move (controls_before), was_iso_automatic);
    if (old_mode)
      restore (*old_mode, was_released);
    else
      branches_.clear ();
    return done;
  }
  wanted_controls_ = with_told (std::move (wanted_controls_), controls);
  if (controls_ ? controls_->is_iso_automatic () : owed_controls_.frees_iso)
    wanted_controls_.erase (Property::iso);
  tell_all (track, all, std::move (setup.demands));
  if (is_new && !add (track))
    return make_error (ErrorCode::not_readable, "%s has stopped right away",
        parts_.device.label.c_str ());
  schedule (); // for those that were stopped meanwhile
  return ok;
}

// What can't be met by now is nothing that others are to heed.
Demand
Capture::in_force (Demand demand) const
{
  if (is_resized_) {
    Demand met = demand_in_force (*shared_space (), demand.constraints);
    demand.constraints = std::move (met.constraints);
    demand.selection = std::move (met.selection);
  }
  demand.constraints = without_unmet_controls (
      std::move (demand.constraints), control_values ());
  return demand;
}

// What they have by now; all but the one that asked hear of what is another one
// for them.
void
Capture::tell_all (const std::shared_ptr<DeviceTrack> &asker,
    const Tracks &tracks, std::vector<Demand> now)
{
  measure ();
  for (size_t i = 0; i < tracks.size (); i++) {
    tracks[i]->set_selected (
        std::move (now[i].constraints), std::move (now[i].selection));
    tracks[i]->tell_configuration (tracks[i] == asker
                                       ? stream::ChangedBy::application
                                       : stream::ChangedBy::source);
  }
}

// As it was, without a wait for the device, if there are tracks left. Where
// that can't be had any more, nothing can.
void
Capture::restore (const CaptureMode &mode, bool was_released)
{
  is_released_ = was_released;
  Setup old{mode, {}};
  Tracks kept = tracks ();
  for (const auto &each : kept)
    old.demands.push_back (each->demand ());
  if (!kept.empty () && !health_->failure ())
    if (Result<> restored = run (kept, old, Purpose::restore, {}); !restored)
      fail (restored.error ());
  schedule ();
}

// But for the cursor, which can be changed as it runs.
bool
Capture::runs_as (const CaptureMode &mode) const
{
  if (!running_)
    return false;
  CaptureMode same = *running_;
  same.cursor = mode.cursor;
  if (mode_caps (same.mode).get () == mode_caps (mode.mode).get ())
    same.mode = mode.mode;
  return same == mode;
}

// Brings all to what was planned. Who opens needs the device itself; where that
// is not to be any more, what is blank comes instead.
Result<>
Capture::run (const Tracks &tracks, const Setup &setup, Purpose purpose,
    const Cancelled &cancelled)
{
  bool is_needed = purpose == Purpose::open;
  if (!pipeline_)
    pipeline_ = std::make_unique<CapturePipeline> (
        weak_from_this (), health_, has_surface ());
  bool stays_released = is_released_ && !is_needed;
  bool restarts = !pipeline_->has_head () || !runs_as (setup.mode)
                  || pipeline_->has_device () == stays_released;
  auto caps = stays_released ? pipeline_->current_caps () : nullptr;
  if (restarts)
    stop_head ();
  if (purpose == Purpose::restore)
    fit_or_end (tracks, setup);
  else if (Result<> fitted = fit_branches (tracks, setup); !fitted)
    return fitted;
  if (!restarts) {
    pipeline_->set_cursor (setup.mode.cursor);
    running_ = setup.mode;
    return is_needed ? health_->wait (cancelled) : ok;
  }
  if (!running_ || running_->latency != setup.mode.latency)
    latency_ = 0;
  running_ = setup.mode;
  if (stays_released) {
    start_blank (caps ? with_mode (caps, setup.mode) : nullptr);
    return ok;
  }
  return start (setup.mode,
      purpose == Purpose::restore ? Awaited::no : Awaited::yes, cancelled);
}

Result<>
Capture::start (
    const CaptureMode &mode, Awaited awaited, const Cancelled &cancelled)
{
  if (auto failure = health_->failure ())
    return *failure;
  auto element = make_element (parts_.device);
  if (!element)
    return make_error (ErrorCode::not_readable,
        "There is no element for %s; it may have been unplugged, or a plugin "
        "is missing",
        parts_.device.label.c_str ());
  auto pad =
      Ptr<GstPad>::adopt (gst_element_get_static_pad (element.get (), "src"));
  if (!pad)
    return make_error (ErrorCode::not_readable,
        "%s can't be read from: what GStreamer has for it (%s) is no source",
        parts_.device.label.c_str (), factory_of (element.get ()));
  if (mode.latency > 0)
    set_latency (element.get (), mode.latency);
  set_cursor (element.get (), mode.cursor);
  bool is_awaited = awaited == Awaited::yes;
  is_released_ = false; // before its data, which unmutes
  Result<> started =
      pipeline_->start_device (element, device_caps (mode), is_awaited);
  if (!started)
    return started;
  start_controls (element);
  lacks_blank_ = false;
  if (!is_awaited)
    return ok;
  started = health_->wait (cancelled);
  if (!started)
    stop_head ();
  return started;
}

void
Capture::stop_head ()
{
  stop_controls ();
  pipeline_->stop_head ();
  MutexLocker locker (lock_);
  given_ = {}; // by what comes next
}

} // namespace webmedia::devices
