// SPDX-License-Identifier: LGPL-2.1-or-later
// https://webaudio.github.io/web-audio-api/#oscillator-coefficients
#pragma once

#include <cstddef>
#include <vector>

namespace webmedia::worklet {

// In the specification's order; without "custom".
enum class Waveform { sine, square, sawtooth, triangle };

// One period of a waveform, with more and with fewer of its partials, so that
// there is one for each frequency that has none above the Nyquist frequency and
// lacks few that are below. Normalised as the specification has it.
// Threads: reentrant; it does not change once it is made.
class WaveTables {
public:
  static constexpr size_t kSize = 4096; // values in a period
  static constexpr size_t kMostPartials = 1024;

  explicit WaveTables (Waveform waveform);
  // Of a waveform, made once.
  static const WaveTables &get (Waveform waveform);

  // The table of no more than so many partials (at least 1): kSize values,
  // with one before them and two behind, as one reads around a place.
  const float *find (double partials) const;
  // Of these partials, for tests: what the table should be.
  static double coefficient (Waveform waveform, size_t partial);
  double normalization () const { return normalization_; }
  // How many partials the table for so many has.
  size_t partials_of (double partials) const;

private:
  struct Table {
    size_t partials;
    std::vector<float> values;
  };
  const Table &table (double partials) const;

  std::vector<Table> tables_; // from few partials to many
  double normalization_ = 1;
};

// The value at a place of the period, 0 to 1, on the polynomial through the
// four values around it.
float read_wave (const float *table, double phase);

} // namespace webmedia::worklet
