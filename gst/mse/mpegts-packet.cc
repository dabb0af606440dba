// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/mpegts-packet.hh"

namespace webmedia::mse {

// 2.4.3.4: flags, and the fields that they announce. What remains is stuffing.
static bool
read_adaptation_field (const uint8_t *data, unsigned length, TsPacket *packet)
{
  packet->stuffed = true;
  if (length == 0)
    return true;
  uint8_t flags = data[0];
  packet->discontinuity = flags & 0x80;
  packet->random_access = flags & 0x40;
  packet->has_pcr = flags & 0x10;
  unsigned used = 1 + (flags & 0x10 ? 6 : 0) + (flags & 0x08 ? 6 : 0)
                  + (flags & 0x04 ? 1 : 0);
  // Private data and the extension begin with their lengths.
  for (uint8_t flag : {0x02, 0x01})
    if (flags & flag) {
      if (used >= length)
        return false;
      used += 1u + data[used];
    }
  packet->stuffed = used < length || flags == 0;
  return used <= length;
}

const char *
read_ts_packet (const uint8_t *data, TsPacket *packet)
{
  *packet = {};
  if (data[0] != kTsSync)
    return "no packet begins";
  if (data[1] & 0x80)
    return "packet with transport_error_indicator";
  packet->start = data[1] & 0x40;
  packet->pid = uint16_t ((data[1] & 0x1f) << 8 | data[2]);
  packet->scrambled = data[3] & 0xc0;
  packet->counter = data[3] & 0x0f;

  size_t offset = 4;
  if (data[3] & 0x20) {
    bool payload = data[3] & 0x10;
    unsigned length = data[4];
    if (length > (payload ? 182u : 183u)
        || !read_adaptation_field (data + 5, length, packet))
      return "adaptation field too large";
    offset += 1 + length;
  }
  if (data[3] & 0x10) {
    packet->payload = data + offset;
    packet->size = uint8_t (kTsPacketSize - offset);
  }
  return nullptr;
}

Error
mpegts_error (uint16_t pid, const char *problem)
{
  return make_error (
      ErrorCode::decode, "MPEG-2 TS: PID %u: %s", unsigned (pid), problem);
}

} // namespace webmedia::mse
