// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/byte-queue.hh"

#include <algorithm>
#include <cstring>

namespace webmedia::mse {

// An append of no more bytes than its own bookkeeping would take is copied.
static constexpr size_t kJoinBelow = 256;
static constexpr size_t kJoinCapacity = 4096;
// Offsets in a block have 32 bits.
static constexpr size_t kBlockMax = size_t (1) << 31;

bool
ByteQueue::push (GstBuffer *buffer)
{
  size_t old_size = size_;
  guint count = gst_buffer_n_memory (buffer);
  for (guint i = 0; i < count; i++) {
    if (add (gst_buffer_peek_memory (buffer, i)))
      continue;
    // Take back what was added: all or nothing.
    size_t extra = size_ - old_size;
    while (extra > 0) {
      Piece &last = pieces_.back ();
      size_t length = std::min<size_t> (extra, last.size ());
      last.end -= uint32_t (length);
      extra -= length;
      size_ -= length;
      if (last.end == last.offset)
        pieces_.pop_back ();
    }
    return false;
  }
  return true;
}

bool
ByteQueue::add (GstMemory *memory)
{
  gsize size = gst_memory_get_sizes (memory, nullptr, nullptr);
  for (size_t start = 0; start < size; start += kBlockMax) {
    size_t length = std::min<size_t> (size - start, kBlockMax);
    Ptr<Block> block;
    if (length == size) {
      block = Block::wrap (memory);
    } else {
      GstMemory *part =
          gst_memory_share (memory, gssize (start), gssize (length));
      block = Block::wrap (part);
      gst_memory_unref (part);
    }
    if (!block)
      return false;
    if (length <= kJoinBelow) {
      join (block->data (), length);
      continue;
    }
    size_ += length;
    push_piece ({std::move (block), 0, uint32_t (length)});
  }
  return true;
}

// The places of pieces that were consumed are taken again once they are half of
// all: a piece is moved once, on average.
void
ByteQueue::push_piece (Piece piece)
{
  if (first_ > 0 && first_ >= pieces_.size () - first_) {
    pieces_.erase (pieces_.begin (), pieces_.begin () + ptrdiff_t (first_));
    first_ = 0;
  }
  pieces_.push_back (std::move (piece));
}

void
ByteQueue::join (const uint8_t *bytes, size_t size)
{
  if (!join_ || join_->spare () < size)
    join_ = Block::create (kJoinCapacity);
  uint32_t start = join_->size ();
  join_->append (bytes, size);
  size_ += size;
  if (first_ < pieces_.size () && pieces_.back ().block == join_
      && pieces_.back ().end == start)
    pieces_.back ().end += uint32_t (size);
  else
    push_piece ({join_, start, start + uint32_t (size)});
}

void
ByteQueue::clear ()
{
  pieces_.clear ();
  first_ = 0;
  size_ = 0;
  position_ = 0;
}

size_t
ByteQueue::contiguous (size_t offset) const
{
  for (size_t i = first_; i < pieces_.size (); i++) {
    size_t length = pieces_[i].size ();
    if (offset < length)
      return length - offset;
    offset -= length;
  }
  return 0;
}

const uint8_t *
ByteQueue::peek_anywhere (size_t offset, size_t size)
{
  if (offset > size_ || size > size_ - offset)
    return nullptr;
  if (size == 0) {
    static const uint8_t nothing = 0;
    return &nothing;
  }
  const Piece *piece = &pieces_[first_];
  while (offset >= piece->size ()) {
    offset -= piece->size ();
    ++piece;
  }
  if (size <= piece->size () - offset) [[likely]]
    return piece->bytes () + offset;

  scratch_.resize (size);
  for (size_t done = 0; done < size; ++piece, offset = 0) {
    size_t length = std::min<size_t> (size - done, piece->size () - offset);
    memcpy (scratch_.data () + done, piece->bytes () + offset, length);
    done += length;
  }
  return scratch_.data ();
}

void
ByteQueue::skip_pieces (size_t size)
{
  size_ -= size;
  position_ += size;
  while (size > 0) {
    Piece &first = pieces_[first_];
    size_t length = first.size ();
    if (size < length) {
      first.offset += uint32_t (size);
      return;
    }
    size -= length;
    first = {};
    first_++;
  }
}

void
ByteQueue::skip_some (uint64_t &left)
{
  size_t step = size_t (std::min<uint64_t> (left, size_));
  skip (step);
  left -= step;
}

Slice
ByteQueue::slice_anywhere (
    size_t offset, uint32_t size, std::vector<Ptr<Block>> &keep)
{
  const Piece *piece = &pieces_[first_];
  while (piece != &pieces_.back () && offset >= piece->size ()) {
    offset -= piece->size ();
    ++piece;
  }
  if (offset + size <= piece->size ()) [[likely]] {
    if (keep.empty () || keep.back () != piece->block)
      keep.push_back (piece->block);
    return {piece->block.get (), piece->offset + uint32_t (offset), size};
  }

  parts_.clear ();
  for (uint32_t rest = size; rest > 0; ++piece, offset = 0) {
    uint32_t start = piece->offset + uint32_t (offset);
    uint32_t length = std::min (rest, piece->end - start);
    parts_.push_back ({piece->block.get (), start, length});
    rest -= length;
  }
  keep.push_back (Block::gather (parts_));
  return {keep.back ().get (), 0, size};
}

} // namespace webmedia::mse
