// SPDX-License-Identifier: LGPL-2.1-or-later
// From the 33-bit clock of MPEG-2 to one that goes on.
#pragma once

#include <cstdint>
#include <optional>

namespace webmedia::mse {

inline constexpr uint32_t kMpegtsClock = 90000;

// Keeps the byte stream format's MPEG2TS_timestampOffset.
// https://www.w3.org/TR/mse-byte-stream-format-mp2t/#timestamp-rollover-discontinuities
// The offset of a timestamp is that of the time base, and 2^33 for each
// rollover. Around a rollover some streams are past it and some are not, so
// each timestamp gets the number of rollovers that brings it nearest to the one
// before it.
// Threads: reentrant.
class MpegtsTimeline {
public:
  struct Times {
    int64_t pts; // ticks of kMpegtsClock; may be negative
    int64_t dts;
  };

  // The times of the next PES packet, of any stream, from its 33-bit ones.
  Times map (uint64_t pts, uint64_t dts);
  // A frame ended here (in mapped ticks).
  void note_end (int64_t end);
  // The clock is set anew: the next timestamp follows the highest end.
  void discontinuity () { discontinuity_ = true; }
  // The offset is 0 again.
  void reset () { *this = {}; }

private:
  int64_t unroll (int64_t ticks);

  int64_t base_ = 0;                 // offset of this time base
  int64_t rollovers_ = 0;            // seen in it
  std::optional<int64_t> reference_; // the last DTS
  std::optional<int64_t> end_;       // the highest end
  bool discontinuity_ = false;
};

} // namespace webmedia::mse
