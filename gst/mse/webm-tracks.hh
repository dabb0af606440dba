// SPDX-License-Identifier: LGPL-2.1-or-later
// The Tracks element of a WebM initialization segment.
// https://www.matroska.org/technical/elements.html
#pragma once

#include "base/result.hh"
#include "mse/audio-durations.hh"
#include "mse/webm-encryption.hh"

#include <vector>

namespace webmedia::mse {

enum class WebmCodec { unsupported, vp8, vp9, av1, opus, vorbis };

struct WebmTrack {
  uint64_t number = 0;
  WebmCodec codec = WebmCodec::unsupported;
  uint16_t index = 0;        // in InitializationSegment::tracks, if supported
  Time default_duration = 0; // 0 where there is none
  VorbisDurations vorbis;
  std::shared_ptr<const WebmEncryption> encryption; // null: not encrypted
  int64_t last_block = INT64_MIN; // its time in ticks, in this cluster
  // The length of the last block, in units of the codec; as a time; and that
  // rounded down to a tick. Most blocks are as long as the one before.
  uint64_t units = 0;
  Time length = 0;
  Time whole_length = 0;

  bool is_audio () const { return codec >= WebmCodec::opus; }
};

struct WebmTracks {
  std::vector<WebmTrack> tracks; // all, also those that are not supported
  std::vector<TrackDescription> descriptions; // the supported ones
  std::vector<std::string> unsupported;       // CodecIDs of the others
  std::vector<InitData> init_data;
};

// Reads the content of a Tracks element.
Result<WebmTracks> read_webm_tracks (const uint8_t *data, size_t size);

} // namespace webmedia::mse
