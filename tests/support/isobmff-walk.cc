// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/isobmff-walk.hh"

#include "support/check.hh"

#include <string>

namespace webmedia::mse {

namespace {
struct Walk {
  const std::vector<uint8_t> &file;
  std::vector<WalkedTrack> tracks;
  uint32_t movie_timescale = 0;
  size_t moof = 0;
  WalkedTrack *track = nullptr; // of the traf
  uint32_t duration = 0, size = 0, flags = 0;
  int64_t ticks = 0;
  size_t data = 0;

  uint64_t number (size_t at, int bytes)
  {
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++)
      value = value << 8 | file[at + size_t (i)];
    return value;
  }
  uint32_t u32 (size_t at) { return uint32_t (number (at, 4)); }
  uint64_t wide (size_t at, bool is_wide)
  {
    return number (at, is_wide ? 8 : 4);
  }

  void children (size_t begin, size_t end)
  {
    while (begin < end) {
      size_t box_size = u32 (begin), header = 8;
      if (box_size == 1) {
        box_size = number (begin + 8, 8);
        header = 16;
      }
      std::string type (
          file.begin () + long (begin) + 4, file.begin () + long (begin) + 8);
      box (type, begin, begin + header, begin + box_size);
      begin += box_size;
    }
  }
  void box (const std::string &type, size_t start, size_t body, size_t end);
  void trun (size_t body);
};
} // namespace

void
Walk::trun (size_t body)
{
  uint32_t which = u32 (body) & 0xffffff, count = u32 (body + 4);
  size_t at = body + 8;
  uint32_t first = 0;
  if (which & 1) {
    data = moof + size_t (int64_t (int32_t (u32 (at))));
    at += 4;
  }
  if (which & 4) {
    first = u32 (at);
    at += 4;
  }
  for (uint32_t i = 0; i < count; i++) {
    WalkedSample sample{ticks, ticks, duration, data, size, flags};
    if (which & 0x100) {
      sample.duration = u32 (at);
      at += 4;
    }
    if (which & 0x200) {
      sample.size = u32 (at);
      at += 4;
    }
    if (which & 0x400) {
      sample.flags = u32 (at);
      at += 4;
    }
    if (i == 0 && which & 4)
      sample.flags = first;
    if (which & 0x800) {
      sample.pts += int32_t (u32 (at));
      at += 4;
    }
    ticks += sample.duration;
    data += sample.size;
    sample.dts += track->shift;
    sample.pts += track->shift;
    track->samples.push_back (sample);
  }
}

void
Walk::box (const std::string &type, size_t start, size_t body, size_t end)
{
  bool v1 = body < end && file[body] == 1;
  if (type == "moov" || type == "mdia" || type == "mvex" || type == "edts") {
    children (body, end);
  } else if (type == "moof") {
    moof = start;
    children (body, end);
  } else if (type == "traf") {
    children (body, end);
  } else if (type == "trak") {
    tracks.emplace_back ();
    children (body, end);
  } else if (type == "mvhd") {
    movie_timescale = u32 (body + (v1 ? 20 : 12));
  } else if (type == "tkhd") {
    tracks.back ().id = u32 (body + (v1 ? 20 : 12));
  } else if (type == "mdhd") {
    tracks.back ().timescale = u32 (body + (v1 ? 20 : 12));
  } else if (type == "hdlr") {
    tracks.back ().handler = u32 (body + 8);
  } else if (type == "elst") {
    // ffmpeg writes edts before mdia: the delay is kept in movie ticks.
    size_t entry = v1 ? 20 : 12;
    for (uint32_t i = 0; i < u32 (body + 4); i++) {
      size_t at = body + 8 + i * entry;
      int64_t length = int64_t (wide (at, v1));
      int64_t time =
          v1 ? int64_t (number (at + 8, 8)) : int64_t (int32_t (u32 (at + 4)));
      if (time == -1)
        fail_unless (length == 0, "no test file has an empty edit");
      else
        tracks.back ().shift = -time;
    }
  } else if (type == "trex") {
    for (WalkedTrack &each : tracks) {
      if (each.id == u32 (body + 4)) {
        each.default_duration = u32 (body + 12);
        each.default_size = u32 (body + 16);
        each.default_flags = u32 (body + 20);
      }
    }
  } else if (type == "tfhd") {
    uint32_t which = u32 (body) & 0xffffff;
    for (WalkedTrack &each : tracks) {
      if (each.id == u32 (body + 4))
        track = &each;
    }
    size_t at = body + 8 + (which & 1 ? 8 : 0) + (which & 2 ? 4 : 0);
    duration = which & 8 ? u32 (at) : track->default_duration;
    at += which & 8 ? 4 : 0;
    size = which & 0x10 ? u32 (at) : track->default_size;
    at += which & 0x10 ? 4 : 0;
    flags = which & 0x20 ? u32 (at) : track->default_flags;
  } else if (type == "tfdt") {
    ticks = int64_t (wide (body + 4, v1));
  } else if (type == "trun") {
    trun (body);
  }
}

std::vector<WalkedTrack>
walk_isobmff (const std::vector<uint8_t> &file)
{
  Walk walk{file, {}};
  walk.children (0, file.size ());
  return walk.tracks;
}

} // namespace webmedia::mse
