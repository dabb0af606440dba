// SPDX-License-Identifier: LGPL-2.1-or-later
// Another reading of WebM, for comparison: it has the whole file in memory,
// trusts it, and shares no code with the parser. It knows no lacing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace webmedia::mse {

struct WalkedBlock {
  int64_t time; // nanoseconds
  int64_t duration;
  bool keyframe;
};

struct WalkedWebmTrack {
  uint64_t number = 0;
  std::string codec;
  int64_t default_duration = 0;
  std::vector<WalkedBlock> blocks;
};

// In the order of their entries.
std::vector<WalkedWebmTrack> walk_webm (const std::vector<uint8_t> &file);

} // namespace webmedia::mse
