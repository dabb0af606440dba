// SPDX-License-Identifier: LGPL-2.1-or-later
// What a source has to do with its tracks.
#include "stream/source.hh"

#include "stream/subscription.hh"

#include <algorithm>

namespace webmedia::stream {

bool
Source::add (const std::shared_ptr<Track> &track, const Track *of)
{
  MutexLocker locker (lock_);
  if (ended_ || stopped_)
    return false;
  auto original = std::ranges::find (tracks_, of, &LiveTrack::track);
  bool hides_picture = original != tracks_.end () && original->hides_picture;
  tracks_.push_back ({track.get (), track, hides_picture});
  return true;
}

// https://www.w3.org/TR/mediacapture-streams/#source-stopped
void
Source::remove (const Track *track)
{
  std::shared_ptr<const Subscriptions> all;
  std::shared_ptr<Producer> producer;
  bool is_last = false;
  {
    MutexLocker locker (lock_);
    size_t removed = std::erase_if (tracks_,
        [track] (const LiveTrack &live) { return live.track == track; });
    is_last = tracks_.empty ();
    if (removed > 0 && is_last)
      stopped_ = true;
    if (removed > 0 && !ended_)
      producer = producer_.lock ();
    all = subscriptions_;
  }
  changed_.notify_all ();
  for (const auto &subscription : *all)
    if (subscription->track.get () == track)
      subscription->mailbox.end ();
  if (producer && is_last)
    producer->stop ();
  else if (producer)
    producer->on_wanted ();
}

bool
Source::is_wanted () const
{
  MutexLocker locker (lock_);
  return !ended_
         && std::any_of (tracks_.begin (), tracks_.end (),
             [] (const LiveTrack &live) { return live.track->enabled (); });
}

void
Source::on_track_enabled ()
{
  if (auto told = producer ())
    told->on_wanted ();
}

std::shared_ptr<Source>
Source::clone ()
{
  auto asked = producer ();
  auto other = asked ? asked->source_of_clone () : nullptr;
  return other ? other : shared_from_this ();
}

void
Source::tell_configuration_change ()
{
  std::vector<LiveTrack> all;
  {
    MutexLocker locker (lock_);
    all = tracks_;
  }
  for (const auto &live : all)
    if (auto track = live.weak.lock ())
      track->on_configuration_changed ();
}

} // namespace webmedia::stream
