// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/builtin.hh"
#include "worklet/quantum.hh"

#include <algorithm>
#include <cmath>

namespace webmedia::worklet {

namespace {

// Passes on what comes in, and posts its levels each `interval` seconds: an
// array of numbers, the time at which the interval ended, then the peak and the
// root of the mean square of each channel, 0 to 1. Levels are of whole quanta.
// What is left when the input ends is posted, too.
class Meter final : public gst::web::AudioProcessor {
public:
  static constexpr gst::web::ParamDescriptor parameters[] = {
      gst::web::param ("interval", 0.05f, 0, 60, GST_WEB_AUTOMATION_RATE_K)};
  using AudioProcessor::AudioProcessor;

  bool process (const gst::web::Quantum &quantum)
  {
    const guint fed = quantum.inputs () ? std::min<guint> (
                          quantum.input (0).n_channels, kMaxChannels)
                                        : guint (0);
    // Another number of channels begins another interval.
    if (fed != channels_)
      post (ended_);
    channels_ = fed;
    if (fed == 0)
      return false;
    const gst::web::Input &in = quantum.input (0);
    for (guint c = 0; c < fed; c++)
      measure (levels_[c], in.channels[c], quantum.frames ());
    if (quantum.outputs () > 0)
      for (guint c = 0; c < std::min (fed, quantum.output (0).n_channels); c++)
        std::copy_n (
            in.channels[c], quantum.frames (), quantum.output (0).channels[c]);
    frames_ += quantum.frames ();
    const double rate = quantum.sample_rate ();
    ended_ = quantum.current_time ()
             + static_cast<double> (quantum.frames ()) / rate;
    if (static_cast<double> (frames_) >= quantum.parameter (0)[0] * rate)
      post (ended_);
    return true;
  }
  // As many frames come out as went in.
  uint64_t tail ()
  {
    post (ended_);
    return 0;
  }

private:
  struct Level {
    float peak = 0;
    double squares = 0;
  };

  static void measure (Level &level, const float *samples, size_t frames)
  {
    for (size_t i = 0; i < frames; i++) {
      level.peak = std::max (level.peak, std::abs (samples[i]));
      level.squares += double (samples[i]) * samples[i];
    }
  }
  void post (double time)
  {
    if (frames_ == 0)
      return;
    double numbers[1 + 2 * kMaxChannels] = {time};
    for (guint c = 0; c < channels_; c++) {
      numbers[1 + 2 * c] = levels_[c].peak;
      numbers[2 + 2 * c] =
          std::sqrt (levels_[c].squares / static_cast<double> (frames_));
      levels_[c] = {};
    }
    post_numbers (numbers, 1 + 2 * channels_);
    frames_ = 0;
  }

  Level levels_[kMaxChannels];
  guint channels_ = 0;
  size_t frames_ = 0; // of this interval
  double ended_ = 0;  // the time at which the last of them has passed
};

} // namespace

GstWebAudioProcessorClass
meter_class ()
{
  return gst::web::make_class<Meter> ("meter",
      "Passes sound on, and posts [time, peak, rms, …] with a peak and a rms "
      "for each channel, every interval seconds");
}

} // namespace webmedia::worklet
