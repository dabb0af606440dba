// SPDX-License-Identifier: LGPL-2.1-or-later
// Signed time. Inside the library every time is a signed count of nanoseconds,
// because B-frames and edit lists give decode timestamps before zero.
#pragma once

#include <cstdint>

namespace webmedia {

// Nanoseconds.
using Time = int64_t;

inline constexpr Time kTimeNone = INT64_MIN;     // the spec's NaN or "unset"
inline constexpr Time kTimeInfinite = INT64_MAX; // +Infinity
inline constexpr Time kMicrosecond = 1000;
inline constexpr Time kMillisecond = 1000 * kMicrosecond;
inline constexpr Time kSecond = 1000 * kMillisecond;

// `a + b`, held between the finite ends of the range: a hostile file's times
// must not overflow.
inline Time
add_saturated (Time a, Time b)
{
  Time sum;
  if (__builtin_add_overflow (a, b, &sum))
    return a < 0 ? kTimeNone + 1 : kTimeInfinite - 1;
  return sum;
}

// Times in a presentation are held to +-73 years, so that sums and differences
// of two or three of them never overflow.
inline constexpr Time kTimeLimit = Time (1) << 61;

inline Time
clamp_time (Time time)
{
  return time < -kTimeLimit  ? -kTimeLimit
         : time > kTimeLimit ? kTimeLimit
                             : time;
}

// `ticks` of a clock that counts `rate` (> 0) a second, in nanoseconds,
// rounded down: equal ticks give equal times, so the end of one frame is the
// start of the next to the nanosecond.
inline Time
ticks_to_time (int64_t ticks, uint32_t rate)
{
  int64_t scaled;
  if (!__builtin_mul_overflow (ticks, kSecond, &scaled)) [[likely]]
    return scaled / rate - (scaled % rate < 0);
  int64_t seconds = ticks / rate;
  int64_t rest = ticks % rate;
  if (rest < 0) {
    rest += rate;
    seconds--;
  }
  Time whole;
  if (__builtin_mul_overflow (seconds, kSecond, &whole))
    return seconds < 0 ? kTimeNone + 1 : kTimeInfinite - 1;
  return add_saturated (whole, rest * kSecond / rate);
}

} // namespace webmedia
