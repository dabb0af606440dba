// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/track.hh"

#include "stream/subscription.hh"

#include <algorithm>

namespace webmedia::stream {

namespace {

std::string
new_id ()
{
  CString uuid (g_uuid_string_random ());
  return uuid.get ();
}

} // namespace

// https://www.w3.org/TR/mediacapture-streams/#dfn-create-a-mediastreamtrack
std::shared_ptr<Track>
Track::create (std::shared_ptr<Source> source)
{
  std::shared_ptr<Track> track (new Track (new_id (), std::move (source)));
  track->begin (TrackState::live);
  return track;
}

void
Track::begin (TrackState state, const Track *of)
{
  if (state == TrackState::ended || !source->add (shared_from_this (), of))
    on_source_ended ();
  {
    MutexLocker locker (lock_);
    configuration_ = known_configuration_ = source->configuration ();
  }
  on_source_muted ();
}

Track::~Track ()
{
  source->remove (this);
}

bool
Track::set_enabled (bool enabled)
{
  {
    MutexLocker locker (lock_);
    if (enabled_.exchange (enabled) == enabled)
      return false;
    update_flow_locked ();
  }
  source->on_track_enabled ();
  return true;
}

bool
Track::muted () const
{
  MutexLocker locker (lock_);
  return muted_;
}

TrackState
Track::state () const
{
  MutexLocker locker (lock_);
  return state_;
}

// https://www.w3.org/TR/mst-content-hint/#dom-mediastreamtrack-contenthint
bool
Track::set_content_hint (std::string_view hint)
{
  static constexpr const char *audio[] = {
      "", "speech", "speech-recognition", "music"};
  static constexpr const char *video[] = {"", "motion", "detail", "text"};
  for (const char *known : kind () == Kind::audio ? audio : video)
    if (hint == known)
      return content_hint_.exchange (known) != known;
  return false;
}

std::shared_ptr<const void>
Track::constraints () const
{
  MutexLocker locker (lock_);
  return constraints_;
}

void
Track::set_constraints (std::shared_ptr<const void> constraints)
{
  MutexLocker locker (lock_);
  constraints_.swap (constraints); // the old ones go without the lock
}

// DEVIATION: the state changes at once, and the event comes later; the web has
// both in one task. Who reads to the end on another thread finds it ended.
// False: it has ended before.
bool
Track::end (bool by_source)
{
  std::vector<std::shared_ptr<TrackObserver>> told;
  {
    MutexLocker locker (lock_);
    if (std::exchange (state_, TrackState::ended) == TrackState::ended)
      return false;
    update_flow_locked ();
    if (by_source && listener_)
      listener_->on_event (TrackEvent::ended);
    for (const auto &[pointer, observer] : observers_)
      if (auto target = observer.lock ())
        told.push_back (std::move (target));
  }
  for (const auto &observer : told)
    observer->on_track_ended ();
  return true;
}

// https://www.w3.org/TR/mediacapture-streams/#dom-mediastreamtrack-stop
bool
Track::stop ()
{
  if (!end (false))
    return false;
  source->remove (this);
  return true;
}

// https://www.w3.org/TR/mediacapture-streams/#dom-mediastreamtrack-clone
// `enabled` is copied too: the steps have lost it, the prose of the
// specification still speaks of it.
std::shared_ptr<Track>
Track::clone () const
{
  TrackState begins = state ();
  bool is_live = begins == TrackState::live;
  std::shared_ptr<Track> copy (
      new Track (new_id (), is_live ? source->clone () : source));
  copy->enabled_ = enabled ();
  copy->content_hint_ = content_hint ();
  copy->set_constraints (constraints ());
  copy->begin (begins, this);
  return copy;
}

std::shared_ptr<Output>
Track::subscribe (Delivery delivery, std::weak_ptr<Consumer> consumer)
{
  return join (std::make_shared<Subscription> (
      shared_from_this (), delivery, std::move (consumer)));
}

std::shared_ptr<Output>
Track::subscribe (const Queue &queue)
{
  return join (std::make_shared<Subscription> (
      shared_from_this (), Delivery::live, std::weak_ptr<Consumer> (), queue));
}

std::shared_ptr<Output>
Track::join (std::shared_ptr<Subscription> subscription)
{
  source->add (subscription);
  if (is_ended ())
    subscription->leave ();
  Output *output = subscription.get ();
  return {output, [subscription] (Output *) {
            subscription->leave ();
          }};
}

void
Track::update_flow_locked ()
{
  bool flows = state_ == TrackState::live && enabled_ && !muted_;
  if (flows == flows_)
    return;
  SourceCounts now = source->counts ();
  if (flows_)
    flown_ = flown_ + (now - since_);
  since_ = now;
  flows_ = flows;
  latency_.set_flowing (flows);
}

// Nothing is lost between a source and a track, but before it: what a slow
// consumer misses is its own affair. DEVIATION: the values are of the moment of
// each call. The web keeps them for a task, and threads have none.
TrackStats
Track::stats () const
{
  MutexLocker locker (lock_);
  SourceCounts all = flown_;
  if (flows_)
    all = all + (source->counts () - since_);
  return {.delivered = all.frames,
      .discarded = all.discarded,
      .total = all.frames + all.discarded + all.lost,
      .delivered_duration = Time (all.duration),
      .total_duration = Time (all.duration + all.lost_duration)};
}

std::shared_ptr<TrackListener>
Track::listener () const
{
  MutexLocker locker (lock_);
  return listener_;
}

bool
Track::replace_listener (const std::shared_ptr<TrackListener> &known,
    std::shared_ptr<TrackListener> listener)
{
  MutexLocker locker (lock_);
  if (listener_ != known)
    return false;
  listener_.swap (listener);
  return true;
}

void
Track::add_observer (std::weak_ptr<TrackObserver> observer)
{
  auto target = observer.lock ();
  MutexLocker locker (lock_);
  observers_.emplace_back (target.get (), std::move (observer));
}

void
Track::remove_observer (const TrackObserver *observer)
{
  MutexLocker locker (lock_);
  std::erase_if (observers_,
      [observer] (const auto &known) { return known.first == observer; });
}

// https://www.w3.org/TR/mediacapture-streams/#dfn-set-a-track-s-muted-state
// It asks for itself: of two calls at once, the later one has the newer answer.
void
Track::on_source_muted ()
{
  MutexLocker locker (lock_);
  bool muted = source->is_muted ();
  bool changed = std::exchange (muted_, muted) != muted;
  update_flow_locked ();
  if (changed && listener_)
    listener_->on_event (muted ? TrackEvent::mute : TrackEvent::unmute);
  tell_configuration_locked ();
}

// https://w3c.github.io/mediacapture-extensions/#exposing-change-of-mediastreamtrack-configuration
// DEVIATION: settings change at once, and the event comes later; the web has
// both in one task. It asks for itself, as above.
void
Track::on_configuration (ChangedBy by)
{
  MutexLocker locker (lock_);
  configuration_ = source->configuration ();
  if (by == ChangedBy::application)
    known_configuration_ = configuration_;
  tell_configuration_locked ();
}

// What has become again what it was is told of no more.
void
Track::tell_configuration_locked ()
{
  if (muted_ || configuration_ == known_configuration_)
    return;
  known_configuration_ = configuration_;
  if (state_ == TrackState::live && listener_)
    listener_->on_event (TrackEvent::configuration_change);
}

// https://www.w3.org/TR/mediacapture-streams/#dfn-track-ended-by-the-user-agent
void
Track::on_source_ended ()
{
  end (true);
}

} // namespace webmedia::stream
