// SPDX-License-Identifier: LGPL-2.1-or-later
// EBML, the binary form of Matroska and WebM (RFC 8794): element headers, and
// a reader that never leaves the bytes it was given.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>

namespace webmedia::mse {

inline constexpr uint64_t kUnknownSize = UINT64_MAX;

struct ElementHeader {
  uint32_t id;   // with its length marker, as specs write it
  uint64_t size; // of the content, or kUnknownSize
  uint8_t length;

  // Bytes of the whole element. Only for known sizes.
  uint64_t total () const { return length + size; }
};

enum class HeaderStatus { complete, incomplete, invalid };

// The longest header: four bytes of ID, eight of size.
inline constexpr size_t kElementHeaderMax = 12;

// Reads the ID alone, for which up to four bytes are needed.
HeaderStatus read_element_id (const uint8_t *data, size_t size, uint32_t *id);
HeaderStatus read_any_element_header (
    const uint8_t *data, size_t size, ElementHeader *header);

// The same; what a stream has most, an ID of one byte and a size of one or
// two, costs no call.
inline HeaderStatus
read_element_header (const uint8_t *data, size_t size, ElementHeader *header)
{
  if (size >= 3 && data[0] >= 0x80 && data[1] >= 0x40) [[likely]] {
    bool one = data[1] >= 0x80;
    uint32_t number =
        one ? data[1] & 0x7f : uint32_t (data[1] & 0x3f) << 8 | data[2];
    if (number != (one ? 0x7f : 0x3fff)) {
      *header = {data[0], number, uint8_t (one ? 2 : 3)};
      return HeaderStatus::complete;
    }
  }
  return read_any_element_header (data, size, header);
}

// The content of an unsigned integer element of up to eight bytes.
inline uint64_t
read_uint (const uint8_t *data, size_t size)
{
  uint64_t value = 0;
  for (size_t i = 0; i < size; i++)
    value = value << 8 | data[i];
  return value;
}

// A variable-length number; its length, or 0 when `size` bytes do not hold it
// or no such number begins so. All ones gives kUnknownSize.
inline size_t
read_vint (const uint8_t *data, size_t size, uint64_t *value)
{
  if (size == 0 || data[0] == 0)
    return 0;
  size_t length = size_t (std::countl_zero (data[0])) + 1;
  if (size < length)
    return 0;
  uint64_t mask = (uint64_t (1) << (7 * length)) - 1;
  uint64_t number = read_uint (data, length) & mask;
  *value = number == mask ? kUnknownSize : number;
  return length;
}

// Walks over the children of a master element.
// Threads: reentrant.
class EbmlReader {
public:
  EbmlReader (const uint8_t *data, size_t size) : next_ (data), left_ (size) {}

  // Goes to the next child; false at the end or at malformed bytes.
  bool next ();
  // Whether everything read so far was well formed.
  bool ok () const { return !malformed_; }

  uint32_t id () const { return header_.id; }
  const uint8_t *data () const { return data_; }
  size_t size () const { return size_t (header_.size); }

  // The content of the child. A content that is none of the type makes the
  // reader malformed.
  uint64_t as_uint ();
  double as_float ();
  std::string as_string () const;
  EbmlReader children () const { return {data_, size ()}; }

private:
  const uint8_t *next_;
  size_t left_;
  const uint8_t *data_ = nullptr;
  ElementHeader header_{};
  bool malformed_ = false;
};

} // namespace webmedia::mse
