// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/isobmff-writer.hh"

#include <cstring>

namespace webmedia::mse {

Bytes &
operator+= (Bytes &a, const Bytes &b)
{
  a.insert (a.end (), b.begin (), b.end ());
  return a;
}

Bytes
operator+ (const Bytes &a, const Bytes &b)
{
  Bytes sum = a;
  return sum += b;
}

static Bytes
big_endian (uint64_t value, int size)
{
  Bytes bytes;
  for (int i = size - 1; i >= 0; i--)
    bytes.push_back (uint8_t (value >> (8 * i)));
  return bytes;
}

Bytes
u8 (uint64_t value)
{
  return big_endian (value, 1);
}

Bytes
u16 (uint64_t value)
{
  return big_endian (value, 2);
}

Bytes
u24 (uint64_t value)
{
  return big_endian (value, 3);
}

Bytes
u32 (uint64_t value)
{
  return big_endian (value, 4);
}

Bytes
u64 (uint64_t value)
{
  return big_endian (value, 8);
}

Bytes
zeros (size_t count)
{
  return Bytes (count, 0);
}

Bytes
text (const char *characters)
{
  return Bytes (characters, characters + strlen (characters));
}

Bytes
box (const char *type, const Bytes &body)
{
  return u32 (8 + body.size ()) + text (type) + body;
}

Bytes
large_box (const char *type, const Bytes &body)
{
  return u32 (1) + text (type) + u64 (16 + body.size ()) + body;
}

Bytes
full_box (const char *type, uint8_t version, uint32_t flags, const Bytes &body)
{
  return box (type, u8 (version) + u24 (flags) + body);
}

Bytes
video_entry (const char *type, const Bytes &boxes)
{
  return box (type, zeros (6) + u16 (1) + zeros (16) + u16 (320) + u16 (180)
                        + zeros (50) + boxes);
}

Bytes
avc_entry (const char *type, bool parameter_sets, const Bytes &extra)
{
  Bytes sets = u8 (0xe0) + u8 (0);
  if (parameter_sets)
    sets = u8 (0xe1) + u16 (4) + u32 (0x6764001e) + u8 (1) + u16 (2)
           + u16 (0x68ee);
  Bytes avcc = u8 (1) + u24 (0x64001e) + u8 (0xff) + sets;
  return video_entry (type, box ("avcC", avcc) + extra);
}

Bytes
audio_entry (
    const char *type, const Bytes &boxes, uint32_t channels, uint32_t rate)
{
  return box (type, zeros (6) + u16 (1) + zeros (8) + u16 (channels) + u16 (16)
                        + zeros (4) + u32 (rate << 16) + boxes);
}

Bytes
text_entry (const char *type, const Bytes &rest)
{
  return box (type, zeros (6) + u16 (1) + rest);
}

static Bytes
descriptor (uint8_t tag, const Bytes &body)
{
  return u8 (tag) + u8 (body.size ()) + body;
}

Bytes
esds (uint8_t object_type, const Bytes &config)
{
  Bytes specific = config.empty () ? Bytes () : descriptor (5, config);
  Bytes decoder =
      descriptor (4, u8 (object_type) + u8 (0x15) + zeros (11) + specific);
  return full_box ("esds", 0, 0,
      descriptor (3, u16 (1) + u8 (0) + decoder + descriptor (6, u8 (2))));
}

Bytes
aac_entry ()
{
  return audio_entry ("mp4a", esds (0x40, u16 (0x1190)));
}

Bytes
tenc (uint8_t pattern, uint8_t iv_size, const Bytes &constant_iv)
{
  Bytes body =
      u8 (0) + u8 (pattern) + u8 (1) + u8 (iv_size) + payload (16, 0xa0);
  if (iv_size == 0)
    body += u8 (constant_iv.size ()) + constant_iv;
  return full_box ("tenc", pattern ? 1 : 0, 0, body);
}

Bytes
sinf (const char *format, const char *scheme, const Bytes &tenc)
{
  return box (
      "sinf", box ("frma", text (format))
                  + full_box ("schm", 0, 0, text (scheme) + u32 (0x10000))
                  + box ("schi", tenc));
}

Bytes
ftyp (const char *major)
{
  return box ("ftyp", text (major) + u32 (0) + text (major));
}

static uint16_t
pack_language (const std::string &code)
{
  return uint16_t ((code[0] & 31) << 10 | (code[1] & 31) << 5 | (code[2] & 31));
}

Bytes
trak (const TrackSpec &track)
{
  Bytes entries =
      track.sample_entries.empty () ? avc_entry () : track.sample_entries;
  Bytes stts = u32 (track.stts);
  for (uint32_t i = 0; i < track.stts; i++)
    stts += u32 (1) + u32 (1);
  Bytes stbl = box ("stbl",
      full_box ("stsd", 0, 0, u32 (track.entry_count) + entries)
          + full_box ("stts", 0, 0, stts) + full_box ("stsc", 0, 0, u32 (0))
          + full_box ("stsz", 0, 0, u64 (0)) + full_box ("stco", 0, 0, u32 (0))
          + track.stbl);
  Bytes minf = box ("minf",
      box ("dinf", full_box ("dref", 0, 0, u32 (1) + track.dref)) + stbl);
  Bytes mdia =
      box ("mdia", full_box ("mdhd", 0, 0,
                       zeros (8) + u32 (track.timescale) + u32 (0)
                           + u16 (pack_language (track.language)) + u16 (0))
                       + full_box ("hdlr", 0, 0,
                           u32 (0) + text (track.handler.c_str ()) + zeros (12)
                               + text ("A label") + u8 (0))
                       + minf);
  return box ("trak", full_box ("tkhd", 0, 3,
                          zeros (8) + u32 (track.id) + zeros (60)
                              + u32 (320 << 16) + u32 (180 << 16))
                          + track.edts + mdia);
}

Bytes
moov (const std::vector<TrackSpec> &tracks, const Bytes &extra)
{
  Bytes body = full_box ("mvhd", 0, 0, zeros (8) + u32 (1000) + zeros (84));
  Bytes mvex;
  for (const TrackSpec &track : tracks) {
    body += trak (track);
    if (track.has_trex)
      mvex += full_box ("trex", 0, 0,
          u32 (track.id) + u32 (1) + u32 (track.default_duration)
              + u32 (track.default_size) + u32 (track.default_flags));
  }
  return box ("moov", body + box ("mvex", mvex) + extra);
}

Bytes
initialization_segment (const std::vector<TrackSpec> &tracks)
{
  return ftyp () + moov (tracks);
}

Bytes
video_init ()
{
  return initialization_segment ({{}});
}

TrackSpec
audio_track (uint32_t id)
{
  TrackSpec track;
  track.id = id;
  track.handler = "soun";
  track.sample_entries = aac_entry ();
  return track;
}

Bytes
trun (const std::vector<SampleSpec> &samples, int32_t data_offset,
    uint8_t version)
{
  Bytes body = u32 (samples.size ()) + u32 (uint32_t (data_offset));
  for (const SampleSpec &sample : samples)
    body += u32 (sample.duration) + u32 (sample.size) + u32 (sample.flags)
            + u32 (uint32_t (sample.composition));
  return full_box ("trun", version, 0xf01, body);
}

Bytes
tfhd (uint32_t id, uint32_t flags, const Bytes &fields)
{
  return full_box ("tfhd", 0, flags, u32 (id) + fields);
}

Bytes
tfdt (uint64_t ticks)
{
  return full_box ("tfdt", 1, 0, u64 (ticks));
}

Bytes
traf (uint32_t id, uint64_t ticks, const Bytes &boxes)
{
  return box ("traf", tfhd (id) + tfdt (ticks) + boxes);
}

Bytes
moof (const Bytes &trafs)
{
  return box ("moof", full_box ("mfhd", 0, 0, u32 (1)) + trafs);
}

Bytes
payload (size_t size, uint8_t first)
{
  Bytes bytes;
  for (size_t i = 0; i < size; i++)
    bytes.push_back (uint8_t (first + i));
  return bytes;
}

Bytes
media_segment (uint32_t id, uint64_t ticks,
    const std::vector<SampleSpec> &samples, const Bytes &traf_extra)
{
  size_t size = 0;
  for (const SampleSpec &sample : samples)
    size += sample.size;
  // The offset does not change the box's size.
  size_t head = moof (traf (id, ticks, trun (samples, 0) + traf_extra)).size ();
  return moof (
             traf (id, ticks, trun (samples, int32_t (head) + 8) + traf_extra))
         + box ("mdat", payload (size));
}

} // namespace webmedia::mse
