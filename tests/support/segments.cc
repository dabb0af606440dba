// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/segments.hh"

#include "support/check.hh"

#include <cstring>

namespace webmedia::mse {

namespace {

using Bytes = std::vector<uint8_t>;

// Adds [from, to) to the segments.
void
put (Segments &segments, const Bytes &file, size_t from, size_t to, bool starts)
{
  if (starts)
    segments.media.emplace_back ();
  Bytes &target =
      segments.media.empty () ? segments.init : segments.media.back ();
  target.insert (
      target.end (), file.begin () + long (from), file.begin () + long (to));
}

bool
is_box (const Bytes &file, size_t at, const char *type)
{
  return memcmp (&file[at + 4], type, 4) == 0;
}

Segments
split_boxes (const Bytes &file)
{
  Segments segments;
  bool after_styp = false;
  for (size_t at = 0; at + 8 <= file.size ();) {
    size_t size = 0;
    for (size_t i = 0; i < 4; i++)
      size = size << 8 | file[at + i];
    fail_unless (size >= 8 && at + size <= file.size ());
    bool styp = is_box (file, at, "styp");
    bool starts = styp || (is_box (file, at, "moof") && !after_styp);
    if (!is_box (file, at, "mfra"))
      put (segments, file, at, at + size, starts);
    after_styp = styp;
    at += size;
  }
  return segments;
}

// Reads a number of EBML; with its marker where it is an ID.
uint64_t
read_number (const Bytes &file, size_t &at, bool is_id)
{
  size_t length = 1;
  while (length < 8 && !(file[at] & (0x100 >> length)))
    length++;
  uint64_t value = is_id ? file[at] : file[at] & ((0x100 >> length) - 1);
  bool unknown = !is_id && value == uint64_t ((0x100 >> length) - 1);
  for (size_t i = 1; i < length; i++) {
    value = value << 8 | file[at + i];
    unknown &= file[at + i] == 0xff;
  }
  at += length;
  return unknown ? UINT64_MAX : value;
}

Segments
split_elements (const Bytes &file)
{
  constexpr uint64_t kSegment = 0x18538067, kCluster = 0x1f43b675,
                     kCues = 0x1c53bb6b;
  Segments segments;
  for (size_t at = 0; at < file.size ();) {
    size_t start = at;
    uint64_t id = read_number (file, at, true);
    uint64_t size = read_number (file, at, false);
    // Only the Segment is entered.
    if (id != kSegment) {
      fail_unless (size <= file.size () - at);
      at += size_t (size);
    }
    if (id != kCues)
      put (segments, file, start, at, id == kCluster);
  }
  return segments;
}

} // namespace

Segments
split_segments (const Bytes &file)
{
  bool is_webm =
      file.size () > 4 && memcmp (&file[0], "\x1a\x45\xdf\xa3", 4) == 0;
  Segments segments = is_webm ? split_elements (file) : split_boxes (file);
  fail_unless (!segments.init.empty () && segments.media.size () > 1);
  return segments;
}

} // namespace webmedia::mse
