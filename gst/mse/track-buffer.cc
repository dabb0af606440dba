// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/track-buffer.hh"

#include <algorithm>

namespace webmedia::mse {

TrackBuffer::~TrackBuffer ()
{
  MutexLocker locker (lock_);
  while (!index_.empty ())
    drop_chunk_locked (index_.size () - 1);
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

bool
TrackBuffer::Commit::add (const NewFrame &frame,
    const std::shared_ptr<const TrackConfig> &config) NO_THREAD_SAFETY_ANALYSIS
{
  return buffer_.add_locked (frame, config);
}

void
TrackBuffer::Commit::remove (Time start, Time end) NO_THREAD_SAFETY_ANALYSIS
{
  buffer_.remove_locked (start, end);
}

bool
TrackBuffer::Commit::overlaps (
    Time start, Time end) const NO_THREAD_SAFETY_ANALYSIS
{
  return buffer_.overlaps_locked (start, end);
}

const CodedFrame *
TrackBuffer::Commit::frame_at (Time time) const NO_THREAD_SAFETY_ANALYSIS
{
  return buffer_.frame_at_locked (time);
}

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

void
TrackBuffer::insert_locked (std::shared_ptr<Chunk> chunk)
{
  size_t at = first_at_or_after_locked (chunk->key);
  if (at < index_.size ())
    settled_count_ = 0;
  index_.insert (
      index_.begin () + ptrdiff_t (at), {chunk->key, std::move (chunk)});
}

// Makes open_ the chunk that `frame` belongs to.
void
TrackBuffer::open_chunk_locked (
    const NewFrame &frame, const std::shared_ptr<const TrackConfig> &config)
{
  if (!frame.keyframe) {
    // What depends on the last random access point of a run leaves with it.
    if (open_ && open_->all_keyframes && open_->frames.size () > 1)
      open_ = split_locked (*open_, open_->frames.size () - 1);
    return;
  }
  if (open_ && open_->all_keyframes && open_->config == config
      && open_->frames.size () < Chunk::kMaxRun
      && open_->frames.back ().pts < frame.pts
      && frame.pts <= add_saturated (open_->end, gap_locked ())
      && (index_.back ().chunk == open_
          || frame.pts < index_[first_at_or_after_locked (open_->key) + 1].key))
    return;

  if (open_) {
    open_->frames.shrink_to_fit ();
    open_->blocks.shrink_to_fit ();
  }
  open_ = nullptr;
  part_locked (frame.pts);
  open_ = std::make_shared<Chunk> ();
  open_->key = open_->start = open_->end = frame.pts;
  open_->config = config;
  insert_locked (open_);
}

bool
TrackBuffer::add_locked (
    const NewFrame &frame, const std::shared_ptr<const TrackConfig> &config)
{
  open_chunk_locked (frame, config);
  // What it refers to is gone.
  if (!open_)
    return true;
  Chunk &chunk = *open_;
  if (chunk.blocks.empty ()
      || chunk.blocks.back ().get () != frame.data.block) {
    if (chunk.blocks.size () == Chunk::kMaxBlocks)
      return false;
    chunk.blocks.push_back (Ptr<Block>::share (frame.data.block));
  }

  Time duration = frame.duration;
  Time end = frame.pts + duration;
  chunk.frames.push_back ({
      .pts = frame.pts,
      .dts = frame.dts,
      .duration = uint64_t (duration),
      .block = chunk.blocks.size () - 1,
      .keyframe = frame.keyframe,
      .offset = frame.data.offset,
      .size = frame.data.size,
  });
  if (frame.protection || !chunk.protection.empty ()) {
    chunk.protection.resize (chunk.frames.size ());
    if (frame.protection)
      chunk.protection.back () = *frame.protection;
  }
  chunk.start = std::min (chunk.start, frame.pts);
  chunk.end = std::max (chunk.end, end);
  chunk.covered = add_saturated (chunk.covered, duration);
  chunk.all_keyframes &= frame.keyframe;
  if (duration > max_duration_) {
    max_duration_ = duration;
    settled_count_ = 0;
  }
  frame_count_++;
  reach_ = std::max (reach_, end);
  store_locked (frame.data);
  if (&chunk != index_.back ().chunk.get ())
    settled_count_ = 0;
  return true;
}

// A block's count is shared with other track buffers, so it costs: frames of
// the same block are counted together, until tell_block_locked().
void
TrackBuffer::store_locked (const Slice &data)
{
  bool is_rope = !data.block->data ();
  if (data.block != untold_ || untold_bytes_ > INT32_MAX || is_rope)
    tell_block_locked ();
  if (is_rope) {
    data.block->store (account_, data.offset, data.size);
    return;
  }
  untold_ = data.block;
  untold_bytes_ += data.size;
}

// Must come before any frame is forgotten, and before the lock is let go of.
void
TrackBuffer::tell_block_locked ()
{
  if (Block *block = std::exchange (untold_, nullptr))
    block->store (account_, 0, std::exchange (untold_bytes_, 0));
}

// Forgets the frames of `chunk` from index `from` on.
void
TrackBuffer::truncate_locked (Chunk &chunk, size_t from)
{
  tell_block_locked ();
  for (size_t i = from; i < chunk.frames.size (); i++) {
    const CodedFrame &frame = chunk.frames[i];
    chunk.block_of (frame).unstore (account_, frame.offset, frame.size);
  }
  frame_count_ -= chunk.frames.size () - from;
  chunk.frames.resize (from);
  if (!chunk.protection.empty ())
    chunk.protection.resize (from);
  chunk.blocks.resize (from == 0 ? 0 : chunk.frames.back ().block + 1);
  chunk.measure ();
  settled_count_ = 0;
  if (&chunk == open_.get ())
    open_ = nullptr;
}

// Stores frame `i` of `chunk` a second time, at the end of `target`.
void
TrackBuffer::copy_frame_locked (const Chunk &chunk, size_t i, Chunk &target)
{
  CodedFrame frame = chunk.frames[i];
  const Ptr<Block> &block = chunk.blocks[frame.block];
  if (target.blocks.empty () || target.blocks.back () != block)
    target.blocks.push_back (block);
  frame.block = target.blocks.size () - 1;
  target.frames.push_back (frame);
  if (!chunk.protection.empty ())
    target.protection.push_back (chunk.protection[i]);
  block->store (account_, frame.offset, frame.size);
  frame_count_++;
}

// Moves the frames of a run from index `from` (> 0) on to a chunk of their own.
std::shared_ptr<Chunk>
TrackBuffer::split_locked (Chunk &chunk, size_t from)
{
  auto tail = std::make_shared<Chunk> ();
  tail->config = chunk.config;
  tail->all_keyframes = chunk.all_keyframes;
  for (size_t i = from; i < chunk.frames.size (); i++)
    copy_frame_locked (chunk, i, *tail);
  tail->measure ();
  tail->key = tail->frames.front ().pts;
  truncate_locked (chunk, from);
  insert_locked (tail);
  return tail;
}

void
TrackBuffer::drop_chunk_locked (size_t entry)
{
  Chunk &chunk = *index_[entry].chunk;
  truncate_locked (chunk, 0);
  chunk.removed = true;
  index_.erase (index_.begin () + ptrdiff_t (entry));
}

// Makes room for a chunk with this key, so that chunks do not interleave: a run
// around it is split; what a group of pictures has after it goes.
// DEVIATION: the spec keeps the rest of a group of pictures that a random
// access point was put into, though a decoder could not go on with it.
void
TrackBuffer::part_locked (Time key)
{
  size_t entry = first_at_or_after_locked (key);
  if (entry == 0 || index_[entry - 1].chunk->end <= key)
    return;
  Chunk &chunk = *index_[entry - 1].chunk;
  auto first = std::find_if (chunk.frames.begin (), chunk.frames.end (),
      [key] (const CodedFrame &frame) { return frame.pts > key; });
  if (first == chunk.frames.end ())
    return;
  if (chunk.all_keyframes)
    (void)split_locked (chunk, size_t (first - chunk.frames.begin ()));
  else
    truncate_locked (chunk, size_t (first - chunk.frames.begin ()));
}

// Removes the leading frames of a group of pictures, those that come before its
// random access point in presentation order, from `start` on. Only other
// leading frames refer to them.
void
TrackBuffer::thin_locked (size_t entry, Time start)
{
  std::shared_ptr<Chunk> chunk = index_[entry].chunk;
  auto thinned = std::make_shared<Chunk> ();
  thinned->key = chunk->key;
  thinned->config = chunk->config;
  thinned->all_keyframes = chunk->all_keyframes;
  for (size_t i = 0; i < chunk->frames.size (); i++) {
    const CodedFrame &frame = chunk->frames[i];
    if (frame.pts < start || frame.pts >= chunk->key)
      copy_frame_locked (*chunk, i, *thinned);
  }
  thinned->measure ();
  bool was_open = open_ == chunk;
  // Its readers go on in the new one.
  truncate_locked (*chunk, 0);
  chunk->removed = true;
  if (was_open)
    open_ = thinned;
  index_[entry].chunk = std::move (thinned);
}

// Removes what lies in [start, end) from one chunk, and what depends on it.
void
TrackBuffer::cut_locked (size_t entry, Time start, Time end)
{
  std::shared_ptr<Chunk> chunk = index_[entry].chunk;
  auto inside = [start, end] (const CodedFrame &frame) {
    return frame.pts >= start && frame.pts < end;
  };
  auto first =
      std::find_if (chunk->frames.begin (), chunk->frames.end (), inside);
  if (first == chunk->frames.end ())
    return;
  size_t from = size_t (first - chunk->frames.begin ());

  if (end <= chunk->key) {
    thin_locked (entry, start);
    return;
  }
  if (chunk->all_keyframes) {
    auto kept = std::find_if_not (first, chunk->frames.end (), inside);
    if (kept != chunk->frames.end ()) {
      bool was_open = open_ == chunk;
      auto tail = split_locked (*chunk, size_t (kept - chunk->frames.begin ()));
      if (was_open)
        open_ = tail;
      cut_locked (first_at_or_after_locked (tail->key), start, end);
    }
  }
  if (from == 0)
    drop_chunk_locked (entry);
  else
    truncate_locked (*chunk, from);
}

void
TrackBuffer::remove_locked (Time start, Time end)
{
  size_t last = first_at_or_after_locked (end);
  while (last < index_.size () && index_[last].chunk->start < end)
    last++;
  for (size_t i = last; i-- > 0;) {
    const Chunk &chunk = *index_[i].chunk;
    if (chunk.start < end && chunk.end > start)
      cut_locked (i, start, end);
    else if (chunk.end <= start && &chunk != open_.get ())
      break;
  }
}

bool
TrackBuffer::overlaps_locked (Time start, Time end) const
{
  if (start >= reach_) [[likely]]
    return false;
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

// https://www.w3.org/TR/media-source-2/#sourcebuffer-coded-frame-removal
bool
TrackBuffer::remove (Time start, Time end)
{
  bool last_removed;
  {
    MutexLocker locker (lock_);
    // 3.1 and 3.2. The frames that depend on what is removed go too: up to the
    // next random access point, or all.
    end = next_random_access_locked (end);
    // 3.3 and 3.4.
    bool was_open = open_ != nullptr;
    remove_locked (start, end);
    last_removed = was_open && !open_;
  }
  changed_.notify_all ();
  return last_removed;
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
             + chunk.protection.capacity () * sizeof (SampleProtection)
             + chunk.blocks.size () * sizeof (Block);
  }
  return bytes;
}

bool
TrackBuffer::evict_before (Time limit, uint64_t target)
{
  MutexLocker locker (lock_);
  while (account_.bytes () > target && !index_.empty ()
         && index_.front ().chunk->end <= limit
         && index_.front ().chunk != open_)
    drop_chunk_locked (0);
  return account_.bytes () <= target;
}

void
TrackBuffer::reown_sparse ()
{
  MutexLocker locker (lock_);
  for (const Entry &entry : index_) {
    Chunk &chunk = *entry.chunk;
    for (size_t i = 0; i < chunk.blocks.size (); i++) {
      Ptr<Block> old = chunk.blocks[i];
      if (!old->is_sparse ())
        continue;
      size_t size = 0;
      for (const CodedFrame &frame : chunk.frames)
        size += frame.block == i ? frame.size : 0;
      Ptr<Block> own = Block::create (size);
      for (CodedFrame &frame : chunk.frames) {
        if (frame.block != i)
          continue;
        uint32_t offset = own->append_from (*old, frame.offset, frame.size);
        own->store (account_, offset, frame.size);
        old->unstore (account_, frame.offset, frame.size);
        frame.offset = offset;
      }
      chunk.blocks[i] = std::move (own);
    }
  }
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

TrackBuffer::Next
TrackBuffer::seek_next_locked (Cursor &cursor, bool sparse) const
{
  if (cursor.chunk && !cursor.chunk->removed
      && cursor.frame < cursor.chunk->frames.size ())
    return Next::frame;

  // Enter the chunk that holds the time reached, or else the next one, where
  // it is near enough to go on without a stall.
  size_t next = first_at_or_after_locked (add_saturated (cursor.time, 1));
  if (next > 0 && index_[next - 1].chunk->end > cursor.time)
    next--;
  if (next == index_.size ())
    return ended_ ? Next::end : Next::missing;
  const std::shared_ptr<Chunk> &chunk = index_[next].chunk;
  Time slack = std::max (cursor.slack, gap_locked ());
  if (!sparse && chunk->start > add_saturated (cursor.time, slack))
    return Next::missing;

  cursor.chunk = chunk;
  cursor.frame = 0;
  cursor.anchor = cursor.time;
  cursor.slack = 0;
  if (chunk->all_keyframes) {
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
  return Next::frame;
}

} // namespace webmedia::mse
