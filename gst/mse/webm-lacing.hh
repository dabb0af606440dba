// SPDX-License-Identifier: LGPL-2.1-or-later
// The head of a WebM block: track, time, flags, and how many frames of which
// sizes are laced into it.
// https://www.matroska.org/technical/notes.html#lacing
#pragma once

#include "mse/ebml.hh"

namespace webmedia::mse {

inline constexpr size_t kLaceMax = 256;

struct BlockHead {
  uint64_t track;
  int16_t time; // ticks after the cluster's
  uint8_t flags;
  uint8_t length; // of track, time and flags

  bool keyframe () const { return flags & 0x80; } // of a SimpleBlock
  unsigned lacing () const { return (flags >> 1) & 3; }
};

// False when `size` bytes hold no head.
inline bool
read_block_head (const uint8_t *data, size_t size, BlockHead *head)
{
  size_t length = read_vint (data, size, &head->track);
  if (length == 0 || size < length + 3)
    return false;
  head->time = int16_t (uint16_t (data[length] << 8 | data[length + 1]));
  head->flags = data[length + 2];
  head->length = uint8_t (length + 3);
  return true;
}

struct Lace {
  uint32_t count;
  uint32_t sizes[kLaceMax];
  uint32_t length; // of the table of sizes
};

// The most bytes that the table of a block with this payload can take.
size_t lace_table_max (uint64_t payload);

// Reads the table that begins at `data` in a payload of `payload` bytes, of
// which `size` are there. False when the sizes do not fit the payload.
bool read_lace (unsigned lacing, const uint8_t *data, size_t size,
    uint32_t payload, Lace *lace);

} // namespace webmedia::mse
