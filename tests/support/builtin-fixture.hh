// SPDX-License-Identifier: LGPL-2.1-or-later
// What runs one of the library's own processors over sound in memory.
#pragma once

#include "support/check.hh"
#include "worklet/automation-param.hh"
#include "worklet/cutter.hh"

#include <cmath>
#include <random>

namespace webmedia::test {

// Planar: a vector for each channel.
using Sound = std::vector<std::vector<float>>;

// How upstream may cut.
inline const std::vector<std::vector<size_t>> kSplits = {
    {128}, {1}, {7}, {127}, {480}, {4096}, {1, 130, 64, 1000}};

inline Ptr<GVariant>
parse_options (const char *text)
{
  return Ptr<GVariant>::adopt (g_variant_parse (
      G_VARIANT_TYPE_VARDICT, text, nullptr, nullptr, nullptr));
}

inline Sound
make_noise (size_t channels, size_t frames, float amplitude = 0.9f)
{
  std::mt19937 random (static_cast<unsigned> (channels * 31 + frames));
  std::uniform_real_distribution<float> level (-amplitude, amplitude);
  Sound sound (channels, std::vector<float> (frames));
  for (auto &channel : sound)
    for (float &sample : channel)
      sample = level (random);
  return sound;
}

inline Sound
make_sine (size_t frames, double frequency, double rate, double amplitude = 1)
{
  Sound sound (1, std::vector<float> (frames));
  for (size_t i = 0; i < frames; i++)
    sound[0][i] = static_cast<float> (
        amplitude * std::sin (2 * M_PI * frequency * double (i) / rate));
  return sound;
}

struct Effect {
  explicit Effect (const char *name, worklet::NodeOptions options = {},
      uint32_t its_rate = 48000, uint32_t quantum = worklet::kDefaultQuantum)
      : rate (its_rate),
        scope (std::make_shared<worklet::GlobalScope> (quantum))
  {
    auto made = worklet::Node::create (scope, name, std::move (options),
        [] (const worklet::ParamDescriptor &, float value) {
          return std::make_shared<worklet::AutomationParam> (value);
        });
    fail_unless (bool (made), "%s", made ? "" : made.error ().message.c_str ());
    node = *made;
    auto renders = worklet::Renderer::create (node, rate);
    fail_unless (bool (renders));
    renderer = std::move (*renders);
  }
  worklet::AutomationParam &param (const char *name)
  {
    for (const auto &p : node->parameters)
      if (p->descriptor.name == name)
        return static_cast<worklet::AutomationParam &> (*p->source ());
    fail_unless (false, "no parameter %s", name);
    return static_cast<worklet::AutomationParam &> (
        *node->parameters[0]->source ());
  }
  void set (const char *name, float value)
  {
    fail_unless (bool (param (name).set_value (value, scope->current_time ())));
  }

  // The sound that comes out, with its tail. All inputs have as many frames.
  std::vector<Sound> run (const std::vector<Sound> &inputs, size_t frames,
      const std::vector<size_t> &split = {128})
  {
    for (uint32_t n = 0; n < inputs.size (); n++)
      renderer->connect_input (n, uint32_t (inputs[n].size ()));
    const size_t room = frames + 48000 * 4;
    std::vector<std::vector<float>> memory;
    const uint32_t n_outputs = node->options.number_of_outputs;
    for (uint32_t n = 0; n < n_outputs; n++)
      memory.emplace_back (room * renderer->output_channels (n), 77.0f);
    std::vector<std::vector<float>> read;
    for (const Sound &sound : inputs) {
      read.emplace_back ();
      for (const auto &channel : sound)
        read.back ().insert (
            read.back ().end (), channel.begin (), channel.end ());
    }
    const auto places = [&] (size_t at) {
      std::vector<worklet::Samples> list;
      for (uint32_t n = 0; n < n_outputs; n++)
        list.push_back (
            {memory[n].data () + at, renderer->output_channels (n), room, 1});
      return list;
    };

    worklet::Cutter cutter (*renderer);
    size_t at = 0;
    for (size_t i = 0; at < frames; i++) {
      const size_t count = std::min (split[i % split.size ()], frames - at);
      std::vector<worklet::InputPiece> pieces;
      for (size_t n = 0; n < inputs.size (); n++) {
        if (inputs[n].empty ())
          pieces.push_back ({});
        else
          pieces.push_back (
              {{read[n].data () + at, uint32_t (inputs[n].size ()), frames, 1},
                  true});
      }
      cutter.push (pieces, places (at), count);
      at += count;
    }
    cutter.finish ();
    fail_unless_equals_int (cutter.pending (), 0);
    cutter.begin_tail (48000 * 3);
    while (!cutter.is_tail_over ())
      at += cutter.tail (places (at), 333);
    std::vector<Sound> outputs;
    for (uint32_t n = 0; n < n_outputs; n++) {
      outputs.emplace_back ();
      for (uint32_t c = 0; c < renderer->output_channels (n); c++)
        outputs[n].emplace_back (memory[n].begin () + ptrdiff_t (c * room),
            memory[n].begin () + ptrdiff_t (c * room + at));
    }
    total = at;
    return outputs;
  }
  Sound run (const Sound &input, const std::vector<size_t> &split = {128})
  {
    return run (std::vector<Sound>{input}, input[0].size (), split)[0];
  }
  // What it has posted.
  std::vector<Ptr<GVariant>> messages ()
  {
    std::vector<Ptr<GVariant>> list;
    node->port ().receive (
        [&] (Ptr<GVariant> message) { list.push_back (std::move (message)); });
    return list;
  }

  const uint32_t rate;
  std::shared_ptr<worklet::GlobalScope> scope;
  std::shared_ptr<worklet::Node> node;
  std::unique_ptr<worklet::Renderer> renderer;
  size_t total = 0; // frames that came out
};

inline worklet::NodeOptions
with_options (const char *text)
{
  worklet::NodeOptions options;
  options.processor_options = parse_options (text);
  return options;
}

inline void
assert_near (const std::vector<float> &sound,
    const std::vector<double> &expected, double allowed = 1e-6)
{
  fail_unless_equals_int (sound.size (), expected.size ());
  for (size_t i = 0; i < sound.size (); i++)
    fail_unless (std::abs (sound[i] - expected[i]) <= allowed,
        "frame %zu is %.9g, not %.9g", i, double (sound[i]), expected[i]);
}

} // namespace webmedia::test
