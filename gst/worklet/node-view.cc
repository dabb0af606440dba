// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/log.hh"
#include "base/one-at-a-time.hh"
#include "worklet/element-view.hh"
#include "worklet/late-look.hh"
#include "worklet/pump.hh"
#include "worklet/rendering.hh"

#include <algorithm>
#include <thread>

WEBMEDIA_DEBUG_CATEGORY ("webmedia-worklet", "AudioWorklet")

namespace webmedia::worklet {

namespace {

class NodeViewImpl final : public NodeView,
                           public RenderingOwner,
                           public std::enable_shared_from_this<NodeViewImpl> {
public:
  NodeViewImpl (
      std::shared_ptr<AudioWorklet> worklet, std::shared_ptr<Node> node)
      : worklet_ (std::move (worklet)),
        node_ (std::move (node)),
        scope_ (*node_->scope),
        told_lost_ (worklet_->dropped ())
  {}

  const Definition &definition () const override { return *node_->definition; }
  const NodeOptions &options () const override { return node_->options; }
  uint32_t quantum () const override { return scope_.quantum (); }
  uint32_t fixed_rate () const override { return scope_.fixed_rate (); }
  uint32_t output_channels (uint32_t output, uint32_t connected) const override
  {
    return node_->output_channels (output, connected);
  }
  std::shared_ptr<ParamView> parameter (size_t index) const override
  {
    return param (index);
  }
  Result<std::unique_ptr<Rendering>> render (uint32_t rate,
      std::vector<std::shared_ptr<ParamControl>> controls) override;
  void set_suspended (bool is_suspended) override
  {
    scope_.set_suspended (is_suspended);
  }
  void pump () override
  {
    worklet_->pump ();
    pump_own ();
  }

  bool post_message (port::Message message) override
  {
    if (!node_->port ().post_to_processor (std::move (message)))
      return false;
    pump_overdue ();
    return true;
  }
  void add_listener (std::weak_ptr<NodeListener> listener) override
      EXCLUDES (lock_)
  {
    MutexLocker locker (lock_);
    std::erase_if (
        listeners_, [] (const auto &one) { return one.weak.expired (); });
    listeners_.push_back ({std::move (listener)});
    is_untold_.store (failure_.has_value ());
  }
  void remove_listener (const NodeListener *listener) override EXCLUDES (lock_)
  {
    MutexLocker locker (lock_);
    std::erase_if (listeners_, [listener] (const auto &one) {
      return one.weak.lock ().get () == listener;
    });
  }
  bool has_news () override
  {
    return node_->port ().has_posted () || node_->error ().is_set ()
           || node_->message_error ().is_set () || is_untold_.load ()
           || scope_.port ().has_posted ()
           || node_->port ().dropped () != told_dropped_.load ()
           || worklet_->dropped () != told_lost_.load ();
  }
  void tell_news (bool with_errors) override
  {
    if (with_errors)
      wants_errors_.store (true);
    if (has_news ())
      tell ();
  }

  void connect () // before all else
  {
    late_look_ = LateLook::create ([weak = weak_from_this ()] {
      if (auto self = weak.lock ())
        self->look_late ();
    });
  }
  // Constructs the processor before anything renders.
  Result<> construct ();
  void give_back (std::unique_ptr<Renderer> renderer) override EXCLUDES (lock_);
  void note_rendered () override { scope_.note_rendered (); }

private:
  std::shared_ptr<NodeParam> param (size_t index) const
  {
    return std::static_pointer_cast<NodeParam> (
        node_->parameters[index]->source ());
  }
  void set_renderer (Renderer *renderer)
  {
    const EnteredRole entered (scope_.role ());
    renderer_.store (renderer);
  }
  void pump_own ();
  void pump_overdue ();
  void look_again ();
  void look_late ();
  void tell ();
  void tell_once () EXCLUDES (lock_);
  void tell_failure () EXCLUDES (lock_);

  const std::shared_ptr<AudioWorklet> worklet_;
  const std::shared_ptr<Node> node_;
  GlobalScope &scope_; // the node's
  std::shared_ptr<LateLook> late_look_;
  // It stays while one is in the scope's role.
  std::atomic<Renderer *> renderer_{nullptr};
  std::atomic<bool> is_rendered_{false};
  OneAtATime telling_;
  std::atomic<std::thread::id> teller_{}; // who is in that, if somebody is
  std::atomic<bool> is_left_{false};      // what there is to tell
  std::atomic<bool> wants_errors_{false};
  std::atomic<uint64_t> told_dropped_{0}; // written by who tells
  std::atomic<uint64_t> told_lost_;       // the same, of the scope's

  // Somebody who came later has not heard of failure_. Written with lock_.
  std::atomic<bool> is_untold_{false};

  Mutex lock_;
  struct Listener {
    std::weak_ptr<NodeListener> weak;
    bool has_heard = false; // of failure_
  };
  std::vector<Listener> listeners_ GUARDED_BY (lock_);
  // Why the processor that there is is not called any more, if it was told.
  std::optional<ProcessorError> failure_ GUARDED_BY (lock_);
  // The processor that waits for someone to render it.
  std::unique_ptr<Renderer> idle_renderer_ GUARDED_BY (lock_);
};

} // namespace

// ---- Rendering ----

Result<>
NodeViewImpl::construct ()
{
  auto made = Renderer::create_idle (node_, scope_.fixed_rate ());
  if (!made)
    return made.error ();
  set_renderer (made->get ());
  MutexLocker locker (lock_);
  idle_renderer_ = std::move (*made);
  return ok;
}

Result<std::unique_ptr<Rendering>>
NodeViewImpl::render (
    uint32_t rate, std::vector<std::shared_ptr<ParamControl>> controls)
{
  std::unique_ptr<Renderer> renderer;
  {
    MutexLocker locker (lock_);
    // The one that has a processor already, unless the rate is another one,
    // which the scope refuses.
    if (idle_renderer_ && idle_renderer_->rate () == rate) {
      if (auto attached = idle_renderer_->attach (); !attached)
        return attached.error ();
      renderer = std::move (idle_renderer_);
    }
  }
  // With a rate it has one for its life: another element renders that one, or
  // is about to give it back.
  if (!renderer && rate == scope_.fixed_rate ())
    return make_error (ErrorCode::invalid_state,
        "This node is rendered already: it has one processor; make another "
        "node, of another AudioWorklet, for another element");
  if (!renderer) {
    auto made = Renderer::create (node_, rate);
    if (!made)
      return made.error ();
    renderer = std::move (*made);
    {
      MutexLocker locker (lock_);
      failure_.reset ();
      is_untold_.store (false);
    }
    set_renderer (renderer.get ());
    // What waits for a processor.
    if (scope_.is_idle ())
      pump_own ();
  }
  is_rendered_.store (true);
  std::vector<std::shared_ptr<NodeParam>> params;
  for (size_t i = 0; i < std::min (controls.size (), node_->parameters.size ());
       i++) {
    params.push_back (param (i));
    params.back ()->set_control (std::move (controls[i]));
  }
  return make_rendering (
      shared_from_this (), std::move (renderer), std::move (params));
}

// A processor of a fixed rate goes on when something renders it again.
void
NodeViewImpl::give_back (std::unique_ptr<Renderer> renderer)
{
  is_rendered_.store (false);
  if (!scope_.fixed_rate ()) {
    set_renderer (nullptr);
    return;
  }
  renderer->detach ();
  {
    MutexLocker locker (lock_);
    idle_renderer_ = std::move (renderer);
  }
  pump_own ();
}

// ---- Messages ----

// Those that are there, unless the audio thread takes them. It does so for the
// node that it renders alone. What is posted by who is told of messages is for
// later: he and the processor may answer each other without an end.
void
NodeViewImpl::pump_own ()
{
  if (!renderer_.load ())
    return;
  if (teller_.load () == std::this_thread::get_id ())
    return look_again ();
  const bool is_delivered = worklet::pump (
      scope_.role (), node_->port (), [this] { return is_rendered_.load (); },
      [this] {
        Renderer *renderer = renderer_.load ();
        if (renderer)
          renderer->deliver_messages (true);
        return renderer != nullptr;
      });
  if (is_delivered)
    tell_news (false);
  look_again ();
}

// Unless the audio thread comes for them.
void
NodeViewImpl::pump_overdue ()
{
  if (!is_rendered_.load () || scope_.is_idle ())
    pump_own ();
  else
    look_again ();
}

// The audio thread may have looked for the last time, or come no more.
void
NodeViewImpl::look_again ()
{
  if (renderer_.load () && node_->port ().waiting () > 0)
    late_look_->set ();
}

void
NodeViewImpl::look_late ()
{
  pump_overdue ();
  if (is_left_.exchange (false))
    tell_news (false);
}

// Once, and once more for who came meanwhile. What they go on to cause is for
// later, too.
void
NodeViewImpl::tell ()
{
  telling_.run_for (
      2,
      [this] {
        teller_.store (std::this_thread::get_id ());
        tell_once ();
        teller_.store ({});
      },
      [this] {
        is_left_.store (true);
        late_look_->set ();
      });
}

void
NodeViewImpl::tell_once ()
{
  std::vector<std::shared_ptr<NodeListener>> listeners;
  {
    MutexLocker locker (lock_);
    for (const auto &one : listeners_)
      if (auto listener = one.weak.lock ())
        listeners.push_back (std::move (listener));
  }
  worklet_->hand_on ();
  node_->port ().receive ([&listeners] (Ptr<GVariant> message) {
    for (const auto &listener : listeners)
      listener->on_message (message);
  });
  const uint64_t dropped = node_->port ().dropped ();
  if (const uint64_t more = dropped - told_dropped_.exchange (dropped)) {
    GST_WARNING ("%s: %" G_GUINT64_FORMAT
                 " messages found no room and are lost",
        node_->definition->name.c_str (), more);
    for (const auto &listener : listeners)
      listener->on_overflow (NodeListener::Port::node, more);
  }
  const uint64_t lost = worklet_->dropped ();
  if (const uint64_t more = lost - told_lost_.exchange (lost))
    for (const auto &listener : listeners)
      listener->on_overflow (NodeListener::Port::worklet, more);
  if (auto error = node_->message_error ().take ())
    for (const auto &listener : listeners)
      listener->on_message_error (*error);
  if (wants_errors_.exchange (false))
    tell_failure ();
}

// Each listener once, also who comes when the processor has failed already.
void
NodeViewImpl::tell_failure ()
{
  auto error = node_->error ().take ();
  std::vector<std::shared_ptr<NodeListener>> listeners;
  {
    MutexLocker locker (lock_);
    is_untold_.store (false);
    if (error) {
      failure_ = error;
      for (auto &one : listeners_)
        one.has_heard = false;
    }
    error = failure_;
    for (auto &one : listeners_)
      if (failure_ && !std::exchange (one.has_heard, true))
        if (auto listener = one.weak.lock ())
          listeners.push_back (std::move (listener));
  }
  for (const auto &listener : listeners)
    listener->on_error (*error);
}

// https://webaudio.github.io/web-audio-api/#dom-audioworkletnode-audioworkletnode
// (parameterData: `value` is set, which is an event at the time that it is; a
// ramp begins there)
static void
set_given_values (const Node &node)
{
  for (const auto &[name, value] : node.options.parameter_data)
    for (const auto &param : node.parameters)
      if (param->descriptor.name == name)
        (void)std::static_pointer_cast<NodeParam> (param->source ())
            ->set_value (static_cast<float> (value));
}

Result<NewNode>
create_node (std::shared_ptr<AudioWorklet> worklet, const std::string &name,
    NodeOptions options)
{
  const auto &scope = worklet->scope;
  auto node = Node::create (scope, name, std::move (options),
      [&scope] (const ParamDescriptor &descriptor, float value) {
        return std::make_shared<NodeParam> (scope, descriptor, value);
      });
  if (!node)
    return node.error ();
  set_given_values (**node);
  const uint32_t rate = scope->fixed_rate ();
  auto view = std::make_shared<NodeViewImpl> (std::move (worklet), *node);
  view->connect ();
  if (rate)
    if (auto constructed = view->construct (); !constructed)
      return constructed.error ();
  return NewNode{std::move (*node), std::move (view)};
}

} // namespace webmedia::worklet
