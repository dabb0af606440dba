// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/block.hh"

#include <cstring>
#include <memory>

namespace webmedia::mse {

Ptr<Block>
Block::allocate (size_t room)
{
  return Ptr<Block>::adopt (new (::operator new (sizeof (Block) + room)) Block);
}

void
Block::free (Block *block)
{
  block->~Block ();
  ::operator delete (block);
}

Ptr<Block>
Block::wrap (GstMemory *memory)
{
  auto owned = Ptr<GstMemory>::adopt (GST_MEMORY_IS_NO_SHARE (memory)
                                          ? gst_memory_copy (memory, 0, -1)
                                          : gst_memory_ref (memory));
  GstMapInfo map;
  if (!owned || !gst_memory_map (owned.get (), &map, GST_MAP_READ))
    return nullptr;
  auto block = allocate (sizeof map);
  new (block->behind ()) GstMapInfo (map);
  (void)owned.release (); // it is map.memory
  block->data_ = map.data;
  block->size_ = block->capacity_ = uint32_t (map.size);
  return block;
}

Ptr<Block>
Block::create (size_t capacity)
{
  GstMemory *memory = gst_allocator_alloc (nullptr, capacity, nullptr);
  auto block = wrap (memory);
  gst_memory_unref (memory);
  block->size_ = 0;
  return block;
}

Ptr<Block>
Block::gather (const std::vector<Slice> &parts)
{
  size_t size = 0;
  for (const Slice &part : parts)
    size += part.size;

  if (parts.size () > gst_buffer_get_max_memory ()) {
    auto block = create (size);
    for (const Slice &part : parts)
      block->append_from (*part.block, part.offset, part.size);
    return block;
  }

  auto rope = allocate (parts.size () * sizeof (Slice));
  std::uninitialized_copy (
      parts.begin (), parts.end (), static_cast<Slice *> (rope->behind ()));
  rope->part_count_ = uint32_t (parts.size ());
  rope->size_ = rope->capacity_ = uint32_t (size);
  for (const Slice &part : parts)
    Counted<Block>::ref (part.block);
  return rope;
}

Block::~Block ()
{
  if (is_rope ()) {
    for (const Slice &part : parts ())
      Counted<Block>::unref (part.block);
  } else {
    GstMemory *memory = map ().memory;
    gst_memory_unmap (memory, &map ());
    gst_memory_unref (memory);
  }
}

// The memory is our own and was mapped whole; nobody reads past size_ yet.
void
Block::append (const uint8_t *bytes, size_t size)
{
  memcpy (data_ + size_, bytes, size);
  size_ += uint32_t (size);
}

uint32_t
Block::append_from (const Block &source, uint32_t offset, uint32_t size)
{
  uint32_t at = size_;
  source.copy_to (data_ + at, offset, size);
  size_ += size;
  return at;
}

Ptr<GstBuffer>
Block::make_buffer (uint32_t offset, uint32_t size) const
{
  GstBuffer *buffer = gst_buffer_new ();
  auto add = [buffer] (const Block *block, uint32_t start, uint32_t length) {
    gst_buffer_append_memory (
        buffer, gst_memory_share (block->map ().memory, start, length));
  };
  if (is_rope ())
    for_parts (offset, size, add);
  else if (size > 0)
    add (this, offset, size);
  return Ptr<GstBuffer>::adopt (buffer);
}

void
Block::copy_to (uint8_t *target, uint32_t offset, uint32_t size) const
{
  if (!is_rope ()) {
    memcpy (target, data () + offset, size);
    return;
  }
  for_parts (offset, size,
      [&target] (const Block *block, uint32_t start, uint32_t length) {
        memcpy (target, block->data () + start, length);
        target += length;
      });
}

void
Block::store (MemoryAccount &account, uint32_t offset, uint32_t size)
{
  if (is_rope ()) {
    for_parts (offset, size,
        [&account] (Block *block, uint32_t start, uint32_t length) {
          block->store (account, start, length);
        });
  } else if (stored_.fetch_add (size, std::memory_order_relaxed) == 0
             && size > 0) {
    account.add (capacity_);
  }
}

void
Block::unstore (MemoryAccount &account, uint32_t offset, uint32_t size)
{
  if (is_rope ()) {
    for_parts (offset, size,
        [&account] (Block *block, uint32_t start, uint32_t length) {
          block->unstore (account, start, length);
        });
  } else if (stored_.fetch_sub (size, std::memory_order_relaxed) == size
             && size > 0) {
    account.add (-int64_t (capacity_));
  }
}

size_t
Block::overhead () const
{
  return sizeof *this
         + (is_rope () ? part_count_ * sizeof (Slice) : sizeof (GstMapInfo));
}

bool
Block::is_sparse () const
{
  constexpr uint32_t kWorthIt = 64 * 1024;
  if (!is_rope ())
    return capacity_ >= kWorthIt
           && stored_.load (std::memory_order_relaxed) < capacity_ / 4;
  for (const Slice &part : parts ())
    if (part.block->is_sparse ())
      return true;
  return false;
}

} // namespace webmedia::mse
