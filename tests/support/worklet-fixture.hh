// SPDX-License-Identifier: LGPL-2.1-or-later
// Processors that tests write in place, and what renders them.
#pragma once

#include "support/check.hh"
#include "worklet/cutter.hh"
#include "worklet/pump.hh"
#include "worklet/renderer.hh"

#include <cmath>

namespace webmedia::test {

using Answer = worklet::Processor::Answer;
using Incoming = worklet::ProcessorPort::Incoming;

// What a processor does; shared by all that are constructed of it.
struct Script {
  std::function<bool (const worklet::Construction &)> construct;
  std::function<Answer (const GstWebAudioQuantum &)> process;
  std::function<void (const Incoming &)> message;
  std::function<void ()> quantum_end;
  std::optional<uint64_t> tail;
};

class ScriptedProcessor final : public worklet::Processor {
public:
  explicit ScriptedProcessor (const Script &script) : script_ (script) {}
  Answer process (const GstWebAudioQuantum &quantum) override
  {
    return script_.process ? script_.process (quantum) : Answer::finished;
  }
  void on_message (const Incoming &message) override
  {
    if (script_.message)
      script_.message (message);
  }
  void on_quantum_end () override
  {
    if (script_.quantum_end)
      script_.quantum_end ();
  }
  Tail tail () override { return {script_.tail}; }

private:
  const Script &script_;
};

// Refers to a script that outlives it.
class ScriptedDefinition final : public worklet::Definition {
public:
  ScriptedDefinition (std::string its_name, const Script &script,
      std::vector<worklet::ParamDescriptor> descriptors = {})
      : Definition (std::move (its_name), "", std::move (descriptors)),
        script_ (script)
  {}
  std::unique_ptr<worklet::Processor> construct (
      const worklet::Construction &construction) const override
  {
    if (script_.construct && !script_.construct (construction))
      return nullptr;
    return std::make_unique<ScriptedProcessor> (script_);
  }

private:
  const Script &script_;
};

constexpr uint32_t kRate = 48000;

// A scope with the processor "test", and a node and a renderer of it.
struct Rendering {
  explicit Rendering (uint32_t quantum = worklet::kDefaultQuantum)
      : scope (std::make_shared<worklet::GlobalScope> (quantum))
  {}

  void start (worklet::NodeOptions options = {},
      std::vector<worklet::ParamDescriptor> descriptors = {},
      worklet::Node::MakeParam make_param = {})
  {
    fail_unless (
        bool (scope->register_processor (std::make_shared<ScriptedDefinition> (
            "test", script, std::move (descriptors)))));
    auto made = worklet::Node::create (
        scope, "test", std::move (options), std::move (make_param));
    fail_unless (bool (made));
    node = *made;
    restart ();
  }
  void restart ()
  {
    renderer.reset ();
    auto made = worklet::Renderer::create (node, kRate);
    fail_unless (bool (made));
    renderer = std::move (*made);
  }
  // Feeds every channel of an input with its own number, plus `base`.
  void feed (uint32_t input, float base = 0)
  {
    const worklet::Bus bus = renderer->input (input);
    for (uint32_t c = 0; c < bus.channels; c++)
      for (uint32_t i = 0; i < renderer->quantum (); i++)
        bus.data[c][i] = base + static_cast<float> (c + 1);
    renderer->activate_input (input);
  }
  float sample (uint32_t output, uint32_t channel = 0, uint32_t frame = 0)
  {
    return renderer->output (output).data[channel][frame];
  }
  void render (int quanta = 1)
  {
    while (quanta-- > 0)
      renderer->render ();
  }

  Script script;
  std::shared_ptr<worklet::GlobalScope> scope;
  std::shared_ptr<worklet::Node> node;
  std::unique_ptr<worklet::Renderer> renderer;
};

// What who posts does while nothing renders the node.
inline bool
pump (worklet::Renderer &renderer, bool is_taken = true)
{
  worklet::Node &node = *renderer.node;
  return worklet::pump (
      node.scope->role (), node.port (), [is_taken] { return is_taken; },
      [&renderer] {
        renderer.deliver_messages (true);
        return true;
      });
}

// Copies what channels inputs and outputs have in common.
inline void
pass_through (const GstWebAudioQuantum &quantum, float gain = 1)
{
  for (guint n = 0; n < std::min (quantum.n_inputs, quantum.n_outputs); n++)
    for (guint c = 0; c < std::min (quantum.inputs[n].n_channels,
                          quantum.outputs[n].n_channels);
         c++)
      for (guint i = 0; i < quantum.n_frames; i++)
        quantum.outputs[n].channels[c][i] =
            quantum.inputs[n].channels[c][i] * gain;
}

} // namespace webmedia::test
