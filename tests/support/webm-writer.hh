// SPDX-License-Identifier: LGPL-2.1-or-later
// Writes WebM byte by byte: what no muxer makes, and what is wrong.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

namespace webmedia::mse {

using Bytes = std::vector<uint8_t>;

Bytes join (const std::vector<Bytes> &parts);
Bytes bytes_of (const std::string &text);

// EBML.
Bytes element (uint32_t id, const Bytes &content);
Bytes element_of_unknown_size (uint32_t id, const Bytes &content);
Bytes uint_element (uint32_t id, uint64_t value);
Bytes float_element (uint32_t id, double value);
Bytes text_element (uint32_t id, const std::string &text);

// Initialization segments.
Bytes ebml_header (const std::string &doc_type = "webm");
Bytes info (uint64_t timecode_scale = 1000000, double duration = 0);
Bytes tracks (const std::vector<Bytes> &entries);
// VP8 of 320x180; `more` is added to the entry.
Bytes video_entry (unsigned number, const Bytes &more = {},
    const std::string &codec = "V_VP8");
Bytes opus_entry (unsigned number, const Bytes &more = {});
// Header, Segment of unknown size, Info, Tracks.
Bytes init_segment (
    const std::vector<Bytes> &entries, uint64_t timecode_scale = 1000000);

// Media segments.
Bytes timecode (uint64_t time);
Bytes cluster (uint64_t time, const std::vector<Bytes> &children);
Bytes live_cluster (uint64_t time, const std::vector<Bytes> &children);
Bytes block (unsigned track, int time, uint8_t flags, const Bytes &payload);
Bytes simple_block (
    unsigned track, int time, const Bytes &payload, uint8_t flags = 0x80);
Bytes block_group (const std::vector<Bytes> &children);

// Payloads with a lacing's table of sizes before the frames.
Bytes xiph_lace (const std::vector<Bytes> &frames);
Bytes fixed_lace (const std::vector<Bytes> &frames);
Bytes ebml_lace (const std::vector<Bytes> &frames);

// An Opus packet of 20 ms.
Bytes opus_packet (size_t size);

} // namespace webmedia::mse
