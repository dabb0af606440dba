// SPDX-License-Identifier: LGPL-2.1-or-later
// What an element sees of the engine: virtual functions and plain values.
#pragma once

#include "worklet/audio-worklet.hh"
#include "worklet/buffer-cutter.hh"
#include "worklet/node-options.hh"
#include "worklet/node-param.hh"

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
  // Takes the buffers of outputs, unless it fails.
  virtual bool push (std::span<const InputFrames> inputs,
      std::span<Ptr<GstBuffer>> outputs, size_t frames) = 0;
  virtual bool pop (std::span<Ptr<GstBuffer>> outputs) = 0;
  virtual void finish () = 0;
  virtual void reset () = 0;
  // Of the renderer.
  virtual void set_tail_limit (uint64_t frames) = 0;
  virtual void begin_tail (uint64_t limit) = 0;
  virtual ssize_t tail (
      std::span<const Ptr<GstBuffer>> outputs, size_t frames) = 0;
  virtual bool is_tail_over () const = 0;
  virtual void set_stream_time (StreamTime time) = 0;
  virtual uint32_t latency () const = 0; // frames
  virtual size_t pending () const = 0;
  // Whether another quantum may give something without inputs.
  virtual bool keeps_alive () const = 0;
};

// What is told of a node. Threads: told by one thread at a time, any but the
// audio thread.
class NodeListener {
public:
  virtual ~NodeListener () = default;

  // Of its port.
  virtual void on_message (const Ptr<GVariant> &message) = 0;
  // `processorerror`, once; also of a processor that had failed before somebody
  // listened.
  virtual void on_error (const ProcessorError &error) = 0;
  // Of what handles messages.
  virtual void on_message_error (const ProcessorError &error) = 0;
  // So many messages more of the processor's, or of its scope's, have found no
  // room.
  enum class Port { node, worklet };
  virtual void on_overflow (Port port, uint64_t dropped) {}
};

// A node: what stays while renderings come and go.
// Threads: thread-safe.
class NodeView {
public:
  virtual ~NodeView () = default;

  virtual const Definition &definition () const = 0;
  virtual const NodeOptions &options () const = 0;
  virtual uint32_t quantum () const = 0;
  virtual uint32_t fixed_rate () const = 0; // 0: any
  virtual uint32_t output_channels (
      uint32_t output, uint32_t connected) const = 0;
  // As the definition has them. They outlive the node.
  virtual std::shared_ptr<ParamView> parameter (size_t index) const = 0;
  // One at a time. A control for each parameter, or null, or none at all.
  // Errors are those of Renderer::create().
  virtual Result<std::unique_ptr<Rendering>> render (
      uint32_t rate, std::vector<std::shared_ptr<ParamControl>> controls) = 0;
  // Whether nothing renders it for the time being, as it is at first. It calls
  // nobody.
  virtual void set_suspended (bool is_suspended) = 0;
  // Then: delivers messages that wait, but not what these cause.
  virtual void pump () = 0;

  // False: it can't be read. Where nothing renders it is handled here, if
  // there is a processor yet; what a listener posts that is told of a message
  // is handled somewhat later.
  virtual bool post_message (port::Message message) = 0;
  // Kept weakly.
  virtual void add_listener (std::weak_ptr<NodeListener> listener) = 0;
  virtual void remove_listener (const NodeListener *listener) = 0;
  // Whether there is something to tell.
  virtual bool has_news () = 0;
  // Tells all listeners: by whoever renders it, after each buffer.
  virtual void tell_news (bool with_errors) = 0;
};

// A node of the worklet, whose parameters are NodeParams. Where the worklet has
// a rate, the processor is constructed here, and stays as long as the node.
// Errors are those of Node::create().
struct NewNode {
  std::shared_ptr<Node> node;
  std::shared_ptr<NodeView> view;
};
Result<NewNode> create_node (std::shared_ptr<AudioWorklet> worklet,
    const std::string &name, NodeOptions options);

// A processor that was chosen by its name.
// Threads: thread-safe.
class Choice {
public:
  virtual ~Choice () = default;

  virtual const Definition &definition () const = 0;
  virtual Shape shape () const = 0;
  // The node's options as they come to be. `processor_options`, where it is
  // given, goes before the member of that name.
  virtual Result<NodeOptions> parse_options (
      const char *node_options, const char *processor_options) const = 0;
  // Whether the constructor takes them: of processors that come along alone, as
  // those of a module may do anything else. TypeError: it does not, and why.
  virtual Result<> try_options (const NodeOptions &options) const = 0;
  virtual Result<NewNode> create_node (NodeOptions options) = 0;
};

// `module`: a shared library's path, or empty. Without a name, and with one
// that nobody has, the error tells which names there are.
Result<std::shared_ptr<Choice>> choose_processor (
    std::shared_ptr<AudioWorklet> worklet, const std::string &module,
    const std::string &name);
// The processors that every scope knows: a line each, with their parameters.
std::string describe_builtin_processors ();

} // namespace webmedia::worklet
