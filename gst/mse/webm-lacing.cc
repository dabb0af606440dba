// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/webm-lacing.hh"

#include <algorithm>
#include <bit>

namespace webmedia::mse {

size_t
lace_table_max (uint64_t payload)
{
  // The count, and each size as a number of up to eight bytes or as runs of
  // 255, which cannot add up to more than the payload.
  return size_t (
      std::min<uint64_t> (payload, 1 + 8 * kLaceMax + payload / 255));
}

namespace {

enum { kXiph = 1, kFixed = 2, kEbml = 3 };

// Each reads the sizes but the last, which is what is left. Returns the bytes
// read, or 0.
size_t
read_xiph_sizes (const uint8_t *data, size_t size, uint64_t left, Lace *lace)
{
  size_t at = 0;
  for (uint32_t i = 0; i + 1 < lace->count; i++) {
    uint64_t sum = 0;
    uint8_t part;
    do {
      if (at == size)
        return 0;
      part = data[at++];
      sum += part;
    } while (part == 255);
    if (sum > left)
      return 0;
    lace->sizes[i] = uint32_t (sum);
    left -= sum;
  }
  return at;
}

// The first size is absolute; the others are signed differences, biased by
// half the range of their length.
size_t
read_ebml_sizes (const uint8_t *data, size_t size, uint64_t left, Lace *lace)
{
  size_t at = 0;
  int64_t value = 0;
  for (uint32_t i = 0; i + 1 < lace->count; i++) {
    uint64_t number;
    size_t length = read_vint (data + at, size - at, &number);
    if (length == 0 || number == kUnknownSize)
      return 0;
    if (i == 0)
      value = int64_t (number);
    else
      value += int64_t (number) - ((int64_t (1) << (7 * length - 1)) - 1);
    if (value < 0 || uint64_t (value) > left)
      return 0;
    lace->sizes[i] = uint32_t (value);
    left -= uint64_t (value);
    at += length;
  }
  return at;
}

} // namespace

bool
read_lace (unsigned lacing, const uint8_t *data, size_t size, uint32_t payload,
    Lace *lace)
{
  if (size == 0)
    return false;
  lace->count = uint32_t (data[0]) + 1;
  size_t table = 0;
  if (lacing == kFixed) {
    uint32_t total = payload - 1;
    if (total % lace->count != 0)
      return false;
    std::fill_n (lace->sizes, lace->count, total / lace->count);
  } else if (lace->count > 1) {
    table = lacing == kXiph
                ? read_xiph_sizes (data + 1, size - 1, payload - 1, lace)
                : read_ebml_sizes (data + 1, size - 1, payload - 1, lace);
    if (table == 0)
      return false;
  }
  lace->length = uint32_t (1 + table);
  uint64_t used = lace->length;
  for (uint32_t i = 0; i + 1 < lace->count; i++)
    used += lace->sizes[i];
  if (used > payload)
    return false;
  if (lacing != kFixed)
    lace->sizes[lace->count - 1] = uint32_t (payload - used);
  return true;
}

} // namespace webmedia::mse
