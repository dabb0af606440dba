// SPDX-License-Identifier: LGPL-2.1-or-later
// Sample entries of an `stsd` box: what a track's samples are coded with.
#pragma once

#include "mse/isobmff-protection.hh"

#include <optional>

namespace webmedia::mse {

// What a sample entry needs to know of its track.
struct TrackContext {
  uint32_t handler;     // vide, soun, text, subt, ...
  uint8_t stsd_version; // 1: an audio sample entry's version 1 is ISO's
  // The size to display (tkhd), 0 where unknown.
  uint32_t display_width;
  uint32_t display_height;
  const std::vector<ProtectionSystem> *protection;
};

// A sample entry.
struct SampleDescription {
  TrackKind kind = TrackKind::video;
  std::string codec; // the coding's name alone where it is not supported
  std::shared_ptr<const TrackConfig> config; // null: not supported
  std::optional<ProtectionScheme> scheme;
  uint16_t data_reference = 0; // index in dref, from 1
  // Every sample is a random access point, whatever its flags.
  bool all_random_access = false;
  // Parameter sets are in the samples only: the sizes of their NAL units'
  // length field and what is to be found; 0 when they are in the config.
  uint8_t nal_length_size = 0;
  bool is_h265 = false;
};

Result<SampleDescription> parse_sample_entry (
    const Box &entry, const TrackContext &context);

// The parts, each for one kind of media. `format` is the coding's name with
// encryption taken off. They leave `caps` null for what we don't know.
Result<> parse_video_entry (BoxReader entry, uint32_t format,
    const TrackContext &context, SampleDescription &description,
    Ptr<GstCaps> &caps);
Result<> parse_audio_entry (BoxReader entry, uint32_t format,
    const TrackContext &context, SampleDescription &description,
    Ptr<GstCaps> &caps);

// The first box of `type` among the boxes of `entry`.
std::optional<Box> find_box (BoxReader entry, uint32_t type);
// printf to a string.
std::string format_string (const char *format, ...) G_GNUC_PRINTF (1, 2);
void set_caps_bytes (
    GstCaps *caps, const char *field, const uint8_t *bytes, size_t size);

} // namespace webmedia::mse
