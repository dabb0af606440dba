// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/param.hh"

#include "worklet/simd.hh"

namespace webmedia::worklet {

// https://webaudio.github.io/web-audio-api/#computation-of-value
// (from the sum on; nothing is connected to a parameter here, so it is the
// intrinsic value)
static void
hold_in_range (const ParamDescriptor &descriptor, float *values, size_t count)
{
  const Four otherwise = four_times (descriptor.default_value);
  const Four least = four_times (descriptor.min_value);
  const Four most = four_times (descriptor.max_value);
  for (size_t i = 0; i + 4 <= count; i += 4) {
    Four value = load_four (values + i);
    value = value == value ? value : otherwise;
    value = value < least ? least : value;
    store_four (values + i, value > most ? most : value);
  }
  for (size_t i = count & ~size_t (3); i < count; i++) {
    float value = values[i] == values[i] ? values[i] : otherwise[0];
    value = value < least[0] ? least[0] : value;
    values[i] = value > most[0] ? most[0] : value;
  }
}

size_t
Param::compute (const QuantumTime &time, float *values, bool all_frames)
{
  const bool is_a_rate =
      all_frames && automation_rate () == AutomationRate::a_rate;
  const size_t count =
      source_->fill (time, values, is_a_rate ? time.frames : 1);
  current_.store (values[0], std::memory_order_relaxed);
  hold_in_range (descriptor, values, count);
  return count;
}

} // namespace webmedia::worklet
