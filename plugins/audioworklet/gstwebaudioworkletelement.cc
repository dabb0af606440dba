// SPDX-License-Identifier: LGPL-2.1-or-later
#include "gstwebaudioworkletelement.hh"

#include "element-parts.hh"
#include "planning.hh"

using namespace webmedia;
using namespace webmedia::elements;

GST_DEBUG_CATEGORY (gst_web_audio_worklet_debug);
#define GST_CAT_DEFAULT gst_web_audio_worklet_debug

struct _GstWebAudioWorkletElement {
  GstElement parent;
  ElementParts *self;
};

G_DEFINE_FINAL_TYPE_WITH_CODE (GstWebAudioWorkletElement,
    gst_web_audio_worklet_element, GST_TYPE_ELEMENT,
    G_IMPLEMENT_INTERFACE (GST_TYPE_CHILD_PROXY, init_child_proxy))

ElementParts &
webmedia::elements::parts_of (gpointer object)
{
  return *GST_WEB_AUDIO_WORKLET_ELEMENT (object)->self;
}

Children &
webmedia::elements::children_of (gpointer element)
{
  return parts_of (element).children;
}

std::shared_ptr<Stream>
webmedia::elements::stream_of (gpointer element)
{
  return parts_of (element).find_stream ();
}

Messages &
webmedia::elements::messages_of (gpointer element)
{
  return *parts_of (element).messages;
}

// The objects

static Ptr<GstWebAudioWorklet>
get_worklet (GstElement *element)
{
  ElementParts &self = parts_of (element);
  return self.choosing.find_worklet (self.settings.copy ());
}

static Ptr<GstWebAudioWorkletNode>
get_node (GstElement *element)
{
  ElementParts &self = parts_of (element);
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
  ElementParts &self = parts_of (element);
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
  ElementParts &self = parts_of (element);
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
  ElementParts &self = parts_of (element);
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

// As a pad of an output would: to all inputs, of which one takes it.
static bool
send_upstream (GstElement *element, const Ptr<GstEvent> &event)
{
  bool is_handled = false;
  for (const auto &pad : list_pads (element, GST_PAD_SINK, 0))
    if (pad)
      is_handled |=
          gst_pad_push_event (pad.get (), Ptr<GstEvent> (event).release ())
          != FALSE;
  return is_handled;
}

// A source ends by the application's EOS. Of what has no outputs GStreamer does
// not know where a seek goes.
static gboolean
gst_web_audio_worklet_element_send_event (GstElement *element, GstEvent *event)
{
  auto stream = parts_of (element).find_stream ();
  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS && stream
      && list_pads (element, GST_PAD_SINK, 0).empty ()) {
    stream->end ();
    gst_event_unref (event);
    return TRUE;
  }
  if (!(gst_event_type_get_flags (GST_EVENT_TYPE (event))
          & GST_EVENT_TYPE_DOWNSTREAM)
      && list_pads (element, GST_PAD_SRC, 0).empty ())
    return send_upstream (element, Ptr<GstEvent>::adopt (event));
  return GST_ELEMENT_CLASS (gst_web_audio_worklet_element_parent_class)
      ->send_event (element, event);
}

// GObject

static void
gst_web_audio_worklet_element_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (!parts_of (object).settings.set_property (id, value)) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    return;
  }
  if (id == SETTING_ON_ERROR || id == SETTING_MAX_TAIL_TIME)
    return;
  // Without a processor there is nothing to choose yet.
  const WorkletSettings known = parts_of (object).settings.copy ();
  if (!known.processor.empty () || known.node)
    adapt (GST_ELEMENT (object), false);
}

static void
gst_web_audio_worklet_element_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_LATENCY) {
    auto stream = parts_of (object).find_stream ();
    g_value_set_uint64 (value, stream ? stream->latency () : 0);
  } else if (id == SETTING_WORKLET) {
    g_value_take_object (value, get_worklet (GST_ELEMENT (object)).release ());
  } else if (id == SETTING_NODE) {
    g_value_take_object (value, get_node (GST_ELEMENT (object)).release ());
  } else if (!parts_of (object).settings.get_property (id, value)) {
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
  self->self = new ElementParts (GST_ELEMENT (self));
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
