// SPDX-License-Identifier: LGPL-2.1-or-later
// The specification's own example of a processor.
// https://webaudio.github.io/web-audio-api/#the-bitcrusher-node
#include "worklet/builtin.hh"
#include "worklet/quantum.hh"

#include <algorithm>
#include <cmath>

namespace webmedia::worklet {

namespace {

// Holds each sample until the next one is due, with fewer bits.
class BitCrusher final : public gst::web::AudioProcessor {
public:
  static constexpr gst::web::ParamDescriptor parameters[] = {
      gst::web::param ("bitDepth", 12, 1, 16),
      gst::web::param ("frequencyReduction", 0.5f, 0, 1),
  };
  using AudioProcessor::AudioProcessor;

  bool process (const gst::web::Quantum &quantum)
  {
    if (quantum.inputs () == 0 || quantum.outputs () == 0)
      return false;
    const gst::web::Input &in = quantum.input (0);
    const gst::web::Output &out = quantum.output (0);
    const guint channels =
        std::min ({in.n_channels, out.n_channels, guint (kMaxChannels)});
    const gst::web::Values bits = quantum.parameter (0);
    const gst::web::Values reduction = quantum.parameter (1);
    for (size_t i = 0; i < quantum.frames (); i++) {
      if (bits[i] != bits_) {
        bits_ = bits[i];
        step_ = std::exp2 (-static_cast<double> (bits_));
      }
      phase_ += reduction[i];
      const bool is_due = phase_ >= 1;
      if (is_due)
        phase_ -= 1;
      for (guint c = 0; c < channels; c++) {
        if (is_due)
          held_[c] = static_cast<float> (
              step_ * std::floor (in.channels[c][i] / step_ + 0.5));
        out.channels[c][i] = held_[c];
      }
    }
    return false;
  }

private:
  double phase_ = 0;
  float bits_ = 0; // none yet
  double step_ = 1;
  float held_[kMaxChannels] = {};
};

} // namespace

GstWebAudioProcessorClass
bit_crusher_class ()
{
  return gst::web::make_class<BitCrusher> ("bit-crusher",
      "Fewer bits (the parameter bitDepth), at a lower rate "
      "(frequencyReduction)");
}

} // namespace webmedia::worklet
