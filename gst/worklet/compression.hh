// SPDX-License-Identifier: LGPL-2.1-or-later
// https://webaudio.github.io/web-audio-api/#DynamicsCompressorOptions-processing
#pragma once

namespace webmedia::worklet {

// The k-rate parameters of a DynamicsCompressorNode.
struct CompressionSettings {
  float threshold; // dB
  float knee;      // dB
  float ratio;
  float attack;  // seconds
  float release; // seconds

  bool operator== (const CompressionSettings &) const = default;
};

// An EnvelopeFollower, and the compression curve that it follows. Where the
// specification leaves a shape open: the knee is a parabola in decibels, the
// detector follows at once, attack is an exponential that is the faster the
// more there is to do, and release is 10 dB in its time.
// Threads: reentrant.
class EnvelopeFollower {
public:
  // As the settings of the quantum are.
  void set (const CompressionSettings &settings, double rate);

  // Steps 4.1 to 4.9 for a sample: the reduction gain.
  double follow (double input);
  // [[internal reduction]], in dB, as of the last sample.
  double reduction () const;

  // The curve, for a level from 0 on.
  double shape (double level) const;
  double makeup () const { return makeup_; }

private:
  double attack_rate () const;

  CompressionSettings settings_{};
  double threshold_ = 1; // linear
  double makeup_ = 1;
  double attack_frames_ = 1;
  double release_rate_ = 1;
  double detector_average_ = 0;
  double compressor_gain_ = 1;
};

} // namespace webmedia::worklet
