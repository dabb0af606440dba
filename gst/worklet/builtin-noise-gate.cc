// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/builtin.hh"
#include "worklet/quantum.hh"

#include <algorithm>
#include <cmath>

namespace webmedia::worklet {

namespace {

// Lets through what is as loud as the threshold in any channel, and what
// follows within the time of hold. The gate opens and closes on straight lines,
// from 0 to 1 in the times of attack and release.
class NoiseGate final : public gst::web::AudioProcessor {
public:
  static constexpr gst::web::ParamDescriptor parameters[] = {
      gst::web::param ("threshold", -40, -100, 0, GST_WEB_AUTOMATION_RATE_K),
      gst::web::param ("attack", 0.001f, 0, 1, GST_WEB_AUTOMATION_RATE_K),
      gst::web::param ("hold", 0.05f, 0, 5, GST_WEB_AUTOMATION_RATE_K),
      gst::web::param ("release", 0.1f, 0, 5, GST_WEB_AUTOMATION_RATE_K),
  };
  using AudioProcessor::AudioProcessor;

  bool process (const gst::web::Quantum &quantum)
  {
    if (quantum.inputs () == 0 || quantum.outputs () == 0)
      return false;
    const gst::web::Input &in = quantum.input (0);
    const gst::web::Output &out = quantum.output (0);
    const guint channels = std::min (in.n_channels, out.n_channels);
    const double rate = quantum.sample_rate ();
    const double threshold = std::pow (10, quantum.parameter (0)[0] / 20.0);
    const double rise = 1 / std::max (quantum.parameter (1)[0] * rate, 1.0);
    const double hold = std::round (quantum.parameter (2)[0] * rate);
    const double fall = 1 / std::max (quantum.parameter (3)[0] * rate, 1.0);
    for (size_t i = 0; i < quantum.frames (); i++) {
      float loudest = 0;
      for (guint c = 0; c < in.n_channels; c++)
        loudest = std::max (loudest, std::abs (in.channels[c][i]));
      since_ = loudest >= threshold ? 0 : since_ + 1;
      gain_ = since_ <= hold ? std::min (gain_ + rise, 1.0)
                             : std::max (gain_ - fall, 0.0);
      for (guint c = 0; c < channels; c++)
        out.channels[c][i] = static_cast<float> (in.channels[c][i] * gain_);
    }
    return false;
  }

private:
  double since_ = HUGE_VAL; // frames since one was loud
  double gain_ = 0;
};

} // namespace

GstWebAudioProcessorClass
noise_gate_class ()
{
  return gst::web::make_class<NoiseGate> ("noise-gate",
      "Silences what is less than threshold (dB), by attack, hold and release "
      "(s)");
}

} // namespace webmedia::worklet
