// SPDX-License-Identifier: LGPL-2.1-or-later
// Where a track buffer has what belongs to a time.
#include "mse/track-buffer.hh"

namespace webmedia::mse {

// The index of the first entry whose key is not before `key`.
size_t
TrackBuffer::first_at_or_after_locked (Time key) const
{
  if (index_.empty () || index_.back ().key < key)
    return index_.size ();
  auto found = std::lower_bound (index_.begin (), index_.end (), key,
      [] (const Entry &entry, Time value) { return entry.key < value; });
  return size_t (found - index_.begin ());
}

bool
TrackBuffer::find_overlap_locked (Time start, Time end) const
{
  size_t after = first_at_or_after_locked (end);
  for (size_t i = after; i < index_.size (); i++) {
    const Chunk &chunk = *index_[i].chunk;
    if (chunk.start >= end)
      break;
    if (chunk.end > start)
      return true;
  }
  for (size_t i = after; i-- > 0;) {
    const Chunk &chunk = *index_[i].chunk;
    if (chunk.end > start)
      return true;
    if (&chunk != open_.get ())
      break;
  }
  return false;
}

const CodedFrame *
TrackBuffer::frame_at_locked (Time time) const
{
  for (size_t i = first_at_or_after_locked (time + 1); i-- > 0;) {
    const Chunk &chunk = *index_[i].chunk;
    for (const CodedFrame &frame : chunk.frames)
      if (frame.pts <= time && time < frame.end ())
        return &frame;
    if (chunk.end <= time)
      break;
  }
  return nullptr;
}

const CodedFrame *
TrackBuffer::Commit::frame_at (Time time) const NO_THREAD_SAFETY_ANALYSIS
{
  return buffer_.frame_at_locked (time);
}

// The PTS of the first random access point at or after `time`; infinite when
// there is none.
Time
TrackBuffer::next_random_access_locked (Time time) const
{
  size_t next = first_at_or_after_locked (time);
  if (next > 0 && index_[next - 1].chunk->all_keyframes) {
    const std::vector<CodedFrame> &run = index_[next - 1].chunk->frames;
    auto found = std::lower_bound (run.begin (), run.end (), time,
        [] (const CodedFrame &frame, Time value) { return frame.pts < value; });
    if (found != run.end ())
      return found->pts;
  }
  return next < index_.size () ? index_[next].key : kTimeInfinite;
}

Time
TrackBuffer::random_access_point (Time time, bool after) const
{
  MutexLocker locker (lock_);
  if (after) {
    Time next = next_random_access_locked (time);
    return next == kTimeInfinite ? time : next;
  }
  size_t entry = first_at_or_after_locked (add_saturated (time, 1));
  if (entry == 0)
    return time;
  const Chunk &chunk = *index_[entry - 1].chunk;
  if (!chunk.all_keyframes)
    return chunk.key;
  return chunk.frames[chunk.last_in_run (time)].pts;
}

Time
TrackBuffer::highest_key () const
{
  MutexLocker locker (lock_);
  return index_.empty () ? kTimeNone : index_.back ().key;
}

void
Cursor::advance ()
{
  for (size_t end = frame + group; frame < end; frame++)
    time = std::max (time, chunk->frames[frame].end ());
  group = 0;
  slack = 0;
}

// The number of frames from the cursor's on up to, not including, the next one
// that is shown after all of them: a frame and the B-frames that precede it
// in presentation order. Zero while some of these may still be appended.
size_t
TrackBuffer::group_locked (const Cursor &cursor) const
{
  const Chunk &chunk = *cursor.chunk;
  const std::vector<CodedFrame> &frames = chunk.frames;
  Time from = cursor.time;
  if (cursor.slack > 0)
    from = std::max (from, chunk.start);
  Time highest = frames[cursor.frame].pts;
  Time end = from;
  Time covered = 0; // of the time between these two
  Time shortest = kTimeInfinite;
  for (size_t i = cursor.frame; i < frames.size (); i++) {
    const CodedFrame &frame = frames[i];
    if (frame.pts > highest)
      return i - cursor.frame;
    if (frame.end () <= from)
      continue;
    end = std::max (end, frame.end ());
    covered =
        add_saturated (covered, frame.end () - std::max (frame.pts, from));
    shortest = std::min (shortest, Time (frame.duration));
  }
  // No more are to come, none is missing (but for imprecise times), or none
  // that comes can be shown before its decoding.
  if (&chunk != open_.get () || ended_
      || add_saturated (add_saturated (from, covered), shortest / 2) >= end
      || frames.back ().dts >= highest)
    return frames.size () - cursor.frame;
  return 0;
}

// Enters a chunk at what is to be read of it.
void
TrackBuffer::enter_locked (
    Cursor &cursor, const std::shared_ptr<Chunk> &chunk, bool sparse) const
{
  cursor.chunk = chunk;
  cursor.frame = 0;
  cursor.anchor = cursor.time;
  if (!chunk->all_keyframes)
    return;
  const std::vector<CodedFrame> &run = chunk->frames;
  cursor.frame = chunk->last_in_run (cursor.anchor);
  if (cursor.frame + 1 < run.size ()
      && run[cursor.frame].end () <= cursor.anchor)
    cursor.frame++;
  // Cues overlap: the first that has not ended comes first. There is one, and
  // so reading gets on.
  if (sparse || run[cursor.frame].end () <= cursor.anchor) {
    cursor.frame = 0;
    while (run[cursor.frame].end () <= cursor.anchor)
      cursor.frame++;
  }
}

TrackBuffer::Next
TrackBuffer::seek_next_locked (Cursor &cursor, bool sparse) const
{
  if (!cursor.chunk || cursor.chunk->removed
      || cursor.frame >= cursor.chunk->frames.size ()) {
    // The chunk that holds the time reached, or else the next one, where it is
    // near enough to go on without a stall.
    size_t next = first_at_or_after_locked (add_saturated (cursor.time, 1));
    if (next > 0 && index_[next - 1].chunk->end > cursor.time)
      next--;
    if (next == index_.size ())
      return ended_ ? Next::end : Next::missing;
    const std::shared_ptr<Chunk> &chunk = index_[next].chunk;
    Time slack = std::max (cursor.slack, gap_locked ());
    if (!sparse && chunk->start > add_saturated (cursor.time, slack))
      return Next::missing;
    enter_locked (cursor, chunk, sparse);
  }
  cursor.group = sparse ? 1 : group_locked (cursor);
  return cursor.group > 0 ? Next::frame : Next::missing;
}

} // namespace webmedia::mse
