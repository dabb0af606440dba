// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/builtin.hh"

#include "worklet/runtime-native.hh"

namespace webmedia::worklet {

static std::vector<std::shared_ptr<const Definition>>
make_definitions ()
{
  std::vector<std::shared_ptr<const Definition>> definitions;
  for (const GstWebAudioProcessorClass &klass :
      {biquad_class (), bit_crusher_class (), compressor_class (),
          delay_class (), gain_class (), meter_class (), mixer_class (),
          noise_gate_class (), oscillator_class (), panner_class (),
          recorder_class (), splitter_class ()}) {
    auto made = make_native_definition (klass);
    g_assert (made);
    definitions.push_back (*made);
  }
  return definitions;
}

const std::vector<std::shared_ptr<const Definition>> &
builtin_definitions ()
{
  static const auto definitions = make_definitions ();
  return definitions;
}

} // namespace webmedia::worklet
