// SPDX-License-Identifier: LGPL-2.1-or-later
// Coded frames made by hand, for the tests of what stores them.
#pragma once

#include "mse/frame-processor.hh"

namespace webmedia::mse {

// Frames of 40 ms for one track, each of `size` bytes that hold its number.
// Threads: thread-bound (the test's).
class FrameMaker {
public:
  static constexpr Time kDuration = 40 * kMillisecond;

  explicit FrameMaker (uint32_t size = 4) : size_ (size) {}

  // Adds a group of pictures that starts at frame number `start`: one letter
  // a frame in decode order, `I`, and `P` or `B` that come out in the order
  // that they are named in, except that a `B` comes out before the `P` or
  // `I` that it follows.
  FrameMaker &gop (int start, const char *pattern);
  // Adds one frame.
  FrameMaker &frame (Time pts, Time dts, Time duration, bool keyframe);
  // `count` random access points from frame number `start` on.
  FrameMaker &run (int start, int count);

  // What was added since the last call.
  FrameBatch take (uint16_t track = 0);

private:
  uint32_t size_;
  FrameBatch batch_;
  int number_ = 0;
};

std::shared_ptr<const TrackConfig> make_config (const char *caps);
std::shared_ptr<Track> make_track (
    TrackKind kind, std::shared_ptr<MemoryAccount> account =
                        std::make_shared<MemoryAccount> ());

// A source buffer of one track, as far as coded frame processing goes.
struct TrackFixture {
  explicit TrackFixture (TrackKind kind = TrackKind::video);

  void append (const FrameBatch &batch);
  // Appends as another encoding: a segment of its own.
  void append_group (const FrameBatch &batch);
  void remove (Time start, Time end);

  const std::shared_ptr<MemoryAccount> account;
  const std::shared_ptr<Track> track;
  std::shared_ptr<const TrackConfig> config;
  FrameProcessor processor;
  ProcessingState state;
  FrameMaker maker;
};

} // namespace webmedia::mse
