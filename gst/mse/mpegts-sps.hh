// SPDX-License-Identifier: LGPL-2.1-or-later
// Sequence parameter sets, by GStreamer's parsers.
#pragma once

#include "base/ptr.hh"
#include "base/time.hh"

#include <string>

namespace webmedia::mse {

struct SequenceParameters {
  Ptr<GstCaps> caps;       // of a byte stream of access units
  std::string codec;       // "avc1.64001f"
  Time frame_duration = 0; // 0 where it does not say
};

// Reads the NAL unit of an SPS, without its start code; false when it is
// broken.
bool read_sequence_parameters (
    const uint8_t *nal, size_t size, bool h265, SequenceParameters *parameters);

} // namespace webmedia::mse
