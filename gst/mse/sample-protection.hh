// SPDX-License-Identifier: LGPL-2.1-or-later
// What a decryptor must know of one frame, as demuxers tell it.
#pragma once

#include "mse/byte-stream-parser.hh"

#include <span>

namespace webmedia::mse {

using ByteSpan = std::span<const uint8_t>;

// The structure of a SampleProtection. `subsamples` are as `senc` has them: two
// bytes of how many are clear, four of how many are encrypted, and so on.
GstStructure *new_protection (
    const char *cipher_mode, ByteSpan key_id, ByteSpan iv, ByteSpan subsamples);
SampleProtection adopt_protection (GstStructure *structure);

} // namespace webmedia::mse
