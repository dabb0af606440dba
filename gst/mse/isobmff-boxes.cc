// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/isobmff-boxes.hh"

#include <glib.h>

namespace webmedia::mse {

std::string
fourcc_name (uint32_t type)
{
  std::string name;
  for (int shift = 24; shift >= 0; shift -= 8) {
    uint8_t byte = uint8_t (type >> shift);
    if (byte >= 0x20 && byte < 0x7f) {
      name += char (byte);
    } else {
      const char *digits = "0123456789abcdef";
      name += "\\x";
      name += digits[byte >> 4];
      name += digits[byte & 15];
    }
  }
  return name;
}

std::string
BoxReader::text ()
{
  const void *zero = left () ? memchr (data_, 0, left ()) : nullptr;
  size_t length =
      zero ? size_t (static_cast<const uint8_t *> (zero) - data_) : left ();
  std::string result (reinterpret_cast<const char *> (data_), length);
  data_ += length + (zero ? 1 : 0);
  return result;
}

bool
read_header (const uint8_t *bytes, size_t available, BoxHeader &header)
{
  if (available < kBoxHeaderMin)
    return false;
  header.size = load_be32 (bytes);
  header.type = load_be32 (bytes + 4);
  header.header = 8;
  if (header.size == 1) {
    if (available < 16)
      return false;
    header.size =
        uint64_t (load_be32 (bytes + 8)) << 32 | load_be32 (bytes + 12);
    header.header = 16;
  }
  return true;
}

// Size 0 means "to the end of the file" at the top level only.
bool
BoxReader::next (Box &box)
{
  if (left () == 0)
    return false;
  BoxHeader header;
  if (!read_header (data_, left (), header) || header.size < header.header
      || header.size > left ()) {
    ok_ = false;
    return false;
  }
  box.type = header.type;
  box.start = data_;
  box.size = size_t (header.size);
  box.body = BoxReader (data_ + header.header, box.size - header.header);
  if (box.type == fourcc ("uuid"))
    box.body.skip (16);
  data_ += box.size;
  return true;
}

} // namespace webmedia::mse
