// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/fan-out.hh"

#include <gst/video/video-event.h>

namespace webmedia::test {

using namespace stream;

bool
TestProducer::query (GstQuery *query)
{
  if (answer)
    return answer (query);
  if (GST_QUERY_TYPE (query) == GST_QUERY_CAPS && possible) {
    gst_query_set_caps_result (query, possible.get ());
    return true;
  }
  if (GST_QUERY_TYPE (query) != GST_QUERY_LATENCY)
    return false;
  gst_query_set_latency (
      query, TRUE, GstClockTime (latency), GST_CLOCK_TIME_NONE);
  return true;
}

void
TestProducer::send_event (Ptr<GstEvent> event)
{
  if (gst_video_event_is_force_key_unit (event.get ()))
    keys++;
  if (GST_EVENT_TYPE (event.get ()) == GST_EVENT_RECONFIGURE)
    reconfigures++;
  if (on_event)
    on_event (event);
}

Ptr<GstClock>
make_clock (Time now)
{
  return Ptr<GstClock>::adopt (
      gst_test_clock_new_with_start_time (GstClockTime (now)));
}

void
set_time (const Ptr<GstClock> &clock, Time now)
{
  gst_test_clock_set_time (GST_TEST_CLOCK (clock.get ()), GstClockTime (now));
}

Ptr<GstCaps>
make_caps (const char *text)
{
  auto caps = Ptr<GstCaps>::adopt (gst_caps_from_string (text));
  fail_unless (bool (caps), "%s", text);
  return caps;
}

// False: nothing more comes, or is there.
bool
Reader::take (std::optional<Seen> &seen, bool waits)
{
  Output::Taken taken = waits ? output->take () : output->try_take ();
  if (taken.status == Output::Status::event)
    events.push_back (GST_EVENT_TYPE_NAME (taken.event.get ()));
  if (taken.status != Output::Status::buffer)
    return taken.status == Output::Status::event;
  if (taken.new_segment) {
    segment = *taken.new_segment;
    segments++;
  }
  fail_unless (segments > 0, "a buffer before any segment");
  guint64 due;
  int sign = gst_segment_to_running_time_full (
      &segment, GST_FORMAT_TIME, GST_BUFFER_PTS (taken.buffer.get ()), &due);
  fail_if (sign == 0);
  seen = Seen{std::move (taken.buffer), sign * Time (due),
      taken.new_segment != nullptr};
  return true;
}

std::optional<Seen>
Reader::next ()
{
  std::optional<Seen> seen;
  while (!seen && output->stats ().waiting > 0 && take (seen, false)) {
  }
  return seen;
}

std::vector<Seen>
Reader::drain ()
{
  std::vector<Seen> all;
  std::optional<Seen> seen;
  while (take (seen)) {
    if (seen)
      all.push_back (std::move (*seen));
    seen.reset ();
  }
  return all;
}

FanOut::FanOut (const SourceInfo &info)
    : source (std::make_shared<Source> (info)),
      input (source->open (producer)),
      track (Track::create (source))
{
  gst_segment_init (&segment, GST_FORMAT_TIME);
  set_segment (segment);
  put_caps (info.kind == Kind::video
                ? "video/x-raw,format=GRAY8,width=4,height=4,framerate=25/1"
                : "audio/x-raw,format=S16LE,rate=8000,channels=1,"
                  "layout=interleaved");
}

void
FanOut::set_segment (const GstSegment &with)
{
  segment = with;
  input->set_timeline (segment, clock, base_time);
}

void
FanOut::set_clock (Ptr<GstClock> with, Time base)
{
  clock = std::move (with);
  base_time = base;
  input->set_timeline (segment, clock, base_time);
}

void
FanOut::put_caps (const char *text)
{
  input->put (
      Ptr<GstEvent>::adopt (gst_event_new_caps (make_caps (text).get ())));
}

Ptr<GstBuffer>
FanOut::make_frame (Time pts, gsize size)
{
  auto buffer =
      Ptr<GstBuffer>::adopt (gst_buffer_new_allocate (nullptr, size, nullptr));
  gst_buffer_memset (buffer.get (), 0, 0x55, size);
  GST_BUFFER_PTS (buffer.get ()) = GstClockTime (pts);
  GST_BUFFER_DURATION (buffer.get ()) = kFrame;
  return buffer;
}

GstFlowReturn
FanOut::put_frame (Time pts, bool key)
{
  auto buffer = make_frame (pts);
  if (!key)
    GST_BUFFER_FLAG_SET (buffer.get (), GST_BUFFER_FLAG_DELTA_UNIT);
  return input->put (std::move (buffer));
}

} // namespace webmedia::test
