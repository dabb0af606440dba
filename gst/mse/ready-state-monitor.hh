// SPDX-License-Identifier: LGPL-2.1-or-later
// What the web's media element says of how much there is to play.
// https://www.w3.org/TR/media-source-2/#buffer-monitoring
#pragma once

#include "mse/player.hh"
#include "mse/time-ranges.hh"

#include <atomic>

namespace webmedia::mse {

// Three seconds ahead of the playhead are enough to play without a stall, until
// less than one is left: what lies between would change with each append of an
// application that keeps just ahead.
// Threads: reentrant; state(), may_rise() and is_due() from any.
class ReadyStateMonitor {
public:
  static constexpr Time kEnough = 3 * kSecond;
  static constexpr Time kLow = kSecond;

  struct Facts {
    const TimeRanges &buffered;
    Time playhead;
    bool starving; // a track that plays has no more to read
    Time end;      // of the presentation; kTimeNone where it is not known
  };

  MediaReadyState state () const { return state_; }
  // Whether data that is added could change it.
  bool may_rise () const { return state_ != MediaReadyState::have_enough_data; }
  // Whether update() could find something new at this playhead, as long as
  // nothing else has changed. Costs two loads: it is asked for each frame.
  bool is_due (Time playhead) const
  {
    return playhead < from_ || playhead >= to_;
  }

  // After the metadata are there; returns whether state() has changed.
  bool update (const Facts &facts);
  // There are no metadata (any more); the same.
  bool reset ();

private:
  MediaReadyState find_state (const Facts &facts);

  std::atomic<MediaReadyState> state_{MediaReadyState::have_nothing};
  // Between these, the playhead's moving changes nothing.
  std::atomic<Time> from_{0};
  std::atomic<Time> to_{kTimeInfinite};
};

} // namespace webmedia::mse
