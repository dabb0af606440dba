// SPDX-License-Identifier: LGPL-2.1-or-later
// https://webaudio.github.io/web-audio-api/#GainNode
#include "worklet/builtin.hh"
#include "worklet/kernels.hh"

#include <algorithm>

namespace webmedia::worklet {

namespace {

// Multiplies what comes in.
class Gain final : public gst::web::AudioProcessor {
public:
  static constexpr gst::web::ParamDescriptor parameters[] = {
      gst::web::param ("gain", 1)};
  using AudioProcessor::AudioProcessor;

  bool process (const gst::web::Quantum &quantum)
  {
    if (quantum.inputs () == 0 || quantum.outputs () == 0)
      return false;
    const gst::web::Input &in = quantum.input (0);
    const gst::web::Output &out = quantum.output (0);
    const gst::web::Values gain = quantum.parameter (0);
    const guint channels = std::min (in.n_channels, out.n_channels);
    for (guint c = 0; c < channels; c++) {
      if (gain.is_constant ())
        scale (in.channels[c], gain[0], out.channels[c], quantum.frames ());
      else
        multiply (
            in.channels[c], gain.data (), out.channels[c], quantum.frames ());
    }
    return false;
  }

private:
  static void multiply (
      const float *in, const float *gain, float *out, size_t frames)
  {
    size_t i = 0;
    for (; i + 4 <= frames; i += 4)
      store_four (out + i, load_four (in + i) * load_four (gain + i));
    for (; i < frames; i++)
      out[i] = in[i] * gain[i];
  }
};

} // namespace

GstWebAudioProcessorClass
gain_class ()
{
  return gst::web::make_class<Gain> (
      "gain", "Multiplies each sample by the parameter gain");
}

} // namespace webmedia::worklet
