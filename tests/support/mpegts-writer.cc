// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/mpegts-writer.hh"

#include "mse/mpegts-packet.hh"

#include <algorithm>
#include <cstring>

namespace webmedia::mse {

using Bytes = MpegtsWriter::Bytes;

static void
append (Bytes &target, const Bytes &more)
{
  target.insert (target.end (), more.begin (), more.end ());
}

// ISO 13818-1, annex A.
static uint32_t
crc32 (const Bytes &bytes)
{
  uint32_t crc = 0xffffffff;
  for (uint8_t byte : bytes) {
    crc ^= uint32_t (byte) << 24;
    for (int bit = 0; bit < 8; bit++)
      crc = crc << 1 ^ (crc >> 31 ? 0x04c11db7 : 0);
  }
  return crc;
}

MpegtsWriter &
MpegtsWriter::packet (uint16_t pid, bool start, const uint8_t *payload,
    size_t size, uint8_t flags)
{
  Bytes adaptation;
  if (flags)
    adaptation = {0, flags};
  if (flags & 0x10)
    append (adaptation, {0, 0, 0, 0, 0x7e, 0});
  size_t room = kTsPacketSize - 4 - adaptation.size ();
  if (size < room && adaptation.empty ()) {
    adaptation.push_back (0);
    if (--room > size) {
      adaptation.push_back (0);
      room--;
    }
  }
  if (size < room)
    adaptation.insert (adaptation.end (), room - size, 0xff);
  if (!adaptation.empty ())
    adaptation[0] = uint8_t (adaptation.size () - 1);
  uint8_t &counter = counters_[pid];
  append (
      bytes, {kTsSync, uint8_t ((start ? 0x40 : 0) | pid >> 8), uint8_t (pid),
                 uint8_t ((adaptation.empty () ? 0 : 0x20)
                          | (size > 0 ? 0x10 : 0) | counter)});
  if (size > 0)
    counter = (counter + 1) & 15;
  append (bytes, adaptation);
  bytes.insert (bytes.end (), payload, payload + size);
  return *this;
}

MpegtsWriter &
MpegtsWriter::section (uint16_t pid, Bytes section)
{
  size_t length = section.size () - 3 + 4;
  section[1] = uint8_t ((section[1] & 0xf0) | length >> 8);
  section[2] = uint8_t (length);
  uint32_t crc = crc32 (section);
  for (int shift = 24; shift >= 0; shift -= 8)
    section.push_back (uint8_t (crc >> shift));
  section.insert (section.begin (), 0); // pointer_field
  bool start = true;
  for (size_t at = 0; at < section.size (); at += 184) {
    Bytes part (section.begin () + ptrdiff_t (at),
        section.begin () + ptrdiff_t (std::min (at + 184, section.size ())));
    part.resize (184, 0xff);
    packet (pid, start, part.data (), part.size ());
    start = false;
  }
  return *this;
}

MpegtsWriter &
MpegtsWriter::pat (std::vector<uint16_t> pmt_pids)
{
  Bytes table{0, 0xb0, 0, 0, 1, 0xc1, 0, 0};
  uint8_t number = 1;
  for (uint16_t pid : pmt_pids)
    append (table, {0, number++, uint8_t (0xe0 | pid >> 8), uint8_t (pid)});
  return section (0, table);
}

MpegtsWriter &
MpegtsWriter::pmt (
    std::vector<Entry> entries, uint16_t pcr_pid, uint8_t version)
{
  Bytes table{2, 0xb0, 0, 0, 1, uint8_t (0xc1 | version << 1), 0, 0,
      uint8_t (0xe0 | pcr_pid >> 8), uint8_t (pcr_pid), 0xf0, 0};
  for (const Entry &entry : entries) {
    append (table,
        {entry.type, uint8_t (0xe0 | entry.pid >> 8), uint8_t (entry.pid), 0xf0,
            uint8_t (entry.descriptors.size ())});
    append (table, entry.descriptors);
  }
  return section (kPmtPid, table);
}

MpegtsWriter &
MpegtsWriter::begin (std::vector<Entry> entries)
{
  return pat ().pmt (std::move (entries)).pcr ();
}

MpegtsWriter &
MpegtsWriter::pcr (uint16_t pid, bool discontinuity)
{
  return packet (
      pid, false, nullptr, 0, uint8_t (0x10 | (discontinuity ? 0x80 : 0)));
}

static void
append_timestamp (Bytes &target, uint8_t prefix, int64_t ticks)
{
  append (target, {uint8_t (prefix << 4 | (ticks >> 30 & 7) << 1 | 1),
                      uint8_t (ticks >> 22), uint8_t (ticks >> 14 | 1),
                      uint8_t (ticks >> 7), uint8_t (ticks << 1 | 1)});
}

MpegtsWriter &
MpegtsWriter::pes (uint16_t pid, const Pes &header, const Bytes &payload)
{
  bool dts = header.dts >= 0 && header.dts != header.pts;
  Bytes times;
  if (header.pts >= 0)
    append_timestamp (times, dts ? 3 : 2, header.pts);
  if (dts)
    append_timestamp (times, 1, header.dts);
  size_t length = header.bounded ? 3 + times.size () + payload.size () : 0;
  Bytes whole{0, 0, 1, header.stream_id, uint8_t (length >> 8),
      uint8_t (length), 0x80,
      uint8_t ((header.pts >= 0 ? 0x80 : 0) | (dts ? 0x40 : 0)),
      uint8_t (times.size ())};
  append (whole, times);
  append (whole, payload);

  uint8_t flags = uint8_t (
      (header.random_access ? 0x40 : 0) | (header.discontinuity ? 0x90 : 0));
  for (size_t at = 0; at < whole.size ();) {
    size_t room = at > 0 || !flags ? 184 : flags & 0x10 ? 176 : 182;
    size_t size = std::min (room, whole.size () - at);
    packet (pid, at == 0, whole.data () + at, size, at == 0 ? flags : 0);
    at += size;
  }
  return *this;
}

MpegtsWriter &
MpegtsWriter::video (int64_t pts, int64_t dts, const Bytes &payload)
{
  return pes (kVideoPid, {.pts = pts, .dts = dts}, payload);
}

MpegtsWriter &
MpegtsWriter::audio (int64_t pts, const Bytes &payload)
{
  return pes (
      kAudioPid, {.pts = pts, .bounded = true, .stream_id = 0xc0}, payload);
}

Bytes
MpegtsWriter::packets (size_t from, size_t to) const
{
  to = std::min (to, bytes.size () / kTsPacketSize);
  return {bytes.begin () + ptrdiff_t (from * kTsPacketSize),
      bytes.begin () + ptrdiff_t (to * kTsPacketSize)};
}

namespace {

struct BitWriter {
  Bytes bytes;
  unsigned used = 0;

  void bit (bool value)
  {
    if (used++ % 8 == 0)
      bytes.push_back (0);
    bytes.back () |= uint8_t (value << ((8 - used % 8) % 8));
  }
  void exp_golomb (unsigned value)
  {
    value++;
    unsigned length = 0;
    while (value >> (length + 1))
      length++;
    for (unsigned i = 0; i < length; i++)
      bit (false);
    for (unsigned i = length + 1; i > 0; i--)
      bit (value >> (i - 1) & 1);
  }
};

// 7.3.2.1.1, Baseline, no VUI.
Bytes
make_sps (unsigned width)
{
  BitWriter sps{{0x67, 66, 0xc0, 10}, 32};
  sps.exp_golomb (0); // its number
  sps.exp_golomb (0); // frame_num of 4 bits
  sps.exp_golomb (2); // output order is decoding order
  sps.exp_golomb (1); // reference frames
  sps.bit (false);
  sps.exp_golomb (width - 1);
  sps.exp_golomb (9 - 1);
  sps.bit (true); // frames only
  sps.bit (true);
  sps.bit (false); // no cropping
  sps.bit (false); // no VUI
  sps.bit (true);
  return sps.bytes;
}

} // namespace

std::vector<uint8_t>
h264_picture (char type, size_t size, unsigned width)
{
  Bytes unit{0, 0, 0, 1, 9, 0x10};
  if (type == 'I') {
    append (unit, {0, 0, 1});
    append (unit, make_sps (width));
    append (unit, {0, 0, 1, 0x68, 0xce, 0x3c, 0x80});
  }
  if (type == 'R' || type == 'r' || type == 'G') {
    // SEI: another message, which a 3 keeps from looking like a start code,
    // then a recovery point.
    append (unit, {0, 0, 1, 6, 5, 18});
    append (unit, Bytes (15, 0xaa));
    append (
        unit, {0, 0, 3, 1, 6, 1, uint8_t (type == 'G' ? 0x41 : 0xc4), 0x80});
  }
  // The slice begins with first_mb_in_slice 0, slice_type 5 (P) or 7 (I).
  append (unit, {0, 0, 1, uint8_t (type == 'I' ? 0x65 : 0x41),
                    uint8_t (strchr ("PrG", type) ? 0x9a : 0x88)});
  for (size_t i = 0; i < size; i++)
    unit.push_back (uint8_t (i % 251 + 3));
  return unit;
}

std::vector<uint8_t>
adts_frame (size_t payload, uint8_t fill)
{
  size_t size = payload + 7;
  Bytes frame{0xff, 0xf1, 0x40 | 3 << 2, uint8_t (2 << 6 | size >> 11),
      uint8_t (size >> 3), uint8_t ((size & 7) << 5 | 0x1f), 0xfc};
  frame.resize (size, fill);
  return frame;
}

} // namespace webmedia::mse
