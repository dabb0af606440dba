// SPDX-License-Identifier: LGPL-2.1-or-later
#include "seek.hh"

#include <algorithm>

namespace webmedia::elements {

static constexpr auto kSnapFlags =
    GstSeekFlags (GST_SEEK_FLAG_KEY_UNIT | GST_SEEK_FLAG_SNAP_NEAREST);

static Time
snap (Time time, GstSeekFlags flags, const SeekContext &context)
{
  auto mode = flags & GST_SEEK_FLAG_SNAP_NEAREST;
  Time before = context.key_unit (time, false);
  if (mode == GST_SEEK_FLAG_SNAP_AFTER)
    return context.key_unit (time, true);
  if (mode == GST_SEEK_FLAG_SNAP_NEAREST) {
    Time after = context.key_unit (time, true);
    return after - time < time - before ? after : before;
  }
  return before;
}

Ptr<GstEvent>
make_absolute (GstEvent *seek, const SeekContext &context)
{
  double rate;
  GstFormat format;
  GstSeekFlags flags;
  GstSeekType start_type, stop_type;
  gint64 start, stop;
  gst_event_parse_seek (
      seek, &rate, &format, &flags, &start_type, &start, &stop_type, &stop);
  if (format != GST_FORMAT_TIME || rate <= 0)
    return nullptr;
  bool ends_known = context.duration >= 0 && context.duration != kTimeInfinite;
  if ((start_type == GST_SEEK_TYPE_END || stop_type == GST_SEEK_TYPE_END)
      && !ends_known)
    return nullptr;

  if (start_type == GST_SEEK_TYPE_NONE)
    start = context.position;
  else if (start_type == GST_SEEK_TYPE_END)
    start = add_saturated (context.duration, start);
  // https://html.spec.whatwg.org/multipage/media.html#dom-media-seek
  // 6 and 7. DEVIATION: not 8: what is not seekable yet is waited for.
  if (ends_known)
    start = std::min (start, gint64 (context.duration));
  start = std::max<gint64> (start, 0);
  if (stop_type == GST_SEEK_TYPE_NONE)
    stop = context.stop == kTimeNone ? -1 : context.stop;
  else if (stop_type == GST_SEEK_TYPE_END)
    stop = std::max<gint64> (add_saturated (context.duration, stop), 0);

  if ((flags & GST_SEEK_FLAG_KEY_UNIT) && !(flags & GST_SEEK_FLAG_ACCURATE))
    start = snap (start, flags, context);
  if (stop >= 0 && stop < start)
    return nullptr;

  flags = GstSeekFlags (flags & ~kSnapFlags);
  auto absolute = Ptr<GstEvent>::adopt (gst_event_new_seek (
      rate, format, flags, GST_SEEK_TYPE_SET, start, GST_SEEK_TYPE_SET, stop));
  gst_event_set_seqnum (absolute.get (), gst_event_get_seqnum (seek));
  return absolute;
}

} // namespace webmedia::elements
