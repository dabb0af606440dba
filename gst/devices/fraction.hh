// SPDX-License-Identifier: LGPL-2.1-or-later
// The fractions with small terms that are nearest to a threshold.
#pragma once

namespace webmedia::devices {

struct Fraction {
  double top;    // whole numbers
  double bottom; // 0 for infinity
};

struct Neighbours {
  Fraction below; // 0/1 where there is no other
  Fraction above; // 1/0 where there is none
};

// Splits the positive fractions with terms up to these limits where `reached`,
// which is false up to some number and true from there on, becomes true. This
// is a walk down the Stern-Brocot tree. Turning from one side to the other is
// logarithmic in the limits; the steps between two turns are taken in doubling
// strides.
template <typename Reached>
Neighbours
nearest_fractions (double max_top, double max_bottom, Reached reached)
{
  Fraction below{0, 1};
  Fraction above{1, 0};

  // `from` plus `count` times `step`, or the same with a top of 0 for too
  // large.
  auto fits = [&] (const Fraction &fraction) {
    return fraction.top <= max_top && fraction.bottom <= max_bottom;
  };
  auto moved = [] (const Fraction &from, const Fraction &step, double count) {
    return Fraction{
        from.top + count * step.top, from.bottom + count * step.bottom};
  };
  // Moves `from` towards `step` as far as it stays on its side.
  auto advance = [&] (Fraction &from, const Fraction &step, bool side) {
    auto may = [&] (double count) {
      Fraction next = moved (from, step, count);
      return fits (next) && reached (next) == side;
    };
    double count = 0;
    double stride = 1;
    for (; may (count + stride); stride *= 2)
      count += stride;
    for (; stride >= 1; stride /= 2)
      if (may (count + stride))
        count += stride;
    from = moved (from, step, count);
    return count > 0;
  };
  for (bool going = true; going;) {
    going = advance (below, above, false);
    going = advance (above, below, true) || going;
  }
  return {below, above};
}

} // namespace webmedia::devices
