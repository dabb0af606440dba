// SPDX-License-Identifier: LGPL-2.1-or-later
// What an element sees of the engine: virtual functions and plain values.
#pragma once

#include "worklet/buffer-cutter.hh"
#include "worklet/node-options.hh"

namespace webmedia::worklet {

// A node that is rendered at one rate: see BufferCutter. It is made and let go
// where no other thread uses it.
// Threads: thread-bound (the streaming thread).
class Rendering {
public:
  virtual ~Rendering () = default;

  virtual void set_input_format (uint32_t input, const GstAudioInfo *info) = 0;
  virtual void set_output_format (
      uint32_t output, const GstAudioInfo &info) = 0;
  virtual bool push (std::span<const InputFrames> inputs,
      std::span<const Ptr<GstBuffer>> outputs, size_t frames) = 0;
  virtual bool pop (std::span<Ptr<GstBuffer>> outputs) = 0;
  virtual void finish () = 0;
  virtual void reset () = 0;
  virtual void begin_tail (uint64_t limit) = 0;
  virtual ssize_t tail (
      std::span<const Ptr<GstBuffer>> outputs, size_t frames) = 0;
  virtual void set_stream_time (Time time) = 0;
  virtual uint32_t latency () const = 0; // frames
  virtual size_t pending () const = 0;
  // Whether another quantum may give something without inputs.
  virtual bool keeps_alive () const = 0;
};

// A node: what stays while renderings come and go.
// Threads: thread-safe.
class NodeView {
public:
  virtual ~NodeView () = default;

  virtual const NodeOptions &options () const = 0;
  virtual uint32_t output_channels (
      uint32_t output, uint32_t connected) const = 0;
  // One at a time. Errors are those of Renderer::create().
  virtual Result<std::unique_ptr<Rendering>> render (uint32_t rate) = 0;

  // False: it can't be read. `is_suspended`: nothing renders, so it is handled
  // here; so it is where nothing has been rendered for a while.
  virtual bool post_message (Ptr<GVariant> message, bool is_suspended) = 0;
  // Whether one of the next three has something.
  virtual bool has_news () = 0;
  virtual void receive (const std::function<void (Ptr<GVariant>)> &handler) = 0;
  virtual std::optional<ProcessorError> take_error () = 0;
  virtual std::optional<ProcessorError> take_message_error () = 0;
};

// A processor that was chosen by its name, in a scope of its own.
// Threads: thread-safe.
class Choice {
public:
  virtual ~Choice () = default;

  virtual const Definition &definition () const = 0;
  // The node's options as they come to be. `processor_options`, where it is
  // given, goes before the member of that name.
  virtual Result<NodeOptions> parse_options (
      const char *node_options, const char *processor_options) const = 0;
  virtual Result<std::shared_ptr<NodeView>> create_node (
      NodeOptions options, Node::MakeParam make_param) = 0;
};

// `module`: a shared library's path, or empty. Without a name, and with one
// that nobody has, the error tells which names there are.
Result<std::shared_ptr<Choice>> choose_processor (
    const std::string &module, const std::string &name, uint32_t quantum);
// The processors that every scope knows: a line each, with their parameters.
std::string describe_builtin_processors ();

// The view of a node that was made elsewhere.
std::shared_ptr<NodeView> view_node (std::shared_ptr<Node> node);

} // namespace webmedia::worklet
