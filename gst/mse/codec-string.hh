// SPDX-License-Identifier: LGPL-2.1-or-later
// The members of a codecs parameter (RFC 6381 and each codec's own binding).
#pragma once

#include "mse/byte-stream-parser.hh"

#include <string>
#include <string_view>

namespace webmedia::mse {

// Codecs that one decoder decodes, however they are spelt and carried.
enum class CodecFamily {
  unknown,
  h264,
  h265,
  av1,
  vp8,
  vp9,
  aac,
  mpeg_audio,
  opus,
  vorbis,
  flac,
  ac3,
  eac3,
  wvtt,
  stpp,
};

// The family that the first part of a codec string names; the rest is not
// looked at.
CodecFamily family_of_codec (std::string_view codec);

// The same for a string that is spelt in full; unknown for any other.
CodecFamily well_formed_codec (std::string_view codec);

// ISO 14496-15 E.3: a codec string of H.265, from the 12 bytes of
// profile_tier_level that `hvcC` and the SPS have.
std::string h265_codec_string (
    std::string_view name, const uint8_t *profile_tier_level);

TrackKind kind_of_codec (CodecFamily family);

} // namespace webmedia::mse
