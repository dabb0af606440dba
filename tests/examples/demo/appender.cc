// SPDX-License-Identifier: LGPL-2.1-or-later
#include "appender.hh"

#include <algorithm>
#include <cmath>

namespace demo {

namespace {

// How long a segment takes from the server, so that buffers grow as they do in
// life. Nothing waits for it: the segment is not there yet.
constexpr double kFetchTime = 0.3;
constexpr double kFetchTimeAfterSeek = 0.8;

// A segment that is about to be played is not replaced.
constexpr double kSafeDistance = 1;

std::vector<Range>
buffered_ranges (GstWebSourceBuffer *buffer)
{
  std::vector<Range> ranges;
  Ptr<GstWebTimeRanges> buffered (
      gst_web_source_buffer_get_buffered (buffer, nullptr));
  guint length =
      buffered ? gst_web_time_ranges_get_length (buffered.get ()) : 0;
  for (guint i = 0; i < length; i++)
    ranges.push_back ({seconds (gst_web_time_ranges_start (buffered.get (), i)),
        seconds (gst_web_time_ranges_end (buffered.get (), i))});
  return ranges;
}

} // namespace

Appender::Appender (const Presentation &presentation, const Plan &plan,
    GstWebMediaSource *source, GstWebMessagePort *port)
    : presentation_ (presentation),
      plan_ (plan),
      source_ (source),
      port_ (port)
{}

bool
Appender::open (GError **error)
{
  for (const Stream &stream : presentation_.streams) {
    GstWebSourceBuffer *buffer = gst_web_media_source_add_source_buffer (
        source_, stream.type.c_str (), error);
    if (!buffer)
      return false;
    states_.push_back ({.buffer = Ptr<GstWebSourceBuffer> (buffer),
        .appended =
            std::vector<int> (stream.qualities[0].segments.size (), -1)});
  }
  for (size_t i = 0; i < states_.size (); i++)
    if (!append_init (i, 0, error))
      return false;
  return gst_web_media_source_set_duration (
      source_, clock_time (presentation_.duration), error);
}

bool
Appender::advance (double playhead, GError **error)
{
  constexpr double kJump = 1;
  if (std::abs (playhead - playhead_) > kJump)
    for (State &state : states_)
      state.not_before = monotonic () + kFetchTimeAfterSeek;
  playhead_ = playhead;
  for (size_t i = 0; i < states_.size (); i++) {
    State &state = states_[i];
    if (auto segment = next_segment (i, playhead);
        segment && monotonic () >= state.not_before) {
      int quality = best_quality (i, playhead);
      if (state.initialized != quality && !append_init (i, quality, error))
        return false;
      if (!append_segment (i, *segment, quality, error))
        return false;
      state.not_before = monotonic () + kFetchTime;
      ended_ = false; // an append opens what was ended
    }
    if (!ended_ && !remove_behind (i, playhead, error))
      return false;
  }
  return ended_ || end_when_complete (playhead, error);
}

int
Appender::best_quality (size_t stream, double playhead) const
{
  int best = int (presentation_.streams[stream].qualities.size ()) - 1;
  return playhead >= plan_.better_at ? best : 0;
}

// The first one near the playhead that is missing, or that is there in a
// quality that is not the one that shall be played.
std::optional<int>
Appender::next_segment (size_t stream, double playhead) const
{
  int quality = best_quality (stream, playhead);
  const auto &segments =
      presentation_.streams[stream].qualities[quality].segments;
  const auto &appended = states_[stream].appended;
  for (int i = 0; i < int (segments.size ()); i++) {
    const Range &range = segments[i].range;
    if (range.end <= playhead || appended[i] == quality)
      continue;
    if (range.start >= playhead + plan_.ahead)
      break;
    if (appended[i] >= 0 && range.start < playhead + kSafeDistance)
      continue;
    if (i == plan_.swapped && appended[i] < 0 && appended[i + 1] < 0)
      return i + 1;
    return i;
  }
  return {};
}

bool
Appender::append_init (size_t stream, int quality, GError **error)
{
  Report report{.what = "init", .quality = quality};
  states_[stream].initialized = quality;
  return append (stream,
      presentation_.streams[stream].qualities[quality].init.get (), report,
      error);
}

bool
Appender::append_segment (
    size_t stream, int segment, int quality, GError **error)
{
  const Segment &media =
      presentation_.streams[stream].qualities[quality].segments[segment];
  Report report{.what = "append",
      .quality = quality,
      .segment = segment,
      .range = media.range};
  states_[stream].appended[segment] = quality;
  return append (stream, media.bytes.get (), report, error);
}

bool
Appender::append (size_t stream, GBytes *bytes, Report &report, GError **error)
{
  // The buffer shares the memory, and so do the frames in it.
  Ptr<GstBuffer> data (gst_buffer_new_wrapped_bytes (bytes));
  double before = monotonic ();
  bool good = gst_web_source_buffer_append_buffer_sync (
      states_[stream].buffer.get (), data.get (), error);
  report.micros = (monotonic () - before) * 1e6;
  report.bytes = g_bytes_get_size (bytes);
  if (good)
    send (stream, report);
  return good;
}

// Whole segments only, so that it is known what is left.
bool
Appender::remove_behind (size_t stream, double playhead, GError **error)
{
  State &state = states_[stream];
  const auto &segments = presentation_.streams[stream].qualities[0].segments;
  double start = -1, end = 0;
  for (size_t i = 0; i < segments.size (); i++)
    if (state.appended[i] >= 0
        && segments[i].range.end <= playhead - plan_.behind) {
      if (start < 0)
        start = segments[i].range.start;
      end = segments[i].range.end;
      state.appended[i] = -1;
    }
  if (start < 0)
    return true;
  double before = monotonic ();
  if (!gst_web_source_buffer_remove_sync (
          state.buffer.get (), clock_time (start), clock_time (end), error))
    return false;
  Report report{.what = "remove",
      .range = {start, end},
      .micros = (monotonic () - before) * 1e6};
  send (stream, report);
  return true;
}

// All is there that the playhead will come to.
bool
Appender::end_when_complete (double playhead, GError **error)
{
  for (size_t i = 0; i < states_.size (); i++) {
    const auto &segments = presentation_.streams[i].qualities[0].segments;
    for (size_t j = 0; j < segments.size (); j++)
      if (states_[i].appended[j] < 0 && segments[j].range.end > playhead)
        return true;
  }
  if (!gst_web_media_source_end_of_stream (
          source_, GST_WEB_END_OF_STREAM_ERROR_NONE, error))
    return false;
  ended_ = true;
  // The end may have moved by part of a frame.
  for (size_t i = 0; i < states_.size (); i++) {
    Report report{.what = "end"};
    send (i, report);
  }
  return true;
}

void
Appender::send (size_t stream, Report &report)
{
  report.wall = monotonic ();
  report.stream = int (stream);
  report.buffered = buffered_ranges (states_[stream].buffer.get ());
  gst_web_message_port_post_message (
      port_, report.to_variant (), nullptr, 0, nullptr);
}

} // namespace demo
