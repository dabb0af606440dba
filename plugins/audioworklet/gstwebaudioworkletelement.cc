// SPDX-License-Identifier: LGPL-2.1-or-later
#include "gstwebaudioworkletelement.hh"

#include "base/one-at-a-time.hh"
#include "choosing.hh"
#include "pads.hh"

using namespace webmedia;
using namespace webmedia::elements;

GST_DEBUG_CATEGORY (gst_web_audio_worklet_debug);
#define GST_CAT_DEFAULT gst_web_audio_worklet_debug

namespace {

// Threads: thread-safe.
struct Private {
  explicit Private (GstElement *element)
      : settings (element),
        children (element),
        choosing (children),
        messages (std::make_shared<Messages> (element, &settings))
  {}

  std::shared_ptr<Stream> find_stream () EXCLUDES (lock)
  {
    MutexLocker locker (lock);
    return stream;
  }
  ElementWorkletSettings settings;
  Children children;
  Choosing choosing;
  OneAtATime adapting; // what is chosen, the children and the pads
  // Since it began to start: they stay as they are.
  std::atomic<bool> is_open{false};
  const std::shared_ptr<Messages> messages;

  Mutex lock;
  // What was made of a choice, while there is a stream, and its object, if
  // somebody asked for that.
  worklet::NewNode own_node GUARDED_BY (lock);
  Ptr<GstWebAudioWorkletNode> own_object GUARDED_BY (lock);
  std::shared_ptr<Stream> stream GUARDED_BY (lock);
};

} // namespace

struct _GstWebAudioWorkletElement {
  GstElement parent;
  Private *self;
};

G_DEFINE_FINAL_TYPE_WITH_CODE (GstWebAudioWorkletElement,
    gst_web_audio_worklet_element, GST_TYPE_ELEMENT,
    G_IMPLEMENT_INTERFACE (GST_TYPE_CHILD_PROXY, init_child_proxy))

static Private &
get (gpointer object)
{
  return *GST_WEB_AUDIO_WORKLET_ELEMENT (object)->self;
}

Children &
webmedia::elements::children_of (gpointer element)
{
  return get (element).children;
}

std::shared_ptr<Stream>
webmedia::elements::stream_of (gpointer element)
{
  return get (element).find_stream ();
}

Messages &
webmedia::elements::messages_of (gpointer element)
{
  return *get (element).messages;
}

// Pads

static void
set_flag (GstElement *element, GstElementFlags flag, bool is_set)
{
  if (is_set)
    GST_OBJECT_FLAG_SET (element, flag);
  else
    GST_OBJECT_FLAG_UNSET (element, flag);
}

static bool
is_early (GstElement *element)
{
  GST_OBJECT_LOCK (element);
  const GstState state = GST_STATE (element);
  GST_OBJECT_UNLOCK (element);
  return state <= GST_STATE_READY;
}

bool
webmedia::elements::has_begun (GstElement *element)
{
  return get (element).is_open.load () || !is_early (element);
}

static void
adapt_pads (GstElement *element, const WorkletSettings &settings)
{
  Private &self = get (element);
  const Chosen chosen = self.choosing.chosen ();
  if (!chosen)
    return;
  auto options = chosen.parse_options (settings);
  if (!options)
    return; // told when the element starts
  set_first_pad (element, GST_PAD_SINK, options->number_of_inputs > 0);
  set_first_pad (element, GST_PAD_SRC, options->number_of_outputs > 0);
  set_flag (element, GST_ELEMENT_FLAG_SINK, options->number_of_outputs == 0);
  set_flag (element, GST_ELEMENT_FLAG_SOURCE, options->number_of_inputs == 0);
}

// What a processor of the library has no use for it has by its name alone, so
// that an element that is linked by mistake is told so. Where the number was
// written, it is told when the element starts.
bool
webmedia::elements::may_have_more (GstElement *element, bool inputs)
{
  Private &self = get (element);
  const Chosen chosen = self.choosing.chosen ();
  if (!chosen.choice)
    return true;
  const worklet::Shape shape = chosen.choice->shape ();
  auto options = chosen.parse_options (self.settings.copy ());
  if (!shape.option_names || !options)
    return true;
  return inputs ? options->has_number_of_inputs || shape.inputs > 1
                : options->has_number_of_outputs || shape.outputs > 1;
}

// Chooses by the settings, which it returns; from then on they change nothing,
// where it `opens`. Who sets one while another thread is in, or from a handler
// of what that adds and removes, leaves it to that one, and has none.
static std::optional<WorkletSettings>
adapt (GstElement *element, bool opens)
{
  Private &self = get (element);
  std::optional<WorkletSettings> seen;
  self.adapting.run ([&self, &seen, element, opens] {
    if (!(seen && opens) && has_begun (element))
      return;
    seen = self.settings.copy ();
    self.choosing.choose (*seen);
    adapt_pads (element, *seen);
    if (opens)
      self.is_open.store (true);
  });
  return seen;
}

// The objects

static Ptr<GstWebAudioWorklet>
get_worklet (GstElement *element)
{
  Private &self = get (element);
  return self.choosing.find_worklet (self.settings.copy ());
}

static Ptr<GstWebAudioWorkletNode>
get_node (GstElement *element)
{
  Private &self = get (element);
  if (auto given = self.settings.copy ().node)
    return given;
  const Chosen chosen = self.choosing.chosen ();
  worklet::NewNode own;
  {
    MutexLocker locker (self.lock);
    if (self.own_object || !self.own_node.view)
      return self.own_object;
    own = self.own_node;
  }
  auto made = Ptr<GstWebAudioWorkletNode>::adopt (
      gst_web_bridge_node_object (chosen.worklet.get (), &own));
  MutexLocker locker (self.lock);
  if (self.own_node.view == own.view && !self.own_object)
    self.own_object = made;
  return self.own_object ? self.own_object : made;
}

// States

// What it is to render.
struct Plan {
  Chosen chosen;
  worklet::NodeOptions options;
};

static Result<Plan>
make_plan (GstElement *element, bool opens)
{
  Private &self = get (element);
  const auto settings = adapt (element, opens);
  if (!settings)
    return Error{ErrorCode::invalid_state,
        "Its settings are being changed, by another thread or by who calls "
        "this: they have to be set before it starts"};
  Plan plan{self.choosing.chosen (), {}};
  if (!plan.chosen)
    return Error{ErrorCode::not_found, plan.chosen.mistake};
  auto options = plan.chosen.parse_options (*settings);
  if (!options)
    return options.error ();
  plan.options = std::move (*options);
  if (const std::string name = self.children.find_unknown (); !name.empty ())
    return Error{ErrorCode::not_found,
        "The processor has no parameter \"" + name + "\"; "
            + (self.children.names ().empty ()
                    ? std::string ("it has none")
                    : "it has: " + self.children.names ())};
  return plan;
}

static bool
tell (GstElement *element, const Error &error)
{
  GST_ELEMENT_ERROR (
      element, LIBRARY, SETTINGS, ("%s.", error.message.c_str ()), (nullptr));
  return false;
}

static bool
check_choice (GstElement *element)
{
  auto plan = make_plan (element, false);
  return plan || tell (element, plan.error ());
}

static bool
open_stream (GstElement *element)
{
  Private &self = get (element);
  auto plan = make_plan (element, true);
  if (!plan)
    return tell (element, plan.error ());
  const Chosen &chosen = plan->chosen;
  auto sinks =
      list_pads (element, GST_PAD_SINK, plan->options.number_of_inputs);
  auto srcs = list_pads (element, GST_PAD_SRC, plan->options.number_of_outputs);
  auto made =
      chosen.make_node (std::move (plan->options), sinks.size (), srcs.size ());
  if (!made)
    return tell (element, made.error ());
  const auto &node = made->view;
  if (!chosen.view)
    self.children.follow (node.get ());
  self.messages->set_node (node);
  auto stream = std::make_shared<Stream> (
      StreamParts{element, &self.settings, self.messages.get (), node,
          self.children.list (), sinks, std::move (srcs)});
  // Pads are active only while it is there.
  for (size_t i = 0; i < sinks.size (); i++)
    if (sinks[i])
      gst_pad_set_element_private (sinks[i].get (), stream->entry (i));
  MutexLocker locker (self.lock);
  self.stream = std::move (stream);
  if (made->node)
    self.own_node = std::move (*made);
  return true;
}

static void
close_stream (GstElement *element)
{
  Private &self = get (element);
  std::shared_ptr<Stream> stream;
  worklet::NewNode node;
  Ptr<GstWebAudioWorkletNode> object;
  {
    MutexLocker locker (self.lock);
    stream = std::move (self.stream);
    std::swap (node, self.own_node);
    std::swap (object, self.own_object);
  }
  for (const auto &pad : list_pads (element, GST_PAD_SINK, 0))
    if (pad)
      gst_pad_set_element_private (pad.get (), nullptr);
  if (stream) {
    stream->stop ();
    stream->set_playing (false);
    stream->join ();
  }
  if (node.view)
    self.children.follow (nullptr);
  self.messages->set_node (nullptr);
  self.is_open.store (false);
}

static GstStateChangeReturn
gst_web_audio_worklet_element_change_state (
    GstElement *element, GstStateChange transition)
{
  Private &self = get (element);
  auto stream = self.find_stream ();
  switch (transition) {
  case GST_STATE_CHANGE_NULL_TO_READY:
    if (!check_choice (element))
      return GST_STATE_CHANGE_FAILURE;
    break;
  case GST_STATE_CHANGE_READY_TO_PAUSED:
    if (!open_stream (element)) {
      self.is_open.store (false);
      return GST_STATE_CHANGE_FAILURE;
    }
    break;
  case GST_STATE_CHANGE_PAUSED_TO_PLAYING:
    stream->set_playing (true);
    break;
  case GST_STATE_CHANGE_PLAYING_TO_PAUSED:
    stream->set_playing (false);
    break;
  case GST_STATE_CHANGE_PAUSED_TO_READY:
    stream->stop ();
    break;
  default:
    break;
  }
  auto result = GST_ELEMENT_CLASS (gst_web_audio_worklet_element_parent_class)
                    ->change_state (element, transition);
  const bool has_failed = result == GST_STATE_CHANGE_FAILURE;
  // A stop that has failed, as a source's own thread can't wait for itself, is
  // tried once more by another thread.
  if (transition
      == (has_failed ? GST_STATE_CHANGE_READY_TO_PAUSED
                     : GST_STATE_CHANGE_PAUSED_TO_READY))
    close_stream (element);
  return result;
}

// A source ends by the application's EOS.
static gboolean
gst_web_audio_worklet_element_send_event (GstElement *element, GstEvent *event)
{
  auto stream = get (element).find_stream ();
  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS && stream
      && list_pads (element, GST_PAD_SINK, 0).empty ()) {
    stream->end ();
    gst_event_unref (event);
    return TRUE;
  }
  return GST_ELEMENT_CLASS (gst_web_audio_worklet_element_parent_class)
      ->send_event (element, event);
}

// GObject

static void
gst_web_audio_worklet_element_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (!get (object).settings.set_property (id, value)) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    return;
  }
  if (id == SETTING_ON_ERROR || id == SETTING_MAX_TAIL_TIME)
    return;
  // Without a processor there is nothing to choose yet.
  const WorkletSettings known = get (object).settings.copy ();
  if (!known.processor.empty () || known.node)
    adapt (GST_ELEMENT (object), false);
}

static void
gst_web_audio_worklet_element_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_LATENCY) {
    auto stream = get (object).find_stream ();
    g_value_set_uint64 (value, stream ? stream->latency () : 0);
  } else if (id == SETTING_WORKLET) {
    g_value_take_object (value, get_worklet (GST_ELEMENT (object)).release ());
  } else if (id == SETTING_NODE) {
    g_value_take_object (value, get_node (GST_ELEMENT (object)).release ());
  } else if (!get (object).settings.get_property (id, value)) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
gst_web_audio_worklet_element_finalize (GObject *object)
{
  delete GST_WEB_AUDIO_WORKLET_ELEMENT (object)->self;
  G_OBJECT_CLASS (gst_web_audio_worklet_element_parent_class)
      ->finalize (object);
}

static void
gst_web_audio_worklet_element_init (GstWebAudioWorkletElement *self)
{
  self->self = new Private (GST_ELEMENT (self));
  set_first_pad (GST_ELEMENT (self), GST_PAD_SINK, true);
  set_first_pad (GST_ELEMENT (self), GST_PAD_SRC, true);
}

static void
gst_web_audio_worklet_element_class_init (GstWebAudioWorkletElementClass *klass)
{
  GST_DEBUG_CATEGORY_INIT (gst_web_audio_worklet_debug, "audioworklet", 0,
      "Web Audio's AudioWorklet");

  auto object_class = G_OBJECT_CLASS (klass);
  object_class->set_property = gst_web_audio_worklet_element_set_property;
  object_class->get_property = gst_web_audio_worklet_element_get_property;
  object_class->finalize = gst_web_audio_worklet_element_finalize;
  install_worklet_settings (object_class);
  g_object_class_install_property (object_class, PROP_LATENCY,
      g_param_spec_uint64 ("latency", "Latency",
          "What the element adds, in ns: 0 as long as each buffer is a whole "
          "number of render quanta, otherwise a quantum less one frame",
          0, G_MAXUINT64, 0,
          GParamFlags (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)));
  install_message_signals (object_class);

  auto element_class = GST_ELEMENT_CLASS (klass);
  element_class->change_state = gst_web_audio_worklet_element_change_state;
  element_class->send_event = gst_web_audio_worklet_element_send_event;
  install_pads (element_class);
  gst_element_class_set_static_metadata (element_class, "Audio worklet",
      "Filter/Effect/Audio",
      "Runs an AudioWorkletProcessor: one of those that `processor` lists, or "
      "one of a `module`. Each of its AudioParams is a child with the property "
      "`value`, which any GstControlSource drives sample by sample. Its port "
      "is the action `post-message` and the signal `message`. Processors "
      "without inputs are sources, those without outputs are sinks; more "
      "inputs and outputs are request pads. Several outputs want a queue "
      "behind "
      "each, as those of a tee do.",
      "The gst-webmedia authors");
  gst_element_class_add_static_metadata (element_class,
      GST_ELEMENT_METADATA_DOC_URI,
      "https://webaudio.github.io/web-audio-api/#AudioWorklet");
  gst_element_class_add_static_metadata (element_class, "example",
      "gst-launch-1.0 audiotestsrc ! audioworklet processor=gain "
      "gain::value=0.5 ! audioconvert ! autoaudiosink");
}
