// SPDX-License-Identifier: LGPL-2.1-or-later
// Tells a byte stream format by its first bytes.
#include "mse/content-type.hh"
#include "mse/mpeg-audio-header.hh"
#include "mse/mpegts-packet.hh"

#include <cstring>
#include <string_view>

namespace webmedia::mse {

namespace {

// Boxes that an ISO BMFF byte stream may begin with.
constexpr std::string_view kFirstBoxes[] = {"ftyp", "styp", "moov", "moof",
    "sidx", "free", "skip", "pdin", "emsg", "prft", "uuid", "wide"};

bool
begins_with_box (const uint8_t *data)
{
  std::string_view type (reinterpret_cast<const char *> (data + 4), 4);
  for (std::string_view known : kFirstBoxes)
    if (type == known)
      return true;
  return false;
}

} // namespace

const char *
sniff_type (const uint8_t *data, size_t size, bool *need_more)
{
  *need_more = false;
  if (size < 8) {
    *need_more = true;
    return nullptr;
  }
  if (memcmp (data, "\x1a\x45\xdf\xa3", 4) == 0)
    return "video/webm";
  if (begins_with_box (data))
    return "video/mp4";
  if (data[0] == kTsSync) {
    *need_more = size <= kTsPacketSize;
    return !*need_more && data[kTsPacketSize] == kTsSync ? "video/mp2t"
                                                         : nullptr;
  }

  // Metadata first, then a header of MPEG audio. Two headers that follow each
  // other are not waited for: a SourceBuffer would refuse the rest anyway.
  for (;;) {
    MetadataFrame metadata = find_metadata_frame (data, size);
    if (metadata.incomplete || size < 4) {
      *need_more = true;
      return nullptr;
    }
    if (metadata.size == 0)
      break;
    if (metadata.size >= size) {
      *need_more = true;
      return nullptr;
    }
    data += metadata.size;
    size -= metadata.size;
  }
  if (is_adts_sync (data))
    return "audio/aac";
  if (is_mpeg_audio_sync (data))
    return "audio/mpeg";
  return nullptr;
}

} // namespace webmedia::mse
