// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/wave-tables.hh"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace webmedia::worklet {

using std::numbers::pi;

double
WaveTables::coefficient (Waveform waveform, size_t partial)
{
  const auto n = static_cast<double> (partial);
  const bool is_odd = partial % 2 == 1;
  switch (waveform) {
  case Waveform::sine:
    return partial == 1 ? 1 : 0;
  case Waveform::square:
    return is_odd ? 4 / (n * pi) : 0;
  case Waveform::sawtooth:
    return (is_odd ? 2 : -2) / (n * pi);
  case Waveform::triangle:
    return is_odd ? (partial % 4 == 1 ? 8 : -8) / (pi * pi * n * n) : 0;
  }
  return 0;
}

WaveTables::WaveTables (Waveform waveform)
{
  std::vector<double> sines (kSize);
  for (size_t i = 0; i < kSize; i++)
    sines[i] = std::sin (2 * pi * static_cast<double> (i) / kSize);

  // Partials are added one by one; at each third of an octave, what there is by
  // then is a table.
  std::vector<double> sum (kSize);
  std::vector<std::vector<double>> sums;
  size_t next = 1;
  for (size_t k = 1; k <= kMostPartials; k++) {
    if (const double b = coefficient (waveform, k); b != 0)
      for (size_t i = 0; i < kSize; i++)
        sum[i] += b * sines[i * k % kSize];
    if (k != next)
      continue;
    tables_.push_back ({k, {}});
    sums.push_back (sum);
    const auto third = static_cast<size_t> (
        std::lround (static_cast<double> (k) * std::cbrt (2.0)));
    next = std::min (std::max (k + 1, third), std::max (kMostPartials, k + 1));
  }

  // https://webaudio.github.io/web-audio-api/#waveform-normalization
  // One factor for all, of the one with all partials.
  normalization_ = 0;
  for (double value : sums.back ())
    normalization_ = std::max (normalization_, std::abs (value));
  for (size_t t = 0; t < tables_.size (); t++) {
    tables_[t].values.resize (kSize + 3);
    for (size_t i = 0; i < kSize + 3; i++)
      tables_[t].values[i] = static_cast<float> (
          sums[t][(i + kSize - 1) % kSize] / normalization_);
  }
}

const WaveTables &
WaveTables::get (Waveform waveform)
{
  static const WaveTables tables[] = {WaveTables (Waveform::sine),
      WaveTables (Waveform::square), WaveTables (Waveform::sawtooth),
      WaveTables (Waveform::triangle)};
  return tables[static_cast<size_t> (waveform)];
}

const WaveTables::Table &
WaveTables::table (double partials) const
{
  auto after = std::upper_bound (tables_.begin (), tables_.end (), partials,
      [] (double count, const Table &t) {
        return count < double (t.partials);
      });
  return after == tables_.begin () ? tables_.front () : *(after - 1);
}

const float *
WaveTables::find (double partials) const
{
  return table (partials).values.data () + 1;
}

size_t
WaveTables::partials_of (double partials) const
{
  return table (partials).partials;
}

float
read_wave (const float *table, double phase)
{
  const double place = phase * WaveTables::kSize;
  const auto at = static_cast<ptrdiff_t> (place);
  const double x = place - static_cast<double> (at);
  const double before = table[at - 1];
  const double a = table[at];
  const double b = table[at + 1];
  const double after = table[at + 2];
  // Lagrange's, of the third degree.
  const double c1 = b - before / 3 - a / 2 - after / 6;
  const double c2 = (before + b) / 2 - a;
  const double c3 = (after - before) / 6 + (a - b) / 2;
  return static_cast<float> (((c3 * x + c2) * x + c1) * x + a);
}

} // namespace webmedia::worklet
