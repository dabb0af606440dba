// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/audio-frame-format.hh"

#include <gst/pbutils/pbutils.h>

namespace webmedia::mse {

namespace {

TrackDescription
make_description (uint64_t id, std::string codec, Ptr<GstCaps> caps)
{
  auto config = std::make_shared<TrackConfig> ();
  config->caps = std::move (caps);
  return {TrackKind::audio, id, std::move (codec), {}, {}, std::move (config)};
}

// Decoders and muxers take raw AAC as MP4 would give it, at once; ADTS goes
// through aacparse, which holds each frame until it has seen the next one. What
// raw AAC cannot say stays ADTS: several blocks in a frame, whose borders only
// a decoder finds, and channels told by the first block.
bool
is_raw (const AudioFrameHeader &header)
{
  return header.raw_blocks == 1 && header.channels != 0;
}

bool
same_adts_config (const AudioFrameHeader &a, const AudioFrameHeader &b)
{
  return a.object_type == b.object_type && a.rate_index == b.rate_index
         && a.channels == b.channels && is_raw (a) == is_raw (b);
}

TrackDescription
describe_adts (const AudioFrameHeader &header, uint64_t id)
{
  auto caps = Ptr<GstCaps>::adopt (gst_caps_new_simple ("audio/mpeg",
      "mpegversion", G_TYPE_INT, 4, "framed", G_TYPE_BOOLEAN, TRUE, "rate",
      G_TYPE_INT, int (header.rate), nullptr));
  if (header.channels != 0)
    gst_caps_set_simple (
        caps.get (), "channels", G_TYPE_INT, int (header.channels), nullptr);
  // AudioSpecificConfig: object type, rate index, channel configuration.
  unsigned channels = header.channels == 8 ? 7 : header.channels;
  unsigned bits = unsigned (header.object_type) << 11
                  | unsigned (header.rate_index) << 7 | channels << 3;
  const uint8_t config[2] = {uint8_t (bits >> 8), uint8_t (bits)};
  gst_codec_utils_aac_caps_set_level_and_profile (
      caps.get (), config, sizeof config);
  if (is_raw (header)) {
    auto codec_data =
        Ptr<GstBuffer>::adopt (gst_buffer_new_memdup (config, sizeof config));
    gst_caps_set_simple (caps.get (), "stream-format", G_TYPE_STRING, "raw",
        "codec_data", GST_TYPE_BUFFER, codec_data.get (), nullptr);
  } else {
    gst_caps_set_simple (
        caps.get (), "stream-format", G_TYPE_STRING, "adts", nullptr);
  }
  return make_description (
      id, "mp4a.40." + std::to_string (header.object_type), std::move (caps));
}

uint32_t
adts_payload_offset (const AudioFrameHeader &header)
{
  return is_raw (header) ? header.header_size : 0;
}

bool
same_mpeg_config (const AudioFrameHeader &a, const AudioFrameHeader &b)
{
  return a.version == b.version && a.layer == b.layer && a.rate == b.rate
         && a.channels == b.channels;
}

TrackDescription
describe_mpeg (const AudioFrameHeader &header, uint64_t id)
{
  return make_description (id, "mp3",
      Ptr<GstCaps>::adopt (gst_caps_new_simple ("audio/mpeg", "mpegversion",
          G_TYPE_INT, 1, "mpegaudioversion", G_TYPE_INT, int (header.version),
          "layer", G_TYPE_INT, int (header.layer), "rate", G_TYPE_INT,
          int (header.rate), "channels", G_TYPE_INT, int (header.channels),
          "parsed", G_TYPE_BOOLEAN, TRUE, nullptr)));
}

uint32_t
whole_frame (const AudioFrameHeader &)
{
  return 0;
}

bool
same_ac3_config (const AudioFrameHeader &a, const AudioFrameHeader &b)
{
  return a.enhanced == b.enhanced && a.rate == b.rate
         && a.channels == b.channels;
}

TrackDescription
describe_ac3 (const AudioFrameHeader &header, uint64_t id)
{
  return make_description (id, header.enhanced ? "ec-3" : "ac-3",
      Ptr<GstCaps>::adopt (gst_caps_new_simple (
          header.enhanced ? "audio/x-eac3" : "audio/x-ac3", "framed",
          G_TYPE_BOOLEAN, TRUE, "rate", G_TYPE_INT, int (header.rate),
          "channels", G_TYPE_INT, int (header.channels), nullptr)));
}

} // namespace

const AudioFrameFormat kAdtsFormat{kAdtsHeaderSize, read_adts_header,
    same_adts_config, describe_adts, adts_payload_offset};
const AudioFrameFormat kMpegAudioFormat{kMpegAudioHeaderSize,
    read_mpeg_audio_header, same_mpeg_config, describe_mpeg, whole_frame};
const AudioFrameFormat kAc3Format{kAc3HeaderSize, read_ac3_header,
    same_ac3_config, describe_ac3, whole_frame};

} // namespace webmedia::mse
