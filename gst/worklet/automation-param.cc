// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/automation-param.hh"

#include <algorithm>

namespace webmedia::worklet {

AutomationParam::AutomationParam (
    float value, AutomationTimeline::History history)
    : timeline_ (value, history),
      handover_ (timeline_.handover ())
{}

Result<>
AutomationParam::set_value (float value, double now)
{
  MutexLocker locker (lock_);
  return timeline_.set_value_at_time (value, now, now);
}

Result<>
AutomationParam::set_value_at_time (float value, double start_time, double now)
{
  MutexLocker locker (lock_);
  return timeline_.set_value_at_time (value, start_time, now);
}

Result<>
AutomationParam::linear_ramp_to_value_at_time (
    float value, double end_time, double now)
{
  MutexLocker locker (lock_);
  return timeline_.linear_ramp_to_value_at_time (value, end_time, now);
}

Result<>
AutomationParam::exponential_ramp_to_value_at_time (
    float value, double end_time, double now)
{
  MutexLocker locker (lock_);
  return timeline_.exponential_ramp_to_value_at_time (value, end_time, now);
}

Result<>
AutomationParam::set_target_at_time (
    float target, double start_time, float time_constant, double now)
{
  MutexLocker locker (lock_);
  return timeline_.set_target_at_time (target, start_time, time_constant, now);
}

Result<>
AutomationParam::set_value_curve_at_time (std::span<const float> values,
    double start_time, double duration, double now)
{
  MutexLocker locker (lock_);
  return timeline_.set_value_curve_at_time (values, start_time, duration, now);
}

Result<>
AutomationParam::cancel_scheduled_values (double cancel_time, double now)
{
  MutexLocker locker (lock_);
  return timeline_.cancel_scheduled_values (cancel_time, now);
}

Result<>
AutomationParam::cancel_and_hold_at_time (double cancel_time, double now)
{
  MutexLocker locker (lock_);
  return timeline_.cancel_and_hold_at_time (cancel_time, now);
}

double
AutomationParam::value_at (double time) const
{
  MutexLocker locker (lock_);
  return timeline_.value_at (time);
}

void
AutomationParam::values_at (
    uint64_t start, uint64_t interval, double *values, size_t count) const
{
  if (count == 0)
    return;
  MutexLocker locker (lock_);
  size_t hint = 0;
  const TimeGrid grid = {start, interval, 1e9};
  if (timeline_.segments ().evaluate (grid, count, values, hint) == 1)
    std::fill_n (values + 1, count - 1, values[0]);
}

size_t
AutomationParam::fill (const QuantumTime &time, float *values, size_t count)
{
  const Segments segments = handover_.current ()->segments ();
  const uint64_t clock = time.clock ();
  if (rest_.holds (segments, clock)) [[likely]] {
    values[0] = static_cast<float> (segments[hint_].offset);
    return 1;
  }
  const TimeGrid grid = {clock, 1, static_cast<double> (time.rate)};
  const size_t filled = segments.evaluate (grid, count, values, hint_);
  const bool rests = hint_ + 1 == segments.count && filled == 1
                     && segments[hint_].shape == Segment::Shape::constant;
  rest_ = rests ? Rest{segments, clock} : Rest{};
  return filled;
}

} // namespace webmedia::worklet
