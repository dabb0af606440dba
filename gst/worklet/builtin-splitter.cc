// SPDX-License-Identifier: LGPL-2.1-or-later
// https://webaudio.github.io/web-audio-api/#ChannelSplitterNode
#include "worklet/builtin.hh"

#include <algorithm>

namespace webmedia::worklet {

namespace {

// Hands the channels of its input to its outputs: to each the next ones, as
// many as it has. What is left over is silent.
class Splitter final : public gst::web::AudioProcessor {
public:
  using AudioProcessor::AudioProcessor;

  bool process (const gst::web::Quantum &quantum)
  {
    if (quantum.inputs () == 0)
      return false;
    const gst::web::Input &in = quantum.input (0);
    guint next = 0;
    for (size_t n = 0; n < quantum.outputs (); n++)
      for (guint c = 0; c < quantum.output (n).n_channels; c++, next++)
        if (next < in.n_channels)
          std::copy_n (in.channels[next], quantum.frames (),
              quantum.output (n).channels[c]);
    return false;
  }
};

} // namespace

GstWebAudioProcessorClass
splitter_class ()
{
  return gst::web::make_class<Splitter> ("splitter",
      "Hands the channels of one input to several outputs, one each, or as "
      "many as each has");
}

} // namespace webmedia::worklet
