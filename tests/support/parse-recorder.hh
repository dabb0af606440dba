// SPDX-License-Identifier: LGPL-2.1-or-later
// Feeds a byte stream parser and keeps all that it delivers, so that two
// parses can be compared.
#pragma once

#include "mse/byte-stream-parser.hh"

#include <string>
#include <vector>

namespace webmedia::mse {

// A frame with its bytes.
struct RecordedFrame {
  Time pts;
  Time dts;
  Time duration;
  uint16_t track;
  bool keyframe;
  std::vector<uint8_t> bytes;
  SampleProtection protection;

  bool operator== (const RecordedFrame &other) const;
};

// Threads: thread-bound (the test's).
class ParseRecorder final : public ByteStreamSink {
public:
  std::vector<InitializationSegment> segments;
  std::vector<RecordedFrame> frames;
  std::vector<ConfigChange> configs;
  std::vector<InitData> init_data; // of media segments
  size_t media_segments = 0;
  // "i" for an initialization segment, "m" for a media segment, "e" for its
  // initialization data, "f" for frames without anything between them.
  std::string order;

  // The frames of one track.
  std::vector<RecordedFrame> track (uint16_t index) const;

  Result<> on_initialization_segment (InitializationSegment segment) override;
  Result<> on_media_segment () override;
  Result<> on_frames (FrameBatch &batch) override;
  void on_init_data (const InitData &data) override;
};

// Appends `bytes` in pieces of `chunk` (0: whole) and parses after each.
// Stops at the first error.
Result<> parse_all (ByteStreamParser &parser, ParseRecorder &recorder,
    const std::vector<uint8_t> &bytes, size_t chunk);
// The same with a queue that goes on.
Result<> parse_more (ByteStreamParser &parser, ByteQueue &queue,
    ParseRecorder &recorder, const std::vector<uint8_t> &bytes, size_t chunk);

// Parses a good stream in several chunkings: all must give the same.
ParseRecorder parse_alike (std::unique_ptr<ByteStreamParser> (*make) (),
    const std::vector<uint8_t> &bytes);

ParseRecorder parse_isobmff (const std::vector<uint8_t> &bytes);

void check_times (
    const RecordedFrame &frame, Time pts, Time dts, Time duration);

// A file of the test media.
std::vector<uint8_t> read_media (const char *name);

// As much of a file as can be parsed byte by byte in a moment: all of it, but
// `limit` bytes under a sanitizer.
std::vector<uint8_t> slow_part (std::vector<uint8_t> bytes, size_t limit);

// The chunk sizes that every format is tried with.
inline constexpr size_t kChunkSizes[] = {1, 7, 1000, 65536, 0};

} // namespace webmedia::mse
