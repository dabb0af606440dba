// SPDX-License-Identifier: LGPL-2.1-or-later
// How many frames a second have come lately.
#pragma once

#include "base/time.hh"

#include <array>
#include <cstddef>
#include <optional>

namespace webmedia::devices {

// Of the last two seconds, and the newest 64 of them at most.
// Threads: thread-bound.
class FrameRateMeter {
public:
  void add (Time time) { times_[next_++ % kMost] = time; }
  // None: fewer than two have come in that time before `now`.
  std::optional<double> rate (Time now) const
  {
    size_t count = 0;
    Time last = 0, first = 0;
    for (size_t back = 1; back <= kMost && back <= next_; back++) {
      Time time = times_[(next_ - back) % kMost];
      if (time < now - kLately)
        break;
      last = count++ == 0 ? time : last;
      first = time;
    }
    if (count < 2 || last <= first)
      return std::nullopt;
    return double (count - 1) * double (kSecond) / double (last - first);
  }

private:
  static constexpr size_t kMost = 64;
  static constexpr Time kLately = 2 * kSecond;

  std::array<Time, kMost> times_{};
  size_t next_ = 0;
};

} // namespace webmedia::devices
