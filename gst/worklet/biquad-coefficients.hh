// SPDX-License-Identifier: LGPL-2.1-or-later
// https://webaudio.github.io/web-audio-api/#filters-characteristics
#pragma once

namespace webmedia::worklet {

// In the specification's order.
enum class BiquadType {
  lowpass,
  highpass,
  bandpass,
  lowshelf,
  highshelf,
  peaking,
  notch,
  allpass,
};

// Divided by a0:
// y(n) = b0 x(n) + b1 x(n-1) + b2 x(n-2) - a1 y(n-1) - a2 y(n-2)
struct BiquadCoefficients {
  double b0 = 1;
  double b1 = 0;
  double b2 = 0;
  double a1 = 0;
  double a2 = 0;
};

// `frequency` is the computed one, as a part of the Nyquist frequency, 0 to 1.
// At both ends, and where Q is 0, the formulas' limit.
BiquadCoefficients biquad_coefficients (
    BiquadType type, double frequency, double q, double gain);

} // namespace webmedia::worklet
