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

// Of a device's element, which may be made of several.
const char *
factory_of (GstElement *element)
{
  GstElementFactory *factory = gst_element_get_factory (element);
  return factory ? GST_OBJECT_NAME (factory) : G_OBJECT_TYPE_NAME (element);
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
Capture::has_tracks () const
{
  MutexLocker locker (lock_);
  return !tracks_.empty ();
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
  run_blocking ([self = shared_from_this ()] { self->work (); });
}

// Tracks end now: who has the turn may be held up by the device.
void
Capture::fail (Error reason)
{
  health_->fail (std::move (reason));
  bool is_first;
  {
    MutexLocker locker (lock_);
    is_first = !std::exchange (has_failed_, true);
  }
  if (is_first)
    run_blocking ([self = shared_from_this ()] { self->end_tracks (); });
  schedule ();
}

void
Capture::end_tracks ()
{
  Tracks ended;
  {
    MutexLocker locker (lock_);
    ended = std::exchange (tracks_, {});
  }
  for (const auto &track : ended)
    track->end ();
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

// By who opens or applies

// https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia
// step 11.12 for one track
std::optional<Result<std::shared_ptr<stream::Track>>>
Capture::open (const OpenRequest &request)
{
  // Of what has failed before, another one is made.
  bool had_failed = bool (health_->failure ());
  auto is_over = [&] {
    return (request.cancelled && request.cancelled ())
           || (!had_failed && health_->failure ());
  };
  auto attempt = std::make_shared<Attempt<std::optional<Opened>>> ();
  if (!is_over ())
    run_blocking ([self = shared_from_this (), attempt,
                      demand = Demand{request.constraints, request.selection}] {
      attempt->finish (self->open_in_turn (demand, attempt->wanted ()));
    });
  if (auto opened = attempt->wait (is_over))
    return std::move (*opened);
  if (!request.cancelled || !request.cancelled ())
    if (auto failure = health_->failure ())
      return Opened (std::move (*failure));
  return Opened (make_error (ErrorCode::abort,
      "The opening of %s was cancelled", parts_.device.label.c_str ()));
}

// https://www.w3.org/TR/mediacapture-streams/#dfn-applyconstraints-algorithm
Result<>
Capture::apply (const std::shared_ptr<DeviceTrack> &track,
    const TrackConstraints &constraints, const Cancelled &cancelled)
{
  auto has_ended = [&track] {
    return !track->input ();
  };
  if (has_ended ())
    return ok;
  auto attempt = std::make_shared<Attempt<Result<>>> ();
  run_blocking ([self = shared_from_this (), attempt, track, constraints] {
    attempt->finish (
        self->apply_in_turn (track, constraints, attempt->wanted ()));
  });
  auto applied = attempt->wait (
      [&] { return has_ended () || (cancelled && cancelled ()); });
  if (applied)
    return std::move (*applied);
  if (auto failure = health_->failure ())
    return *failure;
  if (has_ended ())
    return ok;
  return make_error (ErrorCode::abort,
      "The change of what %s gives out was cancelled",
      parts_.device.label.c_str ());
}

// With the turn, for these

std::optional<Capture::Opened>
Capture::open_in_turn (const Demand &demand, const Wanted &wanted)
{
  TurnHolder turn (turn_, wanted.cancelled);
  if (!turn.has_turn)
    return Opened (make_error (ErrorCode::abort,
        "The opening of %s was cancelled", parts_.device.label.c_str ()));
  if (has_failed ())
    see_to_end ();
  if (is_closed_)
    return {};
  auto made = DeviceTrack::make (shared_from_this (), demand);
  Result<> opened = change (made.track, demand, true, wanted);
  if (!opened) {
    made.track->end ();
    see_to_end ();
    return Opened (std::move (opened.error ()));
  }
  return Opened (stream::Track::create (std::move (made.source)));
}

Result<>
Capture::apply_in_turn (const std::shared_ptr<DeviceTrack> &track,
    const TrackConstraints &constraints, const Wanted &wanted)
{
  TurnHolder turn (turn_, wanted.cancelled);
  if (!turn.has_turn || is_closed_ || !has (tracks (), track.get ()))
    return ok; // what has ended takes all, and nobody waits for what is
               // cancelled
  Settings defaults = track->demand ().defaults;
  auto selection = select_settings (space (), constraints, defaults);
  if (!selection)
    return make_overconstrained_error (
        failed_constraint (std::span (&space (), 1), constraints));
  return change (track,
      {constraints, std::move (*selection), std::move (defaults)}, false,
      wanted);
}

Result<>
Capture::change (const std::shared_ptr<DeviceTrack> &track, Demand demand,
    bool is_new, const Wanted &wanted)
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
  auto old_mode = pipeline_ ? running_ : std::nullopt;
  bool was_released = is_released_;
  if (is_new && is_released_) {
    set_muted (true); // the device comes back for it
    is_release_due_ = false;
  }
  Result<> done = run (
      all, *plan, is_new ? Purpose::open : Purpose::apply, wanted.cancelled);
  if (done && !wanted.commit ())
    done = make_error (ErrorCode::abort, "It was cancelled");
  if (!done) {
    if (old_mode)
      restore (*old_mode, was_released);
    else
      branches_.clear ();
    return done;
  }
  for (size_t i = 0; i < all.size (); i++) {
    bool is_other =
        plan->selections[i].settings != before[i].selection.settings;
    all[i]->set_selected (
        std::move (demands[i].constraints), std::move (plan->selections[i]));
    if (is_other && all[i] != track)
      all[i]->tell_configuration_change ();
  }
  if (is_new && !add (track))
    return make_error (ErrorCode::not_readable, "%s has stopped right away",
        parts_.device.label.c_str ());
  schedule (); // for those that were stopped meanwhile
  return ok;
}

// As it was, without a wait for the device, if there are tracks left. Where
// that can't be had any more, nothing can.
void
Capture::restore (const CaptureMode &mode, bool was_released)
{
  is_released_ = was_released;
  CapturePlan old{mode, {}};
  Tracks kept = tracks ();
  for (const auto &each : kept)
    old.selections.push_back (each->demand ().selection);
  if (!kept.empty () && !health_->failure ())
    if (Result<> restored = run (kept, old, Purpose::restore, {}); !restored)
      fail (restored.error ());
  schedule ();
}

// Brings all to what was planned. Who opens needs the device itself.
Result<>
Capture::run (const Tracks &tracks, const CapturePlan &plan, Purpose purpose,
    const Cancelled &cancelled)
{
  bool is_needed = purpose == Purpose::open;
  if (!pipeline_)
    pipeline_ = std::make_unique<CapturePipeline> (weak_from_this (), health_);
  bool stays_released = is_released_ && !is_needed;
  bool restarts = !pipeline_->has_head () || running_ != plan.mode
                  || (is_released_ && is_needed);
  auto caps = stays_released ? pipeline_->current_caps () : nullptr;
  if (restarts)
    pipeline_->stop_head ();
  if (purpose == Purpose::restore)
    fit_or_end (tracks, plan);
  else if (Result<> fitted = fit_branches (tracks, plan); !fitted)
    return fitted;
  if (!restarts)
    return is_needed ? health_->wait (cancelled) : ok;
  running_ = plan.mode;
  if (stays_released) {
    start_blank (caps ? with_mode (caps, plan.mode) : nullptr);
    return ok;
  }
  return start (plan.mode,
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
  bool is_awaited = awaited == Awaited::yes;
  Result<> started = pipeline_->start_device (
      std::move (element), caps_of (mode_caps (mode.mode), mode), is_awaited);
  if (!started)
    return started;
  is_released_ = false;
  lacks_blank_ = false;
  if (!is_awaited)
    return ok;
  started = health_->wait (cancelled);
  if (!started)
    pipeline_->stop_head ();
  return started;
}

} // namespace webmedia::devices
