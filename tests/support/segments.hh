// SPDX-License-Identifier: LGPL-2.1-or-later
// Cuts a file of the test media into segments.
#pragma once

#include <cstdint>
#include <vector>

namespace webmedia::mse {

struct Segments {
  std::vector<uint8_t> init;
  std::vector<std::vector<uint8_t>> media;
};

// MP4: at each `moof` (or the `styp` before it). WebM: at each Cluster; its
// index is left out. Others have no segments.
Segments split_segments (const std::vector<uint8_t> &file);

} // namespace webmedia::mse
