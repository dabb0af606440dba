// SPDX-License-Identifier: LGPL-2.1-or-later
// Another reading of fragmented MP4, for comparison: it has the whole file in
// memory, trusts it, and shares no code with the parser.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

namespace webmedia::mse {

struct WalkedSample {
  int64_t dts; // ticks, edit list applied
  int64_t pts;
  int64_t duration;
  uint64_t offset; // in the file
  uint32_t size;
  uint32_t flags;
};

struct WalkedTrack {
  uint32_t id = 0;
  uint32_t timescale = 0;
  uint32_t handler = 0;
  int64_t shift = 0;
  uint32_t default_duration = 0, default_size = 0, default_flags = 0;
  std::vector<WalkedSample> samples;
};

// By track ID, in the order of the moov box.
std::vector<WalkedTrack> walk_isobmff (const std::vector<uint8_t> &file);

} // namespace webmedia::mse
