// SPDX-License-Identifier: LGPL-2.1-or-later
// https://webaudio.github.io/web-audio-api/#AudioWorkletNode
#pragma once

#include "worklet/global-scope.hh"
#include "worklet/mixing.hh"

namespace webmedia::worklet {

// AudioWorkletNodeOptions.
struct NodeOptions {
  uint32_t number_of_inputs = 1;
  uint32_t number_of_outputs = 1;
  // Whether somebody has said so: otherwise they are what the processor is made
  // for.
  bool has_number_of_inputs = false;
  bool has_number_of_outputs = false;
  std::optional<std::vector<uint32_t>> output_channel_count;
  // What the processor is made for, where nobody has said so. Outputs that it
  // does not know have one channel; empty: as the rules say.
  std::vector<uint32_t> own_channel_count;
  ChannelRules channels;
  std::vector<std::pair<std::string, double>> parameter_data;
  Ptr<GVariant> processor_options; // a{sv}, or null
};

// NotSupportedError: more inputs or outputs than a node can have.
Result<> check_numbers (const NodeOptions &options);

// The control side of a processor: what stays while renderers come and go.
// Threads: thread-safe.
class Node {
public:
  // What gives a parameter its values; the default makes ConstantParams.
  using MakeParam = std::function<std::shared_ptr<ParamSource> (
      const ParamDescriptor &, float value)>;

  // https://webaudio.github.io/web-audio-api/#dom-audioworkletnode-audioworkletnode
  // InvalidStateError: no processor of this name; NotSupportedError: neither
  // inputs nor outputs, or a number of them or of channels that there can't be;
  // IndexSizeError: not one outputChannelCount for each output; TypeError: a
  // value that is not finite; DataCloneError: options that can't be cloned.
  static Result<std::shared_ptr<Node>> create (
      std::shared_ptr<GlobalScope> scope, const std::string &name,
      NodeOptions options, MakeParam make_param = {});

  const std::shared_ptr<GlobalScope> scope;
  const std::shared_ptr<const Definition> definition;
  const NodeOptions options;
  const std::vector<std::shared_ptr<Param>> parameters; // as the descriptors

  ProcessorPort &port () { return port_; }
  // `processorerror`, once.
  ErrorSlot &error () { return error_; }
  // Of what handles its messages: the processor goes on.
  ErrorSlot &message_error () { return message_error_; }

  // How many channels an output has while input 0 is connected with so many,
  // 0: not connected.
  uint32_t output_channels (uint32_t output, uint32_t connected) const;

private:
  friend class Renderer;
  Node (std::shared_ptr<GlobalScope> its_scope,
      std::shared_ptr<const Definition> its_definition, NodeOptions its_options,
      std::vector<std::shared_ptr<Param>> its_parameters);

  ProcessorPort port_;
  ErrorSlot error_;
  ErrorSlot message_error_;
};

} // namespace webmedia::worklet
