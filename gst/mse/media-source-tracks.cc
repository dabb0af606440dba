// SPDX-License-Identifier: LGPL-2.1-or-later
// The lists of tracks that the web's media element has, which of them play, and
// the source buffers that are active because of it.
#include "mse/attachment.hh"

namespace webmedia::mse {

// The order in which the specification goes through them.
static constexpr TrackKind kKinds[] = {
    TrackKind::audio, TrackKind::video, TrackKind::text};

template <typename T>
static bool
holds (const std::vector<T> &list, const T &item)
{
  return std::find (list.begin (), list.end (), item) != list.end ();
}

Tracks
MediaSource::tracks () const
{
  MutexLocker locker (lock_);
  return tracks_;
}

// The tracks of all source buffers in the order of these, as each one's first
// initialization segment has them.
Tracks
MediaSource::playable_tracks () const
{
  MutexLocker locker (lock_);
  Tracks playable;
  for (const auto &buffer : buffers_)
    for (const auto &track : buffer->tracks ())
      if (holds (tracks_, track))
        playable.push_back (track);
  return playable;
}

// At the list of the track's source buffer, then at that of the element.
// DEVIATION: a `change` comes for every change. HTML has one for those of the
// same task; here there are no tasks to end.
void
MediaSource::tell_track_locked (
    SourceBuffer &buffer, TrackEvent event, const std::shared_ptr<Track> &track)
{
  buffer.notify_track (event, track);
  if (listener_)
    listener_->on_track_event (event, track);
}

// Initialization segment received, steps 5.2 to 5.5.
void
MediaSource::list_tracks_locked (SourceBuffer &buffer)
{
  for (TrackKind kind : kKinds)
    for (const auto &track : buffer.tracks ())
      if (track->kind == kind) {
        tracks_.push_back (track);
        tell_track_locked (buffer, TrackEvent::addtrack, track);
      }
  update_active_locked ();
}

// https://www.w3.org/TR/media-source-2/#dom-mediasource-removesourcebuffer
// steps 3 to 8.
void
MediaSource::unlist_tracks_locked (SourceBuffer &buffer)
{
  for (TrackKind kind : kKinds)
    for (const auto &track : buffer.tracks ()) {
      if (track->kind != kind || std::erase (tracks_, track) == 0)
        continue;
      bool played = track->selection != TrackSelection::off;
      buffer.notify_track (TrackEvent::removetrack, track);
      if (played)
        buffer.notify_track (TrackEvent::change, track);
      if (!listener_)
        continue;
      listener_->on_track_event (TrackEvent::removetrack, track);
      if (played)
        listener_->on_track_event (TrackEvent::change, track);
    }
}

// https://www.w3.org/TR/media-source-2/#active-source-buffer-changes
// What every case comes to: those are active that have a track that plays, in
// the order of sourceBuffers. Those that are no longer come first.
void
MediaSource::update_active_locked ()
{
  Buffers active;
  for (const auto &buffer : buffers_)
    if (std::any_of (
            tracks_.begin (), tracks_.end (), [&buffer] (const auto &track) {
              return track->selection != TrackSelection::off
                     && track->owner.lock () == buffer;
            }))
      active.push_back (buffer);
  active_.swap (active);
  for (const auto &buffer : active)
    if (!holds (active_, buffer))
      notify_locked (MediaSourceEvent::active_removesourcebuffer);
  for (const auto &buffer : active_)
    if (!holds (active, buffer))
      notify_locked (MediaSourceEvent::active_addsourcebuffer);
}

// AudioTrack.enabled, VideoTrack.selected and TextTrack.mode.
// https://html.spec.whatwg.org/multipage/media.html#dom-audiotrack-enabled
// https://html.spec.whatwg.org/multipage/media.html#dom-videotrack-selected
// https://html.spec.whatwg.org/multipage/media.html#dom-texttrack-mode
void
MediaSource::select_track (
    const std::shared_ptr<Track> &track, TrackSelection selection)
{
  std::weak_ptr<Attachment> player;
  {
    MutexLocker locker (lock_);
    if (track->selection.exchange (selection) == selection
        || !holds (tracks_, track))
      return;
    // The source buffers whose lists have changed, once each.
    Buffers changed{track->owner.lock ()};
    // At most one video track of all is selected.
    if (track->kind == TrackKind::video && selection != TrackSelection::off)
      for (const auto &other : tracks_) {
        if (other == track || other->kind != TrackKind::video
            || other->selection.exchange (TrackSelection::off)
                   == TrackSelection::off)
          continue;
        auto owner = other->owner.lock ();
        if (!holds (changed, owner))
          changed.push_back (owner);
      }
    for (const auto &buffer : changed)
      if (buffer)
        buffer->notify_track (TrackEvent::change, track);
    if (listener_)
      listener_->on_track_event (TrackEvent::change, track);
    update_active_locked ();
    player = attachment_;
  }
  if (auto hears = player.lock ())
    hears->selection_changed ();
  monitor ();
}

void
MediaSource::select_tracks (const std::vector<std::string> &ids)
{
  Tracks chosen, others;
  for (const auto &track : playable_tracks ()) {
    bool second =
        track->kind == TrackKind::video
        && std::any_of (chosen.begin (), chosen.end (),
            [] (const auto &each) { return each->kind == TrackKind::video; });
    (holds (ids, track->id) && !second ? chosen : others).push_back (track);
  }
  // First what comes: a video track takes the place of another in one change.
  for (const auto &track : chosen)
    select_track (track, TrackSelection::on);
  for (const auto &track : others)
    if (track->selection == TrackSelection::on) // what is hidden stays so
      select_track (track, TrackSelection::off);
}

void
select_track (const std::shared_ptr<Track> &track, TrackSelection selection)
{
  auto buffer = track->owner.lock ();
  auto source = buffer ? buffer->media_source () : nullptr;
  if (source)
    source->select_track (track, selection);
  else
    track->selection = selection;
}

} // namespace webmedia::mse
