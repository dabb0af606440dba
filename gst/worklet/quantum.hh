// SPDX-License-Identifier: LGPL-2.1-or-later
// Render quanta: how many frames are rendered at once, and when they are.
#pragma once

#include "base/result.hh"
#include "base/time.hh"

#include <cstddef>
#include <cstdint>

namespace webmedia::worklet {

inline constexpr uint32_t kDefaultQuantum = 128; // renderSizeHint "default"
inline constexpr uint32_t kMaxInputs = 256;      // of a node; so are outputs
inline constexpr uint32_t kMaxChannels = 32;     // of an input or an output
inline constexpr size_t kAlignment = 64;         // of a block, in bytes

// When a frame is due, in stream time: so many frames behind `start`. Buffers
// have whole nanoseconds, which frames of most rates are not; so these are
// counted, and nothing that was rounded adds up.
struct StreamTime {
  Time start = kTimeNone; // none: it is not known
  int64_t frames = 0;

  bool is_known () const { return start != kTimeNone; }
  StreamTime after (int64_t more) const { return {start, frames + more}; }
  // In whole nanoseconds, and not before it: who means this frame may have
  // rounded its time down, up, or to the nearest, and the frame before it is
  // far away. Of times that are known.
  Time time (uint32_t rate) const
  {
    return add_saturated (start, -ticks_to_time (-frames, rate));
  }
};

// One render quantum in time.
struct QuantumTime {
  uint64_t frame;         // of its first frame: currentFrame
  uint32_t frames;        // renderQuantumSize
  uint32_t rate;          // frames a second
  StreamTime stream_time; // of its first frame
  // By so many frames of this rate the clock is not `frame`, as others had
  // another rate.
  int64_t ahead = 0;

  // currentTime, as a fraction of two whole numbers: this by the rate.
  uint64_t clock () const { return frame + static_cast<uint64_t> (ahead); }
  double seconds () const { return static_cast<double> (clock ()) / rate; }
};

// https://webaudio.github.io/web-audio-api/#dom-audiocontextoptions-rendersizehint
// NotSupportedError unless it is 1 to 6 * rate.
Result<> check_quantum_size (uint64_t frames, uint32_t rate);

} // namespace webmedia::worklet
