// SPDX-License-Identifier: LGPL-2.1-or-later
#include "src-seek.hh"

#include "seek.hh"

namespace webmedia::elements {

bool
answer_position (GstBaseSrc *src, GstQuery *query)
{
  GstFormat format;
  gst_query_parse_position (query, &format, nullptr);
  if (format != GST_FORMAT_TIME)
    return false;
  GST_OBJECT_LOCK (src);
  const GstSegment &segment = src->segment;
  guint64 position = MAX (segment.position, segment.start);
  gint64 time =
      gint64 (gst_segment_to_stream_time (&segment, GST_FORMAT_TIME, position));
  GST_OBJECT_UNLOCK (src);
  gst_query_set_position (query, format, time);
  return true;
}

Ptr<GstEvent>
prepare_seek (GstBaseSrc *src, const TrackStream &stream, Time duration,
    GstEvent *event, gboolean *result)
{
  double rate;
  GstSeekFlags flags;
  gst_event_parse_seek (
      event, &rate, nullptr, &flags, nullptr, nullptr, nullptr, nullptr);
  GST_OBJECT_LOCK (src);
  GstSegment segment = src->segment;
  GST_OBJECT_UNLOCK (src);
  *result = FALSE;
  if (flags & GST_SEEK_FLAG_INSTANT_RATE_CHANGE) {
    // Nothing plays yet: sinks expect a segment before it.
    auto playing = Ptr<GstEvent>::adopt (gst_pad_get_sticky_event (
        GST_BASE_SRC_PAD (src), GST_EVENT_SEGMENT, 0));
    if (rate <= 0 || !playing)
      return nullptr;
    GstEvent *change = gst_event_new_instant_rate_change (rate / segment.rate,
        GstSegmentFlags (flags & GST_SEGMENT_INSTANT_FLAGS));
    gst_event_set_seqnum (change, gst_event_get_seqnum (event));
    *result = gst_pad_push_event (GST_BASE_SRC_PAD (src), change);
    return nullptr;
  }

  SeekContext context;
  if (segment.format == GST_FORMAT_TIME) {
    context.position = Time (gst_segment_to_stream_time (
        &segment, GST_FORMAT_TIME, MAX (segment.position, segment.start)));
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
