// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/media-stream.hh"

#include <algorithm>

namespace webmedia::stream {

// https://www.w3.org/TR/mediacapture-streams/#dom-mediastream-constructor
std::shared_ptr<MediaStream>
MediaStream::create (std::string id)
{
  if (id.empty ())
    id = CString (g_uuid_string_random ()).get ();
  return std::shared_ptr<MediaStream> (new MediaStream (std::move (id)));
}

MediaStream::~MediaStream ()
{
  for (const auto &track : tracks ())
    track->remove_observer (this);
}

Tracks
MediaStream::tracks () const
{
  MutexLocker locker (lock_);
  return tracks_;
}

Tracks
MediaStream::tracks (Kind kind) const
{
  Tracks all = tracks ();
  std::erase_if (
      all, [kind] (const auto &track) { return track->kind () != kind; });
  return all;
}

// https://www.w3.org/TR/mediacapture-streams/#dom-mediastream-gettrackbyid
std::shared_ptr<Track>
MediaStream::find (std::string_view track_id) const
{
  MutexLocker locker (lock_);
  auto found = std::ranges::find (tracks_, track_id, &Track::id);
  return found == tracks_.end () ? nullptr : *found;
}

// https://www.w3.org/TR/mediacapture-streams/#dom-mediastream-clone
Tracks
MediaStream::clone_tracks () const
{
  Tracks clones;
  for (const auto &track : tracks ())
    clones.push_back (track->clone ());
  return clones;
}

bool
MediaStream::is_active_locked () const
{
  return std::ranges::any_of (
      tracks_, [] (const auto &track) { return !track->is_ended (); });
}

// https://www.w3.org/TR/mediacapture-streams/#stream-active
bool
MediaStream::is_active () const
{
  MutexLocker locker (lock_);
  return is_active_locked ();
}

MediaStream::News
MediaStream::news_locked (bool tracks_changed)
{
  bool active = is_active_locked ();
  News news{.tracks = tracks_changed,
      .active = std::exchange (was_active_, active) != active};
  if (news.active && listener_)
    listener_->on_active ();
  if (news.tracks || news.active)
    for (const auto &observer : observers_)
      if (auto target = observer.lock ())
        news.to.push_back (std::move (target));
  return news;
}

void
MediaStream::tell (const News &news)
{
  for (const auto &observer : news.to) {
    if (news.tracks)
      observer->on_tracks ();
    if (news.active)
      observer->on_active ();
  }
}

// https://www.w3.org/TR/mediacapture-streams/#dom-mediastream-addtrack
// DEVIATION: of what an application adds no event is fired. The text refers to
// the user agent's steps there, which fire `addtrack`; its own words on that
// event, browsers and their tests have none for scripts.
void
MediaStream::add (const Tracks &tracks, Cause cause)
{
  News news;
  {
    MutexLocker locker (lock_);
    bool changed = false;
    for (const auto &track : tracks) {
      if (std::ranges::count (tracks_, track))
        continue;
      tracks_.push_back (track);
      track->add_observer (weak_from_this ());
      if (listener_)
        listener_->on_added (track, cause);
      changed = true;
    }
    news = news_locked (changed);
  }
  tell (news);
}

// https://www.w3.org/TR/mediacapture-streams/#dom-mediastream-removetrack
void
MediaStream::remove (const std::shared_ptr<Track> &track, Cause cause)
{
  News news;
  {
    MutexLocker locker (lock_);
    if (std::erase (tracks_, track) == 0)
      return;
    track->remove_observer (this);
    if (listener_)
      listener_->on_removed (track, cause);
    news = news_locked (true);
  }
  tell (news);
}

void
MediaStream::set_listener (std::shared_ptr<StreamListener> listener)
{
  MutexLocker locker (lock_);
  listener_.swap (listener);
}

std::vector<std::shared_ptr<TrackView>>
MediaStream::list () const
{
  Tracks all = tracks ();
  return {all.begin (), all.end ()};
}

void
MediaStream::add_observer (std::weak_ptr<TrackSetObserver> observer)
{
  MutexLocker locker (lock_);
  std::erase_if (
      observers_, [] (const auto &known) { return known.expired (); });
  observers_.push_back (std::move (observer));
}

// There is one class of them.
void
MediaStream::add (const std::shared_ptr<TrackView> &track)
{
  add ({std::static_pointer_cast<Track> (track)}, Cause::user_agent);
}

void
MediaStream::remove (const std::shared_ptr<TrackView> &track)
{
  remove (std::static_pointer_cast<Track> (track), Cause::user_agent);
}

void
MediaStream::on_track_ended ()
{
  News news;
  {
    MutexLocker locker (lock_);
    news = news_locked (false);
  }
  tell (news);
}

} // namespace webmedia::stream
