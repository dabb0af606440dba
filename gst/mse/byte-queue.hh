// SPDX-License-Identifier: LGPL-2.1-or-later
// The spec's input buffer: appended bytes that no parser has consumed yet.
#pragma once

#include "mse/block.hh"

namespace webmedia::mse {

// A queue of appended memory, read from the front. Bytes are looked at in
// place; slices of them share the appended memory. Appends too small to be
// worth their bookkeeping are joined by copying.
// Threads: reentrant.
class ByteQueue {
public:
  // Adds the bytes of `buffer` at the end, by reference. False when its
  // memory can't be read: then nothing was added.
  bool push (GstBuffer *buffer);
  void clear ();

  // Bytes not consumed yet.
  size_t size () const { return size_; }
  // Bytes consumed since the last clear().
  uint64_t position () const { return position_; }

  // `size` bytes from `offset` past the front in one run, or null when there
  // are not that many. Valid until the next call that is not const.
  const uint8_t *peek (size_t offset, size_t size)
  {
    if (in_first (offset, size)) [[likely]]
      return pieces_[first_].bytes () + offset;
    return peek_anywhere (offset, size);
  }
  // How many bytes from `offset` on can be peeked at without gathering.
  size_t contiguous (size_t offset) const;

  // Consumes the first `size` bytes; there must be as many.
  void skip (size_t size)
  {
    if (!in_first (size, 1)) [[unlikely]]
      return skip_pieces (size);
    pieces_[first_].offset += uint32_t (size);
    size_ -= size;
    position_ += size;
  }
  // Consumes as many of `left` bytes as there are and subtracts them from it.
  void skip_some (uint64_t &left);

  // The `size` bytes from `offset` on (there must be as many) as a slice; the
  // reference to its block goes to `keep` unless the last block of `keep` is
  // the same. `size` may be 0 only when a block is there.
  Slice slice (size_t offset, uint32_t size, std::vector<Ptr<Block>> &keep)
  {
    if (!in_first (offset, size)) [[unlikely]]
      return slice_anywhere (offset, size, keep);
    const Piece &first = pieces_[first_];
    if (keep.empty () || keep.back () != first.block)
      keep.push_back (first.block);
    return {first.block.get (), first.offset + uint32_t (offset), size};
  }

private:
  struct Piece {
    Ptr<Block> block;
    uint32_t offset; // of the first byte not consumed
    uint32_t end;    // past the last byte of this piece

    uint32_t size () const { return end - offset; }
    const uint8_t *bytes () const { return block->data () + offset; }
  };
  // Whether these bytes, at least one, lie in the first piece.
  bool in_first (size_t offset, size_t size) const
  {
    return first_ < pieces_.size () && size > 0
           && offset < pieces_[first_].size ()
           && size <= pieces_[first_].size () - offset;
  }
  const uint8_t *peek_anywhere (size_t offset, size_t size);
  Slice slice_anywhere (
      size_t offset, uint32_t size, std::vector<Ptr<Block>> &keep);
  void skip_pieces (size_t size);
  void push_piece (Piece piece);
  bool add (GstMemory *memory);
  void join (const uint8_t *bytes, size_t size);

  std::vector<Piece> pieces_; // from first_ on; those before are empty
  size_t first_ = 0;
  Ptr<Block> join_; // where small appends are copied to
  size_t size_ = 0;
  uint64_t position_ = 0;
  std::vector<uint8_t> scratch_; // what peek gathers
  std::vector<Slice> parts_;     // what slice gathers
};

} // namespace webmedia::mse
