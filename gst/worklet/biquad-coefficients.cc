// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/biquad-coefficients.hh"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace webmedia::worklet {

namespace {

// What the formulas have in common.
struct Terms {
  double a; // A
  double cosine;
  double alpha; // of Q, in dB or not
  double shelf; // 2 alphaS sqrt (A)
};

BiquadCoefficients
divided (double b0, double b1, double b2, double a0, double a1, double a2)
{
  return {b0 / a0, b1 / a0, b2 / a0, a1 / a0, a2 / a0};
}

// What H(z) comes to where poles meet the unit circle: a factor.
BiquadCoefficients
flat (double factor)
{
  return {factor, 0, 0, 0, 0};
}

// At 0 Hz and at the Nyquist frequency.
BiquadCoefficients
at_end (BiquadType type, bool is_top, double a)
{
  switch (type) {
  case BiquadType::lowpass:
    return flat (is_top ? 1 : 0);
  case BiquadType::highpass:
    return flat (is_top ? 0 : 1);
  case BiquadType::bandpass:
    return flat (0);
  case BiquadType::lowshelf:
    return flat (is_top ? a * a : 1);
  case BiquadType::highshelf:
    return flat (is_top ? 1 : a * a);
  case BiquadType::peaking:
  case BiquadType::notch:
  case BiquadType::allpass:
    return flat (1);
  }
  return flat (1);
}

BiquadCoefficients
compute (BiquadType type, const Terms &t)
{
  const auto [a, k, alpha, s] = t;
  switch (type) {
  case BiquadType::lowpass:
    return divided (
        (1 - k) / 2, 1 - k, (1 - k) / 2, 1 + alpha, -2 * k, 1 - alpha);
  case BiquadType::highpass:
    return divided (
        (1 + k) / 2, -(1 + k), (1 + k) / 2, 1 + alpha, -2 * k, 1 - alpha);
  case BiquadType::bandpass:
    return divided (alpha, 0, -alpha, 1 + alpha, -2 * k, 1 - alpha);
  case BiquadType::notch:
    return divided (1, -2 * k, 1, 1 + alpha, -2 * k, 1 - alpha);
  case BiquadType::allpass:
    return divided (1 - alpha, -2 * k, 1 + alpha, 1 + alpha, -2 * k, 1 - alpha);
  case BiquadType::peaking:
    return divided (1 + alpha * a, -2 * k, 1 - alpha * a, 1 + alpha / a, -2 * k,
        1 - alpha / a);
  case BiquadType::lowshelf:
    return divided (a * (a + 1 - (a - 1) * k + s),
        2 * a * (a - 1 - (a + 1) * k), a * (a + 1 - (a - 1) * k - s),
        a + 1 + (a - 1) * k + s, -2 * (a - 1 + (a + 1) * k),
        a + 1 + (a - 1) * k - s);
  case BiquadType::highshelf:
    return divided (a * (a + 1 + (a - 1) * k + s),
        -2 * a * (a - 1 + (a + 1) * k), a * (a + 1 + (a - 1) * k - s),
        a + 1 - (a - 1) * k + s, 2 * (a - 1 - (a + 1) * k),
        a + 1 - (a - 1) * k - s);
  }
  return {};
}

} // namespace

BiquadCoefficients
biquad_coefficients (BiquadType type, double frequency, double q, double gain)
{
  const double a = std::pow (10, gain / 40);
  if (frequency <= 0 || frequency >= 1)
    return at_end (type, frequency >= 1, a);
  const double omega = std::numbers::pi * frequency;
  const double sine = std::sin (omega);
  const bool is_in_db =
      type == BiquadType::lowpass || type == BiquadType::highpass;
  const bool is_shelf =
      type == BiquadType::lowshelf || type == BiquadType::highshelf;
  if (!is_in_db && !is_shelf && q <= 0) {
    // alpha is infinite.
    switch (type) {
    case BiquadType::notch:
      return flat (0);
    case BiquadType::allpass:
      return flat (-1);
    case BiquadType::peaking:
      return flat (a * a);
    default:
      return flat (1); // bandpass
    }
  }
  const double limit = 770.63678;
  const double factor =
      is_in_db ? std::pow (10, std::clamp (q, -limit, limit) / 20) : q;
  // S is 1, so alphaS is sin / 2 * sqrt (2).
  return compute (type, {a, std::cos (omega), sine / (2 * factor),
                            sine * std::numbers::sqrt2 * std::sqrt (a)});
}

} // namespace webmedia::worklet
