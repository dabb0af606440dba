// SPDX-License-Identifier: LGPL-2.1-or-later
// Sound as a run of frames that say what they are: ADTS, MPEG audio, AC-3.
#pragma once

#include "mse/ac3-header.hh"
#include "mse/byte-stream-parser.hh"
#include "mse/mpeg-audio-header.hh"

namespace webmedia::mse {

// What must be known of a format to take its frames apart.
struct AudioFrameFormat {
  size_t header_size;
  // What is wrong with the header, or null.
  const char *(*read_header) (const uint8_t *data, AudioFrameHeader *header);
  // Whether two frames have one configuration.
  bool (*same_config) (const AudioFrameHeader &a, const AudioFrameHeader &b);
  TrackDescription (*describe) (const AudioFrameHeader &header, uint64_t id);
  // Where the payload begins; 0 for the whole frame.
  uint32_t (*payload_offset) (const AudioFrameHeader &header);
};

extern const AudioFrameFormat kAdtsFormat;
extern const AudioFrameFormat kMpegAudioFormat;
extern const AudioFrameFormat kAc3Format; // and E-AC-3

} // namespace webmedia::mse
