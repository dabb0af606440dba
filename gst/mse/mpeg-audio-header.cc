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

// ISO 14496-3 1.A.2.2: adts_fixed_header and adts_variable_header.
const char *
read_adts_header (const uint8_t *data, AudioFrameHeader *header)
{
  static constexpr uint32_t kRates[13] = {96000, 88200, 64000, 48000, 44100,
      32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350};
  if (data[0] != 0xff || (data[1] & 0xf6) != 0xf0)
    return "no ADTS frame begins";
  if (!is_adts_sync (data))
    return "ADTS frame of a reserved sampling frequency";
  *header = {};
  header->crc = !(data[1] & 1);
  header->header_size = header->crc ? 9 : 7;
  header->object_type = uint8_t ((data[2] >> 6) + 1);
  header->rate_index = (data[2] >> 2) & 0xf;
  header->rate = kRates[header->rate_index];
  uint8_t channels = uint8_t ((data[2] & 1) << 2 | data[3] >> 6);
  header->channels = channels == 7 ? 8 : channels;
  header->size =
      uint32_t (data[3] & 3) << 11 | uint32_t (data[4]) << 3 | data[5] >> 5;
  header->raw_blocks = uint8_t ((data[6] & 3) + 1);
  header->samples = 1024u * header->raw_blocks;
  if (header->size < header->header_size)
    return "ADTS frame shorter than its header";
  return nullptr;
}

namespace {

// In kbit/s, by index: ISO 11172-3 2.4.2.3 and ISO 13818-3 2.4.2.3.
constexpr uint16_t kBitrates[5][15] = {
    {0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448},
    {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},
    {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
    {0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},
    {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
};

} // namespace

const char *
read_mpeg_audio_header (const uint8_t *data, AudioFrameHeader *header)
{
  if (!is_mpeg_audio_sync (data))
    return "no MPEG audio frame begins";
  static constexpr uint8_t kVersions[4] = {3, 0, 2, 1};
  static constexpr uint16_t kRates[3] = {44100, 48000, 32000};
  *header = {};
  header->version = kVersions[(data[1] >> 3) & 3];
  header->layer = uint8_t (4 - ((data[1] >> 1) & 3));
  header->crc = !(data[1] & 1);
  header->header_size = header->crc ? 6 : 4;
  header->channels = (data[3] >> 6) == 3 ? 1 : 2;
  header->rate = uint32_t (kRates[(data[2] >> 2) & 3]) >> (header->version - 1);
  bool padding = data[2] & 2;

  unsigned table = header->version == 1 ? header->layer - 1u
                   : header->layer == 1 ? 3
                                        : 4;
  uint32_t bitrate = kBitrates[table][data[2] >> 4] * 1000u;
  if (bitrate == 0)
    return "MPEG audio frame of free format, which is not supported";
  if (header->layer == 1) {
    header->samples = 384;
    header->size = (12 * bitrate / header->rate + padding) * 4;
  } else {
    bool half = header->layer == 3 && header->version != 1;
    header->samples = half ? 576 : 1152;
    header->size = header->samples / 8 * bitrate / header->rate + padding;
  }
  return nullptr;
}

// The tables of Xing and LAME lie where the first bytes of sound would, after
// the side information; Fraunhofer's always 32 bytes after the header.
bool
is_seek_table (const uint8_t *data, size_t size, const AudioFrameHeader &header)
{
  if (header.layer != 3)
    return false;
  size_t side = header.version == 1 ? (header.channels == 1 ? 17 : 32)
                                    : (header.channels == 1 ? 9 : 17);
  auto holds = [data, size] (size_t offset, const char *magic) {
    return offset + 4 <= size && memcmp (data + offset, magic, 4) == 0;
  };
  return holds (header.header_size + side, "Xing")
         || holds (header.header_size + side, "Info") || holds (4 + 32, "VBRI");
}

} // namespace webmedia::mse
