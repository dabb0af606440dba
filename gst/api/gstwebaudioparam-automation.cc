// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/audio-param.hh"
#include "api/automation.hh"
#include "api/error.hh"

using namespace webmedia;
using worklet::AutomationParam;

// Calls a method of the engine's time line.
template <typename Method>
static gboolean
schedule (GstWebAudioParam *self, GError **error, Method method)
{
  worklet::NodeParam &source = engine_of (self);
  return check (method (source.timeline (), source.now ()), error);
}

/**
 * gst_web_audio_param_set_value_at_time:
 * @self: a parameter
 * @value: the value from then on
 * @start_time: when
 * @error: return location for an error
 *
 * The web's
 * [setValueAtTime()](https://webaudio.github.io/web-audio-api/#dom-audioparam-setvalueattime).
 *
 * Returns: %TRUE when it was scheduled
 */
gboolean
gst_web_audio_param_set_value_at_time (GstWebAudioParam *self, gfloat value,
    GstClockTime start_time, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_AUDIO_PARAM (self), FALSE);
  return schedule (self, error, [=] (AutomationParam &timeline, double now) {
    return timeline.set_value_at_time (value, to_seconds (start_time), now);
  });
}

/**
 * gst_web_audio_param_linear_ramp_to_value_at_time:
 * @self: a parameter
 * @value: the value at the end
 * @end_time: when it ends; it begins at the event before it
 * @error: return location for an error
 *
 * The web's
 * [linearRampToValueAtTime()](https://webaudio.github.io/web-audio-api/#dom-audioparam-linearramptovalueattime).
 *
 * Returns: %TRUE when it was scheduled
 */
gboolean
gst_web_audio_param_linear_ramp_to_value_at_time (
    GstWebAudioParam *self, gfloat value, GstClockTime end_time, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_AUDIO_PARAM (self), FALSE);
  return schedule (self, error, [=] (AutomationParam &timeline, double now) {
    return timeline.linear_ramp_to_value_at_time (
        value, to_seconds (end_time), now);
  });
}

/**
 * gst_web_audio_param_exponential_ramp_to_value_at_time:
 * @self: a parameter
 * @value: the value at the end, not 0
 * @end_time: when it ends; it begins at the event before it
 * @error: return location for an error
 *
 * The web's
 * [exponentialRampToValueAtTime()](https://webaudio.github.io/web-audio-api/#dom-audioparam-exponentialramptovalueattime).
 *
 * Returns: %TRUE when it was scheduled
 */
gboolean
gst_web_audio_param_exponential_ramp_to_value_at_time (
    GstWebAudioParam *self, gfloat value, GstClockTime end_time, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_AUDIO_PARAM (self), FALSE);
  return schedule (self, error, [=] (AutomationParam &timeline, double now) {
    return timeline.exponential_ramp_to_value_at_time (
        value, to_seconds (end_time), now);
  });
}

/**
 * gst_web_audio_param_set_target_at_time:
 * @self: a parameter
 * @target: what the value comes ever nearer to
 * @start_time: from when on
 * @time_constant: how long it takes to have come 63 % of the way
 * @error: return location for an error
 *
 * The web's
 * [setTargetAtTime()](https://webaudio.github.io/web-audio-api/#dom-audioparam-settargetattime).
 *
 * Returns: %TRUE when it was scheduled
 */
gboolean
gst_web_audio_param_set_target_at_time (GstWebAudioParam *self, gfloat target,
    GstClockTime start_time, GstClockTime time_constant, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_AUDIO_PARAM (self), FALSE);
  return schedule (self, error, [=] (AutomationParam &timeline, double now) {
    return timeline.set_target_at_time (target, to_seconds (start_time),
        static_cast<float> (to_seconds (time_constant)), now);
  });
}

/**
 * gst_web_audio_param_set_value_curve_at_time:
 * @self: a parameter
 * @values: (array length=n_values): the values, equally far from each other
 * @n_values: how many they are, 2 or more
 * @start_time: when the first one holds
 * @duration: how long after it the last one holds
 * @error: return location for an error
 *
 * The web's
 * [setValueCurveAtTime()](https://webaudio.github.io/web-audio-api/#dom-audioparam-setvaluecurveattime).
 * It fails with %GST_WEB_ERROR_INVALID_STATE for less than two values.
 *
 * Returns: %TRUE when it was scheduled
 */
gboolean
gst_web_audio_param_set_value_curve_at_time (GstWebAudioParam *self,
    const gfloat *values, guint n_values, GstClockTime start_time,
    GstClockTime duration, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_AUDIO_PARAM (self), FALSE);
  g_return_val_if_fail (values || n_values == 0, FALSE);
  return schedule (self, error, [=] (AutomationParam &timeline, double now) {
    return timeline.set_value_curve_at_time (
        std::span<const float> (values, n_values), to_seconds (start_time),
        to_seconds (duration), now);
  });
}

/**
 * gst_web_audio_param_cancel_scheduled_values:
 * @self: a parameter
 * @cancel_time: from when on
 * @error: return location for an error
 *
 * Takes all events away that are due at this time or later, and the curve that
 * lasts then: the web's
 * [cancelScheduledValues()](https://webaudio.github.io/web-audio-api/#dom-audioparam-cancelscheduledvalues).
 *
 * Returns: %TRUE when they were cancelled
 */
gboolean
gst_web_audio_param_cancel_scheduled_values (
    GstWebAudioParam *self, GstClockTime cancel_time, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_AUDIO_PARAM (self), FALSE);
  return schedule (self, error, [=] (AutomationParam &timeline, double now) {
    return timeline.cancel_scheduled_values (to_seconds (cancel_time), now);
  });
}

/**
 * gst_web_audio_param_cancel_and_hold_at_time:
 * @self: a parameter
 * @cancel_time: from when on
 * @error: return location for an error
 *
 * Takes all events away that are due later, and holds the value that there is
 * then: the web's
 * [cancelAndHoldAtTime()](https://webaudio.github.io/web-audio-api/#dom-audioparam-cancelandholdattime).
 *
 * Returns: %TRUE when they were cancelled
 */
gboolean
gst_web_audio_param_cancel_and_hold_at_time (
    GstWebAudioParam *self, GstClockTime cancel_time, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_AUDIO_PARAM (self), FALSE);
  return schedule (self, error, [=] (AutomationParam &timeline, double now) {
    return timeline.cancel_and_hold_at_time (to_seconds (cancel_time), now);
  });
}
