// SPDX-License-Identifier: LGPL-2.1-or-later
// https://webaudio.github.io/web-audio-api/#DynamicsCompressorNode
#include "worklet/builtin.hh"
#include "worklet/compression.hh"
#include "worklet/quantum.hh"

#include <algorithm>
#include <cmath>
#include <vector>

namespace webmedia::worklet {

namespace {

// Turns loud sound down, all channels alike. What comes out is 6 ms behind, so
// that the gain is there in time. It posts the reduction, in dB, when it has
// changed by 0.1 dB, at most once in 50 ms.
class Compressor final : public gst::web::AudioProcessor {
public:
  static constexpr gst::web::ParamDescriptor parameters[] = {
      gst::web::param ("threshold", -24, -100, 0, GST_WEB_AUTOMATION_RATE_K),
      gst::web::param ("knee", 30, 0, 40, GST_WEB_AUTOMATION_RATE_K),
      gst::web::param ("ratio", 12, 1, 20, GST_WEB_AUTOMATION_RATE_K),
      gst::web::param ("attack", 0.003f, 0, 1, GST_WEB_AUTOMATION_RATE_K),
      gst::web::param ("release", 0.25f, 0, 1, GST_WEB_AUTOMATION_RATE_K),
  };

  Compressor (const gst::web::Options &options, GstWebAudioHost *host)
      : AudioProcessor (options, host),
        rate_ (options.sample_rate),
        length_ (std::max<size_t> (std::lround (0.006 * rate_), 1)),
        lines_ (length_ * kMaxChannels)
  {}

  bool process (const gst::web::Quantum &quantum)
  {
    if (quantum.outputs () == 0)
      return false;
    const gst::web::Output &out = quantum.output (0);
    const guint fed =
        quantum.inputs () ? quantum.input (0).n_channels : guint (0);
    const guint channels = std::min<guint> (out.n_channels, kMaxChannels);
    follower_.set ({quantum.parameter (0)[0], quantum.parameter (1)[0],
                       quantum.parameter (2)[0], quantum.parameter (3)[0],
                       quantum.parameter (4)[0]},
        rate_);
    for (size_t i = 0; i < quantum.frames (); i++) {
      double loudest = 0;
      for (guint c = 0; c < fed; c++)
        loudest = std::max<double> (
            loudest, std::abs (quantum.input (0).channels[c][i]));
      const double gain = follower_.follow (loudest);
      for (guint c = 0; c < channels; c++) {
        float &sample = lines_[c * length_ + at_];
        out.channels[c][i] = static_cast<float> (sample * gain);
        sample = c < fed ? quantum.input (0).channels[c][i] : 0;
      }
      at_ = at_ + 1 == length_ ? 0 : at_ + 1;
    }
    report (quantum.frames ());
    silence_ = fed ? 0 : silence_ + quantum.frames ();
    return silence_ < length_;
  }
  // As many frames come out as went in.
  uint64_t tail () { return 0; }

private:
  void report (size_t frames)
  {
    unreported_ += static_cast<double> (frames) / rate_;
    const double reduction = follower_.reduction ();
    if (unreported_ < 0.05 || std::abs (reduction - reported_) < 0.1)
      return;
    post_number (reduction);
    reported_ = reduction;
    unreported_ = 0;
  }

  const double rate_;
  const size_t length_; // of the look-ahead, in frames
  std::vector<float> lines_;
  size_t at_ = 0;
  size_t silence_ = 0; // frames since the input was fed
  EnvelopeFollower follower_;
  double reported_ = 0;
  double unreported_ = 1; // seconds
};

} // namespace

GstWebAudioProcessorClass
compressor_class ()
{
  return gst::web::make_class<Compressor> ("compressor",
      "Turns loud sound down by threshold, knee (dB), ratio, attack, release "
      "(s), 6 ms ahead; posts the reduction in dB");
}

} // namespace webmedia::worklet
