// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/automation.hh"
#include "api/error.hh"
#include "base/mutex.hh"
#include "worklet/automation-timeline.hh"

#include <algorithm>
#include <cmath>
#include <gst/webmedia/gstwebautomationtimeline.h>

using namespace webmedia;
using worklet::AutomationTimeline;

namespace {

struct State {
  explicit State (double value)
      : timeline (value, AutomationTimeline::History::keep)
  {}

  Mutex lock;
  AutomationTimeline timeline GUARDED_BY (lock);
};

} // namespace

/**
 * GstWebAutomationTimeline:
 *
 * The automation time line of an
 * [AudioParam](https://webaudio.github.io/web-audio-api/#AudioParam), as a
 * [class@Gst.ControlSource]: it drives any property that can be controlled, of
 * any element. Its values are absolute, so it is bound with
 * gst_direct_control_binding_new_absolute().
 *
 * ```c
 * GstWebAutomationTimeline *fade = gst_web_automation_timeline_new (0);
 * gst_web_automation_timeline_linear_ramp_to_value_at_time (
 *     fade, 1, 2 * GST_SECOND, NULL);
 * gst_object_add_control_binding (gain,
 *     gst_direct_control_binding_new_absolute (
 *         gain, "value", GST_CONTROL_SOURCE (fade)));
 * ```
 *
 * Times are stream times. Events can be scheduled at any of them, also behind
 * where playback is: a time line has no time of its own, so nothing has passed,
 * and after a seek it is what it was. All methods can be called from any
 * thread, also while it is played.
 *
 * The methods are those of the specification, with its errors:
 * %GST_WEB_ERROR_TYPE for what is not finite, %GST_WEB_ERROR_RANGE for what is
 * out of range, and %GST_WEB_ERROR_NOT_SUPPORTED for an event during a curve,
 * or a curve over events.
 */
struct _GstWebAutomationTimeline {
  GstControlSource parent;
  State *state;
};

G_DEFINE_FINAL_TYPE (GstWebAutomationTimeline, gst_web_automation_timeline,
    GST_TYPE_CONTROL_SOURCE)

static gboolean
get_value_array (GstControlSource *source, GstClockTime time,
    GstClockTime interval, guint n_values, gdouble *values)
{
  if (n_values == 0)
    return TRUE;
  State &state = *GST_WEB_AUTOMATION_TIMELINE (source)->state;
  MutexLocker locker (state.lock);
  size_t hint = 0;
  const worklet::TimeGrid grid = {time, interval, 1e9};
  if (state.timeline.segments ().evaluate (grid, n_values, values, hint) == 1)
    std::fill_n (values + 1, n_values - 1, values[0]);
  return TRUE;
}

static gboolean
get_value (GstControlSource *source, GstClockTime time, gdouble *value)
{
  return get_value_array (source, time, 0, 1, value);
}

static void
gst_web_automation_timeline_finalize (GObject *object)
{
  delete GST_WEB_AUTOMATION_TIMELINE (object)->state;
  G_OBJECT_CLASS (gst_web_automation_timeline_parent_class)->finalize (object);
}

static void
gst_web_automation_timeline_class_init (GstWebAutomationTimelineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_web_automation_timeline_finalize;
}

static void
gst_web_automation_timeline_init (GstWebAutomationTimeline *self)
{
  self->state = new State (0);
  self->parent.get_value = get_value;
  self->parent.get_value_array = get_value_array;
}

/**
 * gst_web_automation_timeline_new:
 * @value: the value before the first event, a finite number
 *
 * Returns: (transfer full): a time line without events
 */
GstWebAutomationTimeline *
gst_web_automation_timeline_new (gdouble value)
{
  g_return_val_if_fail (std::isfinite (value), nullptr);
  auto self = GST_WEB_AUTOMATION_TIMELINE (gst_object_ref_sink (
      g_object_new (GST_TYPE_WEB_AUTOMATION_TIMELINE, nullptr)));
  delete self->state;
  self->state = new State (value);
  return self;
}

// Nothing has passed of what is kept.
static constexpr double kNow = 0;

// Calls a method of the engine's time line.
template <typename Method>
static gboolean
schedule (GstWebAutomationTimeline *self, GError **error, Method method)
{
  State &state = *self->state;
  MutexLocker locker (state.lock);
  return check (method (state.timeline), error);
}

/**
 * gst_web_automation_timeline_set_value_at_time:
 * @self: a time line
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
gst_web_automation_timeline_set_value_at_time (GstWebAutomationTimeline *self,
    gdouble value, GstClockTime start_time, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_AUTOMATION_TIMELINE (self), FALSE);
  return schedule (self, error, [=] (AutomationTimeline &timeline) {
    return timeline.set_value_at_time (value, to_seconds (start_time), kNow);
  });
}

/**
 * gst_web_automation_timeline_linear_ramp_to_value_at_time:
 * @self: a time line
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
gst_web_automation_timeline_linear_ramp_to_value_at_time (
    GstWebAutomationTimeline *self, gdouble value, GstClockTime end_time,
    GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_AUTOMATION_TIMELINE (self), FALSE);
  return schedule (self, error, [=] (AutomationTimeline &timeline) {
    return timeline.linear_ramp_to_value_at_time (
        value, to_seconds (end_time), kNow);
  });
}

/**
 * gst_web_automation_timeline_exponential_ramp_to_value_at_time:
 * @self: a time line
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
gst_web_automation_timeline_exponential_ramp_to_value_at_time (
    GstWebAutomationTimeline *self, gdouble value, GstClockTime end_time,
    GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_AUTOMATION_TIMELINE (self), FALSE);
  return schedule (self, error, [=] (AutomationTimeline &timeline) {
    return timeline.exponential_ramp_to_value_at_time (
        value, to_seconds (end_time), kNow);
  });
}

/**
 * gst_web_automation_timeline_set_target_at_time:
 * @self: a time line
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
gst_web_automation_timeline_set_target_at_time (GstWebAutomationTimeline *self,
    gdouble target, GstClockTime start_time, GstClockTime time_constant,
    GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_AUTOMATION_TIMELINE (self), FALSE);
  return schedule (self, error, [=] (AutomationTimeline &timeline) {
    return timeline.set_target_at_time (
        target, to_seconds (start_time), to_seconds (time_constant), kNow);
  });
}

/**
 * gst_web_automation_timeline_set_value_curve_at_time:
 * @self: a time line
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
gst_web_automation_timeline_set_value_curve_at_time (
    GstWebAutomationTimeline *self, const gfloat *values, guint n_values,
    GstClockTime start_time, GstClockTime duration, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_AUTOMATION_TIMELINE (self), FALSE);
  g_return_val_if_fail (values || n_values == 0, FALSE);
  return schedule (self, error, [=] (AutomationTimeline &timeline) {
    return timeline.set_value_curve_at_time (
        std::span<const float> (values, n_values), to_seconds (start_time),
        to_seconds (duration), kNow);
  });
}

/**
 * gst_web_automation_timeline_cancel_scheduled_values:
 * @self: a time line
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
gst_web_automation_timeline_cancel_scheduled_values (
    GstWebAutomationTimeline *self, GstClockTime cancel_time, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_AUTOMATION_TIMELINE (self), FALSE);
  return schedule (self, error, [=] (AutomationTimeline &timeline) {
    return timeline.cancel_scheduled_values (to_seconds (cancel_time), kNow);
  });
}

/**
 * gst_web_automation_timeline_cancel_and_hold_at_time:
 * @self: a time line
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
gst_web_automation_timeline_cancel_and_hold_at_time (
    GstWebAutomationTimeline *self, GstClockTime cancel_time, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_AUTOMATION_TIMELINE (self), FALSE);
  return schedule (self, error, [=] (AutomationTimeline &timeline) {
    return timeline.cancel_and_hold_at_time (to_seconds (cancel_time), kNow);
  });
}
