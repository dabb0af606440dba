// SPDX-License-Identifier: LGPL-2.1-or-later
// Which frames are left out for a lower frame rate.
#pragma once

#include "base/time.hh"

#include <algorithm>

namespace webmedia::devices {

// Keeps the first one, and then each that is nearest to a regular grid. Frames
// that the device lost do not shift it.
// Threads: thread-bound (a streaming thread).
class FrameSkipper {
public:
  FrameSkipper (double frame_rate, double source_rate)
      : interval_ (Time (std::min (
          double (kSecond) / frame_rate, double (kTimeLimit / kJump)))),
        slack_ (Time (double (kSecond) / source_rate / 2))
  {}

  // Where it is not known from the start, or changes.
  void set_source_rate (double rate)
  {
    slack_ = Time (double (kSecond) / rate / 2);
  }

  // Whether the frame of this time is one of them.
  bool skips (Time time)
  {
    bool follows =
        next_ != kTimeNone && time > last_ && time - next_ < kJump * interval_;
    last_ = time;
    if (!follows)
      next_ = time;
    if (time + slack_ < next_)
      return true;
    // Where a frame is that late, the grid begins anew.
    next_ = time - next_ >= interval_ ? time + interval_ : next_ + interval_;
    return false;
  }

private:
  static constexpr int kJump = 16;

  const Time interval_;
  Time slack_;
  Time next_ = kTimeNone;
  Time last_ = kTimeNone;
};

} // namespace webmedia::devices
