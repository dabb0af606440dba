// SPDX-License-Identifier: LGPL-2.1-or-later
// How frames and what depends on them leave, and how chunks are parted for it.
#include "mse/track-buffer.hh"

namespace webmedia::mse {

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
  size_t from = size_t (first - chunk.frames.begin ());
  if (chunk.all_keyframes) {
    (void)split_locked (chunk, from);
    return;
  }
  Time end = chunk.end;
  truncate_locked (chunk, from);
  mend_tables_locked (key, end);
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
  Time reach = end;
  for (size_t i = last; i-- > 0;) {
    const Chunk &chunk = *index_[i].chunk;
    if (chunk.start < end && chunk.end > start) {
      if (!chunk.all_keyframes)
        reach = std::max (reach, chunk.end);
      cut_locked (i, start, end);
    } else if (chunk.end <= start && &chunk != open_.get ())
      break;
  }
  mend_tables_locked (start, reach);
}

void
TrackBuffer::Commit::remove (Time start, Time end) NO_THREAD_SAFETY_ANALYSIS
{
  buffer_.remove_locked (start, end);
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
TrackBuffer::evict_chunk_locked (size_t entry)
{
  Time start = index_[entry].chunk->start;
  Time end = index_[entry].chunk->end;
  drop_chunk_locked (entry);
  mend_tables_locked (start, end);
}

bool
TrackBuffer::evict_before (Time limit, uint64_t target)
{
  MutexLocker locker (lock_);
  for (size_t i = 0; account_.bytes () > target && i < index_.size ()
                     && index_[i].chunk->end <= limit;) {
    if (is_in_use (index_[i]))
      i++;
    else
      evict_chunk_locked (i);
  }
  return account_.bytes () <= target;
}

bool
TrackBuffer::evict_last (Time limit)
{
  MutexLocker locker (lock_);
  size_t count = index_.size ();
  if (count < 2 || index_[count - 2].chunk->end <= limit
      || is_in_use (index_[count - 1]))
    return false;
  evict_chunk_locked (count - 1);
  return true;
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
  for (Splice &splice : splices_)
    for (Splice::Frame &faded : splice.faded) {
      CodedFrame &frame = faded.frame;
      if (!faded.block->is_sparse ())
        continue;
      Ptr<Block> own = Block::create (frame.size);
      uint32_t offset =
          own->append_from (*faded.block, frame.offset, frame.size);
      own->store (account_, offset, frame.size);
      faded.block->unstore (account_, frame.offset, frame.size);
      frame.offset = offset;
      faded.block = std::move (own);
    }
}

} // namespace webmedia::mse
