// SPDX-License-Identifier: LGPL-2.1-or-later
// The input latency of mediacapture-extensions.
#include "stream/latency-meter.hh"

#include "support/check.hh"
#include "support/fan-out.hh"

using namespace webmedia;
using namespace webmedia::stream;
using namespace webmedia::test;

namespace {

constexpr Time kMs = kMillisecond;

void
expect (const Latency &latency, Time latest, Time average, Time minimum,
    Time maximum)
{
  fail_unless_equals_int64 (latency.latest, latest * kMs);
  fail_unless_equals_int64 (latency.average, average * kMs);
  fail_unless_equals_int64 (latency.minimum, minimum * kMs);
  fail_unless_equals_int64 (latency.maximum, maximum * kMs);
}

// A microphone whose clock stands still.
struct Microphone {
  explicit Microphone (
      SourceInfo info = {.kind = Kind::audio, .label = "", .is_device = true})
      : source (std::make_shared<Source> (info)),
        input (source->open ({})),
        track (Track::create (source))
  {
    GstSegment segment;
    gst_segment_init (&segment, GST_FORMAT_TIME);
    input->set_timeline (segment, clock, 1000 * kMs);
  }

  // Sound that was captured at this running time, and came so much later.
  void put (Time captured, Time later)
  {
    set_time (clock, (1000 + captured + later) * kMs);
    auto buffer = Ptr<GstBuffer>::adopt (gst_buffer_new ());
    GST_BUFFER_PTS (buffer.get ()) = GstClockTime (captured * kMs);
    input->put (std::move (buffer));
  }

  Latency latency () const { return track->latency ().read (); }

  Ptr<GstClock> clock = make_clock ();
  std::shared_ptr<Source> source;
  std::unique_ptr<Input> input;
  std::shared_ptr<Track> track;
};

} // namespace

GST_START_TEST (latency_is_from_capture_to_delivery)
{
  Microphone m;
  expect (m.latency (), 0, 0, 0, 0);
  m.put (10, 20);
  expect (m.latency (), 20, 20, 20, 20);
  m.put (40, 10);
  m.put (70, 60);
  expect (m.latency (), 60, 30, 10, 60);
}
GST_END_TEST

GST_START_TEST (a_reset_begins_with_the_last_one)
{
  Microphone m;
  m.put (10, 20);
  m.put (40, 60);
  m.track->latency ().reset ();
  expect (m.latency (), 60, 60, 60, 60);
  m.put (110, 30);
  expect (m.latency (), 30, 30, 30, 30); // what was before does not count
  m.put (150, 50);
  expect (m.latency (), 50, 40, 30, 50);
}
GST_END_TEST

GST_START_TEST (a_disabled_track_measures_nothing)
{
  Microphone m;
  m.put (10, 20);
  m.track->set_enabled (false);
  m.put (40, 60);
  expect (m.latency (), 20, 20, 20, 20);
  m.track->set_enabled (true);
  m.put (110, 30);
  expect (m.latency (), 30, 25, 20, 30);
  m.track->stop ();
  m.put (150, 50);
  expect (m.latency (), 30, 25, 20, 30);
}
GST_END_TEST

GST_START_TEST (a_clone_measures_for_itself)
{
  Microphone m;
  m.put (10, 20);
  auto clone = m.track->clone ();
  expect (clone->latency ().read (), 0, 0, 0, 0);
  m.put (40, 60);
  expect (clone->latency ().read (), 60, 60, 60, 60);
  expect (m.latency (), 60, 40, 20, 60);
}
GST_END_TEST

GST_START_TEST (only_sound_of_devices_has_a_latency)
{
  Microphone camera ({.kind = Kind::video, .label = "", .is_device = true});
  camera.put (10, 20);
  expect (camera.latency (), 0, 0, 0, 0);
  Microphone file ({.kind = Kind::audio, .label = ""});
  file.put (10, 20);
  expect (file.latency (), 0, 0, 0, 0);
}
GST_END_TEST

static Suite *
latency_meter_suite ()
{
  Suite *suite = suite_create ("latency-meter");
  TCase *tc = tcase_create ("all");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, latency_is_from_capture_to_delivery);
  tcase_add_test (tc, a_reset_begins_with_the_last_one);
  tcase_add_test (tc, a_disabled_track_measures_nothing);
  tcase_add_test (tc, a_clone_measures_for_itself);
  tcase_add_test (tc, only_sound_of_devices_has_a_latency);
  return suite;
}

GST_CHECK_MAIN (latency_meter);
