// SPDX-License-Identifier: LGPL-2.1-or-later
// Reading ISO base media file format boxes: never past their end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

namespace webmedia::mse {

constexpr uint32_t
fourcc (const char (&name)[5])
{
  return uint32_t (uint8_t (name[0])) << 24 | uint32_t (uint8_t (name[1])) << 16
         | uint32_t (uint8_t (name[2])) << 8 | uint8_t (name[3]);
}

// For messages: what can't be printed shows as "\xNN".
std::string fourcc_name (uint32_t type);

inline uint32_t
load_be32 (const uint8_t *bytes)
{
  uint32_t value;
  memcpy (&value, bytes, 4);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  value = __builtin_bswap32 (value);
#endif
  return value;
}

struct Box;

// A cursor over big-endian fields. Reading past the end gives zeros and makes
// ok() false from then on: check once, after the last field.
// Threads: reentrant.
class BoxReader {
public:
  BoxReader () = default;
  BoxReader (const uint8_t *data, size_t size)
      : data_ (data),
        end_ (data + size)
  {}

  bool ok () const { return ok_; }
  size_t left () const { return size_t (end_ - data_); }

  // The next `size` bytes, or null.
  const uint8_t *bytes (size_t size)
  {
    if (size > left ()) {
      ok_ = false;
      data_ = end_;
      return nullptr;
    }
    const uint8_t *start = data_;
    data_ += size;
    return start;
  }
  void skip (size_t size) { bytes (size); }
  uint8_t u8 ()
  {
    const uint8_t *field = bytes (1);
    return field ? *field : 0;
  }
  uint16_t u16 ()
  {
    const uint8_t *field = bytes (2);
    return field ? uint16_t (field[0] << 8 | field[1]) : 0;
  }
  uint32_t u32 ()
  {
    const uint8_t *field = bytes (4);
    return field ? load_be32 (field) : 0;
  }
  uint64_t u64 ()
  {
    uint64_t high = u32 ();
    return high << 32 | u32 ();
  }
  // A field of 32 bits in version 0 of a box and of 64 in the others.
  uint64_t u32_or_u64 (uint8_t version) { return version ? u64 () : u32 (); }
  // Up to a zero byte, or to the end.
  std::string text ();

  // The box that starts here. False at the end, and then ok() unless what is
  // left is no box.
  bool next (Box &box);

private:
  const uint8_t *data_ = nullptr;
  const uint8_t *end_ = nullptr;
  bool ok_ = true;
};

struct Box {
  uint32_t type;
  const uint8_t *start; // of the header
  size_t size;          // with the header
  BoxReader body;       // behind the header, a `uuid` box's type skipped too
};

// The version and flags that start a full box.
struct FullBox {
  explicit FullBox (BoxReader &reader)
  {
    uint32_t both = reader.u32 ();
    version = uint8_t (both >> 24);
    flags = both & 0xffffff;
  }
  uint8_t version;
  uint32_t flags;
};

// What the first bytes of a box say.
struct BoxHeader {
  uint32_t type;
  uint32_t header; // bytes
  uint64_t size;   // with the header; 0: to the end of the file
};
// How many bytes of a box `peeked` must have for read_header.
inline constexpr size_t kBoxHeaderMin = 8;
// False when more than `available` bytes are needed.
bool read_header (const uint8_t *bytes, size_t available, BoxHeader &header);

} // namespace webmedia::mse
