// SPDX-License-Identifier: LGPL-2.1-or-later
// The automation methods: what they check, and the events that they make.
#include "worklet/automation-timeline.hh"

#include <algorithm>
#include <cmath>

namespace webmedia::worklet {

using Kind = AutomationEvent::Kind;

static Result<>
check_value (const char *method, const char *name, double value)
{
  if (!std::isfinite (value))
    return make_error (ErrorCode::type,
        "%s: %s is %g; it must be a finite number", method, name, value);
  return ok;
}

static Result<>
check_time (const char *method, const char *name, double time)
{
  if (Result<> result = check_value (method, name, time); !result)
    return result;
  if (time < 0)
    return make_error (ErrorCode::range,
        "%s: %s is %g s; it must not be negative", method, name, time);
  return ok;
}

// Both, as the IDL has them: the value, then the time.
static Result<>
check_both (const char *method, const char *value_name, double value,
    const char *time_name, double time)
{
  if (Result<> result = check_value (method, value_name, value); !result)
    return result;
  return check_time (method, time_name, time);
}

Result<>
AutomationTimeline::set_value_at_time (
    double value, double start_time, double now)
{
  const char *method = "setValueAtTime";
  if (Result<> result =
          check_both (method, "value", value, "startTime", start_time);
      !result)
    return result;
  return insert (
      method, {Kind::set_value, std::max (start_time, now), value}, now);
}

Result<>
AutomationTimeline::linear_ramp_to_value_at_time (
    double value, double end_time, double now)
{
  const char *method = "linearRampToValueAtTime";
  if (Result<> result =
          check_both (method, "value", value, "endTime", end_time);
      !result)
    return result;
  return insert (
      method, {Kind::linear_ramp, std::max (end_time, now), value}, now);
}

Result<>
AutomationTimeline::exponential_ramp_to_value_at_time (
    double value, double end_time, double now)
{
  const char *method = "exponentialRampToValueAtTime";
  if (Result<> result =
          check_both (method, "value", value, "endTime", end_time);
      !result)
    return result;
  if (value == 0)
    return make_error (ErrorCode::range,
        "%s: value is 0, which no exponential ramp comes to; take a small one, "
        "or setTargetAtTime",
        method);
  return insert (
      method, {Kind::exponential_ramp, std::max (end_time, now), value}, now);
}

Result<>
AutomationTimeline::set_target_at_time (
    double target, double start_time, double time_constant, double now)
{
  const char *method = "setTargetAtTime";
  if (Result<> result =
          check_both (method, "target", target, "startTime", start_time);
      !result)
    return result;
  if (Result<> result = check_time (method, "timeConstant", time_constant);
      !result)
    return result;
  return insert (method,
      {Kind::set_target, std::max (start_time, now), target, time_constant},
      now);
}

Result<>
AutomationTimeline::set_value_curve_at_time (std::span<const float> values,
    double start_time, double duration, double now)
{
  const char *method = "setValueCurveAtTime";
  for (float value : values)
    if (Result<> result = check_value (method, "a value", value); !result)
      return result;
  if (Result<> result = check_time (method, "startTime", start_time); !result)
    return result;
  if (Result<> result = check_value (method, "duration", duration); !result)
    return result;
  if (values.size () < 2)
    return make_error (ErrorCode::invalid_state,
        "%s: a curve of %zu values; it must have two or more", method,
        values.size ());
  if (values.size () > UINT32_MAX)
    return make_error (ErrorCode::range,
        "%s: a curve of %zu values; it must have less than 2^32", method,
        values.size ());
  if (duration <= 0)
    return make_error (ErrorCode::range,
        "%s: duration is %g s; it must be positive", method, duration);
  const double time = std::max (start_time, now);
  return insert (method,
      {.kind = Kind::value_curve,
          .time = time,
          .value = values.back (),
          .points = std::make_shared<const std::vector<float>> (
              values.begin (), values.end ()),
          .duration = duration,
          .end = time + duration},
      now);
}

// ---- Cancelling ----

// What runs at the time is cancelled, too: a ramp, as its event is when it
// ends; a curve up to its end; and a target, which is approached for ever. Then
// the value from before it is there again.
Result<>
AutomationTimeline::cancel_scheduled_values (double cancel_time, double now)
{
  if (Result<> result =
          check_time ("cancelScheduledValues", "cancelTime", cancel_time);
      !result)
    return result;
  const double time = std::max (cancel_time, now);
  auto first = std::lower_bound (events_.begin (), events_.end (), time,
      [] (const AutomationEvent &event, double t) { return event.time < t; });
  if (first != events_.begin ()) {
    const AutomationEvent &before = *(first - 1);
    if (before.kind == Kind::set_target
        || (before.is_curve () && time <= before.end))
      --first;
  }
  if (first == events_.end ())
    return ok;
  events_.erase (first, events_.end ());
  update (events_.size (), 0, now);
  return ok;
}

Result<>
AutomationTimeline::cancel_and_hold_at_time (double cancel_time, double now)
{
  if (Result<> result =
          check_time ("cancelAndHoldAtTime", "cancelTime", cancel_time);
      !result)
    return result;
  const double time = std::max (cancel_time, now);
  const double held = value_at (time);
  // 1., 2. E1 is the last event up to that time, E2 the first one after it.
  auto e2 = std::upper_bound (events_.begin (), events_.end (), time,
      [] (double t, const AutomationEvent &event) { return t < event.time; });
  AutomationEvent *e1 = e2 == events_.begin () ? nullptr : &*(e2 - 1);
  size_t n_kept = static_cast<size_t> (e2 - events_.begin ());
  const bool is_in_curve = e1 && e1->is_curve () && time <= e1->end;
  // 3. A ramp ends there. One that a curve comes before has not begun while
  // the curve lasts: it goes.
  if (e2 != events_.end () && e2->is_ramp () && !is_in_curve) {
    e2->time = time;
    e2->value = held;
    ++e2;
  } else if (e1 && e1->kind == Kind::set_target) {
    // 4.1. What approaches a target is held by an event.
    e2 = events_.insert (e2, {Kind::set_value, time, held}) + 1;
  } else if (is_in_curve) {
    // 4.2. A curve is cut off, and is the same until then.
    e1->end = time;
    e1->value = held;
    n_kept--;
  }
  // 5.
  events_.erase (e2, events_.end ());
  update (n_kept, events_.size () - n_kept, now);
  return ok;
}

} // namespace webmedia::worklet
