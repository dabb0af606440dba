// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/builtin.hh"

#include <algorithm>
#include <iterator>

namespace webmedia::worklet {

namespace {

// The sum of its inputs, each with a gain; those after the fourth with 1. One
// channel goes into all channels of the output, and several into its only one
// as their mean; else each goes into the one of its number.
class Mixer final : public gst::web::AudioProcessor {
public:
  static constexpr gst::web::ParamDescriptor parameters[] = {
      gst::web::param ("gain0", 1),
      gst::web::param ("gain1", 1),
      gst::web::param ("gain2", 1),
      gst::web::param ("gain3", 1),
  };
  using AudioProcessor::AudioProcessor;

  bool process (const gst::web::Quantum &quantum)
  {
    if (quantum.outputs () == 0)
      return false;
    const gst::web::Output &out = quantum.output (0);
    for (size_t n = 0; n < quantum.inputs (); n++) {
      const gst::web::Input &in = quantum.input (n);
      if (in.n_channels == 0 || out.n_channels == 0)
        continue;
      const bool is_spread = in.n_channels == 1;
      const bool is_mean = out.n_channels == 1;
      const float part = is_mean ? 1 / static_cast<float> (in.n_channels) : 1;
      const guint count = is_spread ? out.n_channels
                          : is_mean ? in.n_channels
                                    : std::min (in.n_channels, out.n_channels);
      for (guint c = 0; c < count; c++)
        add (quantum, n, in.channels[is_spread ? 0 : c], part,
            out.channels[is_mean ? 0 : c]);
    }
    return false;
  }

private:
  static void add (const gst::web::Quantum &quantum, size_t n, const float *in,
      float part, float *out)
  {
    static constexpr float one[] = {1};
    const GstWebAudioParamValues unity = {1, one};
    const gst::web::Values gain = n < std::size (parameters)
                                      ? quantum.parameter (n)
                                      : gst::web::Values (unity);
    for (size_t i = 0; i < quantum.frames (); i++)
      out[i] += in[i] * (gain[i] * part);
  }
};

} // namespace

GstWebAudioProcessorClass
mixer_class ()
{
  return gst::web::make_class<Mixer> (
      "mixer", "The sum of four inputs, or more, by gain0 to gain3");
}

} // namespace webmedia::worklet
