// SPDX-License-Identifier: LGPL-2.1-or-later
// What tests of automation events need: making, scheduling, comparing them.
#pragma once

#include "support/automation-model.hh"
#include "support/check.hh"

namespace webmedia::worklet {

inline constexpr float kCurve[] = {0.2f, 1, -0.5f, 0.4f};

inline AutomationEvent
make_event (
    AutomationEvent::Kind kind, double time, double value, double length)
{
  using Kind = AutomationEvent::Kind;
  AutomationEvent event{kind, time, value};
  if (kind == Kind::set_target)
    event.time_constant = length;
  if (kind == Kind::value_curve) {
    event.points =
        std::make_shared<const std::vector<float>> (kCurve, kCurve + 4);
    event.value = kCurve[3];
    event.duration = length;
    event.end = time + length;
  }
  return event;
}

inline Result<>
schedule (
    AutomationTimeline &timeline, const AutomationEvent &event, double now = 0)
{
  using Kind = AutomationEvent::Kind;
  switch (event.kind) {
  case Kind::set_value:
    return timeline.set_value_at_time (event.value, event.time, now);
  case Kind::linear_ramp:
    return timeline.linear_ramp_to_value_at_time (event.value, event.time, now);
  case Kind::exponential_ramp:
    return timeline.exponential_ramp_to_value_at_time (
        event.value, event.time, now);
  case Kind::set_target:
    return timeline.set_target_at_time (
        event.value, event.time, event.time_constant, now);
  case Kind::value_curve:
    return timeline.set_value_curve_at_time (
        *event.points, event.time, event.duration, now);
  }
  return ok;
}

inline void
must (const Result<> &result)
{
  fail_unless (
      bool (result), "%s", result ? "" : result.error ().message.c_str ());
}

inline void
assert_error (const Result<> &result, ErrorCode code)
{
  fail_if (bool (result));
  fail_unless (result.error ().code == code, "%d: %s",
      int (result.error ().code), result.error ().message.c_str ());
  fail_if (result.error ().message.empty ());
}

// What the audio thread gets, in quanta, against the model.
inline void
compare (AutomationTimeline &timeline, const AutomationModel &model,
    double from = 0, double to = 1)
{
  const Segments segments = timeline.handover ().current ()->segments ();
  constexpr double kRate = 3000;
  size_t hint = 0;
  float values[128];
  for (auto frame = uint64_t (std::ceil (from * kRate)); frame < to * kRate;
       frame += 128) {
    const TimeGrid grid = {frame, 1, kRate};
    const size_t n = segments.evaluate (grid, 128, values, hint);
    for (size_t i = 0; i < 128; i++) {
      const double expected = model.value (grid.time (i));
      const double value = values[n == 1 ? 0 : i];
      const double exact = timeline.value_at (grid.time (i));
      // Only then, as each check is noted.
      if (std::abs (value - expected)
              > 1e-7 * std::max (1.0, std::abs (expected))
          || std::abs (exact - expected) > 1e-12)
        fail_unless (false, "at %.9f s it is %.9g or %.17g, not %.17g",
            grid.time (i), value, exact, expected);
    }
  }
}

} // namespace webmedia::worklet
