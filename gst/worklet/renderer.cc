// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/renderer.hh"

#include <cstring>
#include <utility>

namespace webmedia::worklet {

// Memory that the caller sees zeroed, one channel behind the other.
void
Renderer::Blocks::allocate (uint32_t number, uint32_t frames)
{
  constexpr size_t kFloats = kAlignment / sizeof (float);
  const size_t stride = (frames + kFloats - 1) / kFloats * kFloats;
  channels = number;
  memory.reset (new float[stride * number + kFloats]{});
  auto address = reinterpret_cast<uintptr_t> (memory.get ());
  address = (address + kAlignment - 1) & ~uintptr_t (kAlignment - 1);
  for (uint32_t c = 0; c < number; c++)
    data[c] = reinterpret_cast<float *> (address) + c * stride;
}

void
Renderer::Blocks::clear (uint32_t frames)
{
  for (uint32_t c = 0; c < channels; c++)
    std::memset (data[c], 0, frames * sizeof (float));
}

Renderer::Renderer (std::shared_ptr<Node> its_node, uint32_t rate)
    : node (std::move (its_node)),
      scope_ (*node->scope),
      quantum_ (scope_.quantum ()),
      rate_ (rate),
      inputs_ (node->options.number_of_inputs),
      outputs_ (node->options.number_of_outputs),
      input_buses_ (inputs_.size ()),
      output_buses_ (outputs_.size ()),
      parameters_ (node->parameters.size ())
{}

Result<std::unique_ptr<Renderer>>
Renderer::create (std::shared_ptr<Node> node, uint32_t rate)
{
  if (auto result = check_quantum_size (node->scope->quantum (), rate); !result)
    return result.error ();
  std::unique_ptr<Renderer> self (new Renderer (std::move (node), rate));
  // Nothing is constructed that can't be rendered.
  if (auto result = self->attach (); !result)
    return result.error ();
  self->prepare ();
  return self;
}

Result<std::unique_ptr<Renderer>>
Renderer::create_idle (std::shared_ptr<Node> node, uint32_t rate)
{
  if (auto result = check_quantum_size (node->scope->quantum (), rate); !result)
    return result.error ();
  std::unique_ptr<Renderer> self (new Renderer (std::move (node), rate));
  self->prepare ();
  return self;
}

void
Renderer::prepare ()
{
  for (uint32_t i = 0; i < inputs_.size (); i++)
    connect_input (i, 0);
  allocate_outputs ();
  values_.resize (parameters_.size ());
  for (Blocks &values : values_)
    values.allocate (1, quantum_);
  const EnteredRole entered (scope_.role ());
  construct_processor ();
}

Result<>
Renderer::attach ()
{
  if (auto result = scope_.attach (rate_); !result)
    return result;
  is_attached_ = true;
  silence_.store (0, std::memory_order_relaxed);
  frame_ = scope_.current_frame ();
  ahead_ = scope_.ahead ();
  return ok;
}

void
Renderer::detach ()
{
  if (!std::exchange (is_attached_, false))
    return;
  scope_.detach ();
  for (uint32_t i = 0; i < inputs_.size (); i++)
    connect_input (i, 0);
}

Renderer::~Renderer ()
{
  {
    const EnteredRole entered (scope_.role ());
    processor_.reset ();
  }
  if (is_attached_)
    scope_.detach ();
}

// https://webaudio.github.io/web-audio-api/#AudioWorkletProcessor-instantiation
void
Renderer::construct_processor ()
{
  const NodeOptions &options = node->options;
  Construction construction;
  construction.number_of_inputs = options.number_of_inputs;
  construction.number_of_outputs = options.number_of_outputs;
  construction.output_channel_count = options.output_channel_count;
  construction.processor_options = options.processor_options;
  construction.sample_rate = rate_;
  construction.quantum = quantum_;
  construction.port = &node->port_;
  construction.error = &node->error_;
  construction.message_error = &node->message_error_;
  processor_ = node->definition->construct (construction);
  callable_ = processor_ != nullptr;
  if (!processor_)
    node->error_.set ("The constructor failed, and does not say why", "", 0);
}

void
Renderer::connect_input (uint32_t input, uint32_t channels)
{
  Input &target = inputs_[input];
  const ChannelRules &rules = node->options.channels;
  const uint32_t computed = computed_channels (rules, channels);
  target.connection.allocate (channels, quantum_);
  target.mixed.allocate (computed == channels ? 0 : computed, quantum_);
  target.active = false;
  if (input == 0)
    allocate_outputs ();
}

void
Renderer::allocate_outputs ()
{
  const uint32_t connected =
      inputs_.empty () ? 0 : inputs_[0].connection.channels;
  for (uint32_t i = 0; i < outputs_.size (); i++) {
    const uint32_t channels = node->output_channels (i, connected);
    if (outputs_[i].channels != channels)
      outputs_[i].allocate (channels, quantum_);
    output_buses_[i] = {channels, outputs_[i].data};
  }
}

uint32_t
Renderer::output_channels (uint32_t output) const
{
  return outputs_[output].channels;
}

Bus
Renderer::input (uint32_t input)
{
  const Blocks &blocks = inputs_[input].connection;
  return {blocks.channels, blocks.data};
}

void
Renderer::activate_input (uint32_t input)
{
  inputs_[input].active = true;
}

void
Renderer::deactivate_inputs ()
{
  for (Input &input : inputs_)
    input.active = false;
}

Bus
Renderer::output (uint32_t output) const
{
  return {outputs_[output].channels, outputs_[output].data};
}

void
Renderer::set_stream_time (uint32_t ahead, StreamTime time)
{
  anchor_frame_ = frame_ + ahead;
  anchor_time_ = time;
}

QuantumTime
Renderer::time () const
{
  const auto more = static_cast<int64_t> (frame_ - anchor_frame_);
  return {frame_, quantum_, rate_, anchor_time_.after (more), ahead_};
}

std::optional<uint64_t>
Renderer::tail ()
{
  if (!callable_)
    return 0;
  const Processor::Tail tail = processor_->tail ();
  callable_ = !tail.has_failed;
  return callable_ ? tail.frames : 0;
}

bool
Renderer::keeps_alive ()
{
  if (!callable_ || !active_source_)
    return false;
  if (inputs_.empty ())
    return true;
  const uint64_t silence = silence_.load (std::memory_order_relaxed);
  if (silence < tail_limit_) {
    known_tail_ = kNotAsked;
    return true;
  }
  // It may change, up to its end.
  if (silence < known_tail_)
    known_tail_ = tail ().value_or (0);
  return callable_ && silence < known_tail_;
}

// https://webaudio.github.io/web-audio-api/#rendering-loop
// (of the one node that there is; the order of what is done is that of the
// steps)
void
Renderer::render ()
{
  const QuantumTime now = time ();
  // Control messages are of parameters alone, and their sources' own. The tasks
  // that are there.
  deliver_messages (false);
  // The node: its inputs, parameters, process().
  const bool has_active_input = mix_inputs ();
  if (has_active_input)
    known_tail_ = kNotAsked;
  const bool is_called = has_active_input ? callable_ : keeps_alive ();
  compute_parameters (now, is_called);
  is_active_ = is_called && call_process (now);
  if (!is_active_)
    silence_outputs ();
  deactivate_inputs ();
  const uint64_t silence = silence_.load (std::memory_order_relaxed);
  silence_.store (
      has_active_input ? 0 : silence + quantum_, std::memory_order_relaxed);
  // The clock.
  frame_ += quantum_;
  scope_.frame_.store (frame_, std::memory_order_relaxed);
  // A microtask checkpoint.
  if (processor_)
    processor_->on_quantum_end ();
}

// An input that nothing active feeds has no channels.
bool
Renderer::mix_inputs ()
{
  bool has_active_input = false;
  for (size_t i = 0; i < inputs_.size (); i++) {
    Input &input = inputs_[i];
    GstWebAudioInput &bus = input_buses_[i];
    const Blocks &connection = input.connection;
    if (!input.active || connection.channels == 0) {
      bus = {0, connection.data};
      continue;
    }
    has_active_input = true;
    const Blocks &mixed = input.mixed;
    if (mixed.channels)
      mix (connection.data, connection.channels, mixed.data, mixed.channels,
          quantum_, node->options.channels.interpretation);
    const Blocks &given = mixed.channels ? mixed : connection;
    bus = {given.channels, given.data};
  }
  return has_active_input;
}

void
Renderer::compute_parameters (const QuantumTime &time, bool is_called)
{
  for (size_t i = 0; i < parameters_.size (); i++) {
    float *values = values_[i].data[0];
    const size_t count = node->parameters[i]->compute (time, values, is_called);
    parameters_[i] = {static_cast<guint> (count), values};
  }
}

// https://webaudio.github.io/web-audio-api/#dom-audioworkletprocessor-process
// False: it has failed.
bool
Renderer::call_process (const QuantumTime &time)
{
  if (!is_silenced_)
    for (Blocks &output : outputs_)
      output.clear (quantum_);
  is_silenced_ = false;
  const GstWebAudioQuantum quantum{
      .size = sizeof quantum,
      .current_frame = time.frame,
      .current_time = time.seconds (),
      .sample_rate = static_cast<gfloat> (rate_),
      .n_frames = quantum_,
      .n_inputs = static_cast<guint> (input_buses_.size ()),
      .n_outputs = static_cast<guint> (output_buses_.size ()),
      .n_parameters = static_cast<guint> (parameters_.size ()),
      .inputs = input_buses_.data (),
      .outputs = output_buses_.data (),
      .parameters = parameters_.data (),
  };
  calls_++;
  const Processor::Answer answer = processor_->process (quantum);
  active_source_ = answer == Processor::Answer::keep_alive;
  callable_ = answer != Processor::Answer::failed;
  return callable_;
}

void
Renderer::silence_outputs ()
{
  if (is_silenced_)
    return;
  for (Blocks &output : outputs_)
    output.clear (quantum_);
  is_silenced_ = true;
}

} // namespace webmedia::worklet
