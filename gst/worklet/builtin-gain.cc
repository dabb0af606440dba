// SPDX-License-Identifier: LGPL-2.1-or-later
// https://webaudio.github.io/web-audio-api/#GainNode
#include "worklet/builtin.hh"
#include "worklet/simd.hh"

#include <algorithm>

namespace webmedia::worklet {

namespace {

#ifdef WITH_EIGHT
// As far as there are sixteen.
WITH_EIGHT size_t
scale_eights (const float *in, float gain, float *out, size_t frames)
{
  size_t i = 0;
  for (; i + 16 <= frames; i += 16)
    for (size_t k = 0; k < 16; k += 8)
      *reinterpret_cast<Eight *> (out + i + k) =
          *reinterpret_cast<const Eight *> (in + i + k) * gain;
  return i;
}
#endif

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
  static void scale (const float *in, float gain, float *out, size_t frames)
  {
    const Four four = four_times (gain);
    size_t i = 0;
#ifdef WITH_EIGHT
    if (has_eight ())
      i = scale_eights (in, gain, out, frames);
#endif
    for (; i + 16 <= frames; i += 16)
      for (size_t k = 0; k < 16; k += 4)
        store_four (out + i + k, load_four (in + i + k) * four);
    for (; i < frames; i++)
      out[i] = in[i] * gain;
  }
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
