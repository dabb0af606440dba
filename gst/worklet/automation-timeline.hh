// SPDX-License-Identifier: LGPL-2.1-or-later
// The automation events of an AudioParam.
// https://webaudio.github.io/web-audio-api/#AudioParam
#pragma once

#include "base/result.hh"
#include "worklet/segment-handover.hh"

#include <deque>
#include <span>

namespace webmedia::worklet {

// An automation event. Times are in seconds.
struct AutomationEvent {
  enum class Kind {
    set_value,
    linear_ramp,
    exponential_ramp,
    set_target,
    value_curve,
  };
  using Points = SegmentStore::Points;

  Kind kind;
  double time;  // its automation event time: when a ramp ends
  double value; // what it sets, the target, or what a ramp or a curve ends with
  double time_constant = 0;
  Points points = nullptr; // of a curve
  double duration = 0;     // of a curve as it was scheduled
  double end = 0;          // of a curve: where it ends, or was cut off
  double before = 0;       // the value just before it

  bool is_ramp () const
  {
    return kind == Kind::linear_ramp || kind == Kind::exponential_ramp;
  }
  bool is_curve () const { return kind == Kind::value_curve; }
};

// The list of events, and the segments that it comes to. All methods of the
// specification take `now`, the context's currentTime: what is earlier is held
// at it. They return TypeError for what is not finite, as the IDL has it.
// Values are intrinsic ones: nothing is held in a range here.
// Threads: thread-bound, but for the reader of its handover.
class AutomationTimeline {
public:
  // Whether what has passed is kept, so that one may look at earlier times, or
  // is forgotten in time, so that a list does not grow for ever.
  enum class History { keep, forget };

  // `value` is what there is before the first event.
  AutomationTimeline (double value, History history);

  // https://webaudio.github.io/web-audio-api/#dom-audioparam-setvalueattime
  // RangeError: a negative time; NotSupportedError: inside of a curve. So do
  // the next ones.
  Result<> set_value_at_time (double value, double start_time, double now);
  // https://webaudio.github.io/web-audio-api/#dom-audioparam-linearramptovalueattime
  Result<> linear_ramp_to_value_at_time (
      double value, double end_time, double now);
  // https://webaudio.github.io/web-audio-api/#dom-audioparam-exponentialramptovalueattime
  // RangeError also: a value of 0.
  Result<> exponential_ramp_to_value_at_time (
      double value, double end_time, double now);
  // https://webaudio.github.io/web-audio-api/#dom-audioparam-settargetattime
  // RangeError also: a negative time constant.
  Result<> set_target_at_time (
      double target, double start_time, double time_constant, double now);
  // https://webaudio.github.io/web-audio-api/#dom-audioparam-setvaluecurveattime
  // InvalidStateError: less than two values; RangeError also: a duration that
  // is not positive; NotSupportedError also: events during the curve.
  Result<> set_value_curve_at_time (std::span<const float> values,
      double start_time, double duration, double now);
  // https://webaudio.github.io/web-audio-api/#dom-audioparam-cancelscheduledvalues
  // RangeError: a negative time.
  Result<> cancel_scheduled_values (double cancel_time, double now);
  // https://webaudio.github.io/web-audio-api/#dom-audioparam-cancelandholdattime
  // RangeError: a negative time.
  Result<> cancel_and_hold_at_time (double cancel_time, double now);

  // At any time that is not forgotten.
  double value_at (double time) const
  {
    return newest_->appended ().value_at (time);
  }
  Segments segments () const { return newest_->appended (); }
  const std::deque<AutomationEvent> &events () const { return events_; }

  // For the reader. It outlives no timeline.
  SegmentHandover &handover () { return handover_; }

private:
  Result<> insert (const char *method, AutomationEvent event, double now);
  size_t begin_ramp (size_t place, double now);
  void forget_past (double now);
  void update (size_t first, size_t count, double now);
  void append (size_t first);
  void insert_segments (size_t first, size_t count);
  void rebuild (double now);
  std::unique_ptr<SegmentBlock> make_block ();
  void compile (size_t index);
  void add_segments (size_t index);

  const History history_;
  double base_; // before the first event
  std::deque<AutomationEvent> events_;
  SegmentHandover handover_;
  SegmentBlock *newest_ = nullptr;      // the handover's
  std::shared_ptr<SegmentStore> store_; // of the newest block
  size_t limit_ = 0; // with so many segments there is a new store
};

} // namespace webmedia::worklet
