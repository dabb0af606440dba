// SPDX-License-Identifier: LGPL-2.1-or-later
// How coded frames are stored: 32 bytes each, in chunks of whole GOPs.
#pragma once

#include "mse/byte-stream-parser.hh"

#include <algorithm>

namespace webmedia::mse {

// A stored frame; its bytes are a slice of one of its chunk's blocks.
struct CodedFrame {
  Time pts;
  Time dts;
  uint64_t duration : 42; // ns: up to 73 minutes
  uint64_t block : 21;    // index in Chunk::blocks
  uint64_t keyframe : 1;
  uint32_t offset;
  uint32_t size;

  Time end () const { return pts + Time (duration); } // in clamp_time's bounds
};
static_assert (sizeof (CodedFrame) == 32);

inline constexpr Time kMaxFrameDuration = (Time (1) << 42) - 1;

// Frames in decode order: one GOP, or a run of frames that are all random
// access points. There is no gap inside beyond what `buffered` tolerates.
// Threads: guarded by the lock of the TrackBuffer that owns it.
struct Chunk {
  // Runs of random access points end here.
  static constexpr size_t kMaxRun = 128;
  // What the bits of CodedFrame::block can count.
  static constexpr size_t kMaxBlocks = size_t (1) << 21;

  Time key;         // PTS of the first frame: chunks are sorted by it
  Time start;       // lowest PTS
  Time end;         // highest end
  Time covered = 0; // sum of the durations
  bool all_keyframes = true;
  bool removed = false; // no longer in the track buffer
  std::shared_ptr<const TrackConfig> config;
  std::vector<CodedFrame> frames;
  std::vector<Ptr<Block>> blocks;
  std::vector<SampleProtection> protection; // empty, or one a frame

  // Whether frames are missing between start and end (those of a GOP that is
  // still being appended come out of presentation order).
  bool has_holes (Time gap) const
  {
    return add_saturated (covered, gap) < end - start;
  }

  // The last frame of a run that begins at or before `time`, or else the
  // first. Most are of even length, so the place is guessed first.
  size_t last_in_run (Time time) const
  {
    Time length = std::max<Time> (end - key, 1);
    Time from_key = std::clamp<Time> (time - key, 0, length);
    size_t last = frames.size () - 1;
    size_t at = std::min (last, size_t (from_key) * last / size_t (length));
    while (at < last && frames[at + 1].pts <= time)
      at++;
    while (at > 0 && frames[at].pts > time)
      at--;
    return at;
  }

  Block &block_of (const CodedFrame &frame) const
  {
    return *blocks[frame.block];
  }

  // start, end and covered, from the frames.
  void measure ()
  {
    start = kTimeInfinite;
    end = kTimeNone;
    covered = 0;
    for (const CodedFrame &frame : frames) {
      start = std::min (start, frame.pts);
      end = std::max (end, frame.end ());
      covered = add_saturated (covered, Time (frame.duration));
    }
  }
};

} // namespace webmedia::mse
