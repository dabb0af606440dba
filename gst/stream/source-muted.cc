// SPDX-License-Identifier: LGPL-2.1-or-later
// What a source does when it is muted, by its producer or as nothing comes.
#include "stream/source.hh"

#include "stream/subscription.hh"

#include <algorithm>

namespace webmedia::stream {

// https://www.w3.org/TR/mediacapture-streams/#source-muted
// Its tracks know when this returns. Another thread that has said the same may
// not have told them yet: then they would never hear of it, where it is taken
// back right after this.
void
Source::set_muted (bool muted)
{
  if (muted_.exchange (muted) != muted)
    on_silence_changed ();
  else
    tell_tracks ();
}

// Or the producer has said so.
void
Source::on_silence_changed ()
{
  tell_tracks ();
  put_black ();
  rouse_consumers ();
}

void
Source::tell_tracks ()
{
  std::vector<LiveTrack> all;
  {
    MutexLocker locker (lock_);
    if (ended_)
      return;
    all = tracks_;
  }
  for (const auto &live : all)
    if (auto track = live.weak.lock ())
      track->on_source_muted ();
}

// Each of them makes the silence of what does not come, by its own clock.
void
Source::rouse_consumers ()
{
  if (kind != Kind::audio || !is_silent ())
    return;
  auto all = subscriptions ();
  for (const auto &subscription : *all)
    subscription->rouse ();
}

// https://w3c.github.io/mediacapture-main/#track-enabled and what follows: who
// looks at the last picture sees black from then on. DEVIATION: once. Where it
// was unmuted meanwhile, nothing is black: the lock has this come before what
// unmuted it, or not at all.
void
Source::put_black ()
{
  Time arrival = now ();
  TimedBuffer black;
  Mailbox::After after;
  MutexLocker locker (lock_);
  if (ended_ || !is_blank ())
    return;
  for (LiveTrack &live : tracks_)
    live.hides_picture = true;
  black = picture_;
  if (!black.buffer || delivery == Delivery::lossless)
    return;
  black.time += black.duration;
  black.arrival = arrival;
  black.is_kept = false;
  black.is_hidden = true;
  put_live_locked (black, false, after);
}

bool
Source::is_delivering ()
{
  auto asked = producer ();
  return asked && asked->is_delivering ();
}

} // namespace webmedia::stream
