// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/webm-walk.hh"

#include "support/check.hh"

#include <algorithm>

namespace webmedia::mse {

namespace {
// Elements that hold others are entered, so that it need not be known where
// they end: some do not say.
struct Walk {
  const std::vector<uint8_t> &file;
  std::vector<WalkedWebmTrack> tracks;
  int64_t scale = 1000000;
  int64_t cluster = 0;
  bool in_group = false;
  // What a BlockGroup says, before its block or behind it.
  WalkedBlock group{};
  WalkedBlock *group_block = nullptr;

  // With its marker where it is an ID.
  uint64_t vint (size_t &at, bool is_id)
  {
    int length = __builtin_clz (file[at]) - 24 + 1;
    uint64_t value = is_id ? file[at] : file[at] & ((1u << (8 - length)) - 1);
    for (at++; --length > 0; at++)
      value = value << 8 | file[at];
    return value;
  }
  int64_t number (size_t at, size_t size)
  {
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++)
      value = value << 8 | file[at + i];
    return int64_t (value);
  }

  void all ();
  void tell_block ();
  void leaf (uint64_t id, size_t at, size_t size);
  void block (size_t at);
};
} // namespace

void
Walk::block (size_t at)
{
  uint64_t track = vint (at, false);
  fail_unless ((file[at + 2] & 6) == 0, "no lacing is known here");
  int64_t time = cluster + int16_t (number (at, 2));
  for (WalkedWebmTrack &each : tracks)
    if (each.number == track) {
      group.time = time * scale;
      if (!in_group)
        group.keyframe = file[at + 2] & 0x80;
      each.blocks.push_back (group);
      group_block = &each.blocks.back ();
    }
}

void
Walk::tell_block ()
{
  if (group_block)
    *group_block = group;
}

void
Walk::leaf (uint64_t id, size_t at, size_t size)
{
  switch (id) {
  case 0x2ad7b1: // TimestampScale
    scale = number (at, size);
    break;
  case 0xd7: // TrackNumber
    tracks.back ().number = uint64_t (number (at, size));
    break;
  case 0x86: // CodecID
    tracks.back ().codec.assign (
        file.begin () + long (at), file.begin () + long (at + size));
    break;
  case 0x23e383: // DefaultDuration
    tracks.back ().default_duration = number (at, size);
    break;
  case 0xe7: // Timestamp
    cluster = number (at, size);
    break;
  case 0xa3: // SimpleBlock
    in_group = false;
    group.duration = 0;
    block (at);
    break;
  case 0xa1: // Block
    block (at);
    break;
  case 0x9b: // BlockDuration
    group.duration = number (at, size) * scale;
    tell_block ();
    break;
  case 0xfb: // ReferenceBlock
    group.keyframe = false;
    tell_block ();
    break;
  }
}

void
Walk::all ()
{
  for (size_t at = 0; at < file.size ();) {
    uint64_t id = vint (at, true);
    uint64_t size = vint (at, false);
    switch (id) {
    case 0xae: // TrackEntry
      tracks.emplace_back ();
      break;
    case 0xa0: // BlockGroup
      in_group = true;
      group = {.time = 0, .duration = 0, .keyframe = true};
      group_block = nullptr;
      break;
    case 0x18538067: // Segment
    case 0x1549a966: // Info
    case 0x1654ae6b: // Tracks
    case 0x1f43b675: // Cluster
      break;
    default:
      fail_unless (size <= file.size () - at);
      leaf (id, at, size_t (size));
      at += size_t (size);
    }
  }
}

// The packets of Opus have 20 ms, whatever of that is to be heard.
static int64_t
duration_of (const WalkedWebmTrack &track, size_t i)
{
  const auto &blocks = track.blocks;
  if (track.codec == "A_OPUS")
    return 20000000;
  if (blocks[i].duration > 0)
    return blocks[i].duration;
  if (track.default_duration > 0)
    return track.default_duration;
  size_t next = std::min (i + 1, blocks.size () - 1);
  return blocks[next].time - blocks[next - 1].time;
}

std::vector<WalkedWebmTrack>
walk_webm (const std::vector<uint8_t> &file)
{
  Walk walk{file, {}};
  walk.all ();
  for (WalkedWebmTrack &track : walk.tracks)
    for (size_t i = 0; i < track.blocks.size (); i++)
      track.blocks[i].duration = duration_of (track, i);
  return walk.tracks;
}

} // namespace webmedia::mse
