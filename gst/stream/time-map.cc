// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/time-map.hh"

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
  clocks_.reset ();
  if (!has_one_clock ())
    clocks_.emplace (timeline_->clock, clock_);
}

bool
TimeMap::is_timed () const
{
  return delivery_ == Delivery::live && clock_ && timeline_ && timeline_->clock;
}

// Also where one of them has none, or time does not matter.
bool
TimeMap::has_one_clock () const
{
  return !is_timed () || timeline_->clock == clock_;
}

Time
TimeMap::running_time (Time time)
{
  if (clocks_) {
    clocks_->observe ();
    return clocks_->map (time) - base_time_;
  }
  return time - origin (time);
}

// Where the running time of the consumer begins, for its only clock.
Time
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
  return has_one_clock () && timeline_->segment.rate == 1.0;
}

bool
TimeMap::set_segment (Time start, Time running_time)
{
  gst_segment_init (&segment_, GST_FORMAT_TIME);
  segment_.start = segment_.position = guint64 (start);
  segment_.base = segment_.time = guint64 (running_time);
  return has_segment_ = true;
}

bool
TimeMap::stamp (Ptr<GstBuffer> &buffer, Time running_time)
{
  auto pts = Time (GST_BUFFER_PTS (buffer.get ()));
  auto in_segment = [&] (Time time) {
    return has_segment_
           && guint64 (time) - segment_.start + segment_.base
                  == guint64 (running_time);
  };
  if (in_segment (pts))
    return false;
  if (keeps_pts ())
    return set_segment (pts, running_time);
  buffer = make_own (std::move (buffer));
  GST_BUFFER_PTS (buffer.get ()) = GstClockTime (running_time);
  if (GST_BUFFER_DTS_IS_VALID (buffer.get ()))
    GST_BUFFER_DTS (buffer.get ()) = GstClockTime (std::max<Time> (
        0, Time (GST_BUFFER_DTS (buffer.get ())) - pts + running_time));
  double rate = std::abs (timeline_->segment.rate);
  if (rate != 1.0 && GST_BUFFER_DURATION_IS_VALID (buffer.get ()))
    GST_BUFFER_DURATION (buffer.get ()) =
        GstClockTime (double (GST_BUFFER_DURATION (buffer.get ())) / rate);
  return in_segment (running_time) ? false : set_segment (0, 0);
}

Time
TimeMap::pts (Time running_time) const
{
  bool lies_in = has_segment_ && running_time >= Time (segment_.base);
  return lies_in ? running_time - Time (segment_.base) + Time (segment_.start)
                 : -1;
}

} // namespace webmedia::stream
