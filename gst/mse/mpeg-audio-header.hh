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

} // namespace webmedia::mse
