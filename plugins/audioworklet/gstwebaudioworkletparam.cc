// SPDX-License-Identifier: LGPL-2.1-or-later
#include "gstwebaudioworkletparam.hh"

using namespace webmedia;
using namespace webmedia::elements;
using worklet::ParamDescriptor;

struct GstWebAudioWorkletParam {
  GstObject parent;
  std::shared_ptr<ControlledParam> *source;
};
struct GstWebAudioWorkletParamClass {
  GstObjectClass parent_class;
  const ParamDescriptor *range; // of a type that has one
};

G_DEFINE_ABSTRACT_TYPE (
    GstWebAudioWorkletParam, gst_web_audio_worklet_param, GST_TYPE_OBJECT)

enum { PROP_VALUE = 1, PROP_MIN, PROP_MAX, PROP_DEFAULT, PROP_RATE };

static GstWebAudioWorkletParam *
cast (gpointer object)
{
  return static_cast<GstWebAudioWorkletParam *> (object);
}

static const ParamDescriptor &
range_of (gpointer object)
{
  return *reinterpret_cast<GstWebAudioWorkletParamClass *> (
      G_OBJECT_GET_CLASS (object))
              ->range;
}

static void
gst_web_audio_worklet_param_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_VALUE)
    (*cast (object)->source)->set (g_value_get_float (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gst_web_audio_worklet_param_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  const ParamDescriptor &range = range_of (object);
  switch (id) {
  case PROP_VALUE:
    g_value_set_float (value, (*cast (object)->source)->get ());
    break;
  case PROP_MIN:
    g_value_set_float (value, range.min_value);
    break;
  case PROP_MAX:
    g_value_set_float (value, range.max_value);
    break;
  case PROP_DEFAULT:
    g_value_set_float (value, range.default_value);
    break;
  case PROP_RATE:
    g_value_set_static_string (value,
        range.automation_rate == worklet::AutomationRate::a_rate ? "a-rate"
                                                                 : "k-rate");
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
gst_web_audio_worklet_param_finalize (GObject *object)
{
  delete cast (object)->source;
  G_OBJECT_CLASS (gst_web_audio_worklet_param_parent_class)->finalize (object);
}

static void
gst_web_audio_worklet_param_init (GstWebAudioWorkletParam *)
{}

static void
install_float (
    GObjectClass *klass, guint id, const char *name, const char *blurb)
{
  g_object_class_install_property (klass, id,
      g_param_spec_float (name, name, blurb, -G_MAXFLOAT, G_MAXFLOAT, 0,
          GParamFlags (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)));
}

static void
gst_web_audio_worklet_param_class_init (GstWebAudioWorkletParamClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  object_class->get_property = gst_web_audio_worklet_param_get_property;
  object_class->finalize = gst_web_audio_worklet_param_finalize;
  install_float (object_class, PROP_MIN, "min-value", "The least value");
  install_float (object_class, PROP_MAX, "max-value", "The greatest value");
  install_float (object_class, PROP_DEFAULT, "default-value",
      "What the value is at first");
  g_object_class_install_property (object_class, PROP_RATE,
      g_param_spec_string ("automation-rate", "automation-rate",
          "a-rate: a value for each frame; k-rate: one for each render quantum",
          nullptr, GParamFlags (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)));
}

// A type for each range, so that GStreamer's bindings, which map 0 to 1 to what
// the property may be, and gst-inspect know it.
static void
init_ranged_class (gpointer klass, gpointer data)
{
  auto range = static_cast<const ParamDescriptor *> (data);
  static_cast<GstWebAudioWorkletParamClass *> (klass)->range = range;
  // A class does not inherit them.
  auto object_class = G_OBJECT_CLASS (klass);
  object_class->set_property = gst_web_audio_worklet_param_set_property;
  object_class->get_property = gst_web_audio_worklet_param_get_property;
  // On the web a value that is out of the range is held in it.
  g_object_class_install_property (object_class, PROP_VALUE,
      g_param_spec_float ("value", "value",
          "The value; what controls it gives one for each frame, where the "
          "automation-rate is a-rate",
          range->min_value, range->max_value, range->default_value,
          GParamFlags (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
                       | G_PARAM_LAX_VALIDATION | GST_PARAM_CONTROLLABLE
                       | GST_PARAM_MUTABLE_PLAYING)));
}

static GType
find_type (const ParamDescriptor &descriptor)
{
  struct Known {
    ParamDescriptor range;
    GType type;
  };
  static Mutex lock;
  static auto *known = new std::vector<std::unique_ptr<Known>>;
  ParamDescriptor range = descriptor;
  range.name.clear ();
  MutexLocker locker (lock);
  for (const auto &entry : *known)
    if (entry->range == range)
      return entry->type;
  known->push_back (std::make_unique<Known> (Known{range, G_TYPE_INVALID}));
  Known &made = *known->back ();
  const std::string name =
      "GstWebAudioWorkletParam-" + std::to_string (known->size ());
  GTypeInfo info = {};
  info.class_size = sizeof (GstWebAudioWorkletParamClass);
  info.class_init = init_ranged_class;
  info.class_data = &made.range;
  info.instance_size = sizeof (GstWebAudioWorkletParam);
  made.type = g_type_register_static (
      GST_TYPE_WEB_AUDIO_WORKLET_PARAM, name.c_str (), &info, GTypeFlags (0));
  return made.type;
}

GstObject *
gst_web_audio_worklet_param_new (const ParamDescriptor &descriptor)
{
  auto self = GST_OBJECT (gst_object_ref_sink (g_object_new (
      find_type (descriptor), "name", descriptor.name.c_str (), nullptr)));
  cast (self)->source = new std::shared_ptr<ControlledParam> (
      std::make_shared<ControlledParam> (descriptor));
  return self;
}

std::shared_ptr<ControlledParam>
gst_web_audio_worklet_param_source (GstObject *param)
{
  return *cast (param)->source;
}
