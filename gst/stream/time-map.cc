// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/time-map.hh"

#include "stream/clamped-time.hh"

#include <algorithm>
#include <cmath>

namespace webmedia::stream {

Ptr<GstBuffer>
make_own (Ptr<GstBuffer> buffer)
{
  if (gst_buffer_is_writable (buffer.get ()))
    return buffer;
  auto own = Ptr<GstBuffer>::adopt (gst_buffer_copy (buffer.get ()));
  gst_buffer_add_parent_buffer_meta (own.get (), buffer.get ());
  return own;
}

void
TimeMap::set_timeline (std::shared_ptr<const Timeline> timeline)
{
  bool same_clock = timeline_ && timeline_->clock == timeline->clock;
  timeline_ = std::move (timeline);
  if (!same_clock)
    set_clock (clock_, base_time_);
}

void
TimeMap::set_clock (Ptr<GstClock> clock, Time base_time)
{
  clock_ = std::move (clock);
  base_time_ = base_time;
  is_timed_ =
      delivery_ == Delivery::live && clock_ && timeline_ && timeline_->clock;
  clocks_ = is_timed_ && timeline_->clock != clock_
                ? std::make_unique<ClockMap> (timeline_->clock, clock_)
                : nullptr;
}

[[gnu::hot]] Time
TimeMap::running_time (Time time)
{
  if (clocks_) {
    clocks_->observe ();
    return clocks_->map (time) - base_time_;
  }
  return time - origin (time);
}

// Where the running time of the consumer begins, for its only clock.
[[gnu::hot]] inline Time
TimeMap::origin (Time time)
{
  if (is_timed ())
    return base_time_;
  if (!counts_from_first ())
    return timeline_->base_time;
  if (!first_)
    first_ = time;
  return *first_;
}

Time
TimeMap::now () const
{
  return clock_ ? Time (gst_clock_get_time (clock_.get ())) - base_time_ : 0;
}

// A segment can shift times, no more.
bool
TimeMap::keeps_pts () const
{
  return !clocks_ && timeline_->segment.rate == 1.0;
}

// Of what is later than all sinks would make something early: its sum with a
// duration overflows.
static bool
is_time (GstClockTime time)
{
  return time <= GstClockTime (kTimeLimit);
}

const GstSegment *
TimeMap::set_segment (Time start, Time running_time)
{
  gst_segment_init (&segment_, GST_FORMAT_TIME);
  segment_.start = segment_.position = guint64 (start);
  segment_.base = segment_.time = guint64 (running_time);
  has_segment_ = true;
  return &segment_;
}

// As far from the new PTS as it was from the old one; never negative.
static GstClockTime
move_dts (GstClockTime dts, GstClockTime pts, Time running_time)
{
  Time distance = dts < pts ? -to_time (pts - dts) : to_time (dts - pts);
  return GstClockTime (
      std::max<Time> (0, add_saturated (running_time, distance)));
}

// None where it is longer than all times.
static GstClockTime
play_at (double rate, GstClockTime duration)
{
  if (rate == 1.0 && is_time (duration))
    return duration;
  double played = double (duration) / rate;
  return played < double (kTimeLimit) ? GstClockTime (played)
                                      : GST_CLOCK_TIME_NONE;
}

[[gnu::hot]] const GstSegment *
TimeMap::stamp (Ptr<GstBuffer> &buffer, Time running_time)
{
  GstClockTime pts = GST_BUFFER_PTS (buffer.get ());
  auto in_segment = [&] (GstClockTime time) {
    return has_segment_
           && time - segment_.start + segment_.base == guint64 (running_time);
  };
  if (is_time (pts) && in_segment (pts))
    return nullptr;
  if (is_time (pts) && keeps_pts ())
    return set_segment (Time (pts), running_time);
  buffer = make_own (std::move (buffer));
  GST_BUFFER_PTS (buffer.get ()) = GstClockTime (running_time);
  if (GST_BUFFER_DTS_IS_VALID (buffer.get ()))
    GST_BUFFER_DTS (buffer.get ()) =
        GST_CLOCK_TIME_IS_VALID (pts)
            ? move_dts (GST_BUFFER_DTS (buffer.get ()), pts, running_time)
            : GST_CLOCK_TIME_NONE;
  if (GST_BUFFER_DURATION_IS_VALID (buffer.get ()))
    GST_BUFFER_DURATION (buffer.get ()) =
        play_at (std::abs (timeline_->segment.rate),
            GST_BUFFER_DURATION (buffer.get ()));
  return in_segment (GstClockTime (running_time)) ? nullptr
                                                  : set_segment (0, 0);
}

Time
TimeMap::pts (Time running_time) const
{
  bool lies_in = has_segment_ && running_time >= Time (segment_.base);
  return lies_in ? running_time - Time (segment_.base) + Time (segment_.start)
                 : -1;
}

} // namespace webmedia::stream
