// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/tracks.hh"

#include <algorithm>

namespace webmedia {

// Without a reference, whose end could be the last one's.
template <typename A, typename B>
static bool
same_owner (const A &one, const B &other)
{
  return !one.owner_before (other) && !other.owner_before (one);
}

Ptr<GstWebSourceBuffer>
SourceBufferObjects::make (const std::shared_ptr<mse::SourceBuffer> &buffer)
{
  auto object = wrap_source_buffer (buffer, tasks_, weak_from_this ());
  MutexLocker locker (lock_);
  entries_.push_back ({buffer, object});
  return object;
}

Ptr<GstWebSourceBuffer>
SourceBufferObjects::get (const std::shared_ptr<mse::SourceBuffer> &buffer)
{
  MutexLocker locker (lock_);
  for (const Entry &entry : entries_)
    if (entry.buffer == buffer)
      return entry.object;
  return nullptr;
}

bool
SourceBufferObjects::keeps_locked (
    const std::weak_ptr<mse::SourceBuffer> &buffer) const
{
  return std::any_of (entries_.begin (), entries_.end (),
      [&] (const Entry &entry) { return same_owner (entry.buffer, buffer); });
}

Ptr<GObject>
SourceBufferObjects::get_track (const std::shared_ptr<mse::Track> &track)
{
  MutexLocker locker (lock_);
  auto entry = std::find_if (tracks_.begin (), tracks_.end (),
      [&] (const TrackEntry &each) { return same_owner (each.track, track); });
  if (entry != tracks_.end ())
    if (auto object = entry->known->lock ())
      return object;
  auto object = wrap_track ({track, weak_from_this ()});
  TrackEntry made{.track = track,
      .owner = track->owner,
      .known = WeakRef<GObject>::create (object.get ()),
      .kept = keeps_locked (track->owner) ? object : nullptr};
  if (entry == tracks_.end ())
    tracks_.push_back (std::move (made));
  else
    *entry = std::move (made); // what it kept is gone
  return object;
}

// The objects go after the lock: their last reference may be ours.
void
SourceBufferObjects::forget (
    const std::vector<std::weak_ptr<mse::SourceBuffer>> &buffers)
{
  std::vector<Entry> gone;
  std::vector<Ptr<GObject>> gone_tracks;
  MutexLocker locker (lock_);
  auto kept = std::stable_partition (
      entries_.begin (), entries_.end (), [&] (const Entry &entry) {
        return std::none_of (buffers.begin (), buffers.end (),
            [&] (const auto &each) { return same_owner (entry.buffer, each); });
      });
  gone.assign (std::make_move_iterator (kept),
      std::make_move_iterator (entries_.end ()));
  entries_.erase (kept, entries_.end ());
  std::erase_if (
      tracks_, [] (const TrackEntry &entry) { return entry.track.expired (); });
  for (TrackEntry &entry : tracks_)
    if (entry.kept && !keeps_locked (entry.owner))
      gone_tracks.push_back (std::move (entry.kept));
}

} // namespace webmedia
