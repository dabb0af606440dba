// SPDX-License-Identifier: LGPL-2.1-or-later
// The bytes that coded frames are slices of: appended memory, kept as it came.
#pragma once

#include "base/ptr.hh"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace webmedia::mse {

class Block;

// Part of a block. The block is not owned: whoever keeps a slice keeps the
// block too.
struct Slice {
  Block *block;
  uint32_t offset;
  uint32_t size;
};

// Bytes that the blocks of one source buffer keep in memory, counted while
// any stored frame is a slice of them.
class MemoryAccount {
public:
  uint64_t bytes () const { return bytes_.load (std::memory_order_relaxed); }
  void add (int64_t bytes)
  {
    bytes_.fetch_add (uint64_t (bytes), std::memory_order_relaxed);
  }

private:
  std::atomic<uint64_t> bytes_{0};
};

// A run of bytes, or a rope: a frame that lies in several runs, by reference.
// A stored slice pins its whole block, so the block knows how many of its
// bytes stored frames use (`stored_bytes`) beside how many it holds (`size`).
// Threads: reentrant; the counts of references and of stored bytes are atomic.
class Block {
public:
  // Shares `memory`; null when it can't be mapped for reading.
  static Ptr<Block> wrap (GstMemory *memory);
  // Empty memory of our own, to `append` up to `capacity` bytes to.
  static Ptr<Block> create (size_t capacity);
  // One block over all `parts`: a rope, or a copy where there are too many
  // parts for a GstBuffer.
  static Ptr<Block> gather (const std::vector<Slice> &parts);

  Block (const Block &) = delete;
  Block &operator= (const Block &) = delete;

  // The bytes; null for a rope.
  const uint8_t *data () const { return data_; }
  uint32_t size () const { return size_; }

  // Room left in a block from `create`.
  size_t spare () const { return capacity_ - size_; }
  void append (const uint8_t *bytes, size_t size);
  // Appends a part of `source`; returns where it lies here.
  uint32_t append_from (const Block &source, uint32_t offset, uint32_t size);

  // A buffer over a part of the block, without copying.
  Ptr<GstBuffer> make_buffer (uint32_t offset, uint32_t size) const;
  // Copies a part of the block, rope or not.
  void copy_to (uint8_t *target, uint32_t offset, uint32_t size) const;

  // `function (block, offset, size)` for each run of bytes in a part of the
  // block: one, but for a rope.
  template <typename Function>
  void for_runs (uint32_t offset, uint32_t size, Function function);

  // A frame of `size` bytes begins or ceases to be stored; `account` counts
  // each block once however many frames use it.
  void store (MemoryAccount &account, uint32_t offset, uint32_t size);
  void unstore (MemoryAccount &account, uint32_t offset, uint32_t size);
  // Bytes that the block itself takes, without what it refers to.
  size_t overhead () const;
  // Whether stored frames use so little of a large block (or, for a rope, of
  // one that it ties together) that copying them would free most of it.
  bool is_sparse () const;

private:
  friend struct webmedia::Counted<Block>;
  Block () = default;
  ~Block ();
  static Ptr<Block> allocate (size_t room);
  static void free (Block *block);

  // What lies behind a block, in the room that it was allocated with: how its
  // memory is mapped or, of a rope, the parts, with a reference to each.
  void *behind () const { return const_cast<Block *> (this) + 1; }
  GstMapInfo &map () const { return *static_cast<GstMapInfo *> (behind ()); }
  std::span<Slice> parts () const
  {
    return {static_cast<Slice *> (behind ()), part_count_};
  }

  bool is_rope () const { return part_count_ > 0; }
  template <typename Function>
  void for_parts (uint32_t offset, uint32_t size, Function function) const;

  mutable std::atomic<int> references_{1};
  uint32_t part_count_ = 0;
  std::atomic<uint64_t> stored_{0};
  uint32_t size_ = 0;
  uint32_t capacity_ = 0;
  uint8_t *data_ = nullptr;
};

template <typename Function>
void
Block::for_runs (uint32_t offset, uint32_t size, Function function)
{
  if (is_rope ())
    for_parts (offset, size, function);
  else
    function (this, offset, size);
}

template <typename Function>
void
Block::for_parts (uint32_t offset, uint32_t size, Function function) const
{
  for (const Slice &part : parts ()) {
    if (offset < part.size) {
      uint32_t length = std::min (size, part.size - offset);
      function (part.block, part.offset + offset, length);
      size -= length;
      if (size == 0)
        break;
      offset = 0;
    } else {
      offset -= part.size;
    }
  }
}

} // namespace webmedia::mse

namespace webmedia {
template <> struct Counted<mse::Block> {
  static void ref (mse::Block *block)
  {
    block->references_.fetch_add (1, std::memory_order_relaxed);
  }
  static void unref (mse::Block *block)
  {
    if (block->references_.fetch_sub (1, std::memory_order_acq_rel) == 1)
      mse::Block::free (block);
  }
};
} // namespace webmedia
