// SPDX-License-Identifier: LGPL-2.1-or-later
// A parameter that has a time line of events.
// https://webaudio.github.io/web-audio-api/#AudioParam
#pragma once

#include "base/mutex.hh"
#include "worklet/automation-timeline.hh"
#include "worklet/param.hh"

namespace webmedia::worklet {

// What any thread may write and the audio thread reads. `now` is the scope's
// currentTime. Errors are those of AutomationTimeline.
// Threads: thread-safe, but for fill().
class AutomationParam final : public ParamSource {
public:
  // A GstControlSource, which may be asked for what has passed, keeps it.
  explicit AutomationParam (
      float value, AutomationTimeline::History history =
                       AutomationTimeline::History::forget);
  ~AutomationParam () override = default;

  // Setting `value`: the same as setValueAtTime() with the time that it is.
  Result<> set_value (float value, double now) EXCLUDES (lock_);
  Result<> set_value_at_time (float value, double start_time, double now)
      EXCLUDES (lock_);
  Result<> linear_ramp_to_value_at_time (
      float value, double end_time, double now) EXCLUDES (lock_);
  Result<> exponential_ramp_to_value_at_time (
      float value, double end_time, double now) EXCLUDES (lock_);
  Result<> set_target_at_time (float target, double start_time,
      float time_constant, double now) EXCLUDES (lock_);
  Result<> set_value_curve_at_time (std::span<const float> values,
      double start_time, double duration, double now) EXCLUDES (lock_);
  Result<> cancel_scheduled_values (double cancel_time, double now)
      EXCLUDES (lock_);
  Result<> cancel_and_hold_at_time (double cancel_time, double now)
      EXCLUDES (lock_);

  // The intrinsic value at a time that is not forgotten.
  double value_at (double time) const EXCLUDES (lock_);
  // The same at `count` times, the first at `start` ns, one each `interval` ns.
  void values_at (uint64_t start, uint64_t interval, double *values,
      size_t count) const EXCLUDES (lock_);

  size_t fill (const QuantumTime &time, float *values, size_t count) override;

private:
  mutable Mutex lock_; // against other writers; the audio thread takes none
  AutomationTimeline timeline_ GUARDED_BY (lock_);

  SegmentHandover &handover_; // the time line's
  // From this frame on nothing is left but the last segment, which is constant.
  struct Rest {
    Segments segments{};
    uint64_t since = UINT64_MAX;

    bool holds (const Segments &now, uint64_t frame) const
    {
      return now.data == segments.data && now.count == segments.count
             && frame >= since;
    }
  };
  // The audio thread's.
  size_t hint_ = 0;
  Rest rest_;
};

} // namespace webmedia::worklet
