// SPDX-License-Identifier: LGPL-2.1-or-later
// Headers of MPEG audio (ISO 11172-3, 13818-3, ADTS of ISO 14496-3) and of
// the metadata that lies between frames.
#pragma once

#include <cstddef>
#include <cstdint>

namespace webmedia::mse {

// ID3v1, ID3v2, APEv2 or Icecast metadata at the front of some bytes.
struct MetadataFrame {
  uint64_t size = 0;       // of the whole frame; 0 where there is none
  bool incomplete = false; // more bytes are needed to tell
};
MetadataFrame find_metadata_frame (const uint8_t *data, size_t size);

// Whether the first four bytes may be those of a frame. ADTS and MPEG audio
// differ in the layer, which is 0 in ADTS.
bool is_adts_sync (const uint8_t *data);
bool is_mpeg_audio_sync (const uint8_t *data);

// The header of a frame.
struct AudioFrameHeader {
  uint32_t size;       // of the frame with its header
  uint8_t header_size; // with the CRC that may follow
  uint32_t samples;
  uint32_t rate;
  uint8_t channels; // 0: told inside the frame (ADTS alone)
  bool crc;
  // ADTS alone.
  uint8_t object_type; // MPEG-4 audio object type
  uint8_t rate_index;
  uint8_t raw_blocks; // in this frame
  // MPEG audio alone.
  uint8_t version; // 1, 2, or 3 for 2.5
  uint8_t layer;
  // AC-3 alone.
  bool enhanced;  // E-AC-3
  bool dependent; // goes on with the frame before it
};

inline constexpr size_t kAdtsHeaderSize = 7;
inline constexpr size_t kMpegAudioHeaderSize = 4;

// Reads a header of the size above; what is wrong with it, or null.
const char *read_adts_header (const uint8_t *data, AudioFrameHeader *header);
const char *read_mpeg_audio_header (
    const uint8_t *data, AudioFrameHeader *header);

// Whether a frame of layer III holds a table for seeking in place of sound:
// Xing's, LAME's (Info) or Fraunhofer's (VBRI). `data` is as much of the frame
// as kSeekTableProbe, if the frame has as much.
inline constexpr size_t kSeekTableProbe = 42;
bool is_seek_table (
    const uint8_t *data, size_t size, const AudioFrameHeader &header);

} // namespace webmedia::mse
