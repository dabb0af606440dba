// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/element-view.hh"

#include "worklet/module.hh"

#include <time.h>

namespace webmedia::worklet {

// For so long a message may wait for the audio thread.
static constexpr int64_t kPatience = 20; // ms

// Of a clock that goes in steps of some milliseconds, and costs next to
// nothing.
static int64_t
coarse_time ()
{
  timespec time;
  clock_gettime (CLOCK_MONOTONIC_COARSE, &time);
  return int64_t (time.tv_sec) * 1000 + time.tv_nsec / 1000000;
}

namespace {

class NodeViewImpl final : public NodeView,
                           public std::enable_shared_from_this<NodeViewImpl> {
public:
  explicit NodeViewImpl (std::shared_ptr<Node> node) : node_ (std::move (node))
  {}

  const NodeOptions &options () const override { return node_->options; }
  uint32_t output_channels (uint32_t output, uint32_t connected) const override
  {
    return node_->output_channels (output, connected);
  }
  Result<std::unique_ptr<Rendering>> render (uint32_t rate) override;
  bool post_message (Ptr<GVariant> message, bool is_suspended) override
  {
    port::Message posted;
    posted.data = std::move (message);
    if (!node_->port ().post_to_processor (std::move (posted)))
      return false;
    if (is_suspended || coarse_time () - rendered_.load () > kPatience)
      pump ();
    return true;
  }
  bool has_news () override
  {
    return node_->port ().has_posted () || node_->error ().is_set ()
           || node_->message_error ().is_set ();
  }
  void receive (const std::function<void (Ptr<GVariant>)> &handler) override
  {
    node_->port ().receive (handler);
  }
  std::optional<ProcessorError> take_error () override
  {
    return node_->error ().take ();
  }
  std::optional<ProcessorError> take_message_error () override
  {
    return node_->message_error ().take ();
  }

  // Of the one rendering.
  void attach (Renderer *renderer) EXCLUDES (lock_)
  {
    MutexLocker locker (lock_);
    renderer_ = renderer;
  }
  void note_rendered ()
  {
    rendered_.store (coarse_time (), std::memory_order_relaxed);
  }

private:
  // What handles the messages is the processor: it calls nobody back.
  void pump () EXCLUDES (lock_)
  {
    MutexLocker locker (lock_);
    if (renderer_)
      renderer_->pump ();
  }

  const std::shared_ptr<Node> node_;
  std::atomic<int64_t> rendered_{0}; // when

  Mutex lock_; // held while messages are pumped, so that the renderer stays
  Renderer *renderer_ GUARDED_BY (lock_) = nullptr;
};

class RenderingImpl final : public Rendering {
public:
  RenderingImpl (
      std::shared_ptr<NodeViewImpl> view, std::unique_ptr<Renderer> renderer)
      : view_ (std::move (view)),
        renderer_ (std::move (renderer)),
        cutter_ (*renderer_)
  {
    view_->attach (renderer_.get ());
  }
  ~RenderingImpl () override { view_->attach (nullptr); }

  void set_input_format (uint32_t input, const GstAudioInfo *info) override
  {
    cutter_.set_input_format (input, info);
  }
  void set_output_format (uint32_t output, const GstAudioInfo &info) override
  {
    cutter_.set_output_format (output, info);
  }
  bool push (std::span<const InputFrames> inputs,
      std::span<const Ptr<GstBuffer>> outputs, size_t frames) override
  {
    const bool is_pushed = cutter_.push (inputs, outputs, frames);
    view_->note_rendered ();
    return is_pushed;
  }
  bool pop (std::span<Ptr<GstBuffer>> outputs) override
  {
    return cutter_.pop (outputs);
  }
  void finish () override { cutter_.finish (); }
  void reset () override { cutter_.reset (); }
  void begin_tail (uint64_t limit) override { cutter_.begin_tail (limit); }
  ssize_t tail (std::span<const Ptr<GstBuffer>> outputs, size_t frames) override
  {
    return cutter_.tail (outputs, frames);
  }
  void set_stream_time (Time time) override { cutter_.set_stream_time (time); }
  uint32_t latency () const override { return cutter_.latency (); }
  size_t pending () const override { return cutter_.pending (); }
  bool keeps_alive () const override { return renderer_->keeps_alive (); }

private:
  const std::shared_ptr<NodeViewImpl> view_;
  const std::unique_ptr<Renderer> renderer_;
  BufferCutter cutter_;
};

class ChoiceImpl final : public Choice {
public:
  ChoiceImpl (std::shared_ptr<GlobalScope> scope,
      std::shared_ptr<const Definition> definition)
      : scope_ (std::move (scope)),
        definition_ (std::move (definition))
  {}

  const Definition &definition () const override { return *definition_; }
  Result<NodeOptions> parse_options (
      const char *node_options, const char *processor_options) const override;
  Result<std::shared_ptr<NodeView>> create_node (
      NodeOptions options, Node::MakeParam make_param) override
  {
    auto node = Node::create (
        scope_, definition_->name, std::move (options), std::move (make_param));
    if (!node)
      return node.error ();
    return view_node (*node);
  }

private:
  const std::shared_ptr<GlobalScope> scope_;
  const std::shared_ptr<const Definition> definition_;
};

} // namespace

Result<std::unique_ptr<Rendering>>
NodeViewImpl::render (uint32_t rate)
{
  auto renderer = Renderer::create (node_, rate);
  if (!renderer)
    return renderer.error ();
  return std::unique_ptr<Rendering> (
      new RenderingImpl (shared_from_this (), std::move (*renderer)));
}

std::shared_ptr<NodeView>
view_node (std::shared_ptr<Node> node)
{
  return std::make_shared<NodeViewImpl> (std::move (node));
}

Result<NodeOptions>
ChoiceImpl::parse_options (
    const char *node_options, const char *processor_options) const
{
  const Shape shape = shape_of (*definition_);
  auto options = parse_node_options (node_options, shape);
  if (!options)
    return options;
  if (processor_options && *processor_options) {
    auto given = parse_processor_options (processor_options, shape);
    if (!given)
      return given.error ();
    options->processor_options = std::move (*given);
  }
  return options;
}

static std::string
name_all (const GlobalScope &scope)
{
  std::string names;
  for (const auto &definition : scope.definitions ())
    names += (names.empty () ? "" : ", ") + definition->name;
  return names;
}

Result<std::shared_ptr<Choice>>
choose_processor (
    const std::string &module, const std::string &name, uint32_t quantum)
{
  auto scope = std::make_shared<GlobalScope> (quantum);
  std::string mistakes;
  if (!module.empty ()) {
    auto report = add_native_module (scope, module);
    if (!report)
      return report.error ();
    for (const Error &error : report->errors)
      mistakes += "; in the module: " + error.message;
  }
  if (name.empty ())
    return make_error (ErrorCode::invalid_state,
        "No processor was chosen; there are: %s", name_all (*scope).c_str ());
  auto definition = scope->find (name);
  if (!definition)
    return make_error (definition.error ().code, "%s%s",
        definition.error ().message.c_str (), mistakes.c_str ());
  return std::shared_ptr<Choice> (
      std::make_shared<ChoiceImpl> (std::move (scope), *definition));
}

std::string
describe_builtin_processors ()
{
  std::string text;
  for (const auto &definition : builtin_definitions ()) {
    text += (text.empty () ? "" : "; ") + definition->name;
    std::string parameters;
    for (const ParamDescriptor &parameter : definition->parameters)
      parameters += (parameters.empty () ? " (" : ", ") + parameter.name;
    text += parameters.empty () ? "" : parameters + ")";
  }
  return text;
}

} // namespace webmedia::worklet
