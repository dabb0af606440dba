// SPDX-License-Identifier: LGPL-2.1-or-later
#include "settings.hh"

#include "api/bridge.hh"

namespace webmedia::elements {

static GType
get_on_error_type ()
{
  static const GEnumValue values[] = {
      {int (OnError::silence),
          "The outputs are silent from then on, and a warning is posted",
          "silence"},
      {int (OnError::error), "The element fails", "error"},
      {0, nullptr, nullptr},
  };
  static const GType type =
      g_enum_register_static ("GstWebAudioWorkletOnError", values);
  return type;
}

void
install_worklet_settings (GObjectClass *klass)
{
  const auto ready = GParamFlags (
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY);
  g_object_class_install_property (klass, SETTING_MODULE,
      g_param_spec_string ("module", "Module",
          "Path of a shared library with processors, made with "
          "<gst/webmedia/gstwebaudioprocessor.h> (default: none)",
          nullptr, ready));
  const CString known (gst_web_bridge_describe_processors ());
  const std::string blurb =
      "Name of the processor: one of the module's, or of these (with their "
      "parameters): "
      + std::string (known.get ());
  // Known to no more than this one class.
  g_object_class_install_property (klass, SETTING_PROCESSOR,
      g_param_spec_string ("processor", "Processor",
          g_intern_string (blurb.c_str ()), nullptr, ready));
  g_object_class_install_property (klass, SETTING_PROCESSOR_OPTIONS,
      g_param_spec_string ("processor-options", "Processor's options",
          "What the processor's constructor is given: a JSON object, like "
          "{\"type\": \"highpass\"} (default: none)",
          nullptr, ready));
  g_object_class_install_property (klass, SETTING_NODE_OPTIONS,
      g_param_spec_string ("node-options", "Node's options",
          "AudioWorkletNodeOptions as a JSON object: numberOfInputs, "
          "numberOfOutputs, outputChannelCount, parameterData, "
          "processorOptions, channelCount, channelCountMode, "
          "channelInterpretation (default: what the processor is made for, or "
          "one input and one output, and more where pads are asked for)",
          nullptr, ready));
  g_object_class_install_property (klass, SETTING_QUANTUM,
      g_param_spec_uint ("render-quantum-size", "Render quantum's size",
          "How many frames are rendered at once; at most six seconds of them",
          1, 6 * 384000, 128, ready));
  g_object_class_install_property (klass, SETTING_ON_ERROR,
      g_param_spec_enum ("on-error", "On error",
          "What to do when the processor throws", get_on_error_type (),
          int (OnError::silence),
          GParamFlags (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
                       | GST_PARAM_MUTABLE_PLAYING)));
  g_object_class_install_property (klass, SETTING_MAX_TAIL_TIME,
      g_param_spec_uint64 ("max-tail-time", "Maximal tail time",
          "For how long, in ns, a processor that keeps itself alive is called "
          "while all of its inputs are silent, and after their end; while they "
          "are silent one that says a longer tail is called until that is over",
          0, G_MAXINT64, 10 * GST_SECOND,
          GParamFlags (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
                       | GST_PARAM_MUTABLE_PLAYING)));
  g_object_class_install_property (klass, SETTING_WORKLET,
      g_param_spec_object ("worklet", "Worklet",
          "The AudioWorklet whose processor it is: it has the names, a clock "
          "and a port. Its render quantum goes before the element's (default: "
          "one of the element's own, which can be read)",
          GST_TYPE_WEB_AUDIO_WORKLET, ready));
  g_object_class_install_property (klass, SETTING_NODE,
      g_param_spec_object ("node", "Node",
          "The AudioWorkletNode that is rendered: then processor, module, "
          "worklet and options are not looked at (default: the element's own, "
          "which can be read in PAUSED and PLAYING)",
          GST_TYPE_WEB_AUDIO_WORKLET_NODE, ready));
}

WorkletSettings
ElementWorkletSettings::copy () const
{
  GST_OBJECT_LOCK (element_);
  WorkletSettings known = settings_;
  GST_OBJECT_UNLOCK (element_);
  return known;
}

OnError
ElementWorkletSettings::on_error () const
{
  GST_OBJECT_LOCK (element_);
  const OnError known = settings_.on_error;
  GST_OBJECT_UNLOCK (element_);
  return known;
}

static std::string
string_of (const GValue *value)
{
  const char *text = g_value_get_string (value);
  return text ? text : "";
}

bool
ElementWorkletSettings::set_property (guint id, const GValue *value)
{
  // References are taken and given without the lock.
  Ptr<GstWebAudioWorklet> worklet;
  Ptr<GstWebAudioWorkletNode> node;
  if (id == SETTING_WORKLET)
    worklet = Ptr<GstWebAudioWorklet>::adopt (
        static_cast<GstWebAudioWorklet *> (g_value_dup_object (value)));
  else if (id == SETTING_NODE)
    node = Ptr<GstWebAudioWorkletNode>::adopt (
        static_cast<GstWebAudioWorkletNode *> (g_value_dup_object (value)));
  bool is_known = true;
  GST_OBJECT_LOCK (element_);
  switch (id) {
  case SETTING_MODULE:
    settings_.module = string_of (value);
    break;
  case SETTING_PROCESSOR:
    settings_.processor = string_of (value);
    break;
  case SETTING_PROCESSOR_OPTIONS:
    settings_.processor_options = string_of (value);
    break;
  case SETTING_NODE_OPTIONS:
    settings_.node_options = string_of (value);
    break;
  case SETTING_QUANTUM:
    settings_.quantum = g_value_get_uint (value);
    break;
  case SETTING_ON_ERROR:
    settings_.on_error = static_cast<OnError> (g_value_get_enum (value));
    break;
  case SETTING_MAX_TAIL_TIME:
    max_tail_time_.store (g_value_get_uint64 (value));
    break;
  case SETTING_WORKLET:
    std::swap (settings_.worklet, worklet);
    break;
  case SETTING_NODE:
    std::swap (settings_.node, node);
    break;
  default:
    is_known = false;
  }
  GST_OBJECT_UNLOCK (element_);
  return is_known;
}

static void
give (GValue *value, const std::string &text)
{
  g_value_set_string (value, text.empty () ? nullptr : text.c_str ());
}

bool
ElementWorkletSettings::get_property (guint id, GValue *value) const
{
  const WorkletSettings known = copy ();
  switch (id) {
  case SETTING_MODULE:
    give (value, known.module);
    break;
  case SETTING_PROCESSOR:
    give (value, known.processor);
    break;
  case SETTING_PROCESSOR_OPTIONS:
    give (value, known.processor_options);
    break;
  case SETTING_NODE_OPTIONS:
    give (value, known.node_options);
    break;
  case SETTING_QUANTUM:
    g_value_set_uint (value, known.quantum);
    break;
  case SETTING_ON_ERROR:
    g_value_set_enum (value, int (known.on_error));
    break;
  case SETTING_MAX_TAIL_TIME:
    g_value_set_uint64 (value, max_tail_time ());
    break;
  default:
    return false;
  }
  return true;
}

} // namespace webmedia::elements
