// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/mpegts-frames.hh"

#include <algorithm>

namespace webmedia::mse {

// A block has room for some of the largest runs, so that few of them are moved
// to the next block while they grow, and is small enough to be evicted soon.
static constexpr size_t kBlockMin = 128 * 1024;
static constexpr size_t kBlockMax = 4 * 1024 * 1024;

void
MpegtsArena::append (const uint8_t *bytes, size_t size)
{
  size_t old_size = this->size ();
  size_t need = old_size + size;
  largest_ = std::max (largest_, need);
  if (!block_ || block_->spare () < size) {
    size_t capacity = std::clamp (largest_ * 8, kBlockMin, kBlockMax);
    auto next = Block::create (std::max (capacity, need * 2));
    if (old_size > 0)
      next->append (data (), old_size);
    block_ = std::move (next);
    start_ = 0;
  }
  block_->append (bytes, size);
}

const uint8_t *
MpegtsArena::data () const
{
  return block_ ? block_->data () + start_ : nullptr;
}

void
MpegtsArena::skip (size_t size)
{
  start_ += uint32_t (size);
}

FrameBatch &
MpegtsFrames::current ()
{
  if (used_ == 0) {
    used_ = 1;
    if (batches_.empty ())
      batches_.emplace_back ();
  }
  return batches_[used_ - 1];
}

void
MpegtsFrames::push (const ParsedFrame &frame, const Ptr<Block> &block)
{
  FrameBatch &batch = current ();
  // The tracks alternate, so it is one of the last blocks.
  constexpr size_t kLookBack = 4;
  size_t count = batch.blocks.size ();
  size_t found = count;
  for (size_t i = count; i > 0 && i + kLookBack > count && found == count; i--)
    if (batch.blocks[i - 1] == block)
      found = i - 1;
  if (found == count)
    batch.blocks.push_back (block);
  batch.frames.push_back (frame);
  batch.frames.back ().block = uint32_t (found);
  count_++;
  first_ = std::min (first_, frame.dts);
  last_ = std::max (last_, frame.dts);
}

void
MpegtsFrames::set_config (
    uint16_t track, std::shared_ptr<const TrackConfig> config)
{
  if (!current ().frames.empty ()) {
    used_++;
    if (batches_.size () < used_)
      batches_.emplace_back ();
  }
  current ().configs.push_back ({track, std::move (config)});
}

Result<>
MpegtsFrames::deliver (ByteStreamSink &sink)
{
  Result<> result = ok;
  for (size_t i = 0; i < used_ && result; i++)
    result = sink.on_frames (batches_[i]);
  clear ();
  return result;
}

void
MpegtsFrames::clear ()
{
  for (size_t i = 0; i < used_; i++)
    batches_[i].clear ();
  used_ = 0;
  count_ = 0;
  first_ = kTimeInfinite;
  last_ = kTimeNone;
}

// The duration of a frame that nothing tells.
static constexpr Time kLoneFrameDuration = kSecond / 30;
// Frames that lie further apart do not follow each other: another segment
// begins. Slide shows are slower than this, but evenly.
static constexpr Time kMaxDistance = kSecond;

void
MpegtsTrack::set_index (uint16_t index)
{
  index_ = index;
  is_given_ = false;
}

void
MpegtsTrack::set_description (TrackDescription description)
{
  next_ = std::move (description);
}

void
MpegtsTrack::apply_description ()
{
  if (!next_.config)
    return;
  bool first = !declared_.config;
  if (!first)
    frames_.set_config (index_, next_.config);
  if (first || is_given_)
    declared_ = std::move (next_);
  next_ = {};
}

const TrackDescription &
MpegtsTrack::declare (TrackDescription fallback)
{
  if (!declared_.config)
    declared_ = std::move (fallback);
  is_given_ = true;
  return declared_;
}

Time
MpegtsTrack::usual_duration () const
{
  return distance_ > 0 ? distance_ : hint_ > 0 ? hint_ : kLoneFrameDuration;
}

void
MpegtsTrack::close (Time duration)
{
  frame_.duration = duration;
  frame_.track = index_;
  frames_.push (frame_, block_);
  block_.reset ();
}

void
MpegtsTrack::close_before (Time dts)
{
  if (!block_)
    return;
  Time distance = dts - frame_.dts;
  if (distance > 0 && distance <= std::max (kMaxDistance, 2 * distance_)) {
    distance_ = distance;
    close (distance);
  } else {
    close (usual_duration ());
  }
}

void
MpegtsTrack::push (const ParsedFrame &frame, const Ptr<Block> &block)
{
  apply_description ();
  frames_.push (frame, block);
}

void
MpegtsTrack::push_open (
    const ParsedFrame &frame, const Ptr<Block> &block, Time hint)
{
  close_before (frame.dts);
  apply_description ();
  frame_ = frame;
  block_ = block;
  hint_ = hint;
}

void
MpegtsTrack::release ()
{
  if (block_)
    close (usual_duration ());
}

} // namespace webmedia::mse
