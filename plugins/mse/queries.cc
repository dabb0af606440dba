// SPDX-License-Identifier: LGPL-2.1-or-later
#include "queries.hh"

#include <algorithm>

namespace webmedia::elements {

static bool
answer_duration (const mse::Player &player, GstQuery *query)
{
  GstFormat format;
  gst_query_parse_duration (query, &format, nullptr);
  Time duration = player.duration ();
  if (format != GST_FORMAT_TIME || duration == kTimeNone)
    return false;
  gst_query_set_duration (
      query, format, duration == kTimeInfinite ? -1 : duration);
  return true;
}

// https://www.w3.org/TR/media-source-2/#htmlmediaelement-extensions-seekable
static bool
answer_seeking (const mse::Player *player, GstQuery *query)
{
  GstFormat format;
  gst_query_parse_seeking (query, &format, nullptr, nullptr, nullptr);
  if (format != GST_FORMAT_TIME) {
    gst_query_set_seeking (query, format, FALSE, 0, -1);
    return true;
  }
  // Empty until there is a duration and, where that is infinite, something
  // buffered or a live range. GstBaseSrc is told otherwise: a seek that comes
  // before that waits for media.
  auto spans = player ? player->seekable () : std::vector<mse::Span> ();
  gst_query_set_seeking (query, format, !spans.empty (),
      spans.empty () ? 0 : spans.front ().start,
      spans.empty () ? -1 : spans.back ().end);
  return true;
}

// In TIME, or in PERCENT of the duration.
static bool
answer_buffering (const mse::Player &player, bool stopped, GstQuery *query)
{
  GstFormat format;
  gst_query_parse_buffering_range (query, &format, nullptr, nullptr, nullptr);
  Time duration = player.duration ();
  bool percent = format == GST_FORMAT_PERCENT;
  if (percent ? duration <= 0 || duration == kTimeInfinite
              : format != GST_FORMAT_TIME)
    return false;
  auto convert = [percent, duration] (Time time) {
    if (!percent)
      return time;
    return Time (
        gst_util_uint64_scale (guint64 (std::clamp<Time> (time, 0, duration)),
            GST_FORMAT_PERCENT_MAX, guint64 (duration)));
  };
  auto spans = player.buffered ();
  for (const mse::Span &span : spans)
    gst_query_add_buffering_range (
        query, convert (span.start), convert (span.end));
  gst_query_set_buffering_range (query, format,
      spans.empty () ? 0 : convert (spans.front ().start),
      spans.empty () ? 0 : convert (spans.back ().end), -1);
  gst_query_set_buffering_percent (query, stopped, stopped ? 0 : 100);
  gst_query_set_buffering_stats (query, GST_BUFFERING_STREAM, -1, -1, -1);
  return true;
}

bool
answer_query (
    const mse::Player *player, bool stopped, GstQuery *query, bool *handled)
{
  *handled = player || GST_QUERY_TYPE (query) == GST_QUERY_SEEKING;
  if (!*handled)
    return false;
  switch (GST_QUERY_TYPE (query)) {
  case GST_QUERY_DURATION:
    return answer_duration (*player, query);
  case GST_QUERY_SEEKING:
    return answer_seeking (player, query);
  case GST_QUERY_BUFFERING:
    return answer_buffering (*player, stopped, query);
  case GST_QUERY_SCHEDULING:
    // Neither sequential nor limited in bandwidth: no download buffers.
    gst_query_set_scheduling (query, GST_SCHEDULING_FLAG_SEEKABLE, 1, -1, 0);
    gst_query_add_scheduling_mode (query, GST_PAD_MODE_PUSH);
    return true;
  case GST_QUERY_SELECTABLE:
    gst_query_set_selectable (query, FALSE);
    return true;
  default:
    *handled = false;
    return false;
  }
}

} // namespace webmedia::elements
