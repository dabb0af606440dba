// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/mpeg-audio-header.hh"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace webmedia::mse {

namespace {

// Whether `data` begins with `magic`, as far as it goes.
bool
may_begin_with (const uint8_t *data, size_t size, std::string_view magic)
{
  return memcmp (data, magic.data (), std::min (size, magic.size ())) == 0;
}

// https://id3.org/id3v2.4.0-structure: a header of 10 bytes, a length of
// four times 7 bits, and with bit 4 of the flags a footer as long as the
// header.
MetadataFrame
id3v2_frame (const uint8_t *data, size_t size)
{
  if (size < 10)
    return {0, true};
  for (int i = 6; i < 10; i++)
    if (data[i] & 0x80)
      return {};
  uint64_t length = uint64_t (data[6]) << 21 | uint64_t (data[7]) << 14
                    | uint64_t (data[8]) << 7 | data[9];
  return {10 + length + ((data[5] & 0x10) ? 10 : 0), false};
}

// APEv2: header and footer have 32 bytes; the length counts the items and
// the footer.
MetadataFrame
ape_frame (const uint8_t *data, size_t size)
{
  if (size < 32)
    return {0, true};
  uint64_t length = uint64_t (data[12]) | uint64_t (data[13]) << 8
                    | uint64_t (data[14]) << 16 | uint64_t (data[15]) << 24;
  uint8_t flags = data[23];
  bool is_header = flags & 0x20;
  return {is_header ? 32 + length : 32, false};
}

// "ICY " up to an empty line. A header longer than this is none.
constexpr size_t kIcecastMax = 64 * 1024;

MetadataFrame
icecast_header (const uint8_t *data, size_t size)
{
  std::string_view text (
      reinterpret_cast<const char *> (data), std::min (size, kIcecastMax));
  size_t end = text.find ("\r\n\r\n");
  if (end == text.npos)
    return {0, size < kIcecastMax};
  return {end + 4, false};
}

} // namespace

MetadataFrame
find_metadata_frame (const uint8_t *data, size_t size)
{
  if (size == 0)
    return {0, true};
  if (may_begin_with (data, size, "ID3"))
    return id3v2_frame (data, size);
  if (may_begin_with (data, size, "TAG"))
    return size < 3 ? MetadataFrame{0, true} : MetadataFrame{128, false};
  if (may_begin_with (data, size, "APETAGEX"))
    return ape_frame (data, size);
  if (may_begin_with (data, size, "ICY "))
    return icecast_header (data, size);
  return {};
}

bool
is_adts_sync (const uint8_t *data)
{
  return data[0] == 0xff && (data[1] & 0xf6) == 0xf0
         && ((data[2] >> 2) & 0xf) < 13;
}

bool
is_mpeg_audio_sync (const uint8_t *data)
{
  bool reserved_version = ((data[1] >> 3) & 3) == 1;
  bool no_layer = ((data[1] >> 1) & 3) == 0;
  return data[0] == 0xff && (data[1] & 0xe0) == 0xe0 && !reserved_version
         && !no_layer && (data[2] >> 4) != 0xf && ((data[2] >> 2) & 3) != 3;
}

} // namespace webmedia::mse
