// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/automation-timeline.hh"

#include <algorithm>
#include <cmath>
#include <limits>

namespace webmedia::worklet {

// Each event has so many places in a block, behind the one of the value before
// the first event. Who needs less has the last one twice.
static constexpr size_t kPlaces = 2;

static size_t
first_place (size_t index)
{
  return 1 + kPlaces * index;
}

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
place_after (const std::deque<AutomationEvent> &events, double time)
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

  const size_t first = place;
  if (event.is_ramp ())
    place = begin_ramp (place, now);
  events_.insert (
      events_.begin () + static_cast<ptrdiff_t> (place), std::move (event));
  update (first, place - first + 1, now);
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

// From `first` on `count` events are new, or are not what they were. Those that
// follow are.
void
AutomationTimeline::update (size_t first, size_t count, double now)
{
  const bool is_at_end = first_place (first) == newest_->appended ().count;
  if (store_->segments.size () >= limit_)
    rebuild (now);
  else if (is_at_end && newest_->has_room (kPlaces * count))
    append (first);
  else
    insert_segments (first, count);
}

void
AutomationTimeline::append (size_t first)
{
  for (size_t i = first; i < events_.size (); i++)
    compile (i);
  newest_->commit ();
  handover_.collect ();
}

// The segments of an event depend on the event before it; and where that one
// approaches a target, on where from, which depends on the one before that.
void
AutomationTimeline::insert_segments (size_t first, size_t count)
{
  // It stays until another one is published.
  const Segments old = newest_->appended ();
  auto block = make_block ();
  block->share (old, 0, first_place (first));
  size_t i = first;
  for (bool is_other = true; i < events_.size () && is_other; i++) {
    const AutomationEvent &event = events_[i];
    const double before = event.before;
    compile (i);
    is_other = i < first + count
               || (event.kind == AutomationEvent::Kind::set_target
                   && event.before != before);
  }
  const size_t rest = kPlaces * (events_.size () - i);
  block->share (old, old.count - rest, old.count);
  block->commit ();
  handover_.publish (std::move (block));
}

std::unique_ptr<SegmentBlock>
AutomationTimeline::make_block ()
{
  // Twice as many as there are: so it is seldom full.
  auto block = std::make_unique<SegmentBlock> (
      16 + 2 * first_place (events_.size ()), store_);
  newest_ = block.get ();
  return block;
}

void
AutomationTimeline::rebuild (double now)
{
  if (history_ == History::forget)
    forget_past (now);
  store_ = std::make_shared<SegmentStore> ();
  auto block = make_block ();
  newest_->append (
      {.start = -std::numeric_limits<double>::infinity (), .offset = base_});
  for (size_t i = 0; i < events_.size (); i++)
    compile (i);
  // By then half of them are of new events, or of none any more: so this is
  // seldom, and what has passed does not stay for ever.
  limit_ = 32 + 2 * store_->segments.size ();
  newest_->commit ();
  handover_.publish (std::move (block));
}

void
AutomationTimeline::compile (size_t index)
{
  add_segments (index);
  while (newest_->appended ().count < first_place (index + 1))
    newest_->repeat ();
}

// Adds the segments of an event behind those of the events before it. Where it
// is a ramp, its first one takes the place of what followed that event, as it
// starts when that did, or later.
void
AutomationTimeline::add_segments (size_t index)
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
