// SPDX-License-Identifier: LGPL-2.1-or-later
// How frames are stored: at the end of a chunk, which is opened where they
// belong.
#include "mse/track-buffer.hh"

namespace webmedia::mse {

// The most frames that a new chunk gets room for.
static constexpr size_t kReserveMax = 512;

void
TrackBuffer::insert_locked (std::shared_ptr<Chunk> chunk)
{
  size_t at = first_at_or_after_locked (chunk->key);
  if (at < index_.size ())
    settled_count_ = 0;
  index_.insert (
      index_.begin () + ptrdiff_t (at), {chunk->key, std::move (chunk)});
}

// Whether the chunk that is open is the one that `frame` belongs to.
inline bool
TrackBuffer::goes_on_locked (const NewFrame &frame,
    const std::shared_ptr<const TrackConfig> &config) const
{
  if (!open_)
    return false;
  if (!frame.keyframe)
    return !open_->all_keyframes || open_->frames.size () < 2;
  return open_->all_keyframes && open_->config == config
         && open_->frames.size () < Chunk::kMaxRun
         && open_->frames.back ().pts < frame.pts
         && frame.pts <= add_saturated (open_->end, gap_locked ())
         && (index_.back ().chunk == open_
             || frame.pts
                    < index_[first_at_or_after_locked (open_->key) + 1].key);
}

// Makes open_ the chunk that `frame` belongs to, where it is another one.
void
TrackBuffer::open_chunk_locked (
    const NewFrame &frame, const std::shared_ptr<const TrackConfig> &config)
{
  if (!frame.keyframe) {
    // What depends on the last random access point of a run leaves with it.
    if (open_)
      open_ = split_locked (*open_, open_->frames.size () - 1);
    return;
  }
  if (open_) {
    open_->frames.shrink_to_fit ();
    open_->blocks.shrink_to_fit ();
  }
  // The next chunk is likely to be as long.
  size_t expected = open_ ? std::min (open_->frames.size (), kReserveMax) : 0;
  open_ = nullptr;
  part_locked (frame.pts);
  open_ = std::make_shared<Chunk> ();
  open_->frames.reserve (expected);
  open_->key = open_->start = open_->end = frame.pts;
  open_->config = config;
  insert_locked (open_);
}

bool
TrackBuffer::add_locked (
    const NewFrame &frame, const std::shared_ptr<const TrackConfig> &config)
{
  if (!goes_on_locked (frame, config)) [[unlikely]]
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
// the same block, and what a rope has of it, are counted together, until
// tell_block_locked().
void
TrackBuffer::store_locked (const Slice &data)
{
  data.block->for_runs (data.offset, data.size,
      [this] (Block *block, uint32_t, uint32_t size) NO_THREAD_SAFETY_ANALYSIS {
        if (block != untold_ || untold_bytes_ > INT32_MAX)
          tell_block_locked ();
        untold_ = block;
        untold_bytes_ += size;
      });
}

// Must come before any frame is forgotten, and before the lock is let go of.
void
TrackBuffer::tell_block_locked ()
{
  if (Block *block = std::exchange (untold_, nullptr))
    block->store (account_, 0, std::exchange (untold_bytes_, 0));
}

} // namespace webmedia::mse
