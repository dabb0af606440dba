// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/capture-engine.hh"

#include "base/worker-pool.hh"
#include "devices/capture-caps.hh"
#include "devices/overconstrained.hh"

#include <algorithm>

namespace webmedia::devices {

namespace {

bool
has (const std::vector<std::shared_ptr<DeviceTrack>> &tracks,
    const DeviceTrack *track)
{
  return std::any_of (tracks.begin (), tracks.end (),
      [track] (const auto &each) { return each.get () == track; });
}

} // namespace

std::shared_ptr<Capture>
Capture::create (CaptureParts parts)
{
  return std::shared_ptr<Capture> (new Capture (std::move (parts)));
}

Capture::~Capture () = default;

// On any thread

Capture::Tracks
Capture::tracks () const
{
  MutexLocker locker (lock_);
  return tracks_;
}

bool
Capture::has_failed () const
{
  MutexLocker locker (lock_);
  return has_failed_;
}

void
Capture::set_muted (bool muted)
{
  is_muted_ = muted;
  for (const auto &track : tracks ())
    if (auto input = track->input ())
      input->set_muted (muted);
}

void
Capture::schedule ()
{
  {
    MutexLocker locker (lock_);
    if (is_closed_ || std::exchange (is_scheduled_, true))
      return;
  }
  run_in_pool ([self = shared_from_this ()] { self->work (); });
}

void
Capture::fail ()
{
  {
    MutexLocker locker (lock_);
    has_failed_ = true;
  }
  schedule ();
}

std::shared_ptr<stream::Source>
Capture::clone (const Demand &demand)
{
  auto made = DeviceTrack::make (shared_from_this (), demand);
  auto input = made.track->input ();
  if (!add (made.track)) {
    made.track->end ();
    return nullptr;
  }
  // As its siblings are; who unmutes them may not have seen it.
  input->set_muted (is_muted_);
  if (!is_muted_)
    input->set_muted (false);
  schedule ();
  return std::move (made.source);
}

// False: there is nothing more to come.
bool
Capture::add (const std::shared_ptr<DeviceTrack> &track)
{
  MutexLocker locker (lock_);
  if (is_closed_ || has_failed_)
    return false;
  tracks_.push_back (track);
  return true;
}

void
Capture::remove (const DeviceTrack *track)
{
  std::shared_ptr<DeviceTrack> gone; // without the lock
  {
    MutexLocker locker (lock_);
    auto found = std::find_if (tracks_.begin (), tracks_.end (),
        [track] (const auto &each) { return each.get () == track; });
    if (found != tracks_.end ()) {
      gone = std::move (*found);
      tracks_.erase (found);
    }
  }
  schedule ();
}

bool
Capture::is_any_wanted () const
{
  auto all = tracks ();
  return std::any_of (all.begin (), all.end (),
      [] (const auto &track) { return track->is_wanted (); });
}

// Who enables a track finds it muted already, if the device is not there.
void
Capture::on_wanted ()
{
  if (is_released_ && is_any_wanted ())
    set_muted (true);
  schedule ();
}

void
Capture::on_data ()
{
  set_muted (false);
}

// With the turn, by who opens or applies

// https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia
// step 11.12 for one track
std::optional<Result<std::shared_ptr<stream::Track>>>
Capture::open (const OpenRequest &request)
{
  using Opened = Result<std::shared_ptr<stream::Track>>;
  TurnHolder turn (turn_, request.cancelled);
  if (!turn.has_turn)
    return Opened (make_error (ErrorCode::abort,
        "The opening of %s was cancelled", parts_.device.label.c_str ()));
  if (has_failed ())
    see_to_end ();
  if (is_closed_)
    return {};
  auto made = DeviceTrack::make (
      shared_from_this (), {request.constraints, request.selection});
  Result<> opened =
      change (made.track, made.track->demand (), true, request.cancelled);
  if (!opened) {
    made.track->end ();
    see_to_end ();
    return Opened (std::move (opened.error ()));
  }
  return Opened (stream::Track::create (std::move (made.source)));
}

// https://www.w3.org/TR/mediacapture-streams/#dfn-applyconstraints-algorithm
Result<>
Capture::apply (const std::shared_ptr<DeviceTrack> &track,
    const TrackConstraints &constraints)
{
  TurnHolder turn (turn_);
  if (is_closed_ || !has (tracks (), track.get ()))
    return ok; // what has ended takes all
  auto selection = select_settings (space (), constraints);
  if (!selection)
    return make_overconstrained_error (
        failed_constraint (std::span (&space (), 1), constraints));
  return change (track, {constraints, std::move (*selection)}, false, {});
}

Result<>
Capture::change (const std::shared_ptr<DeviceTrack> &track, Demand demand,
    bool is_new, const Cancelled &cancelled)
{
  Tracks all = tracks ();
  if (is_new)
    all.push_back (track);
  std::vector<Demand> before, demands;
  for (const auto &each : all) {
    before.push_back (each->demand ());
    demands.push_back (each == track ? demand : before.back ());
  }
  auto plan = plan_capture (space (), demands, running_);
  if (!plan) {
    auto at = std::find (all.begin (), all.end (), track);
    if (at == all.end ())
      return ok; // it was stopped at this moment
    return make_overconstrained_error (
        conflict_of (space (), demands, size_t (at - all.begin ())));
  }
  bool was_open = bool (pipeline_);
  auto old_mode = running_;
  if (is_new && is_released_) {
    set_muted (true); // the device comes back for it
    is_release_due_ = false;
  }
  Result<> done = run (all, *plan, is_new, cancelled);
  if (!done) {
    if (!was_open) {
      branches_.clear ();
      return done;
    }
    // As it was. Where that can't be had any more, nothing can.
    std::vector<Selection> old;
    Tracks kept = tracks ();
    for (const auto &each : kept)
      old.push_back (each->demand ().selection);
    if (!run (kept, {*old_mode, std::move (old)}, false, {}))
      fail ();
    schedule ();
    return done;
  }
  for (size_t i = 0; i < all.size (); i++) {
    bool is_other =
        plan->selections[i].settings != before[i].selection.settings;
    all[i]->set_demand (
        {demands[i].constraints, std::move (plan->selections[i])});
    if (is_other && all[i] != track)
      all[i]->tell_configuration_change ();
  }
  if (is_new && !add (track))
    return make_error (ErrorCode::not_readable, "%s has stopped right away",
        parts_.device.label.c_str ());
  schedule (); // for those that were stopped meanwhile
  return ok;
}

BranchShape
Capture::shape_of (const CaptureMode &mode, const Selection &selection) const
{
  const Settings &settings = selection.settings;
  BranchShape shape;
  shape.source = caps_of (mode_caps (mode.mode), mode);
  if (space ().kind == TrackKind::video) {
    double width = number_of (settings, Property::width);
    double height = number_of (settings, Property::height);
    if (width > 0 && height > 0
        && (width != mode.width || height != mode.height)) {
      shape.width = int (width);
      shape.height = int (height);
    }
    double rate = number_of (settings, Property::frame_rate);
    if (rate > 0 && rate < mode.frame_rate * 0.999) {
      shape.frame_rate = rate;
      shape.source_rate = mode.frame_rate;
    }
    return shape;
  }
  shape.cancels_echo = is_on (settings, Property::echo_cancellation);
  shape.controls_gain = is_on (settings, Property::auto_gain_control);
  shape.suppresses_noise = is_on (settings, Property::noise_suppression);
  if (shape.cancels_echo)
    shape.echo_probe = parts_.echo_probe;
  CaptureMode own{.mode = selection.mode,
      .sample_rate = number_of (settings, Property::sample_rate),
      .sample_size = number_of (settings, Property::sample_size),
      .channel_count = number_of (settings, Property::channel_count)};
  if (shape.processes_voice () || own != mode)
    shape.sound = caps_of (mode_caps (own.mode), own);
  return shape;
}

Ptr<GstCaps>
Capture::mode_caps (size_t mode) const
{
  return mode < parts_.device.modes.size ()
             ? parts_.device.modes[mode]
             : Ptr<GstCaps>::adopt (gst_caps_new_any ());
}

// Each is made anew that is to be another; nothing else is touched.
bool
Capture::fit_branches (
    const Tracks &tracks, const CapturePlan &plan, std::string &missing)
{
  keep_branches (tracks);
  for (size_t i = 0; i < tracks.size (); i++) {
    auto input = tracks[i]->input ();
    if (!input)
      continue; // it was stopped meanwhile
    auto found = std::find_if (branches_.begin (), branches_.end (),
        [&] (const Running &running) { return running.track == tracks[i]; });
    BranchShape shape = shape_of (plan.mode, plan.selections[i]);
    if (found != branches_.end () && found->branch->shape == shape)
      continue;
    if (found != branches_.end ())
      branches_.erase (found);
    auto branch = pipeline_->add_branch (shape, std::move (input), missing);
    if (!branch)
      return false;
    tracks[i]->set_upstream (branch->upstream ());
    branches_.push_back ({tracks[i], std::move (branch)});
  }
  return true;
}

// Only those of these tracks.
void
Capture::keep_branches (const Tracks &tracks)
{
  std::erase_if (branches_, [&tracks] (const Running &running) {
    return !has (tracks, running.track.get ());
  });
}

void
Capture::sync_branches ()
{
  for (const Running &running : branches_)
    running.branch->set_sync (pipeline_->needs_sync ());
}

// Brings all to what was planned. `is_needed`: with the device itself.
Result<>
Capture::run (const Tracks &tracks, const CapturePlan &plan, bool is_needed,
    const Cancelled &cancelled)
{
  if (!pipeline_)
    pipeline_ = std::make_unique<CapturePipeline> (weak_from_this ());
  bool stays_released = is_released_ && !is_needed;
  bool restarts = !pipeline_->has_head () || running_ != plan.mode
                  || (is_released_ && is_needed);
  auto caps = stays_released ? pipeline_->current_caps () : nullptr;
  if (restarts)
    pipeline_->stop_head ();
  std::string missing;
  if (!fit_branches (tracks, plan, missing))
    return make_error (ErrorCode::abort,
        "The element %s is missing, with which a track is made of what the "
        "device gives out",
        missing.c_str ());
  if (!restarts)
    return is_needed ? pipeline_->health ().wait (cancelled) : ok;
  running_ = plan.mode;
  if (stays_released) {
    if (caps)
      pipeline_->start_blank (with_mode (caps, plan.mode));
    return ok;
  }
  return start (plan.mode, Awaited::yes, cancelled);
}

Result<>
Capture::start (
    const CaptureMode &mode, Awaited awaited, const Cancelled &cancelled)
{
  auto element = make_element (parts_.device);
  if (!element)
    return make_error (ErrorCode::not_readable,
        "There is no element for %s; it may have been unplugged, or a plugin "
        "is missing",
        parts_.device.label.c_str ());
  bool is_awaited = awaited == Awaited::yes;
  Result<> started = pipeline_->start_device (
      std::move (element), caps_of (mode_caps (mode.mode), mode), is_awaited);
  if (!started)
    return started;
  sync_branches ();
  is_released_ = false;
  if (!is_awaited)
    return ok;
  started = pipeline_->health ().wait (cancelled);
  if (!started)
    pipeline_->stop_head ();
  return started;
}

} // namespace webmedia::devices
