// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/track.hh"

#include "stream/subscription.hh"

#include <algorithm>

namespace webmedia::stream {

// https://www.w3.org/TR/mediacapture-streams/#dfn-create-a-mediastreamtrack
std::shared_ptr<Track>
Track::create (std::shared_ptr<Source> source)
{
  CString uuid (g_uuid_string_random ());
  std::shared_ptr<Track> track (new Track (uuid.get (), std::move (source)));
  track->on_source_muted (track->source->is_muted ());
  if (!track->source->add (track))
    track->on_source_ended ();
  return track;
}

Track::~Track ()
{
  source->remove (this);
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

std::string
Track::content_hint () const
{
  MutexLocker locker (lock_);
  return content_hint_;
}

// https://www.w3.org/TR/mst-content-hint/#dom-mediastreamtrack-contenthint
void
Track::set_content_hint (std::string_view hint)
{
  static constexpr std::string_view audio[] = {
      "", "speech", "speech-recognition", "music"};
  static constexpr std::string_view video[] = {"", "motion", "detail", "text"};
  bool known = kind () == Kind::audio ? std::ranges::count (audio, hint)
                                      : std::ranges::count (video, hint);
  if (!known)
    return;
  MutexLocker locker (lock_);
  content_hint_ = hint;
}

bool
Track::end_locked ()
{
  return std::exchange (state_, TrackState::ended) == TrackState::live;
}

// https://www.w3.org/TR/mediacapture-streams/#dom-mediastreamtrack-stop
void
Track::stop ()
{
  {
    MutexLocker locker (lock_);
    if (!end_locked ())
      return;
  }
  source->remove (this);
}

// https://www.w3.org/TR/mediacapture-streams/#dom-mediastreamtrack-clone
// `enabled` is copied too: the steps have lost it, the prose of the
// specification still speaks of it.
std::shared_ptr<Track>
Track::clone ()
{
  auto copy = create (source);
  copy->set_enabled (enabled ());
  copy->set_content_hint (content_hint ());
  if (is_ended ())
    copy->stop ();
  return copy;
}

std::shared_ptr<Output>
Track::subscribe (Delivery delivery, std::weak_ptr<Consumer> consumer)
{
  auto subscription = std::make_shared<Subscription> (
      shared_from_this (), delivery, std::move (consumer));
  source->add (subscription);
  if (is_ended ())
    subscription->leave ();
  Output *output = subscription.get ();
  return {output, [subscription] (Output *) {
            subscription->leave ();
          }};
}

void
Track::set_listener (std::shared_ptr<TrackListener> listener)
{
  MutexLocker locker (lock_);
  listener_.swap (listener);
}

// https://www.w3.org/TR/mediacapture-streams/#dfn-set-a-track-s-muted-state
void
Track::on_source_muted (bool muted)
{
  MutexLocker locker (lock_);
  if (std::exchange (muted_, muted) != muted && listener_)
    listener_->on_event (muted ? TrackEvent::mute : TrackEvent::unmute);
}

// https://www.w3.org/TR/mediacapture-streams/#dfn-track-ended-by-the-user-agent
void
Track::on_source_ended ()
{
  MutexLocker locker (lock_);
  if (end_locked () && listener_)
    listener_->on_event (TrackEvent::ended);
}

} // namespace webmedia::stream
