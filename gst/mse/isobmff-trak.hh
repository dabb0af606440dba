// SPDX-License-Identifier: LGPL-2.1-or-later
// A track box of the movie box.
#pragma once

#include "mse/isobmff-moov.hh"

namespace webmedia::mse {

struct TrackBox {
  MovieTrack track;
  std::string label;
  std::string language;
  bool is_media = false; // video, audio or text, not hints and the like
  uint64_t samples = 0;  // that moov itself describes
};

// `trak` behind its header. `movie_timescale` is what an empty edit counts in.
Result<TrackBox> parse_trak (BoxReader trak, uint32_t movie_timescale,
    const std::vector<ProtectionSystem> &protection);

} // namespace webmedia::mse
