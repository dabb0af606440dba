// SPDX-License-Identifier: LGPL-2.1-or-later
// A module as an application's author writes it in C++, with exceptions.
#include <gst/webmedia/gstwebaudioprocessor.hpp>

#include <stdexcept>

namespace {

using namespace gst::web;

// Multiplies by the parameter `gain`, and by a factor that messages set.
class Gain : public AudioProcessor {
public:
  static constexpr ParamDescriptor parameters[] = {
      param ("gain", 1, 0, 10),
      param ("bias", 0, -1, 1, GST_WEB_AUTOMATION_RATE_K),
  };

  using AudioProcessor::AudioProcessor;

  bool process (const Quantum &quantum)
  {
    const Input &input = quantum.input (0);
    const Output &output = quantum.output (0);
    const Values gain = quantum.parameter (0);
    const Values bias = quantum.parameter (1);
    for (guint c = 0; c < input.n_channels; c++)
      for (size_t i = 0; i < quantum.frames (); i++)
        output.channels[c][i] =
            input.channels[c][i] * gain[i] * factor_ + bias[i];
    return false;
  }

  void message (const Message &message)
  {
    if (const char *text = message.string ())
      throw std::invalid_argument (text);
    factor_ = static_cast<float> (message.number (1));
    post_number (factor_);
  }

private:
  float factor_ = 1;
};

// Throws where its options, or a message, say.
class Thrower : public AudioProcessor {
public:
  Thrower (const Options &options, GstWebAudioHost *host)
      : AudioProcessor (options, host)
  {
    g_variant_lookup (options.processor_options, "at", "i", &at_);
    gint64 whole; // as JSON has it
    if (g_variant_lookup (options.processor_options, "at", "x", &whole))
      at_ = static_cast<int> (whole);
    if (at_ == 0)
      throw std::runtime_error ("constructor");
  }

  bool process (const Quantum &quantum)
  {
    if (at_ == 1)
      throw std::runtime_error ("process");
    if (at_ == 2)
      throw 42;
    quantum.output (0).channels[0][0] = 1;
    if (at_ == 3)
      throw_error ("without an exception", "thrower.cc", 7);
    return true;
  }

  void message (const Message &message)
  {
    at_ = static_cast<int> (message.number (0));
    post_number (at_);
  }

  guint64 tail ()
  {
    if (at_ == 5)
      throw std::runtime_error ("tail");
    return 1234;
  }

private:
  int at_ = 0;
};

void
evaluate (GstWebAudioScope *scope)
{
  register_processor<Gain> (scope, "test-gain", "Turns it up or down");
  register_processor<Thrower> (scope, "test-thrower");
}

} // namespace

GST_WEB_AUDIO_MODULE (evaluate);
