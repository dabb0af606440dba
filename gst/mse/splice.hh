// SPDX-License-Identifier: LGPL-2.1-or-later
// Where new sound begins inside of old: what is faded out there.
// https://www.w3.org/TR/media-source-2/#sourcebuffer-audio-splice-frame-algorithm
#pragma once

#include "mse/coded-frame.hh"
#include "mse/trim.hh"

namespace webmedia::mse {

// How long old sound is faded out.
inline constexpr Time kSpliceDuration = 5 * kMillisecond;

// The overlapped frame is stored as well, with a duration that ends at `time`;
// where it begins there, it was replaced.
struct Splice {
  struct Frame {
    CodedFrame frame; // as it was; its index of a block means nothing
    Ptr<Block> block;
    SampleProtection protection;
    std::shared_ptr<const TrackConfig> config;
    Cuts cuts;
  };

  Time start;               // PTS of the overlapped frame
  Time time;                // PTS of the frame that is faded in
  std::vector<Frame> faded; // the overlapped frame, and those after it

  bool is_whole_frame () const { return start == time; }
};

} // namespace webmedia::mse
