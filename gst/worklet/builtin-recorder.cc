// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/builtin-options.hh"
#include "worklet/quantum.hh"

#include <algorithm>
#include <cstring>
#include <vector>

namespace webmedia::worklet {

namespace {

constexpr size_t kHeader = 12; // of a message: a frame and a number of channels

// Posts what comes in, in pieces of as many frames as the option `frames` says:
// (tuay), the frame of the clock at which the piece begins, its channels, and
// its samples, interleaved floats of the machine. The last piece comes when the
// input ends. An output, where there is one, has the same sound.
class Recorder final : public gst::web::AudioProcessor {
public:
  Recorder (const gst::web::Options &options, GstWebAudioHost *host)
      : AudioProcessor (options, host),
        // No more than the port holds.
        frames_ (static_cast<size_t> (
            number_in_range (options, host, "frames", 1024, 1, 48000))),
        message_ (kHeader + kMost)
  {}

  bool process (const gst::web::Quantum &quantum)
  {
    const guint fed = quantum.inputs () ? std::min<guint> (
                          quantum.input (0).n_channels, kMaxChannels)
                                        : guint (0);
    if (fed != channels_)
      post ();
    channels_ = fed;
    if (fed == 0)
      return false;
    const gst::web::Input &in = quantum.input (0);
    // A piece has as many frames as fit, where these are fewer.
    const size_t most = std::min (frames_, kMost / sizeof (float) / fed);
    for (size_t i = 0; i < quantum.frames (); i++) {
      if (count_ == 0)
        first_ = quantum.current_frame () + i;
      float samples[kMaxChannels];
      for (guint c = 0; c < fed; c++)
        samples[c] = in.channels[c][i];
      std::memcpy (message_.data () + kHeader + count_ * fed * sizeof (float),
          samples, fed * sizeof (float));
      if (++count_ == most)
        post ();
    }
    if (quantum.outputs () > 0)
      for (guint c = 0; c < std::min (fed, quantum.output (0).n_channels); c++)
        std::copy_n (
            in.channels[c], quantum.frames (), quantum.output (0).channels[c]);
    return true;
  }
  // As many frames come out as went in.
  uint64_t tail ()
  {
    post ();
    return 0;
  }

private:
  static constexpr size_t kMost = 128 * 1024; // bytes of samples in a message

  void post ()
  {
    if (count_ == 0)
      return;
    const guint32 channels = channels_;
    std::memcpy (message_.data (), &first_, sizeof first_);
    std::memcpy (message_.data () + 8, &channels, sizeof channels);
    post_message ("(tuay)", message_.data (),
        kHeader + count_ * channels_ * sizeof (float));
    count_ = 0;
  }

  const size_t frames_;
  std::vector<char> message_;
  guint64 first_ = 0; // the frame of the clock
  guint channels_ = 0;
  size_t count_ = 0; // frames in the message
};

} // namespace

GstWebAudioProcessorClass
recorder_class ()
{
  return gst::web::make_class<Recorder> ("recorder",
      "Posts what it hears as (tuay): frame, channels, interleaved floats; "
      "needs no output; option frames: how many in a message");
}

} // namespace webmedia::worklet
