// SPDX-License-Identifier: LGPL-2.1-or-later
// https://webaudio.github.io/web-audio-api/#BiquadFilterNode
#include "worklet/biquad-coefficients.hh"
#include "worklet/builtin-options.hh"
#include "worklet/quantum.hh"

#include <algorithm>
#include <cmath>

namespace webmedia::worklet {

namespace {

constexpr const char *kTypes[] = {"lowpass", "highpass", "bandpass", "lowshelf",
    "highshelf", "peaking", "notch", "allpass"};

// A filter of the second order. The option and the message `type` is one of
// those above. It rings on while its input is silent, until nothing is left.
class Biquad final : public gst::web::AudioProcessor {
public:
  // The frequency's limit is the Nyquist frequency, whatever it is.
  static constexpr gst::web::ParamDescriptor parameters[] = {
      gst::web::param ("frequency", 350, 0, 384000),
      gst::web::param ("detune", 0, -153600, 153600),
      gst::web::param ("Q", 1),
      gst::web::param ("gain", 0, -G_MAXFLOAT, 1541),
  };

  Biquad (const gst::web::Options &options, GstWebAudioHost *host)
      : AudioProcessor (options, host),
        nyquist_ (options.sample_rate / 2),
        type_ (static_cast<BiquadType> (
            find_choice (options, host, "type", kTypes, std::size (kTypes))))
  {}

  void message (const gst::web::Message &message)
  {
    const char *type = message.string ();
    for (size_t i = 0; type && i < std::size (kTypes); i++)
      if (g_str_equal (type, kTypes[i])) {
        type_ = static_cast<BiquadType> (i);
        is_known_ = false;
      }
  }

  bool process (const gst::web::Quantum &quantum)
  {
    if (quantum.outputs () == 0)
      return false;
    const gst::web::Output &out = quantum.output (0);
    const guint fed =
        quantum.inputs () ? quantum.input (0).n_channels : guint (0);
    const guint channels = std::min<guint> (out.n_channels, kMaxChannels);
    bool changes = false;
    for (size_t i = 0; i < std::size (parameters); i++)
      changes |= !quantum.parameter (i).is_constant ();
    bool is_ringing = false;
    // Frame by frame where coefficients change, channel by channel where not.
    const size_t step = changes ? 1 : quantum.frames ();
    for (size_t from = 0; from < quantum.frames (); from += step) {
      update (quantum, from);
      for (guint c = 0; c < channels; c++)
        filter (state_[c], c < fed ? quantum.input (0).channels[c] : nullptr,
            out.channels[c], from, from + step);
    }
    for (guint c = 0; c < kMaxChannels; c++) {
      // What is no number would stay for ever: until the input is silent.
      if (c >= channels || state_[c].is_quiet ()
          || (fed == 0 && state_[c].is_broken ()))
        state_[c] = {};
      else
        is_ringing = true;
    }
    return is_ringing;
  }
  // As many frames come out as went in.
  uint64_t tail () { return 0; }

private:
  struct State {
    double x1 = 0;
    double x2 = 0;
    double y1 = 0;
    double y2 = 0;

    // Less than the last bit of a sample of 24 bits.
    bool is_quiet () const
    {
      return std::max (
                 {std::abs (x1), std::abs (x2), std::abs (y1), std::abs (y2)})
             < 1e-8;
    }
    bool is_broken () const { return !std::isfinite (x1 + x2 + y1 + y2); }
  };

  void update (const gst::web::Quantum &quantum, size_t frame)
  {
    float values[std::size (parameters)];
    for (size_t i = 0; i < std::size (parameters); i++)
      values[i] = quantum.parameter (i)[frame];
    if (is_known_ && std::equal (values, std::end (values), values_))
      return;
    std::copy (values, std::end (values), values_);
    is_known_ = true;
    // A compound parameter: it is held in its range when it is computed.
    const double frequency = values[0] * std::exp2 (values[1] / 1200.0);
    coefficients_ = biquad_coefficients (type_,
        std::clamp (frequency, 0.0, nyquist_) / nyquist_, values[2], values[3]);
  }

  void filter (
      State &state, const float *in, float *out, size_t from, size_t to)
  {
    const BiquadCoefficients k = coefficients_;
    State s = state;
    for (size_t i = from; i < to; i++) {
      const double x = in ? in[i] : 0;
      const double y =
          k.b0 * x + k.b1 * s.x1 + k.b2 * s.x2 - k.a1 * s.y1 - k.a2 * s.y2;
      s = {x, s.x1, y, s.y1};
      out[i] = static_cast<float> (y);
    }
    state = s;
  }

  const double nyquist_;
  BiquadType type_;
  bool is_known_ = false;
  float values_[std::size (parameters)] = {};
  BiquadCoefficients coefficients_;
  State state_[kMaxChannels];
};

} // namespace

GstWebAudioProcessorClass
biquad_class ()
{
  return gst::web::make_class<Biquad> ("biquad",
      "A filter of the second order; option type: lowpass, highpass, bandpass, "
      "lowshelf, highshelf, peaking, notch, allpass");
}

} // namespace webmedia::worklet
