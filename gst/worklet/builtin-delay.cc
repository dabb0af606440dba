// SPDX-License-Identifier: LGPL-2.1-or-later
// https://webaudio.github.io/web-audio-api/#DelayNode
#include "worklet/builtin-options.hh"
#include "worklet/quantum.hh"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>

namespace webmedia::worklet {

namespace {

// What a float says of a time, in frames: where a whole number of frames is no
// further from it than its last bit, it is meant.
double
frames_of (float seconds, double rate)
{
  const double frames = seconds * rate;
  const double whole = std::round (frames);
  return std::abs (frames - whole) <= whole * 0x1p-23 ? whole : frames;
}

// DEVIATION: the channels of an output are those of the input as it is now, not
// as it was a delay ago.
// Gives each sample back after the parameter delayTime; between two samples, on
// the line that joins them. The option maxDelayTime is how long that may be.
class Delay final : public gst::web::AudioProcessor {
public:
  static constexpr gst::web::ParamDescriptor parameters[] = {
      gst::web::param ("delayTime", 0, 0, 180)};

  Delay (const gst::web::Options &options, GstWebAudioHost *host)
      : AudioProcessor (options, host),
        rate_ (options.sample_rate),
        max_ (frames_of (static_cast<float> (number_in_range (
                             options, host, "maxDelayTime", 1, 0x1p-20, 180)),
            rate_)),
        length_ (static_cast<size_t> (std::ceil (max_)) + 2),
        // Memory that was never written is none: so it costs nothing that
        // there is some for every channel.
        memory_ (static_cast<float *> (
                     std::calloc (length_ * kMaxChannels, sizeof (float))),
            std::free)
  {
    if (!memory_)
      throw_error ("there is no memory for a delay of this maxDelayTime");
  }

  bool process (const gst::web::Quantum &quantum)
  {
    if (quantum.outputs () == 0)
      return false;
    const gst::web::Output &out = quantum.output (0);
    const guint fed =
        quantum.inputs () ? quantum.input (0).n_channels : guint (0);
    used_ = std::max ({used_, std::min<guint> (fed, kMaxChannels)});
    if (silence_ < length_ && quantum.current_frame () > next_frame_)
      skip (quantum.current_frame () - next_frame_);
    next_frame_ = quantum.current_frame () + quantum.frames ();
    end_ = std::max (end_, std::min (at_ + quantum.frames (), length_));
    const gst::web::Values time = quantum.parameter (0);
    for (size_t i = 0; i < quantum.frames (); i++) {
      if (time[i] != time_) {
        time_ = time[i];
        delay_ = std::min (frames_of (time_, rate_), max_);
      }
      const auto whole = static_cast<size_t> (delay_);
      const double part = delay_ - static_cast<double> (whole);
      const size_t newer = (at_ + length_ - whole) % length_;
      const size_t older = (newer + length_ - 1) % length_;
      for (guint c = 0; c < used_; c++) {
        float *line = memory_.get () + c * length_;
        line[at_] = c < fed ? quantum.input (0).channels[c][i] : 0;
        if (c < out.n_channels)
          out.channels[c][i] = static_cast<float> (
              line[newer] + part * (double (line[older]) - line[newer]));
      }
      at_ = at_ + 1 == length_ ? 0 : at_ + 1;
    }
    silence_ = fed ? 0 : silence_ + quantum.frames ();
    return silence_ < length_;
  }
  uint64_t tail () { return static_cast<uint64_t> (std::ceil (delay_)); }

private:
  // Silence that it was not called for.
  void skip (uint64_t frames)
  {
    const size_t count = std::min<uint64_t> (frames, length_);
    const size_t first = std::min (count, length_ - at_);
    clear (at_, first);
    clear (0, count - first);
    at_ = (at_ + frames) % length_;
    silence_ += count;
  }
  // Of all channels, what was ever written.
  void clear (size_t from, size_t count)
  {
    if (from < end_)
      for (guint c = 0; c < used_; c++)
        std::fill_n (memory_.get () + c * length_ + from,
            std::min (count, end_ - from), 0.0f);
  }

  const double rate_;
  const double max_; // frames
  const size_t length_;
  const std::unique_ptr<float, decltype (&std::free)> memory_;
  size_t at_ = 0;  // the place of the sample that comes in
  size_t end_ = 0; // of the places that were ever written
  uint64_t next_frame_ = 0;
  guint used_ = 0;     // channels that were ever written
  size_t silence_ = 0; // frames since the input was fed
  float time_ = -1;    // none yet
  double delay_ = 0;   // frames
};

} // namespace

GstWebAudioProcessorClass
delay_class ()
{
  return gst::web::make_class<Delay> ("delay",
      "Gives sound back after the parameter delayTime, in seconds; option "
      "maxDelayTime: the most that it may be, 1 s unless given, up to 180 s");
}

} // namespace webmedia::worklet
