// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/capture-engine.hh"

#include "base/worker-pool.hh"
#include "devices/control-plan.hh"
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

Capture::Capture (CaptureParts parts)
    : parts_ (std::move (parts)),
      space_ (parts_.space),
      control_values_ (parts_.space->defaults)
{
  is_muted_by_user_ = parts_.is_muted;
  is_muted_ = parts_.is_muted;
  std::erase_if (control_values_,
      [] (const auto &member) { return !is_control (member.first); });
  last_read_ = control_values_;
}

Capture::~Capture () = default;

// On any thread

Capture::Tracks
Capture::tracks () const
{
  MutexLocker locker (lock_);
  return tracks_;
}

std::shared_ptr<const SettingsSpace>
Capture::shared_space () const
{
  MutexLocker locker (lock_);
  return space_;
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

// Until there is data, or nobody wants any.
void
Capture::mute_tracks ()
{
  {
    MutexLocker locker (lock_);
    is_muted_ = true;
  }
  tell_muted ();
}

void
Capture::tell_muted ()
{
  for (const auto &track : tracks ())
    if (auto input = track->input ())
      tell_muted (*input);
}

// Who has told what is not so any more tells again.
void
Capture::tell_muted (stream::Input &input) const
{
  bool muted;
  do {
    muted = is_muted_;
    input.set_muted (muted);
  } while (muted != is_muted_);
}

// https://w3c.github.io/mediacapture-main/#dfn-set-a-track-s-muted-state
// "the User Agent (on behalf of the user) mutes": at once. It is unmuted with
// the turn, as the device may have been let go of: so who waits for a photo,
// which does not come, gives the turn back.
void
Capture::mute (bool muted)
{
  is_muted_by_user_ = muted;
  if (muted) {
    mute_tracks ();
    std::shared_ptr<DeviceTrack> waits;
    {
      MutexLocker locker (lock_);
      waits = photographed_.lock ();
    }
    if (waits)
      waits->end ();
  }
  schedule ();
}

void
Capture::schedule ()
{
  {
    MutexLocker locker (lock_);
    if (!schedule_locked ())
      return;
  }
  run_work ();
}

// True: run_work() is to follow.
bool
Capture::schedule_locked ()
{
  return !is_closed_ && !std::exchange (is_scheduled_, true);
}

void
Capture::run_work ()
{
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

// A mode that is lowered just now does not count it: see cover().
std::shared_ptr<stream::Source>
Capture::clone (const Demand &demand)
{
  auto made = DeviceTrack::make (shared_from_this (), demand);
  auto input = made.track->input ();
  if (!add (made.track)) {
    made.track->end ();
    return nullptr;
  }
  tell_muted (*input); // it is as its siblings are
  schedule ();
  return std::move (made.source);
}

// Before anything of the device is given to it, and once mute() finds it. If it
// is unmuted in between, work() sees to that, which has the turn after who
// opens it.
void
Capture::mute_new (const DeviceTrack &track) const
{
  if (is_muted_by_user_)
    if (auto input = track.input ())
      input->set_muted (true);
}

// False: there is nothing more to come.
bool
Capture::add (const std::shared_ptr<DeviceTrack> &track)
{
  {
    MutexLocker locker (lock_);
    if (is_closed_ || has_failed_)
      return false;
    tracks_.push_back (track);
  }
  mute_new (*track);
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
  return !is_muted_by_user_
         && std::any_of (all.begin (), all.end (),
             [] (const auto &track) { return track->is_wanted (); });
}

// Who enables a track finds it muted already, if the device is not there. It
// is scheduled by then: work() that is about to unmute leaves it as it is.
void
Capture::on_wanted ()
{
  bool is_wanted = is_any_wanted ();
  bool has_data = health_->has_data ();
  bool is_missing, is_first;
  {
    MutexLocker locker (lock_);
    is_missing = is_wanted && (is_released_ || !has_data);
    if (is_missing)
      is_muted_ = true;
    is_first = schedule_locked ();
  }
  if (is_missing)
    tell_muted ();
  if (is_first)
    run_work ();
}

// Not of a device that is being released: its tracks may be muted by now until
// it is back.
void
Capture::on_data ()
{
  {
    MutexLocker locker (lock_);
    if (!is_released_)
      is_muted_ = is_muted_by_user_.load ();
  }
  tell_muted ();
  schedule (); // it can be measured
}

std::optional<double>
Capture::latency () const
{
  Time measured = latency_;
  return measured > 0 ? std::optional (double (measured) / double (kSecond))
                      : std::nullopt;
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
                      demand = Demand{.constraints = request.constraints,
                          .selection = request.selection,
                          .may_move = request.may_move}] {
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
  auto now = demand_now (demand);
  if (!now)
    return Opened (std::move (now.error ()));
  auto made = DeviceTrack::make (shared_from_this (), *now);
  mute_new (*made.track);
  Result<> opened = change (made.track, *now, true, wanted);
  if (!opened) {
    made.track->end ();
    see_to_end ();
    return Opened (std::move (opened.error ()));
  }
  follow_size (); // which may have had another size when it was chosen
  return Opened (stream::Track::create (std::move (made.source)));
}

// It may have another size than the one that this was selected for, and a
// camera be set to something else.
Result<Demand>
Capture::demand_now (const Demand &demand)
{
  follow_size ();
  if (!has_surface () && !is_resized_ && !has_controls (*parts_.space))
    return demand;
  read_controls ();
  return demand_of (demand, nullptr);
}

Result<Demand>
Capture::demand_of (const Demand &asked, const DeviceTrack *track) const
{
  auto space = space_of (asked, track);
  Demand demand = asked;
  if (auto selection =
          select_settings (*space, asked.constraints, asked.defaults)) {
    demand.selection = std::move (*selection);
    return demand;
  }
  return make_overconstrained_error (
      failed_constraint (std::span (space.get (), 1), asked.constraints));
}

Result<>
Capture::apply_in_turn (const std::shared_ptr<DeviceTrack> &track,
    const TrackConstraints &constraints, const Wanted &wanted)
{
  TurnHolder turn (turn_, wanted.cancelled);
  if (!turn.has_turn || is_closed_ || !has (tracks (), track.get ()))
    return ok; // what has ended takes all, and nobody waits for what is
               // cancelled
  follow_size ();
  read_controls ();
  // Hints that have come by then are older than what is applied: none of them
  // comes into force after it.
  Settings hinted = track->take_hinted ();
  Demand asked = track->demand ();
  asked.constraints = constraints;
  auto demand = demand_of (asked, track.get ());
  Result<> applied = demand ? change (track, std::move (*demand), false, wanted)
                            : Result<> (std::move (demand.error ()));
  if (!applied && !hinted.empty ()) {
    track->put_back_hinted (std::move (hinted));
    schedule ();
  }
  return applied;
}

} // namespace webmedia::devices
