// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/audio-param.hh"
#include "api/error.hh"
#include "base/log.hh"

using namespace webmedia;
using worklet::AutomationRate;

WEBMEDIA_DEBUG_CATEGORY ("webmedia-worklet", "AudioWorklet")

namespace {

struct State {
  std::shared_ptr<worklet::Param> param;
  std::shared_ptr<worklet::NodeParam> source; // of param
};

} // namespace

/**
 * gst_web_automation_rate_get_type:
 *
 * Returns: the type of [enum@AutomationRate]
 */
GType
gst_web_automation_rate_get_type (void)
{
  static const GEnumValue values[] = {
      {GST_WEB_AUTOMATION_RATE_A, "GST_WEB_AUTOMATION_RATE_A", "a-rate"},
      {GST_WEB_AUTOMATION_RATE_K, "GST_WEB_AUTOMATION_RATE_K", "k-rate"},
      {},
  };
  static const GType type =
      g_enum_register_static ("GstWebAutomationRate", values);
  return type;
}
static_assert (GST_WEB_AUTOMATION_RATE_A == int (AutomationRate::a_rate));
static_assert (GST_WEB_AUTOMATION_RATE_K == int (AutomationRate::k_rate));

/**
 * GstWebAudioParam:
 *
 * A parameter of a node: the web's
 * [AudioParam](https://webaudio.github.io/web-audio-api/#AudioParam). It has a
 * value, which can be set at any time, and a time line of events, by which it
 * changes from frame to frame.
 *
 * ```c
 * GstClockTime now;
 * g_object_get (scope, "current-time", &now, NULL);
 * gst_web_audio_param_set_value_at_time (gain, 1, now, NULL);
 * gst_web_audio_param_linear_ramp_to_value_at_time (
 *     gain, 0, now + 2 * GST_SECOND, NULL);
 * ```
 *
 * Times are those of the clock of the node's scope,
 * [property@AudioWorkletGlobalScope:current-time], which counts what was
 * rendered; what has passed is now. Errors are those of the specification:
 * %GST_WEB_ERROR_TYPE for what is not finite, as %GST_CLOCK_TIME_NONE,
 * %GST_WEB_ERROR_RANGE for what is out of range, %GST_WEB_ERROR_NOT_SUPPORTED
 * for an event during a curve, or a curve over events.
 *
 * While an element renders the node and something controls the property `value`
 * of the element's child of this name, that goes before what is here.
 * [class@AutomationTimeline] is the same time line in stream time.
 *
 * All methods can be called from any thread, also while it is rendered.
 */
struct _GstWebAudioParam {
  GstObject parent;
  State *state;
};

G_DEFINE_FINAL_TYPE (GstWebAudioParam, gst_web_audio_param, GST_TYPE_OBJECT)

enum {
  PROP_VALUE = 1,
  PROP_DEFAULT_VALUE,
  PROP_MIN_VALUE,
  PROP_MAX_VALUE,
  PROP_AUTOMATION_RATE,
};

static const worklet::ParamDescriptor &
descriptor_of (GstWebAudioParam *self)
{
  return self->state->param->descriptor;
}

static void
gst_web_audio_param_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  auto self = GST_WEB_AUDIO_PARAM (object);
  switch (id) {
  case PROP_VALUE:
    if (auto set = engine_of (self).set_value (g_value_get_float (value)); !set)
      GST_WARNING_OBJECT (
          self, "value is not set: %s", set.error ().message.c_str ());
    break;
  case PROP_AUTOMATION_RATE:
    gst_web_audio_param_set_automation_rate (
        self, static_cast<GstWebAutomationRate> (g_value_get_enum (value)));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
}

static void
gst_web_audio_param_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  auto self = GST_WEB_AUDIO_PARAM (object);
  switch (id) {
  case PROP_VALUE:
    g_value_set_float (value, gst_web_audio_param_get_value (self));
    break;
  case PROP_DEFAULT_VALUE:
    g_value_set_float (value, descriptor_of (self).default_value);
    break;
  case PROP_MIN_VALUE:
    g_value_set_float (value, descriptor_of (self).min_value);
    break;
  case PROP_MAX_VALUE:
    g_value_set_float (value, descriptor_of (self).max_value);
    break;
  case PROP_AUTOMATION_RATE:
    g_value_set_enum (value, gst_web_audio_param_get_automation_rate (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
}

static void
gst_web_audio_param_finalize (GObject *object)
{
  delete GST_WEB_AUDIO_PARAM (object)->state;
  G_OBJECT_CLASS (gst_web_audio_param_parent_class)->finalize (object);
}

static void
install_float (GObjectClass *klass, guint id, const char *name,
    const char *nick, const char *blurb, GParamFlags flags)
{
  g_object_class_install_property (klass, id,
      g_param_spec_float (
          name, nick, blurb, -G_MAXFLOAT, G_MAXFLOAT, 0, flags));
}

static void
gst_web_audio_param_class_init (GstWebAudioParamClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  const auto read = GParamFlags (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  const auto write = GParamFlags (read | G_PARAM_WRITABLE);
  object_class->set_property = gst_web_audio_param_set_property;
  object_class->get_property = gst_web_audio_param_get_property;
  object_class->finalize = gst_web_audio_param_finalize;

  /**
   * GstWebAudioParam:value: (getter get_value)
   *
   * The value; where gst_web_audio_param_set_value() fails, setting it has no
   * effect but a warning in the log.
   */
  install_float (
      object_class, PROP_VALUE, "value", "Value", "The value", write);
  /**
   * GstWebAudioParam:default-value: (getter get_default_value)
   *
   * The value at first.
   */
  install_float (object_class, PROP_DEFAULT_VALUE, "default-value",
      "Default value", "The value at first", read);
  /**
   * GstWebAudioParam:min-value: (getter get_min_value)
   *
   * The least value.
   */
  install_float (object_class, PROP_MIN_VALUE, "min-value", "Minimal value",
      "The least value", read);
  /**
   * GstWebAudioParam:max-value: (getter get_max_value)
   *
   * The greatest value.
   */
  install_float (object_class, PROP_MAX_VALUE, "max-value", "Maximal value",
      "The greatest value", read);
  /**
   * GstWebAudioParam:automation-rate:
   *
   * How often the value is computed.
   */
  g_object_class_install_property (object_class, PROP_AUTOMATION_RATE,
      g_param_spec_enum ("automation-rate", "Automation rate",
          "How often the value is computed",
          gst_web_automation_rate_get_type (), GST_WEB_AUTOMATION_RATE_A,
          write));
}

static void
set_engine (GstWebAudioParam *self, std::shared_ptr<worklet::Param> param)
{
  auto source = std::static_pointer_cast<worklet::NodeParam> (param->source ());
  delete self->state;
  self->state = new State{std::move (param), std::move (source)};
}

// What a binding constructs is the parameter of no node.
static void
gst_web_audio_param_init (GstWebAudioParam *self)
{
  const worklet::ParamDescriptor descriptor;
  set_engine (self,
      std::make_shared<worklet::Param> (descriptor,
          std::make_shared<worklet::NodeParam> (
              std::make_shared<worklet::GlobalScope> (), descriptor, 0.0f)));
}

Ptr<GstWebAudioParam>
webmedia::wrap_param (std::shared_ptr<worklet::Param> param)
{
  auto self = Ptr<GstWebAudioParam>::adopt (GST_WEB_AUDIO_PARAM (
      gst_object_ref_sink (g_object_new (GST_TYPE_WEB_AUDIO_PARAM, nullptr))));
  set_engine (self.get (), std::move (param));
  return self;
}

worklet::NodeParam &
webmedia::engine_of (GstWebAudioParam *self)
{
  return *self->state->source;
}

/**
 * gst_web_audio_param_get_value:
 * @self: a parameter
 *
 * https://webaudio.github.io/web-audio-api/#dom-audioparam-value
 *
 * Returns: the value that was set last, or that it had at the start of the
 *     quantum that was rendered last; held in its range
 */
gfloat
gst_web_audio_param_get_value (GstWebAudioParam *self)
{
  g_return_val_if_fail (GST_IS_WEB_AUDIO_PARAM (self), 0);
  return engine_of (self).value ();
}

/**
 * gst_web_audio_param_set_value:
 * @self: a parameter
 * @value: the value from now on
 * @error: as gst_web_audio_param_set_value_at_time(), for the current time
 *
 * Sets the value, by an event at the current time. One that is out of the range
 * is held in it.
 *
 * https://webaudio.github.io/web-audio-api/#dom-audioparam-value
 *
 * Returns: %TRUE when it was set
 */
gboolean
gst_web_audio_param_set_value (
    GstWebAudioParam *self, gfloat value, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_AUDIO_PARAM (self), FALSE);
  return check (engine_of (self).set_value (value), error);
}

/**
 * gst_web_audio_param_get_default_value:
 * @self: a parameter
 *
 * https://webaudio.github.io/web-audio-api/#dom-audioparam-defaultvalue
 *
 * Returns: the value at first
 */
gfloat
gst_web_audio_param_get_default_value (GstWebAudioParam *self)
{
  g_return_val_if_fail (GST_IS_WEB_AUDIO_PARAM (self), 0);
  return descriptor_of (self).default_value;
}

/**
 * gst_web_audio_param_get_min_value:
 * @self: a parameter
 *
 * https://webaudio.github.io/web-audio-api/#dom-audioparam-minvalue
 *
 * Returns: the least value
 */
gfloat
gst_web_audio_param_get_min_value (GstWebAudioParam *self)
{
  g_return_val_if_fail (GST_IS_WEB_AUDIO_PARAM (self), 0);
  return descriptor_of (self).min_value;
}

/**
 * gst_web_audio_param_get_max_value:
 * @self: a parameter
 *
 * https://webaudio.github.io/web-audio-api/#dom-audioparam-maxvalue
 *
 * Returns: the greatest value
 */
gfloat
gst_web_audio_param_get_max_value (GstWebAudioParam *self)
{
  g_return_val_if_fail (GST_IS_WEB_AUDIO_PARAM (self), 0);
  return descriptor_of (self).max_value;
}

/**
 * gst_web_audio_param_get_automation_rate:
 * @self: a parameter
 *
 * https://webaudio.github.io/web-audio-api/#dom-audioparam-automationrate
 *
 * Returns: how often the value is computed
 */
GstWebAutomationRate
gst_web_audio_param_get_automation_rate (GstWebAudioParam *self)
{
  g_return_val_if_fail (
      GST_IS_WEB_AUDIO_PARAM (self), GST_WEB_AUTOMATION_RATE_A);
  return static_cast<GstWebAutomationRate> (
      self->state->param->automation_rate ());
}

/**
 * gst_web_audio_param_set_automation_rate:
 * @self: a parameter
 * @automation_rate: how often the value is to be computed, from the next
 *     quantum on
 *
 * A node of AudioWorklet refuses no rate.
 *
 * https://webaudio.github.io/web-audio-api/#dom-audioparam-automationrate
 */
void
gst_web_audio_param_set_automation_rate (
    GstWebAudioParam *self, GstWebAutomationRate automation_rate)
{
  g_return_if_fail (GST_IS_WEB_AUDIO_PARAM (self));
  g_return_if_fail (automation_rate == GST_WEB_AUTOMATION_RATE_A
                    || automation_rate == GST_WEB_AUTOMATION_RATE_K);
  self->state->param->set_automation_rate (
      static_cast<AutomationRate> (automation_rate));
}
