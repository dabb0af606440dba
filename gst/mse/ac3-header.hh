// SPDX-License-Identifier: LGPL-2.1-or-later
// Headers of AC-3 and E-AC-3 frames (ETSI TS 102 366).
#pragma once

#include "mse/mpeg-audio-header.hh"

namespace webmedia::mse {

inline constexpr size_t kAc3HeaderSize = 7;

// Reads a header of the size above; what is wrong with it, or null. Of E-AC-3,
// the frames of other than the first substream depend on those before them.
const char *read_ac3_header (const uint8_t *data, AudioFrameHeader *header);

} // namespace webmedia::mse
