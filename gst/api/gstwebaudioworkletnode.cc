// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/audio-param.hh"
#include "api/audio-worklet-node.hh"
#include "api/dictionary.hh"
#include "api/error.hh"
#include "api/message-port.hh"
#include "base/log.hh"

using namespace webmedia;

WEBMEDIA_DEBUG_CATEGORY ("webmedia-worklet", "AudioWorklet")

namespace {

// What the node tells of itself goes to the object, while that is there.
// Threads: thread-safe.
class Events final : public worklet::NodeListener {
public:
  explicit Events (GstWebAudioWorkletNode *self)
      : self_ (WeakRef<GstWebAudioWorkletNode>::create (self)),
        tasks_ (TaskQueue::create ())
  {}

  // Where the processor's messages come out.
  void connect (std::shared_ptr<port::MessagePort> far)
  {
    far_ = std::move (far);
  }
  void on_message (const Ptr<GVariant> &message) override
  {
    (void)far_->post_message ({message, {}});
  }
  void on_error (const worklet::ProcessorError &error) override;
  void on_message_error (const worklet::ProcessorError &error) override;

private:
  const std::shared_ptr<WeakRef<GstWebAudioWorkletNode>> self_;
  const std::shared_ptr<TaskQueue> tasks_;
  std::shared_ptr<port::MessagePort> far_; // the other side of the node's port
};

struct State {
  worklet::NewNode node; // none: a binding made it
  std::shared_ptr<Events> events;
  Ptr<GstWebAudioWorklet> worklet;
  Ptr<GstWebAudioParamMap> parameters;
  Ptr<GstWebMessagePort> port;
};

} // namespace

/**
 * GstWebAudioWorkletNode:
 *
 * A processor as the application sees it: the web's
 * [AudioWorkletNode](https://webaudio.github.io/web-audio-api/#AudioWorkletNode).
 * It has the processor's parameters, and a port to it.
 *
 * The element `audioworklet` renders it, whose property `node` it is given as.
 * One element does at a time; between two of them the node, its parameters and
 * its port stay.
 *
 * A processor that throws is silent from then on, and
 * [signal@AudioWorkletNode::processorerror] is emitted once. What it throws
 * when it handles a message stops nothing: it is a warning in the log, and on
 * the bus of the element that renders it.
 *
 * The port has room for 256 KiB of what the processor posts within a buffer.
 * What finds none is lost, which is told there, too.
 *
 * All methods can be called from any thread, but not by a processor.
 */
struct _GstWebAudioWorkletNode {
  GstObject parent;
  State *state;
};

G_DEFINE_FINAL_TYPE (
    GstWebAudioWorkletNode, gst_web_audio_worklet_node, GST_TYPE_OBJECT)

enum {
  PROP_WORKLET = 1,
  PROP_PARAMETERS,
  PROP_PORT,
  PROP_NUMBER_OF_INPUTS,
  PROP_NUMBER_OF_OUTPUTS,
  PROP_CHANNEL_COUNT,
  PROP_CHANNEL_COUNT_MODE,
  PROP_CHANNEL_INTERPRETATION,
};

enum { SIGNAL_PROCESSORERROR, N_SIGNALS };
static guint signals[N_SIGNALS];

// https://webaudio.github.io/web-audio-api/#dom-audioworkletnode-onprocessorerror
void
Events::on_error (const worklet::ProcessorError &error)
{
  auto told = std::make_shared<const worklet::ProcessorError> (error);
  tasks_->post ([weak = self_, told] {
    if (auto self = weak->lock ())
      g_signal_emit (self.get (), signals[SIGNAL_PROCESSORERROR], 0,
          wrap_error (*told).get ());
  });
}

// As what a script throws in a handler is in the console of a browser.
void
Events::on_message_error (const worklet::ProcessorError &error)
{
  const std::string place = error.place ();
  if (auto self = self_->lock ())
    GST_WARNING_OBJECT (self.get (), "in a message's handler: %s%s%s",
        error.message.c_str (), place.empty () ? "" : ", at ", place.c_str ());
}

static State &
get (gpointer self)
{
  return *GST_WEB_AUDIO_WORKLET_NODE (self)->state;
}

static void
gst_web_audio_worklet_node_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  const State &state = get (object);
  auto self = GST_WEB_AUDIO_WORKLET_NODE (object);
  switch (id) {
  case PROP_WORKLET:
    g_value_set_object (value, state.worklet.get ());
    break;
  case PROP_PARAMETERS:
    g_value_set_object (value, state.parameters.get ());
    break;
  case PROP_PORT:
    g_value_set_object (value, state.port.get ());
    break;
  case PROP_NUMBER_OF_INPUTS:
    g_value_set_uint (
        value, gst_web_audio_worklet_node_get_number_of_inputs (self));
    break;
  case PROP_NUMBER_OF_OUTPUTS:
    g_value_set_uint (
        value, gst_web_audio_worklet_node_get_number_of_outputs (self));
    break;
  case PROP_CHANNEL_COUNT:
    g_value_set_uint (
        value, gst_web_audio_worklet_node_get_channel_count (self));
    break;
  case PROP_CHANNEL_COUNT_MODE:
    g_value_set_enum (
        value, gst_web_audio_worklet_node_get_channel_count_mode (self));
    break;
  case PROP_CHANNEL_INTERPRETATION:
    g_value_set_enum (
        value, gst_web_audio_worklet_node_get_channel_interpretation (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
}

static void
gst_web_audio_worklet_node_finalize (GObject *object)
{
  delete GST_WEB_AUDIO_WORKLET_NODE (object)->state;
  G_OBJECT_CLASS (gst_web_audio_worklet_node_parent_class)->finalize (object);
}

static void
gst_web_audio_worklet_node_class_init (GstWebAudioWorkletNodeClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  const auto flags = GParamFlags (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  object_class->get_property = gst_web_audio_worklet_node_get_property;
  object_class->finalize = gst_web_audio_worklet_node_finalize;

  /**
   * GstWebAudioWorkletNode:worklet: (getter get_worklet)
   *
   * What it is a node of.
   */
  g_object_class_install_property (object_class, PROP_WORKLET,
      g_param_spec_object ("worklet", "Worklet", "What it is a node of",
          GST_TYPE_WEB_AUDIO_WORKLET, flags));
  /**
   * GstWebAudioWorkletNode:parameters: (getter get_parameters)
   *
   * The processor's parameters.
   */
  g_object_class_install_property (object_class, PROP_PARAMETERS,
      g_param_spec_object ("parameters", "Parameters",
          "The processor's parameters", GST_TYPE_WEB_AUDIO_PARAM_MAP, flags));
  /**
   * GstWebAudioWorkletNode:port: (getter get_port)
   *
   * To the processor's port.
   */
  g_object_class_install_property (object_class, PROP_PORT,
      g_param_spec_object ("port", "Port", "To the processor's port",
          GST_TYPE_WEB_MESSAGE_PORT, flags));
  /**
   * GstWebAudioWorkletNode:number-of-inputs: (getter get_number_of_inputs)
   *
   * How many inputs it has.
   */
  g_object_class_install_property (object_class, PROP_NUMBER_OF_INPUTS,
      g_param_spec_uint ("number-of-inputs", "Number of inputs",
          "How many inputs it has", 0, G_MAXINT, 1, flags));
  /**
   * GstWebAudioWorkletNode:number-of-outputs: (getter get_number_of_outputs)
   *
   * How many outputs it has.
   */
  g_object_class_install_property (object_class, PROP_NUMBER_OF_OUTPUTS,
      g_param_spec_uint ("number-of-outputs", "Number of outputs",
          "How many outputs it has", 0, G_MAXINT, 1, flags));
  /**
   * GstWebAudioWorkletNode:channel-count: (getter get_channel_count)
   *
   * How many channels an input has, where the mode looks at that.
   */
  g_object_class_install_property (object_class, PROP_CHANNEL_COUNT,
      g_param_spec_uint ("channel-count", "Channel count",
          "How many channels an input has, where the mode looks at that", 1,
          worklet::kMaxChannels, 2, flags));
  /**
   * GstWebAudioWorkletNode:channel-count-mode: (getter get_channel_count_mode)
   *
   * How many channels an input has.
   */
  g_object_class_install_property (object_class, PROP_CHANNEL_COUNT_MODE,
      g_param_spec_enum ("channel-count-mode", "Channel count mode",
          "How many channels an input has",
          gst_web_channel_count_mode_get_type (),
          GST_WEB_CHANNEL_COUNT_MODE_MAX, flags));
  /**
   * GstWebAudioWorkletNode:channel-interpretation:
   *
   * How channels become more or less.
   */
  g_object_class_install_property (object_class, PROP_CHANNEL_INTERPRETATION,
      g_param_spec_enum ("channel-interpretation", "Channel interpretation",
          "How channels become more or less",
          gst_web_channel_interpretation_get_type (),
          GST_WEB_CHANNEL_INTERPRETATION_SPEAKERS, flags));

  /**
   * GstWebAudioWorkletNode::processorerror:
   * @self: the node
   * @event: what went wrong
   *
   * The processor's constructor, process() or get_tail() has thrown. It is
   * called no more, and its outputs are silent.
   */
  signals[SIGNAL_PROCESSORERROR] = g_signal_new ("processorerror",
      G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, nullptr, nullptr,
      nullptr, G_TYPE_NONE, 1, GST_TYPE_WEB_ERROR_EVENT);
}

static void
gst_web_audio_worklet_node_init (GstWebAudioWorkletNode *self)
{
  self->state = new State;
}

const std::shared_ptr<worklet::NodeView> &
webmedia::view_of (GstWebAudioWorkletNode *self)
{
  return self->state->node.view;
}

// https://webaudio.github.io/web-audio-api/#dom-audioworkletnode-audioworkletnode
// (steps 4 to 8: the message channel; the processor's side of it is the view's)
Ptr<GstWebAudioWorkletNode>
webmedia::wrap_node (GstWebAudioWorklet *worklet, worklet::NewNode node)
{
  auto self = Ptr<GstWebAudioWorkletNode>::adopt (
      GST_WEB_AUDIO_WORKLET_NODE (gst_object_ref_sink (
          g_object_new (GST_TYPE_WEB_AUDIO_WORKLET_NODE, nullptr))));
  State &state = *self->state;
  auto [near, far] = port::MessagePort::create_channel ();
  far->hand_on ([weak = std::weak_ptr (node.view)] (port::Message message) {
    if (auto view = weak.lock ())
      view->post_message (std::move (message));
  });
  state.events = std::make_shared<Events> (self.get ());
  state.events->connect (std::move (far));
  state.worklet = Ptr<GstWebAudioWorklet>::share (worklet);
  state.parameters = wrap_params (node.node->parameters);
  state.port = Ptr<GstWebMessagePort>::adopt (
      GST_WEB_MESSAGE_PORT (wrap_message_port (std::move (near)).release ()));
  state.node = std::move (node);
  state.node.view->add_listener (state.events);
  // Of a constructor that has failed already, or has posted.
  if (state.node.view->fixed_rate ())
    state.node.view->tell_news (true);
  return self;
}

/**
 * gst_web_audio_worklet_node_new:
 * @worklet: what has the processor
 * @name: the processor's name
 * @options: (nullable): an `a{sv}` with the members of
 *     [AudioWorkletNodeOptions](https://webaudio.github.io/web-audio-api/#AudioWorkletNodeOptions);
 *     a floating reference is taken over
 * @error: %GST_WEB_ERROR_INVALID_STATE when there is no processor of this name;
 *     %GST_WEB_ERROR_NOT_SUPPORTED when there are neither inputs nor outputs,
 *     or more than 256 of either, or a number of channels is not from 1 to 32;
 *     %GST_WEB_ERROR_INDEX_SIZE when `outputChannelCount` has not an entry for
 *     each output; %GST_WEB_ERROR_TYPE when a member has a value that it can't
 *     have; %GST_WEB_ERROR_DATA_CLONE when `processorOptions` are not in normal
 *     form or hold a handle
 *
 * The members are `numberOfInputs`, `numberOfOutputs`, `channelCount`: whole
 * numbers; `outputChannelCount`: an array of these; `channelCountMode`,
 * `channelInterpretation`: strings; `parameterData`: a dictionary of numbers;
 * `processorOptions`: an `a{sv}`, which the processor's constructor is given as
 * it is. Others are not looked at, as on the web.
 *
 * https://webaudio.github.io/web-audio-api/#dom-audioworkletnode-audioworkletnode
 *
 * Returns: (transfer full): a node
 */
GstWebAudioWorkletNode *
gst_web_audio_worklet_node_new (GstWebAudioWorklet *worklet, const gchar *name,
    GVariant *options, GError **error)
{
  const Ptr<GVariant> dictionary = take_dictionary (options);
  g_return_val_if_fail (GST_IS_WEB_AUDIO_WORKLET (worklet), nullptr);
  g_return_val_if_fail (name != nullptr, nullptr);
  if (!dictionary) {
    set_error (error,
        {ErrorCode::type, "The node's options must be a dictionary, an a{sv}"});
    return nullptr;
  }
  // Arguments are converted before the constructor looks at the name.
  auto definition = engine_of (worklet)->scope->find (name);
  auto members = worklet::read_node_options (dictionary.get (),
      definition ? worklet::shape_of (**definition) : worklet::Shape{});
  if (!check (members, error) || !check (definition, error))
    return nullptr;
  auto made =
      worklet::create_node (engine_of (worklet), name, std::move (*members));
  return check (made, error) ? wrap_node (worklet, std::move (*made)).release ()
                             : nullptr;
}

/**
 * gst_web_audio_worklet_node_get_worklet:
 * @self: a node
 *
 * Returns: (transfer none): what it is a node of
 */
GstWebAudioWorklet *
gst_web_audio_worklet_node_get_worklet (GstWebAudioWorkletNode *self)
{
  g_return_val_if_fail (GST_IS_WEB_AUDIO_WORKLET_NODE (self), nullptr);
  return get (self).worklet.get ();
}

/**
 * gst_web_audio_worklet_node_get_parameters:
 * @self: a node
 *
 * https://webaudio.github.io/web-audio-api/#dom-audioworkletnode-parameters
 *
 * Returns: (transfer none): the processor's parameters, always the same object
 */
GstWebAudioParamMap *
gst_web_audio_worklet_node_get_parameters (GstWebAudioWorkletNode *self)
{
  g_return_val_if_fail (GST_IS_WEB_AUDIO_WORKLET_NODE (self), nullptr);
  return get (self).parameters.get ();
}

/**
 * gst_web_audio_worklet_node_get_port:
 * @self: a node
 *
 * What is posted comes to the processor between two quanta; while nothing is
 * rendered, at once, on the thread that posts; before there is a processor,
 * when there is one. What the processor posts comes out in the order in which
 * it was posted. A processor that is machine code can't take objects that come
 * along: they are let go when the message was handled.
 *
 * https://webaudio.github.io/web-audio-api/#dom-audioworkletnode-port
 *
 * Returns: (transfer none): the port, always the same object
 */
GstWebMessagePort *
gst_web_audio_worklet_node_get_port (GstWebAudioWorkletNode *self)
{
  g_return_val_if_fail (GST_IS_WEB_AUDIO_WORKLET_NODE (self), nullptr);
  return get (self).port.get ();
}
