// SPDX-License-Identifier: LGPL-2.1-or-later
// A module for `audioworklet`: passes sound on, and sends back each message,
// (number, when it was posted), with the time at which it came.
#include <gst/webmedia/gstwebaudioprocessor.hpp>

#include <algorithm>
#include <time.h>

namespace {

using namespace gst::web;

class Echo : public AudioProcessor {
public:
  using AudioProcessor::AudioProcessor;

  bool process (const Quantum &quantum)
  {
    const Input &in = quantum.input (0);
    for (guint c = 0; c < in.n_channels; c++)
      std::copy_n (
          in.channels[c], quantum.frames (), quantum.output (0).channels[c]);
    return true;
  }
  void message (const Message &message)
  {
    if (!message.is ("(tt)"))
      return;
    timespec now;
    clock_gettime (CLOCK_MONOTONIC, &now);
    const auto in = static_cast<const guint64 *> (message.c ().data);
    const guint64 answer[3] = {in[0], in[1],
        guint64 (now.tv_sec) * 1000000000 + guint64 (now.tv_nsec)};
    post_message ("(ttt)", answer, sizeof answer);
  }
};

void
evaluate (GstWebAudioScope *scope)
{
  register_processor<Echo> (scope, "echo", "Sends messages back");
}

} // namespace

GST_WEB_AUDIO_MODULE (evaluate);
