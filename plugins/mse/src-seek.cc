// SPDX-License-Identifier: LGPL-2.1-or-later
#include "src-seek.hh"

#include "seek.hh"

namespace webmedia::elements {

static guint64
current_position (const GstSegment &segment)
{
  return MAX (segment.position, segment.start);
}

bool
answer_position (GstBaseSrc *src, GstQuery *query)
{
  GstFormat format;
  gst_query_parse_position (query, &format, nullptr);
  if (format != GST_FORMAT_TIME)
    return false;
  GST_OBJECT_LOCK (src);
  const GstSegment &segment = src->segment;
  gint64 time = gint64 (gst_segment_to_stream_time (
      &segment, GST_FORMAT_TIME, current_position (segment)));
  GST_OBJECT_UNLOCK (src);
  gst_query_set_position (query, format, time);
  return true;
}

GstClockTime
running_position (GstBaseSrc *src)
{
  GST_OBJECT_LOCK (src);
  GstSegment segment = src->segment;
  GST_OBJECT_UNLOCK (src);
  if (segment.format != GST_FORMAT_TIME)
    return 0;
  guint64 position = current_position (segment);
  if (segment.stop != GST_CLOCK_TIME_NONE)
    position = MIN (position, segment.stop);
  GstClockTime time =
      gst_segment_to_running_time (&segment, GST_FORMAT_TIME, position);
  return time == GST_CLOCK_TIME_NONE ? 0 : time;
}

Ptr<GstEvent>
make_seek_to (GstBaseSrc *src, Time time)
{
  GST_OBJECT_LOCK (src);
  double rate = src->segment.rate;
  // What a seek says of the segment, the segment says by the same flags.
  auto flags = GstSeekFlags (
      int (src->segment.flags) | GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE);
  GST_OBJECT_UNLOCK (src);
  return Ptr<GstEvent>::adopt (gst_event_new_seek (rate, GST_FORMAT_TIME, flags,
      GST_SEEK_TYPE_SET, time, GST_SEEK_TYPE_NONE, -1));
}

// Rates change at once, with no other place to go to: sinks do it.
static bool
change_rate (GstBaseSrc *src, GstEvent *seek, double current)
{
  double rate;
  GstSeekFlags flags;
  gst_event_parse_seek (
      seek, &rate, nullptr, &flags, nullptr, nullptr, nullptr, nullptr);
  // Where nothing plays yet: sinks expect a segment before it.
  auto playing = Ptr<GstEvent>::adopt (
      gst_pad_get_sticky_event (GST_BASE_SRC_PAD (src), GST_EVENT_SEGMENT, 0));
  if (rate <= 0 || !playing)
    return false;
  GstEvent *change = gst_event_new_instant_rate_change (
      rate / current, GstSegmentFlags (flags & GST_SEGMENT_INSTANT_FLAGS));
  gst_event_set_seqnum (change, gst_event_get_seqnum (seek));
  return gst_pad_push_event (GST_BASE_SRC_PAD (src), change);
}

Ptr<GstEvent>
prepare_seek (GstBaseSrc *src, const TrackStream &stream, Time duration,
    GstEvent *event, gboolean *result)
{
  GstSeekFlags flags;
  gst_event_parse_seek (
      event, nullptr, nullptr, &flags, nullptr, nullptr, nullptr, nullptr);
  GST_OBJECT_LOCK (src);
  GstSegment segment = src->segment;
  GST_OBJECT_UNLOCK (src);
  *result = FALSE;
  if (flags & GST_SEEK_FLAG_INSTANT_RATE_CHANGE) {
    *result = change_rate (src, event, segment.rate);
    return nullptr;
  }

  SeekContext context;
  if (segment.format == GST_FORMAT_TIME) {
    context.position = Time (gst_segment_to_stream_time (
        &segment, GST_FORMAT_TIME, current_position (segment)));
    if (segment.stop != GST_CLOCK_TIME_NONE)
      context.stop = Time (segment.stop - segment.start + segment.time);
  }
  context.duration = duration;
  context.key_unit = [&stream] (Time time, bool after) {
    return stream.key_unit (time, after);
  };
  return make_absolute (event, context);
}

} // namespace webmedia::elements
