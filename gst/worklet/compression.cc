// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/compression.hh"

#include <algorithm>
#include <cmath>

namespace webmedia::worklet {

static double
to_linear (double decibels)
{
  return std::pow (10, decibels / 20);
}

static double
to_decibels (double value)
{
  return value == 0 ? -1000 : 20 * std::log10 (value);
}

void
EnvelopeFollower::set (const CompressionSettings &settings, double rate)
{
  if (settings == settings_)
    return;
  settings_ = settings;
  threshold_ = to_linear (settings.threshold);
  // https://webaudio.github.io/web-audio-api/#computing-the-makeup-gain
  makeup_ = std::pow (1 / shape (1), 0.6);
  attack_frames_ = std::max (settings.attack * rate, 1.0);
  release_rate_ = to_linear (10 / std::max (settings.release * rate, 1.0));
}

// https://webaudio.github.io/web-audio-api/#compression-curve
double
EnvelopeFollower::shape (double level) const
{
  if (level <= threshold_)
    return level;
  const double over = to_decibels (level) - settings_.threshold;
  const double knee = settings_.knee;
  const double slope = 1 / double (settings_.ratio);
  const double shaped =
      over < knee ? over + (slope - 1) * over * over / (2 * knee)
                  : knee + (slope - 1) * knee / 2 + slope * (over - knee);
  return to_linear (settings_.threshold + shaped);
}

// https://webaudio.github.io/web-audio-api/#computing-the-envelope-rate
// while attacking: from 0 to 1, the more decibels there are to go.
double
EnvelopeFollower::attack_rate () const
{
  const double ratio = compressor_gain_ / std::max (detector_average_, 1e-6);
  const double to_go = std::max (to_decibels (ratio), 0.5);
  return 1 - std::pow (0.25 / to_go, 1 / attack_frames_);
}

double
EnvelopeFollower::follow (double input)
{
  // 1.
  const double level = std::abs (input);
  // DEVIATION: what is infinite, or no number, is no level: the gain stays.
  if (!std::isfinite (level))
    return compressor_gain_ * makeup_;
  const double attenuation = level < 0.0001 ? 1 : shape (level) / level;
  // 2.
  const bool is_releasing = attenuation > compressor_gain_;
  // 3. to 5. The detector rate is 1.
  detector_average_ = std::min (attenuation, 1.0);
  // 6. to 8.
  if (is_releasing)
    compressor_gain_ = std::min (compressor_gain_ * release_rate_, 1.0);
  else
    compressor_gain_ += (detector_average_ - compressor_gain_) * attack_rate ();
  // 9.
  return compressor_gain_ * makeup_;
}

double
EnvelopeFollower::reduction () const
{
  return to_decibels (compressor_gain_ * makeup_);
}

} // namespace webmedia::worklet
