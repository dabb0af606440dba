// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/mpegts-pes.hh"

#include <algorithm>
#include <cstring>

namespace webmedia::mse {

// A packet may be sent twice, with the same counter (2.4.3.3). A counter that
// is equal by chance, where another segment begins, comes with another payload.
bool
PesReader::is_duplicate (const TsPacket &packet) const
{
  if (packet.counter != counter_ || packet.discontinuity)
    return false;
  if (packet.start)
    return start_size_ == packet.size
           && memcmp (start_.data (), packet.payload, packet.size) == 0;
  return place_ == Place::between
         || (place_ == Place::payload && arena_.size () >= packet.size
             && memcmp (arena_.data () + arena_.size () - packet.size,
                    packet.payload, packet.size)
                    == 0);
}

Result<>
PesReader::read (const TsPacket &packet, MpegtsTimeline &timeline)
{
  if (packet.size == 0)
    return ok;
  if (packet.scrambled)
    return mpegts_error (pid_, "scrambled packets, which cannot be read");
  if (is_duplicate (packet))
    return ok;
  bool follows = counter_ >= 0 && packet.counter == ((counter_ + 1) & 15);
  counter_ = packet.counter;
  stuffed_ = packet.stuffed;
  if (packet.start)
    return begin (packet, timeline);
  if (place_ == Place::padding)
    return ok;
  if (place_ == Place::between)
    return mpegts_error (pid_, "no PES packet begins");
  if (!follows && !packet.discontinuity)
    return mpegts_error (pid_, "packets are missing inside a PES packet");
  return append (packet.payload, packet.size, timeline);
}

Result<>
PesReader::begin (const TsPacket &packet, MpegtsTimeline &timeline)
{
  if (place_ == Place::header || (place_ == Place::payload && length_ > 0))
    return mpegts_error (pid_, "PES packet that is cut off");
  if (place_ == Place::payload) {
    if (Result<> completed = complete (timeline); !completed)
      return completed;
  }
  memcpy (start_.data (), packet.payload, packet.size);
  start_size_ = packet.size;
  place_ = Place::header;
  header_size_ = 0;
  packet_ = {};
  packet_.random_access = packet.random_access;
  return append (packet.payload, packet.size, timeline);
}

Result<>
PesReader::append (const uint8_t *data, size_t size, MpegtsTimeline &timeline)
{
  while (place_ == Place::header) {
    // Its length stands in its first nine bytes.
    size_t whole = header_size_ < 9 ? 9 : 9 + size_t (header_[8]);
    size_t step = std::min (whole - header_size_, size);
    memcpy (header_.data () + header_size_, data, step);
    header_size_ += step;
    data += step;
    size -= step;
    Result<bool> read = read_header (timeline);
    if (!read)
      return read.error ();
    if (!*read && size == 0)
      return ok;
  }
  if (place_ == Place::padding)
    return ok;
  if (place_ == Place::between) // a header alone
    return size == 0 ? Result<> (ok)
                     : mpegts_error (pid_, "PES packet longer than it says");
  if (length_ > 0 && size > length_ - packet_.size)
    return mpegts_error (pid_, "PES packet longer than it says");
  if (size > kMaxSize - packet_.size)
    return mpegts_error (pid_, "PES packet too large");
  arena_.append (data, size);
  packet_.size += size;
  if (length_ > 0 && packet_.size == length_)
    return complete (timeline);
  return ok;
}

// False when more bytes of it are needed.
Result<bool>
PesReader::read_header (MpegtsTimeline &timeline)
{
  const uint8_t *data = header_.data ();
  static constexpr uint8_t kStartCode[3] = {0, 0, 1};
  if (memcmp (data, kStartCode, std::min<size_t> (header_size_, 3)) != 0)
    return mpegts_error (pid_, "no PES packet begins");
  if (header_size_ >= 4 && data[3] == 0xbe) { // padding_stream
    place_ = Place::padding;
    return true;
  }
  // Neither maps, directories nor messages belong to a track.
  if (header_size_ >= 4 && data[3] != 0xbd && data[3] != 0xfd
      && (data[3] < 0xc0 || data[3] > 0xef))
    return mpegts_error (pid_, "PES packet that is neither sound nor pictures");
  if (header_size_ < 9)
    return false;
  if ((data[6] & 0xc0) != 0x80)
    return mpegts_error (pid_, "PES packet without a header");
  if (data[6] & 0x30)
    return mpegts_error (pid_, "scrambled PES packet, which cannot be read");
  size_t whole = 9 + size_t (data[8]);
  if (header_size_ < whole)
    return false;
  size_t length = size_t (data[4]) << 8 | data[5];
  if (length > 0 && length < whole - 6)
    return mpegts_error (pid_, "PES packet shorter than its header");
  if (const char *problem = read_times (timeline))
    return mpegts_error (pid_, problem);
  place_ = Place::payload;
  length_ = length > 0 ? length - (whole - 6) : 0;
  if (length > 0 && length_ == 0)
    place_ = Place::between;
  return true;
}

bool
read_timestamp (const uint8_t *data, uint64_t *ticks)
{
  *ticks = uint64_t (data[0] >> 1 & 7) << 30 | uint64_t (data[1]) << 22
           | uint64_t (data[2] >> 1) << 15 | uint64_t (data[3]) << 7
           | data[4] >> 1;
  return (data[0] & 1) && (data[2] & 1) && (data[4] & 1);
}

// https://www.w3.org/TR/mse-byte-stream-format-mp2t/#mpeg2-ts-media-segments
const char *
PesReader::read_times (MpegtsTimeline &timeline)
{
  const uint8_t *data = header_.data ();
  bool has_pts = data[7] & 0x80, has_dts = data[7] & 0x40;
  uint64_t pts, dts;
  if (!has_pts)
    return has_dts ? "PES packet with a DTS but no PTS"
                   : "PES packet without a PTS";
  if (data[8] < (has_dts ? 10 : 5) || !read_timestamp (data + 9, &pts))
    return "PES packet with a broken PTS";
  dts = pts;
  if (has_dts && !read_timestamp (data + 14, &dts))
    return "PES packet with a broken DTS";
  packet_.times = timeline.map (pts, dts);
  return nullptr;
}

Result<>
PesReader::complete (MpegtsTimeline &timeline)
{
  place_ = Place::between;
  if (packet_.size == 0)
    return ok;
  if (const char *problem = consumer_.read (arena_, packet_, timeline))
    return mpegts_error (pid_, problem);
  return ok;
}

Result<>
PesReader::finish (MpegtsTimeline &timeline, bool sure)
{
  Result<> result = ok;
  if (place_ == Place::payload && length_ == 0 && (sure || stuffed_))
    result = complete (timeline);
  consumer_.finish ();
  arena_.clear ();
  place_ = Place::between;
  return result;
}

void
PesReader::reset ()
{
  arena_.clear ();
  place_ = Place::between;
  counter_ = -1;
  start_size_ = 0;
  consumer_.reset ();
}

} // namespace webmedia::mse
