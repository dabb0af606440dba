// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/automation-timeline.hh"

#include <algorithm>
#include <cmath>
#include <limits>

namespace webmedia::worklet {

// An event comes to no more segments than this.
static constexpr size_t kSegmentsPerEvent = 2;

// Whether a segment may have it: what a double holds even where it is
// multiplied by any interval of times.
static bool
is_rate (double rate)
{
  return std::abs (rate) < 1e290;
}

// Where an exponential ramp is possible, from T0 and V0 to T1 and V1.
static Segment
make_exponential (double start, double from, double length, double value)
{
  const double ratio = value / from;
  const double rate = std::log (ratio) / length;
  if (std::isnormal (ratio) && is_rate (rate))
    return {.start = start,
        .scale = from,
        .rate = rate,
        .shape = Segment::Shape::approach};
  return {.start = start,
      .offset = from,
      .scale = value,
      .rate = length,
      .shape = Segment::Shape::wide_exponential};
}

static Segment
make_linear (double start, double from, double length, double value)
{
  const double rate = (value - from) / length;
  if (is_rate (rate))
    return {.start = start,
        .offset = from,
        .rate = rate,
        .shape = Segment::Shape::linear};
  return {.start = start,
      .offset = from,
      .scale = value,
      .rate = length,
      .shape = Segment::Shape::wide_linear};
}

// Just after the events at `time`.
static size_t
place_after (const std::vector<AutomationEvent> &events, double time)
{
  auto after = std::upper_bound (events.begin (), events.end (), time,
      [] (double t, const AutomationEvent &event) { return t < event.time; });
  return static_cast<size_t> (after - events.begin ());
}

AutomationTimeline::AutomationTimeline (double value, History history)
    : history_ (history),
      base_ (value)
{
  rebuild (0);
}

// ---- The list of events ----

// https://webaudio.github.io/web-audio-api/#dfn-automation-method
Result<>
AutomationTimeline::insert (
    const char *method, AutomationEvent event, double now)
{
  size_t place = place_after (events_, event.time);
  if (place > 0) {
    const AutomationEvent &before = events_[place - 1];
    if (before.is_curve () && event.time < before.end)
      return make_error (ErrorCode::not_supported,
          "%s: there is a value curve from %g to %g s, and %g s is inside of "
          "it; cancel it first, or take a time that is not",
          method, before.time, before.end, event.time);
  }
  if (event.is_curve () && place < events_.size ()
      && events_[place].time < event.end)
    return make_error (ErrorCode::not_supported,
        "%s: there is an event at %g s, which is inside of the curve from %g "
        "to %g s; cancel it first, or let the curve end by then",
        method, events_[place].time, event.time, event.end);

  const bool is_last = place == events_.size ();
  size_t first = place;
  if (event.is_ramp ())
    place = begin_ramp (place, now);
  events_.insert (
      events_.begin () + static_cast<ptrdiff_t> (place), std::move (event));
  const size_t added = place - first + 1;
  if (is_last && newest_->has_room (added * kSegmentsPerEvent))
    append (first);
  else
    rebuild (now);
  return ok;
}

// Where a ramp has to begin at the time of the call, the value of that time
// becomes an event. Returns the ramp's place.
size_t
AutomationTimeline::begin_ramp (size_t place, double now)
{
  const bool has_none = place == 0;
  const bool is_approaching =
      !has_none && events_[place - 1].kind == AutomationEvent::Kind::set_target
      && events_[place - 1].time < now;
  if (!has_none && !is_approaching)
    return place;
  const double value = has_none ? base_ : value_at (now);
  events_.insert (events_.begin () + static_cast<ptrdiff_t> (place),
      {AutomationEvent::Kind::set_value, now, value});
  return place + 1;
}

// What holds at `now` stays, and what comes. The rest is the value before it.
void
AutomationTimeline::forget_past (double now)
{
  const size_t after = place_after (events_, now);
  if (after < 2)
    return;
  base_ = events_[after - 1].before;
  events_.erase (
      events_.begin (), events_.begin () + static_cast<ptrdiff_t> (after - 1));
}

// ---- Segments ----

void
AutomationTimeline::append (size_t first)
{
  for (size_t i = first; i < events_.size (); i++)
    compile (i);
  newest_->commit ();
  handover_.collect ();
}

void
AutomationTimeline::rebuild (double now)
{
  if (history_ == History::forget)
    forget_past (now);
  // Twice as many as there are: so it is seldom that there are too many.
  const size_t capacity = 16 + 2 * kSegmentsPerEvent * events_.size ();
  auto block = std::make_unique<SegmentBlock> (capacity);
  newest_ = block.get ();
  newest_->append (
      {.start = -std::numeric_limits<double>::infinity (), .offset = base_});
  for (size_t i = 0; i < events_.size (); i++)
    compile (i);
  newest_->commit ();
  handover_.publish (std::move (block));
}

// Adds the segments of an event behind those of the events before it. Where it
// is a ramp, its first one takes the place of what followed that event, as it
// starts when that did, or later.
void
AutomationTimeline::compile (size_t index)
{
  using Kind = AutomationEvent::Kind;
  using Shape = Segment::Shape;
  AutomationEvent &event = events_[index];
  const double time = event.time;
  // Where a ramp comes from: T0 and V0.
  double start = time;
  double from = 0;
  if (event.is_ramp () && index > 0) {
    const AutomationEvent &previous = events_[index - 1];
    const bool is_replaced = previous.kind == Kind::set_target;
    start = previous.is_curve () ? previous.end : previous.time;
    from = is_replaced ? previous.before : previous.value;
  }
  const double length = time - start;
  event.before = value_at (time);

  switch (event.kind) {
  case Kind::set_value:
    break;
  case Kind::linear_ramp:
    if (length > 0)
      newest_->append (make_linear (start, from, length, event.value));
    break;
  case Kind::exponential_ramp:
    if (length > 0) {
      const bool is_possible =
          from != 0 && event.value != 0 && (from < 0) == (event.value < 0);
      if (is_possible)
        newest_->append (make_exponential (start, from, length, event.value));
      else
        newest_->append ({.start = start, .offset = from});
    }
    break;
  case Kind::set_target:
    // One that is so small that it has no rate is none.
    if (is_rate (1 / event.time_constant)) {
      const double scale = event.before - event.value;
      const bool is_wide = !std::isfinite (scale);
      newest_->append ({.start = time,
          .offset = event.value,
          .scale = is_wide ? event.before : scale,
          .rate = -1 / event.time_constant,
          .shape = is_wide ? Shape::wide_approach : Shape::approach});
      return;
    }
    break;
  case Kind::value_curve:
    const double rate =
        static_cast<double> (event.points->size () - 1) / event.duration;
    if (is_rate (rate)) {
      newest_->append ({.start = time,
          .rate = rate,
          .points = event.points->data (),
          .n_points = static_cast<uint32_t> (event.points->size ()),
          .shape = Shape::curve});
      newest_->keep (event.points);
    } else {
      // Over as soon as it begins.
      newest_->append ({.start = time, .offset = event.points->front ()});
    }
    newest_->append ({.start = event.end, .offset = event.value});
    return;
  }
  newest_->append ({.start = time, .offset = event.value});
}

} // namespace webmedia::worklet
