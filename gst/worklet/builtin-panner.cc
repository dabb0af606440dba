// SPDX-License-Identifier: LGPL-2.1-or-later
// https://webaudio.github.io/web-audio-api/#stereopanner-algorithm
#include "worklet/builtin.hh"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace webmedia::worklet {

namespace {

// Places mono or stereo between left and right with equal power. Its output is
// stereo, unless outputChannelCount says otherwise: with one channel, what
// comes in passes as it is, and so do channels after the second.
class Panner final : public gst::web::AudioProcessor {
public:
  static constexpr gst::web::ParamDescriptor parameters[] = {
      gst::web::param ("pan", 0, -1, 1)};
  using AudioProcessor::AudioProcessor;

  bool process (const gst::web::Quantum &quantum)
  {
    if (quantum.inputs () == 0 || quantum.outputs () == 0)
      return false;
    const gst::web::Input &in = quantum.input (0);
    const gst::web::Output &out = quantum.output (0);
    const guint channels = std::min (in.n_channels, out.n_channels);
    guint first = 0;
    if (in.n_channels > 0 && out.n_channels > 1) {
      place (quantum, in, out);
      first = 2;
    }
    for (guint c = first; c < channels; c++)
      std::copy_n (in.channels[c], quantum.frames (), out.channels[c]);
    return false;
  }

private:
  void place (const gst::web::Quantum &quantum, const gst::web::Input &in,
      const gst::web::Output &out)
  {
    const gst::web::Values pan = quantum.parameter (0);
    const bool is_mono = in.n_channels == 1;
    const float *left = in.channels[0];
    const float *right = is_mono ? left : in.channels[1];
    for (size_t i = 0; i < quantum.frames (); i++) {
      if (pan[i] != pan_ || is_mono != is_mono_)
        set_pan (pan[i], is_mono);
      const double l = left[i];
      const double r = right[i];
      if (is_mono) {
        out.channels[0][i] = static_cast<float> (l * left_gain_);
        out.channels[1][i] = static_cast<float> (l * right_gain_);
      } else if (pan_ <= 0) {
        out.channels[0][i] = static_cast<float> (l + r * left_gain_);
        out.channels[1][i] = static_cast<float> (r * right_gain_);
      } else {
        out.channels[0][i] = static_cast<float> (l * left_gain_);
        out.channels[1][i] = static_cast<float> (r + l * right_gain_);
      }
    }
  }
  // Steps 3 and 4.
  void set_pan (float pan, bool is_mono)
  {
    pan_ = pan;
    is_mono_ = is_mono;
    const double x = is_mono ? (pan + 1.0) / 2 : pan <= 0 ? pan + 1.0 : pan;
    left_gain_ = std::cos (x * std::numbers::pi / 2);
    right_gain_ = std::sin (x * std::numbers::pi / 2);
  }

  float pan_ = 2; // none yet
  bool is_mono_ = false;
  double left_gain_ = 0;
  double right_gain_ = 0;
};

} // namespace

GstWebAudioProcessorClass
panner_class ()
{
  return gst::web::make_class<Panner> ("panner",
      "Places sound between left and right by the parameter pan, -1 to 1; its "
      "output is stereo");
}

} // namespace webmedia::worklet
