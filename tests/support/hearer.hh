// SPDX-License-Identifier: LGPL-2.1-or-later
// A consumer of a track of sound that is muted.
#pragma once

#include "support/fan-out.hh"

#include <algorithm>
#include <future>

namespace webmedia::test {

// A consumer on a thread of its own, as an element's.
inline std::optional<Seen>
take (Reader &reader)
{
  for (;;) {
    stream::Output::Taken taken = reader.output->take ();
    if (taken.status == stream::Output::Status::event)
      continue;
    if (taken.status != stream::Output::Status::buffer)
      return std::nullopt;
    if (taken.new_segment) {
      reader.segment = *taken.new_segment;
      reader.segments++;
    }
    guint64 due = gst_segment_to_running_time (
        &reader.segment, GST_FORMAT_TIME, GST_BUFFER_PTS (taken.buffer.get ()));
    return Seen{
        std::move (taken.buffer), Time (due), taken.new_segment != nullptr};
  }
}

inline bool
is_all (const std::optional<Seen> &seen, uint8_t value)
{
  std::vector<uint8_t> bytes (
      seen ? gst_buffer_get_size (seen->buffer.get ()) : 0);
  if (seen)
    gst_buffer_extract (seen->buffer.get (), 0, bytes.data (), bytes.size ());
  return !bytes.empty ()
         && std::ranges::count (bytes, value) == int64_t (bytes.size ());
}

inline void
expect_silence (const std::optional<Seen> &seen, Time due,
    Time duration = 20 * kMillisecond)
{
  fail_unless (is_all (seen, 0));
  fail_unless_equals_int64 (seen->due, due);
  fail_unless_equals_int64 (
      Time (GST_BUFFER_DURATION (seen->buffer.get ())), duration);
  fail_unless (seen->has (GST_BUFFER_FLAG_GAP));
}

// That is the time of the next one, which may be made anew meanwhile.
inline void
await_timer (const Ptr<GstClock> &clock, Time time)
{
  GstClockID pending;
  gst_test_clock_wait_for_next_pending_id (
      GST_TEST_CLOCK (clock.get ()), &pending);
  fail_unless_equals_int64 (Time (gst_clock_id_get_time (pending)), time);
  gst_clock_id_unref (pending);
}

// Fires what is due, until the consumer has got something.
inline void
crank (const Ptr<GstClock> &clock, std::future<std::optional<Seen>> &next)
{
  auto *test_clock = GST_TEST_CLOCK (clock.get ());
  while (next.wait_for (std::chrono::milliseconds (1))
         != std::future_status::ready)
    if (GstClockID id = gst_test_clock_process_next_clock_id (test_clock))
      gst_clock_id_unref (id);
}

// As a pipeline that is captured: nobody says that something should come.
struct Sound : FanOut {
  Sound () : FanOut (stream::Kind::audio) {}

  void put_sound (Time pts) { input->put (make_frame (pts, 640)); }
};

} // namespace webmedia::test
