// SPDX-License-Identifier: LGPL-2.1-or-later
// https://www.w3.org/TR/mse-byte-stream-format-mpeg-audio/
#include "mse/byte-stream-parser.hh"
#include "mse/mpeg-audio-header.hh"

#include <algorithm>
#include <gst/pbutils/pbutils.h>

namespace webmedia::mse {

namespace {

// A format of frames: what the parser must know of it.
struct FrameFormat {
  size_t header_size;
  const char *(*read_header) (const uint8_t *data, AudioFrameHeader *header);
  // Whether two frames are of one initialization segment.
  bool (*same_config) (const AudioFrameHeader &a, const AudioFrameHeader &b);
  TrackDescription (*describe) (const AudioFrameHeader &header);
  // Where the payload begins; 0 for the whole frame.
  uint32_t (*payload_offset) (const AudioFrameHeader &header);
};

TrackDescription
make_description (std::string codec, Ptr<GstCaps> caps)
{
  auto config = std::make_shared<TrackConfig> ();
  config->caps = std::move (caps);
  return {TrackKind::audio, 1, std::move (codec), {}, {}, std::move (config)};
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
describe_adts (const AudioFrameHeader &header)
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
      "mp4a.40." + std::to_string (header.object_type), std::move (caps));
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
describe_mpeg (const AudioFrameHeader &header)
{
  return make_description ("mp3",
      Ptr<GstCaps>::adopt (gst_caps_new_simple ("audio/mpeg", "mpegversion",
          G_TYPE_INT, 1, "mpegaudioversion", G_TYPE_INT, int (header.version),
          "layer", G_TYPE_INT, int (header.layer), "rate", G_TYPE_INT,
          int (header.rate), "channels", G_TYPE_INT, int (header.channels),
          "parsed", G_TYPE_BOOLEAN, TRUE, nullptr)));
}

uint32_t
mpeg_payload_offset (const AudioFrameHeader &)
{
  return 0;
}

constexpr FrameFormat kAdts{kAdtsHeaderSize, read_adts_header, same_adts_config,
    describe_adts, adts_payload_offset};
constexpr FrameFormat kMpeg{kMpegAudioHeaderSize, read_mpeg_audio_header,
    same_mpeg_config, describe_mpeg, mpeg_payload_offset};

// Each frame's header is an initialization segment and its sound a media
// segment.
// DEVIATION: the sink is told of an initialization segment when the
// configuration changes, and of a media segment at the start of a run of
// frames: more would change nothing and cost more than the frames.
// Threads: thread-bound (the one append that runs).
class MpegAudioParser final : public ByteStreamParser {
public:
  explicit MpegAudioParser (const FrameFormat &format) : format_ (format) {}

  Result<> parse (ByteQueue &input, ByteStreamSink &sink) override;
  Result<> drain (ByteStreamSink &) override { return ok; }
  void reset () override;

private:
  static constexpr size_t kBatch = 256;

  Result<> parse_frames (ByteQueue &input, ByteStreamSink &sink);
  Result<bool> skip_metadata (ByteQueue &input);
  Result<bool> parse_frame (ByteQueue &input, ByteStreamSink &sink);
  Result<> begin_config (const AudioFrameHeader &header, ByteStreamSink &sink);
  Result<> deliver (ByteStreamSink &sink);

  const FrameFormat &format_;
  uint64_t skip_ = 0; // bytes of metadata that are still to come
  bool described_ = false;
  bool announced_ = false;    // the media segment that is being read
  AudioFrameHeader config_{}; // of the last initialization segment
  // Time since reset(): the time at which the configuration began, and the
  // samples since.
  Time base_ = 0;
  uint64_t samples_ = 0;
  FrameBatch batch_;
};

Error
stream_error (const ByteQueue &input, const char *problem)
{
  return make_error (ErrorCode::decode, "MPEG audio: %s at byte %llu", problem,
      static_cast<unsigned long long> (input.position ()));
}

Result<>
MpegAudioParser::parse (ByteQueue &input, ByteStreamSink &sink)
{
  Result<> parsed = parse_frames (input, sink);
  // Frames before an error count.
  Result<> delivered = deliver (sink);
  if (state_ == AppendState::waiting_for_segment)
    announced_ = false;
  return delivered ? parsed : delivered;
}

Result<>
MpegAudioParser::parse_frames (ByteQueue &input, ByteStreamSink &sink)
{
  while (input.size () > 0) {
    if (skip_ > 0) {
      input.skip_some (skip_);
      continue;
    }
    // Every frame begins with eight ones, no metadata does.
    bool frame = *input.peek (0, 1) == 0xff;
    Result<bool> read =
        frame ? parse_frame (input, sink) : skip_metadata (input);
    if (!read)
      return read.error ();
    if (!*read)
      return ok;
  }
  return ok;
}

// https://www.w3.org/TR/mse-byte-stream-format-mpeg-audio/#metadata-frames
Result<bool>
MpegAudioParser::skip_metadata (ByteQueue &input)
{
  // Enough for all but Icecast's, which is text of unknown length.
  size_t size = std::min<size_t> (input.size (), 32);
  MetadataFrame metadata = find_metadata_frame (input.peek (0, size), size);
  if (metadata.incomplete && size < input.size ()) {
    size = input.size ();
    metadata = find_metadata_frame (input.peek (0, size), size);
  }
  if (metadata.incomplete)
    return false;
  if (metadata.size == 0)
    return stream_error (input, "no frame and no metadata begins");
  skip_ = metadata.size;
  return true;
}

Result<bool>
MpegAudioParser::parse_frame (ByteQueue &input, ByteStreamSink &sink)
{
  if (input.size () < format_.header_size) {
    state_ = AppendState::parsing_init_segment;
    return false;
  }
  AudioFrameHeader header;
  if (const char *problem =
          format_.read_header (input.peek (0, format_.header_size), &header))
    return stream_error (input, problem);
  if (!described_ || !format_.same_config (header, config_)) {
    if (Result<> begun = begin_config (header, sink); !begun)
      return begun.error ();
  }
  state_ = AppendState::parsing_media_segment;
  if (!announced_) {
    announced_ = true;
    if (Result<> taken = sink.on_media_segment (); !taken)
      return taken.error ();
  }
  if (input.size () < header.size)
    return false;

  size_t probe = std::min<size_t> (header.size, kSeekTableProbe);
  bool table =
      header.layer == 3 && is_seek_table (input.peek (0, probe), probe, header);
  if (!table) {
    Time pts =
        add_saturated (base_, ticks_to_time (int64_t (samples_), header.rate));
    samples_ += header.samples;
    Time end =
        add_saturated (base_, ticks_to_time (int64_t (samples_), header.rate));
    uint32_t payload = format_.payload_offset (header);
    if (payload < header.size) {
      Slice slice = input.slice (payload, header.size - payload, batch_.blocks);
      batch_.frames.push_back ({pts, pts, end - pts, slice.offset, slice.size,
          uint32_t (batch_.blocks.size () - 1), 0, true});
    }
  }
  input.skip (header.size);
  state_ = AppendState::waiting_for_segment;
  if (batch_.frames.size () >= kBatch) {
    if (Result<> delivered = deliver (sink); !delivered)
      return delivered.error ();
  }
  return true;
}

Result<>
MpegAudioParser::begin_config (
    const AudioFrameHeader &header, ByteStreamSink &sink)
{
  if (Result<> delivered = deliver (sink); !delivered)
    return delivered;
  if (described_)
    base_ =
        add_saturated (base_, ticks_to_time (int64_t (samples_), config_.rate));
  samples_ = 0;
  config_ = header;
  described_ = true;
  announced_ = false;
  state_ = AppendState::parsing_init_segment;
  InitializationSegment segment;
  segment.tracks.push_back (format_.describe (header));
  return sink.on_initialization_segment (std::move (segment));
}

Result<>
MpegAudioParser::deliver (ByteStreamSink &sink)
{
  Result<> result = ok;
  if (!batch_.frames.empty ())
    result = sink.on_frames (batch_);
  batch_.clear ();
  return result;
}

void
MpegAudioParser::reset ()
{
  state_ = AppendState::waiting_for_segment;
  skip_ = 0;
  announced_ = false;
  base_ = 0;
  samples_ = 0;
  batch_.clear ();
}

} // namespace

std::unique_ptr<ByteStreamParser>
make_aac_parser ()
{
  return std::make_unique<MpegAudioParser> (kAdts);
}

std::unique_ptr<ByteStreamParser>
make_mpeg_parser ()
{
  return std::make_unique<MpegAudioParser> (kMpeg);
}

} // namespace webmedia::mse
