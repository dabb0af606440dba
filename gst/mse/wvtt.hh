// SPDX-License-Identifier: LGPL-2.1-or-later
// WebVTT in MP4 samples (ISO 14496-30), as text that GStreamer can draw.
#pragma once

#include "mse/block.hh"

#include <string>
#include <string_view>

namespace webmedia::mse {

// The cues of a `wvtt` sample in Pango markup, a line break between them;
// empty where the sample is a gap between cues.
std::string wvtt_to_markup (const uint8_t *sample, size_t size);

// The text of a WebVTT cue in Pango markup.
std::string webvtt_to_markup (std::string_view cue_text);

// What plays a `wvtt` sample of a track with the caps `text/x-raw,
// format=pango-markup`; null for a gap. Times are the caller's business.
Ptr<GstBuffer> make_wvtt_buffer (
    const Block &block, uint32_t offset, uint32_t size);

} // namespace webmedia::mse
