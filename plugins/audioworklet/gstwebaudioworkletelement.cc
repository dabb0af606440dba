// SPDX-License-Identifier: LGPL-2.1-or-later
#include "gstwebaudioworkletelement.hh"

#include "pads.hh"

using namespace webmedia;
using namespace webmedia::elements;

GST_DEBUG_CATEGORY (gst_web_audio_worklet_debug);
#define GST_CAT_DEFAULT gst_web_audio_worklet_debug

namespace {

using ChoiceResult = Result<std::shared_ptr<worklet::Choice>>;

// Threads: thread-safe; choose() is called by one thread at a time.
struct Private {
  explicit Private (GstElement *element)
      : settings (element),
        children (element),
        messages (std::make_shared<Messages> (element, &settings))
  {}

  std::shared_ptr<Stream> find_stream () EXCLUDES (lock)
  {
    MutexLocker locker (lock);
    return stream;
  }

  ElementWorkletSettings settings;
  Children children;
  const std::shared_ptr<Messages> messages;

  Mutex lock;
  std::shared_ptr<worklet::Choice> choice GUARDED_BY (lock);
  std::string mistake GUARDED_BY (lock); // why there is no choice
  std::string chosen GUARDED_BY (lock);  // the settings that it comes of
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

// The choice of the processor

// Loads the module and looks the processor up, when both may be known; what is
// wrong is told when the element starts.
static void
choose (GstElement *element)
{
  Private &self = get (element);
  const WorkletSettings settings = self.settings.copy ();
  const std::string key = settings.module + '\n' + settings.processor + '\n'
                          + std::to_string (settings.quantum);
  {
    MutexLocker locker (self.lock);
    if (self.chosen == key && self.choice)
      return;
  }
  ChoiceResult made{nullptr};
  gst_web_bridge_choose_processor (settings.module.c_str (),
      settings.processor.c_str (), settings.quantum, &made);
  std::shared_ptr<worklet::Choice> choice = made ? *made : nullptr;
  {
    MutexLocker locker (self.lock);
    self.chosen = key;
    self.choice = choice;
    self.mistake = made ? "" : made.error ().message;
  }
  self.children.set_definition (choice ? &choice->definition () : nullptr);
}

static Result<worklet::NodeOptions>
parse_options (worklet::Choice &choice, const WorkletSettings &settings)
{
  return choice.parse_options (
      settings.node_options.c_str (), settings.processor_options.c_str ());
}

static void
adapt_pads (GstElement *element)
{
  Private &self = get (element);
  std::shared_ptr<worklet::Choice> choice;
  {
    MutexLocker locker (self.lock);
    choice = self.choice;
  }
  if (!choice)
    return;
  auto options = parse_options (*choice, self.settings.copy ());
  if (!options)
    return; // told when the element starts
  set_first_pad (element, GST_PAD_SINK, options->number_of_inputs > 0);
  set_first_pad (element, GST_PAD_SRC, options->number_of_outputs > 0);
  if (options->number_of_outputs == 0)
    GST_OBJECT_FLAG_SET (element, GST_ELEMENT_FLAG_SINK);
  else
    GST_OBJECT_FLAG_UNSET (element, GST_ELEMENT_FLAG_SINK);
  if (options->number_of_inputs == 0)
    GST_OBJECT_FLAG_SET (element, GST_ELEMENT_FLAG_SOURCE);
  else
    GST_OBJECT_FLAG_UNSET (element, GST_ELEMENT_FLAG_SOURCE);
}

// States

static bool
check_choice (GstElement *element)
{
  Private &self = get (element);
  choose (element);
  std::shared_ptr<worklet::Choice> choice;
  std::string mistake;
  {
    MutexLocker locker (self.lock);
    choice = self.choice;
    mistake = self.mistake;
  }
  if (choice) {
    if (auto options = parse_options (*choice, self.settings.copy ()); !options)
      mistake = options.error ().message;
    else if (const std::string name = self.children.find_unknown ();
             !name.empty ())
      mistake = "The processor has no parameter \"" + name + "\"; "
                + (self.children.names ().empty ()
                        ? std::string ("it has none")
                        : "it has: " + self.children.names ());
  }
  if (mistake.empty ())
    return true;
  GST_ELEMENT_ERROR (
      element, LIBRARY, SETTINGS, ("%s.", mistake.c_str ()), (nullptr));
  return false;
}

static bool
open_stream (GstElement *element)
{
  Private &self = get (element);
  std::shared_ptr<worklet::Choice> choice;
  {
    MutexLocker locker (self.lock);
    choice = self.choice;
  }
  auto options = parse_options (*choice, self.settings.copy ());
  if (!options)
    return false;
  auto sinks = list_pads (element, GST_PAD_SINK, options->number_of_inputs);
  auto srcs = list_pads (element, GST_PAD_SRC, options->number_of_outputs);
  options->number_of_inputs = static_cast<uint32_t> (sinks.size ());
  options->number_of_outputs = static_cast<uint32_t> (srcs.size ());
  auto made = choice->create_node (std::move (*options));
  if (!made) {
    GST_ELEMENT_ERROR (element, LIBRARY, SETTINGS,
        ("%s.", made.error ().message.c_str ()), (nullptr));
    return false;
  }
  const auto &node = made->view;
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
  return true;
}

static void
close_stream (GstElement *element)
{
  Private &self = get (element);
  std::shared_ptr<Stream> stream;
  {
    MutexLocker locker (self.lock);
    stream = std::move (self.stream);
  }
  for (const auto &pad : list_pads (element, GST_PAD_SINK, 0))
    if (pad)
      gst_pad_set_element_private (pad.get (), nullptr);
  if (stream)
    stream->set_playing (false);
  self.children.follow (nullptr);
  self.messages->set_node (nullptr);
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
    if (!check_choice (element) || !open_stream (element))
      return GST_STATE_CHANGE_FAILURE;
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
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY
      || (result == GST_STATE_CHANGE_FAILURE
          && transition == GST_STATE_CHANGE_READY_TO_PAUSED))
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
  auto element = GST_ELEMENT (object);
  GST_OBJECT_LOCK (element);
  const bool is_early = GST_STATE (element) <= GST_STATE_READY;
  GST_OBJECT_UNLOCK (element);
  // Without a processor there is nothing to choose yet.
  if (!is_early || get (object).settings.copy ().processor.empty ())
    return;
  choose (element);
  adapt_pads (element);
}

static void
gst_web_audio_worklet_element_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_LATENCY) {
    auto stream = get (object).find_stream ();
    g_value_set_uint64 (value, stream ? stream->latency () : 0);
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
      "inputs and outputs are request pads.",
      "The gst-webmedia authors");
  gst_element_class_add_static_metadata (element_class,
      GST_ELEMENT_METADATA_DOC_URI,
      "https://webaudio.github.io/web-audio-api/#AudioWorklet");
  gst_element_class_add_static_metadata (element_class, "example",
      "gst-launch-1.0 audiotestsrc ! audioworklet processor=gain "
      "gain::value=0.5 ! audioconvert ! autoaudiosink");
}
