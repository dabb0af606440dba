// SPDX-License-Identifier: LGPL-2.1-or-later
// https://webaudio.github.io/web-audio-api/#OscillatorNode
#include "worklet/builtin-options.hh"
#include "worklet/wave-tables.hh"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace webmedia::worklet {

namespace {

constexpr const char *kTypes[] = {"sine", "square", "sawtooth", "triangle"};

// A waveform from its first quantum on, the same in all channels. The option
// and the message `type` is one of those above.
class Oscillator final : public gst::web::AudioProcessor {
public:
  // The frequency's limits are the Nyquist frequency, whatever it is.
  static constexpr gst::web::ParamDescriptor parameters[] = {
      gst::web::param ("frequency", 440, -384000, 384000),
      gst::web::param ("detune", 0, -153600, 153600),
  };

  Oscillator (const gst::web::Options &options, GstWebAudioHost *host)
      : AudioProcessor (options, host),
        rate_ (options.sample_rate),
        type_ (static_cast<Waveform> (
            find_choice (options, host, "type", kTypes, std::size (kTypes))))
  {
    WaveTables::get (type_); // made here, not while rendering
  }

  void message (const gst::web::Message &message)
  {
    const char *type = message.string ();
    for (size_t i = 0; type && i < std::size (kTypes); i++)
      if (g_str_equal (type, kTypes[i])) {
        type_ = static_cast<Waveform> (i);
        set_frequency (frequency_, detune_); // another table
      }
  }

  bool process (const gst::web::Quantum &quantum)
  {
    if (quantum.outputs () == 0 || quantum.output (0).n_channels == 0)
      return true;
    const gst::web::Output &out = quantum.output (0);
    const gst::web::Values frequency = quantum.parameter (0);
    const gst::web::Values detune = quantum.parameter (1);
    for (size_t i = 0; i < quantum.frames (); i++) {
      if (frequency[i] != frequency_ || detune[i] != detune_)
        set_frequency (frequency[i], detune[i]);
      // Anew from the frame at which the frequency was set, so that errors do
      // not add up.
      const double turns = start_ + step_ * static_cast<double> (count_++);
      const double phase = turns - std::floor (turns);
      out.channels[0][i] = type_ == Waveform::sine ? static_cast<float> (
                               std::sin (2 * std::numbers::pi * phase))
                                                   : read_wave (table_, phase);
    }
    for (guint c = 1; c < out.n_channels; c++)
      std::copy_n (out.channels[0], quantum.frames (), out.channels[c]);
    return true;
  }

private:
  // https://webaudio.github.io/web-audio-api/#computedoscfrequency
  void set_frequency (float frequency, float detune)
  {
    frequency_ = frequency;
    detune_ = detune;
    const double turns = start_ + step_ * static_cast<double> (count_);
    start_ = turns - std::floor (turns);
    count_ = 0;
    step_ =
        std::clamp (frequency * std::exp2 (detune / 1200.0) / rate_, -0.5, 0.5);
    const double partials = 0.5 / std::max (std::abs (step_), 1e-9);
    table_ = WaveTables::get (type_).find (partials);
  }

  const double rate_;
  Waveform type_;
  float frequency_ = 0;
  float detune_ = -HUGE_VALF; // none yet
  double start_ = 0;          // phase in turns when the frequency was set
  double step_ = 0;           // turns a frame
  size_t count_ = 0;          // frames since then
  const float *table_ = nullptr;
};

} // namespace

GstWebAudioProcessorClass
oscillator_class ()
{
  return gst::web::make_class<Oscillator> ("oscillator",
      "A waveform of frequency (Hz) and detune (cents), with no input; option "
      "type: sine, square, sawtooth, triangle");
}

} // namespace webmedia::worklet
