// SPDX-License-Identifier: LGPL-2.1-or-later
// The tracks that the first initialization segment named, all at once.
#include "mse/source-buffer.hh"

#include "mse/media-source.hh"

namespace webmedia::mse {

Tracks
SourceBuffer::tracks () const
{
  MutexLocker locker (lock_);
  return tracks_;
}

void
SourceBuffer::notify_track (
    TrackEvent event, const std::shared_ptr<Track> &track)
{
  if (SourceBufferListener *listener = listener_)
    listener->on_track_event (event, track);
}

Time
SourceBuffer::highest_end () const
{
  Time highest = 0;
  for (const auto &track : tracks ())
    highest = std::max (highest, track->buffer.buffered ().highest_end (0));
  return highest;
}

Time
SourceBuffer::highest_pts () const
{
  Time highest = kTimeNone;
  for (const auto &track : tracks ())
    highest = std::max (highest, track->buffer.highest_pts ());
  return highest;
}

// https://www.w3.org/TR/media-source-2/#dom-sourcebuffer-buffered
TimeRanges
SourceBuffer::ranges (bool ended) const
{
  auto all = tracks ();
  bool audio_video = std::any_of (all.begin (), all.end (),
      [] (const auto &track) { return track->kind != TrackKind::text; });
  std::vector<TimeRanges> each;
  // 2. Highest end time, of text too.
  Time highest = 0;
  for (const auto &track : all) {
    TimeRanges of_track = track->buffer.buffered ();
    highest = std::max (highest, of_track.highest_end (0));
    // DEVIATION: where there is only text, that is what is buffered.
    if (!audio_video || track->kind != TrackKind::text)
      each.push_back (std::move (of_track));
  }
  // 3 and 4.
  TimeRanges intersection{{0, highest}};
  for (TimeRanges &track : each) {
    if (ended)
      track.extend_last (highest);
    intersection = intersection.intersection (track);
  }
  return intersection;
}

Result<TimeRanges>
SourceBuffer::buffered () const
{
  // 1.
  {
    MutexLocker locker (lock_);
    if (auto usable = check_usable_locked ("buffered"); !usable)
      return usable.error ();
  }
  auto source = source_.lock ();
  return ranges (source && source->is_ended ());
}

void
SourceBuffer::drop_tracks ()
{
  Tracks dropped;
  {
    MutexLocker locker (lock_);
    dropped.swap (tracks_);
  }
  for (const auto &track : dropped) {
    track->buffer.set_ended (true);
    track->buffer.remove (kTimeNone, kTimeInfinite);
  }
}

void
SourceBuffer::set_ended (bool ended)
{
  for (const auto &track : tracks ())
    track->buffer.set_ended (ended);
}

void
SourceBuffer::close_tracks (const Error &error)
{
  for (const auto &track : tracks ())
    track->buffer.close (error);
}

} // namespace webmedia::mse
