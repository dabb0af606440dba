// SPDX-License-Identifier: LGPL-2.1-or-later
// The movie box: what an initialization segment says.
#pragma once

#include "mse/isobmff-sample-entry.hh"

namespace webmedia::mse {

// What `trex` gives a track's fragments where they don't say.
struct FragmentDefaults {
  uint32_t description = 1;
  uint32_t duration = 0;
  uint32_t size = 0;
  uint32_t flags = 0;
};

struct MovieTrack {
  uint32_t id = 0;
  uint32_t timescale = 0;
  // What the edit list adds to composition and decoding times, in ticks.
  int64_t shift = 0;
  // In InitializationSegment::tracks; -1 for one that we don't play.
  int index = -1;
  FragmentDefaults defaults;
  std::vector<SampleDescription> descriptions;
  // Sample groups that the fragments may name: entries from 1.
  std::vector<SampleEncryption> encryption_groups; // seig
  std::vector<bool> random_access_groups;          // rap, sap
};

struct Movie {
  InitializationSegment segment;
  std::vector<MovieTrack> tracks;
  std::vector<ProtectionSystem> protection;

  const MovieTrack *find (uint32_t id) const;
};

// `moov` behind its header.
Result<Movie> parse_moov (BoxReader moov);

// A sample group description of one of the kinds above, added to the right
// list of groups. Others are ignored.
Result<> parse_sgpd (BoxReader sgpd, std::vector<SampleEncryption> &encryption,
    std::vector<bool> &random_access);

} // namespace webmedia::mse
