// SPDX-License-Identifier: LGPL-2.1-or-later
// Whether a managed media source should be fetching.
// https://www.w3.org/TR/media-source-2/#managedsourcebuffer-monitoring
#pragma once

#include "mse/time-ranges.hh"

#include <atomic>

namespace webmedia::mse {

// Begins to stream where less than ten seconds lie ahead of the playhead, and
// rests once there are more than thirty or all of the presentation: fetching
// in bursts lets radios sleep.
// Threads: reentrant; is_due() and streaming() from any.
class StreamingMonitor {
public:
  static constexpr Time kLow = 10 * kSecond;
  static constexpr Time kHigh = 30 * kSecond;

  bool streaming () const { return streaming_; }
  // Whether update() could find something new at this playhead, as long as
  // nothing else has changed. Costs two loads: it is asked for each frame.
  bool is_due (Time playhead) const
  {
    return playhead < from_ || playhead >= to_;
  }

  // Returns whether streaming() has changed. `end` is that of the
  // presentation, if it is known.
  bool update (const TimeRanges &buffered, Time playhead, Time end);
  // The media source was closed.
  void reset ();

private:
  std::atomic<bool> streaming_{false};
  // Between these, the playhead's moving changes nothing.
  std::atomic<Time> from_{0};
  std::atomic<Time> to_{kTimeInfinite};
};

} // namespace webmedia::mse
