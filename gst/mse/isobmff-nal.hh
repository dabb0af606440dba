// SPDX-License-Identifier: LGPL-2.1-or-later
// A look into samples of H.264 and H.265.
#pragma once

#include <cstddef>
#include <cstdint>

namespace webmedia::mse {

// Whether a sample of length-prefixed NAL units has a picture's parameter
// sets: SPS and PPS.
bool has_parameter_sets (
    const uint8_t *sample, size_t size, unsigned length_size, bool h265);

} // namespace webmedia::mse
