// SPDX-License-Identifier: LGPL-2.1-or-later
// When what is rendered is due.
#include "stream.hh"

#include <algorithm>
#include <cmath>

namespace webmedia::elements {

// What is off by less follows: as GStreamer's own elements have it.
bool
Stream::is_near (Position a, Position b) const
{
  constexpr GstClockTime kTolerance = 40 * GST_MSECOND;
  return a == b || to_time (a > b ? a - b : b - a) < kTolerance;
}

bool
Stream::is_continuous (const Round &round) const
{
  return round.at == kNowhere || next_at_ == kNowhere
         || is_near (next_at_, round.at);
}

// In so much running time a segment of another rate has more frames, or fewer.
Stream::Position
Stream::count_frames (
    const GstSegment &segment, GstClockTime running_time) const
{
  const uint64_t frames =
      gst_util_uint64_scale_round (running_time, rate_, GST_SECOND);
  const double speed = std::abs (segment.rate);
  if (speed == 1 || frames == kNowhere)
    return frames;
  return static_cast<Position> (
      std::min (static_cast<double> (frames) * speed + 0.5, 0x1p63));
}

Stream::Position
Stream::position_of (const GstSegment &segment, GstClockTime time) const
{
  if (segment.format != GST_FORMAT_TIME)
    return kNowhere;
  const GstClockTime running_time =
      gst_segment_to_running_time (&segment, GST_FORMAT_TIME, time);
  return GST_CLOCK_TIME_IS_VALID (running_time)
             ? count_frames (segment, running_time)
             : kNowhere;
}

// Where the segment begins.
Stream::Position
Stream::start_of (const GstSegment &segment) const
{
  return segment.format == GST_FORMAT_TIME
             ? count_frames (segment, segment.base)
             : 0;
}

// The same in the segment of the outputs, however far that reaches.
GstClockTime
Stream::time_of (Position at) const
{
  if (at == kNowhere)
    return GST_CLOCK_TIME_NONE;
  GstClockTime running_time = to_time (at);
  if (const double speed = std::abs (segment_.rate); speed != 1)
    running_time =
        static_cast<GstClockTime> (static_cast<double> (running_time) / speed);
  guint64 time;
  const int sign = gst_segment_position_from_running_time_full (
      &segment_, GST_FORMAT_TIME, running_time, &time);
  return sign > 0 && time >= segment_.start ? time : GST_CLOCK_TIME_NONE;
}

// It may be behind what upstream was asked for: of an input that lasts longer
// than the one whose segment it is, or of a tail.
void
Stream::reach (GstClockTime end)
{
  if (!GST_CLOCK_TIME_IS_VALID (end) || segment_.rate < 0
      || !GST_CLOCK_TIME_IS_VALID (segment_.stop)
      || end <= segment_.stop + to_time (1) / 2)
    return;
  segment_.stop = GST_CLOCK_TIME_NONE;
  has_new_segment_ = true;
  prepare_outputs ();
}

// The frame that is due then, in stream time. It is counted on from those
// before, or from 0, where that comes to it: times are rounded, frames are not;
// that of a part of a buffer is a sum of two.
worklet::StreamTime
Stream::locate (GstClockTime time) const
{
  if (time > static_cast<GstClockTime> (G_MAXINT64))
    return {};
  const auto due = static_cast<Time> (time);
  const Time half_a_frame = kSecond / 2 / rate_;
  if (next_frame_.is_known ()
      && std::abs (next_frame_.time (rate_) - due) <= half_a_frame)
    return next_frame_;
  const worklet::StreamTime counted{
      0, static_cast<int64_t> (
             gst_util_uint64_scale_round (time, rate_, GST_SECOND))};
  if (std::abs (counted.time (rate_) - due) <= 2)
    return counted;
  return {due, 0};
}

} // namespace webmedia::elements
