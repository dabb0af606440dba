// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/mpegts-early.hh"

#include "mse/mpegts-pes.hh"

#include <algorithm>

namespace webmedia::mse {

// Whether the payload is the start of a PES packet of sound or pictures.
static bool
is_media (const TsPacket &packet)
{
  const uint8_t *data = packet.payload;
  return packet.start && packet.size >= 4 && data[0] == 0 && data[1] == 0
         && data[2] == 1
         && (data[3] == 0xbd || data[3] == 0xfd
             || (data[3] >= 0xc0 && data[3] <= 0xef));
}

Result<>
MpegtsEarly::add (
    const TsPacket &packet, const uint8_t *data, uint64_t position)
{
  if (is_media (packet))
    if (Result<> noted = note_media (packet); !noted)
      return noted;
  if (bytes_.size () + kTsPacketSize > kMaxSize)
    return mpegts_error (packet.pid, "too much before a PAT and a PMT");
  bytes_.insert (bytes_.end (), data, data + kTsPacketSize);
  positions_.push_back (position);
  return ok;
}

Result<>
MpegtsEarly::note_media (const TsPacket &packet)
{
  if (media_pid_ == kNullPid)
    media_pid_ = packet.pid;
  // One that is cut off, or has none, is told of when its track is known.
  uint64_t pts;
  if (packet.size < 14 || !(packet.payload[7] & 0x80)
      || !read_timestamp (packet.payload + 9, &pts))
    return ok;
  if (!first_)
    first_ = pts;
  // Of 33 bits, which may roll over.
  auto distance = static_cast<int64_t> ((pts - *first_) << 31) >> 31;
  lowest_ = std::min (lowest_, distance);
  highest_ = std::max (highest_, distance);
  if (highest_ - lowest_ > kMaxSpan)
    return mpegts_error (packet.pid,
        "more than a second of sound or pictures before a PAT and a PMT");
  return ok;
}

Result<>
MpegtsEarly::finish () const
{
  return media_pid_ == kNullPid
             ? Result<> (ok)
             : Result<> (mpegts_error (
                 media_pid_, "sound or pictures without a PAT and a PMT"));
}

MpegtsEarly::Held
MpegtsEarly::held (size_t index) const
{
  return {positions_[index], bytes_.data () + index * kTsPacketSize};
}

} // namespace webmedia::mse
