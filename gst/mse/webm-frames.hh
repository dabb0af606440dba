// SPDX-License-Identifier: LGPL-2.1-or-later
// Makes coded frames of the blocks of a WebM stream: times, durations, slices.
#pragma once

#include "mse/byte-stream-parser.hh"
#include "mse/webm-tracks.hh"

#include <vector>

namespace webmedia::mse {

// The frames of one block, as they lie in the queue one after the other.
struct BlockFrames {
  size_t offset; // of the first one from the front of the queue
  uint32_t count;
  const uint32_t *sizes;
  Time pts;
  Time duration; // of the whole block; 0 where it does not say
  bool keyframe;
};

// Collects frames until they are delivered. A frame whose duration nothing
// tells is held until the next one of its track, or the end of the cluster.
// Threads: reentrant.
class WebmFrames {
public:
  // A new initialization segment: forgets all about the old tracks. `tick`
  // is its TimecodeScale.
  void set_tracks (std::vector<WebmTrack> tracks, size_t supported, Time tick);
  WebmTrack *find_track (uint64_t number)
  {
    for (WebmTrack &track : tracks_)
      if (track.number == number)
        return &track;
    return nullptr;
  }
  void begin_cluster ();

  Result<> add (WebmTrack &track, ByteQueue &input, const BlockFrames &block);

  // No more blocks come that tell durations.
  void release ();
  // Drops what is held and not delivered.
  void reset ();

  // Whether it is time to deliver: the batch is to stay in the cache.
  bool full () const { return batch_.frames.size () >= kBatch; }
  Result<> deliver (ByteStreamSink &sink);

private:
  static constexpr size_t kBatch = 256;
  static constexpr size_t kNone = SIZE_MAX;

  // What is known of the times of one supported track.
  struct Timing {
    size_t open = kNone; // frame in batch_ without a duration
    bool held = false;   // one from an earlier batch
    ParsedFrame frame{};
    Ptr<Block> block;
    SampleProtection protection;
    Time distance = 0; // between the last frames, 0 if not known
  };

  struct Duration;
  Result<Duration> measure (WebmTrack &track, ByteQueue &input,
      const BlockFrames &block, size_t offset, bool can_see);
  void push (const WebmTrack &track, ByteQueue &input, size_t offset,
      uint32_t size, Time pts, Time duration, bool keyframe);
  // Of the frame that was pushed last.
  void protect (SampleProtection protection);
  void close (Timing &timing, Time duration);
  void follow (Timing &timing, Time pts);

  std::vector<WebmTrack> tracks_;
  std::vector<Timing> timings_; // of the supported tracks, by their index
  Time tick_ = kMillisecond;
  FrameBatch batch_;
};

} // namespace webmedia::mse
