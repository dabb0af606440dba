// SPDX-License-Identifier: LGPL-2.1-or-later
// What a track buffer tells of all its frames, and who waits for more. Single
// frames are looked up in track-buffer-find.cc, stored in track-buffer-add.cc,
// removed in track-buffer-remove.cc, spliced in track-buffer-splice.cc, trimmed
// in track-buffer-trim.cc.
#include "mse/track-buffer.hh"

namespace webmedia::mse {

TrackBuffer::~TrackBuffer ()
{
  MutexLocker locker (lock_);
  while (!index_.empty ())
    drop_chunk_locked (index_.size () - 1);
  for (Splice &splice : splices_)
    release_locked (splice);
}

TrackBuffer::Commit::Commit (TrackBuffer &buffer) : buffer_ (buffer)
{
  buffer_.lock_.lock ();
}

TrackBuffer::Commit::~Commit ()
{
  buffer_.tell_block_locked ();
  buffer_.lock_.unlock ();
  buffer_.changed_.notify_all ();
}

void
TrackBuffer::add_ranges_locked (TimeRanges &ranges, const Chunk &chunk) const
{
  if (!chunk.has_holes (gap_locked ())) {
    ranges.add (chunk.start, chunk.end, gap_locked ());
    return;
  }
  for (const CodedFrame &frame : chunk.frames)
    ranges.add (frame.pts, frame.end (), gap_locked ());
}

// Only the last chunk grows while a presentation is appended in order, so
// the ranges of those before it are kept.
TimeRanges
TrackBuffer::buffered () const
{
  MutexLocker locker (lock_);
  if (index_.empty ())
    return {};
  if (settled_count_ == 0 || settled_count_ > index_.size ()) {
    settled_ = {};
    settled_count_ = 0;
  }
  for (; settled_count_ + 1 < index_.size (); settled_count_++)
    add_ranges_locked (settled_, *index_[settled_count_].chunk);
  TimeRanges ranges = settled_;
  add_ranges_locked (ranges, *index_.back ().chunk);
  return ranges;
}

Time
TrackBuffer::highest_pts () const
{
  MutexLocker locker (lock_);
  Time highest = kTimeNone;
  for (size_t i = index_.size (); i-- > 0;) {
    const Chunk &chunk = *index_[i].chunk;
    if (chunk.end <= highest)
      break;
    for (const CodedFrame &frame : chunk.frames)
      highest = std::max (highest, frame.pts);
  }
  return highest;
}

size_t
TrackBuffer::frame_count () const
{
  MutexLocker locker (lock_);
  return frame_count_;
}

size_t
TrackBuffer::metadata_bytes () const
{
  MutexLocker locker (lock_);
  size_t bytes = index_.size () * sizeof (Entry);
  for (const Entry &entry : index_) {
    const Chunk &chunk = *entry.chunk;
    bytes += sizeof chunk + chunk.frames.capacity () * sizeof (CodedFrame)
             + chunk.blocks.capacity () * sizeof (chunk.blocks[0])
             + chunk.protection.capacity () * sizeof (SampleProtection);
    for (const Ptr<Block> &block : chunk.blocks)
      bytes += block->overhead ();
  }
  for (const Splice &splice : splices_)
    bytes += sizeof splice + splice.faded.size () * sizeof splice.faded[0];
  bytes += trims_.size () * sizeof trims_[0];
  return bytes;
}

void
TrackBuffer::set_ended (bool ended)
{
  {
    MutexLocker locker (lock_);
    ended_ = ended;
  }
  changed_.notify_all ();
}

void
TrackBuffer::close (const Error &error)
{
  {
    MutexLocker locker (lock_);
    if (!closed_)
      close_error_ = error;
    closed_ = true;
  }
  changed_.notify_all ();
}

} // namespace webmedia::mse
