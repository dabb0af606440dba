// SPDX-License-Identifier: LGPL-2.1-or-later
// What a WebM track's codec is called and what caps it has.
#pragma once

#include "mse/ebml.hh"
#include "mse/webm-tracks.hh"

#include <optional>
#include <string>

namespace webmedia::mse {

// The elements of a TrackEntry that matter. Pointers are into the segment.
struct TrackEntry {
  uint64_t number = 0;
  uint64_t type = 0;
  std::string codec_id;
  const uint8_t *codec_private = nullptr;
  size_t codec_private_size = 0;
  uint64_t default_duration = 0;
  std::string name;
  std::string language = "eng"; // Matroska's default
  std::string language_bcp47;
  std::optional<EbmlReader> encodings; // compressed or encrypted by these
  bool flag_default = true;

  uint64_t width = 0, height = 0;
  uint64_t display_width = 0, display_height = 0, display_unit = 0;
  uint64_t matrix = 2, transfer = 2, primaries = 2, range = 0;
};

WebmCodec webm_codec (const TrackEntry &entry);

// The codec as a codecs parameter names it.
std::string webm_codec_string (WebmCodec codec, const TrackEntry &entry);

// Caps as matroskademux gives them: decoders take them as they are. Null when
// the codec's own headers are missing or broken. `vorbis` is filled for
// Vorbis.
Ptr<GstCaps> webm_caps (
    WebmCodec codec, const TrackEntry &entry, VorbisDurations *vorbis);

} // namespace webmedia::mse
