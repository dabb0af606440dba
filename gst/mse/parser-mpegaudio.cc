// SPDX-License-Identifier: LGPL-2.1-or-later
// https://www.w3.org/TR/mse-byte-stream-format-mpeg-audio/
#include "mse/audio-frame-format.hh"

#include <algorithm>

namespace webmedia::mse {

namespace {

// Each frame's header is an initialization segment and its sound a media
// segment.
// DEVIATION: the sink is told of an initialization segment when the
// configuration changes, and of a media segment at the start of a run of
// frames: more would change nothing and cost more than the frames.
// Threads: thread-bound (the one append that runs).
class MpegAudioParser final : public ByteStreamParser {
public:
  explicit MpegAudioParser (const AudioFrameFormat &format) : format_ (format)
  {}

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

  const AudioFrameFormat &format_;
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
  return mse::stream_error ("MPEG audio", problem, input.position ());
}

Result<>
MpegAudioParser::parse (ByteQueue &input, ByteStreamSink &sink)
{
  Result<> parsed = parse_frames (input, sink);
  // Frames before an error count.
  Result<> delivered = deliver (sink);
  if (state_ == AppendState::waiting_for_segment)
    announced_ = false;
  if (!delivered)
    return delivered;
  return parsed;
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
  segment.tracks.push_back (format_.describe (header, 1));
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
  return std::make_unique<MpegAudioParser> (kAdtsFormat);
}

std::unique_ptr<ByteStreamParser>
make_mpeg_parser ()
{
  return std::make_unique<MpegAudioParser> (kMpegAudioFormat);
}

} // namespace webmedia::mse
