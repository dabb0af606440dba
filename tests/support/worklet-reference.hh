// SPDX-License-Identifier: LGPL-2.1-or-later
// What processors must give, in closed form.
#pragma once

#include "support/worklet-element-fixture.hh"

#include <numbers>

namespace webmedia::test {

inline Sound
amplify (Sound sound, float gain)
{
  for (auto &channel : sound)
    for (float &sample : channel)
      sample *= gain;
  return sound;
}

inline Sound
delay (const Sound &sound, size_t frames)
{
  Sound delayed;
  for (const auto &channel : sound) {
    delayed.emplace_back (frames, 0.0f);
    delayed.back ().insert (
        delayed.back ().end (), channel.begin (), channel.end ());
  }
  return delayed;
}

// https://webaudio.github.io/web-audio-api/#filters-characteristics
inline Sound
lowpass (const Sound &sound, double frequency, double q, int rate = kRate)
{
  const double turn = 2 * std::numbers::pi * frequency / rate;
  const double alpha = std::sin (turn) / (2 * std::pow (10, q / 20));
  const double b = (1 - std::cos (turn)) / 2;
  const double a0 = 1 + alpha, a1 = -2 * std::cos (turn), a2 = 1 - alpha;
  Sound filtered = sound;
  for (auto &channel : filtered) {
    double x1 = 0, x2 = 0, y1 = 0, y2 = 0;
    for (float &sample : channel) {
      const double x = sample;
      const double y = (b * x + 2 * b * x1 + b * x2 - a1 * y1 - a2 * y2) / a0;
      x2 = std::exchange (x1, x);
      y2 = std::exchange (y1, y);
      sample = static_cast<float> (y);
    }
  }
  return filtered;
}

} // namespace webmedia::test
