// SPDX-License-Identifier: LGPL-2.1-or-later
// What is to be left of a file's frames, computed from all of them by the words
// of the specification, to be compared with what a source buffer has. The
// frames are those of the boxes and blocks of the file, not what a parser makes
// of it.
#pragma once

#include "support/media-source-fixture.hh"

namespace webmedia::mse {

// Single tracks. Random access points of video lie a second apart; those of
// sound are every frame.
inline constexpr MediaFile kVideoFiles[] = {
    {"video/mp4; codecs=\"avc1.64000c\"", "v.mp4"}, // B-frames, from 80 ms on
    {"video/mp4; codecs=\"avc1.64000c\"", "cmaf-v.mp4"},
    {"video/mp4; codecs=\"vp09.00.11.08\"", "vp9.mp4"},
    {"video/mp4; codecs=\"av01.0.00M.08\"", "av1.mp4"},
    {"video/webm; codecs=\"vp9\"", "vp9.webm"},
};
inline constexpr MediaFile kAudioFiles[] = {
    {"audio/mp4; codecs=\"mp4a.40.2\"", "a.mp4"},
    {"audio/mp4; codecs=\"opus\"", "opus.mp4"},
    {"audio/webm; codecs=\"opus\"", "opus.webm"},
};
std::vector<MediaFile> all_files ();

// The frames of a file's track, in decode order.
// Threads: thread-bound (the test's).
class FrameModel {
public:
  explicit FrameModel (const MediaFile &file, size_t track = 0);
  // Of a byte stream: an initialization segment and media segments.
  explicit FrameModel (const std::vector<uint8_t> &bytes, size_t track = 0);

  void move (Time offset);
  // Coded frame removal: to the random access point at or after `end`, and
  // what depends on frames that are gone.
  void remove (Time start, Time end);
  // Coded frame processing, steps 1.8 to 1.10: sound keeps a part of a frame,
  // and a frame that ends a microsecond after the window is inside.
  void keep_window (Time start, Time end);

  Time key_at_or_after (Time time) const;
  Time longest () const { return longest_; } // duration of a frame
  TimeRanges ranges () const;

  struct Frame {
    Time pts;
    Time duration;
    bool keyframe;

    Time end () const { return pts + duration; }
  };
  const std::vector<Frame> &frames () const { return frames_; }

private:
  void read_isobmff (const std::vector<uint8_t> &file, size_t track);
  void read_webm (const std::vector<uint8_t> &file, size_t track);

  template <typename Predicate> void drop (Predicate outside);

  bool is_sound_ = false;
  std::vector<Frame> frames_;
  Time longest_ = 0;
};

// Within a microsecond.
void expect_near (Time is, Time wanted);
void expect_ranges (const TimeRanges &is, const TimeRanges &wanted);

} // namespace webmedia::mse
