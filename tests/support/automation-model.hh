// SPDX-License-Identifier: LGPL-2.1-or-later
// What the specification says of automation events, word by word and slowly:
// the value at a time is found anew from the list each time.
#pragma once

#include "worklet/automation-timeline.hh"

#include <cmath>

namespace webmedia::worklet {

struct AutomationModel {
  using Kind = AutomationEvent::Kind;

  double base;
  std::vector<AutomationEvent> events;

  // As a method does at time 0: behind the events of the same time. Where
  // nothing precedes a ramp, the value of now does.
  void add (AutomationEvent event)
  {
    size_t place = 0;
    while (place < events.size () && events[place].time <= event.time)
      place++;
    if (event.is_ramp () && place == 0) {
      events.insert (events.begin (), {Kind::set_value, 0, base});
      place = 1;
    }
    events.insert (
        events.begin () + static_cast<ptrdiff_t> (place), std::move (event));
  }

  // Whether the methods must refuse it.
  bool is_refused (const AutomationEvent &event) const
  {
    for (const AutomationEvent &other : events) {
      if (other.is_curve () && event.time >= other.time
          && event.time < other.end)
        return true;
      if (event.is_curve () && other.time > event.time
          && other.time < event.end)
        return true;
    }
    return false;
  }

  double value (double time) const { return value (time, events.size ()); }

private:
  static double curve_value (const AutomationEvent &event, double time)
  {
    const std::vector<float> &v = *event.points;
    if (time >= event.end)
      return event.value;
    const double position =
        double (v.size () - 1) / event.duration * (time - event.time);
    const auto k = std::min (size_t (position), v.size () - 2);
    return v[k] + (position - double (k)) * (double (v[k + 1]) - v[k]);
  }

  // Of the first `count` events alone.
  double value (double time, size_t count) const
  {
    size_t next = 0;
    while (next < count && events[next].time <= time)
      next++;
    if (next == 0)
      return base;
    const AutomationEvent &event = events[next - 1];
    if (next < count && events[next].is_ramp ()
        && !(event.is_curve () && time < event.end)) {
      const AutomationEvent &ramp = events[next];
      const double t0 = event.is_curve () ? event.end : event.time;
      const double v0 = event.kind == Kind::set_target
                            ? value (event.time, next - 1)
                            : event.value;
      const double part = (time - t0) / (ramp.time - t0);
      if (ramp.kind == Kind::linear_ramp)
        return v0 + (ramp.value - v0) * part;
      if (v0 == 0 || (v0 < 0) != (ramp.value < 0))
        return v0;
      return v0 * std::pow (ramp.value / v0, part);
    }
    if (event.is_curve ())
      return curve_value (event, time);
    if (event.kind != Kind::set_target)
      return event.value;
    if (event.time_constant == 0)
      return event.value;
    const double v0 = value (event.time, next - 1);
    return event.value
           + (v0 - event.value)
                 * std::exp (-(time - event.time) / event.time_constant);
  }
};

} // namespace webmedia::worklet
