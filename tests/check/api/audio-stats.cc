// SPDX-License-Identifier: LGPL-2.1-or-later
// The statistics of sound, as an application sees them.
// https://w3c.github.io/mediacapture-extensions/#the-mediastreamtrackaudiostats-interface
// WPT: mediacapture-extensions MediaStreamTrack-audio-stats
#include "support/media-devices-fixture.hh"

#include <cstdio>
#include <gst/check/gsttestclock.h>

using namespace webmedia;
using namespace webmedia::test;

namespace {

using Stats = GstWebMediaStreamTrackAudioStats;

// Of one moment; times in milliseconds.
struct Values {
  unsigned long long delivered = 0;
  double delivered_duration = 0;
  unsigned long long total = 0;
  double total_duration = 0;
  double latency = 0, average = 0, minimum = 0, maximum = 0;

  bool operator== (const Values &) const = default;
};

Stats *
stats_of (const TrackObject &track)
{
  GObject *stats = gst_web_media_stream_track_get_stats (track.get ());
  fail_unless (stats != nullptr);
  return GST_WEB_MEDIA_STREAM_TRACK_AUDIO_STATS (stats);
}

Values
read (Stats *stats)
{
  Values v;
  CString json (gst_web_media_stream_track_audio_stats_to_json (stats));
  int number = sscanf (json.get (),
      "{\"deliveredFrames\":%llu,\"deliveredFramesDuration\":%lf,"
      "\"totalFrames\":%llu,\"totalFramesDuration\":%lf,\"latency\":%lf,"
      "\"averageLatency\":%lf,\"minimumLatency\":%lf,\"maximumLatency\":%lf}",
      &v.delivered, &v.delivered_duration, &v.total, &v.total_duration,
      &v.latency, &v.average, &v.minimum, &v.maximum);
  fail_unless_equals_int (number, 8);
  return v;
}

Values
read (const TrackObject &track)
{
  return read (stats_of (track));
}

void
expect (const TrackObject &track, const Values &wanted)
{
  CString json (
      gst_web_media_stream_track_audio_stats_to_json (stats_of (track)));
  fail_unless (read (track) == wanted, "%s", json.get ());
}

// In milliseconds.
void
expect_latency (const TrackObject &track, double latest, double average,
    double minimum, double maximum)
{
  Values v = read (track);
  fail_unless (v.latency == latest && v.average == average
                   && v.minimum == minimum && v.maximum == maximum,
      "%g %g %g %g", v.latency, v.average, v.minimum, v.maximum);
}

void
reset (const TrackObject &track)
{
  gst_web_media_stream_track_audio_stats_reset_latency (stats_of (track));
}

void
enable (const TrackObject &track, bool enabled)
{
  gst_web_media_stream_track_set_enabled (track.get (), enabled);
}

TrackObject
clone_of (const TrackObject &track)
{
  return own (gst_web_media_stream_track_clone (track.get ()));
}

// A microphone that gives out a tenth of a second of stereo at a time, by a
// clock that the test moves.
struct Microphone {
  Microphone ()
      : made (StreamFixture::make (kAudio, true)),
        track (own (gst_web_bridge_track_object (made.track)))
  {
    auto caps = own (gst_caps_from_string ("audio/x-raw,format=S16LE,"
                                           "layout=interleaved,rate=48000,"
                                           "channels=2"));
    made.input->put (own (gst_event_new_caps (caps.get ())));
    GstSegment segment;
    gst_segment_init (&segment, GST_FORMAT_TIME);
    made.input->set_timeline (segment, clock, 0);
  }

  // So many pieces, each of which comes so many milliseconds after its capture.
  void put (int pieces, int later = 0)
  {
    for (int i = 0; i < pieces; i++, next += kPiece) {
      GstClockTime due = next + GstClockTime (later) * GST_MSECOND;
      if (due > gst_clock_get_time (clock.get ()))
        gst_test_clock_set_time (GST_TEST_CLOCK (clock.get ()), due);
      auto sound = own (gst_buffer_new_allocate (nullptr, 4800 * 4, nullptr));
      GST_BUFFER_PTS (sound.get ()) = next;
      GST_BUFFER_DURATION (sound.get ()) = kPiece;
      made.input->put (std::move (sound));
    }
  }
  // What came of so many pieces, with no latency.
  static Values pieces (unsigned number)
  {
    return {.delivered = number * 4800,
        .delivered_duration = number * 100.0,
        .total = number * 4800,
        .total_duration = number * 100.0};
  }

  static constexpr GstClockTime kPiece = 100 * GST_MSECOND;

  Ptr<GstClock> clock = own (GST_CLOCK (gst_test_clock_new ()));
  NewTrack made;
  TrackObject track;
  GstClockTime next = 0;
};

} // namespace

GST_START_TEST (all_begins_at_zero)
{
  Microphone m;
  expect (m.track, {});
  fail_unless (stats_of (m.track) == stats_of (m.track));
}
GST_END_TEST

GST_START_TEST (each_value_is_that_of_its_attribute)
{
  Microphone m;
  m.put (1, 40);
  m.put (1, 20);
  m.made.input->count_lost (50 * kMillisecond);
  Stats *stats = stats_of (m.track);
  Values v = read (stats);
  fail_unless_equals_uint64 (
      gst_web_media_stream_track_audio_stats_get_delivered_frames (stats),
      v.delivered);
  fail_unless_equals_uint64 (
      gst_web_media_stream_track_audio_stats_get_total_frames (stats), v.total);
  struct {
    double value;
    GstClockTime (*get) (Stats *);
    const char *property;
  } times[] = {
      {v.delivered_duration,
          gst_web_media_stream_track_audio_stats_get_delivered_frames_duration,
          "delivered-frames-duration"},
      {v.total_duration,
          gst_web_media_stream_track_audio_stats_get_total_frames_duration,
          "total-frames-duration"},
      {v.latency, gst_web_media_stream_track_audio_stats_get_latency,
          "latency"},
      {v.average, gst_web_media_stream_track_audio_stats_get_average_latency,
          "average-latency"},
      {v.minimum, gst_web_media_stream_track_audio_stats_get_minimum_latency,
          "minimum-latency"},
      {v.maximum, gst_web_media_stream_track_audio_stats_get_maximum_latency,
          "maximum-latency"},
  };
  for (const auto &each : times) {
    guint64 property;
    g_object_get (stats, each.property, &property, nullptr);
    fail_unless_equals_uint64 (each.get (stats), property);
    fail_unless_equals_uint64 (property, guint64 (each.value * GST_MSECOND));
  }
  expect (m.track, {9600, 200, 9600 + 2400, 250, 20, 30, 20, 40});
}
GST_END_TEST

// "or would have been delivered to a sink, if one was connected"
GST_START_TEST (sound_is_counted_whoever_hears_it)
{
  Microphone m;
  m.put (2);
  expect (m.track, m.pieces (2));
  // Who is slow loses what is his own.
  auto processor =
      own (gst_web_media_stream_track_processor_new (m.track.get (), 1));
  m.put (5);
  expect (m.track, m.pieces (7));
  processor.reset ();
  m.put (1);
  expect (m.track, m.pieces (8));
}
GST_END_TEST

GST_START_TEST (nothing_moves_while_it_is_disabled)
{
  Microphone m;
  m.put (2, 20);
  Values before = read (m.track);
  enable (m.track, false);
  expect (m.track, before);
  m.put (3, 60);
  m.made.input->count_lost (50 * kMillisecond);
  expect (m.track, before);
  enable (m.track, true); // resets nothing
  expect (m.track, before);
  m.put (1, 50);
  Values after = m.pieces (3);
  after.latency = after.maximum = 50;
  after.average = 30;
  after.minimum = 20;
  expect (m.track, after);
}
GST_END_TEST

GST_START_TEST (nothing_moves_while_it_is_muted)
{
  Microphone m;
  m.put (2, 20);
  Values before = read (m.track);
  m.made.input->set_muted (true);
  expect (m.track, before);
  m.put (3, 60);
  m.made.input->count_lost (50 * kMillisecond);
  enable (m.track, false);
  enable (m.track, true);
  m.put (3, 60);
  expect (m.track, before);
  m.made.input->set_muted (false);
  expect (m.track, before);
  m.put (1, 20);
  Values after = m.pieces (3);
  after.latency = after.average = after.minimum = after.maximum = 20;
  expect (m.track, after);
}
GST_END_TEST

// What unmutes it is heard, and so it counts. What did not come was not lost.
GST_START_TEST (what_ends_a_stall_is_counted)
{
  Microphone m;
  m.made.input->set_watch (true);
  m.put (2);
  auto clock = GST_TEST_CLOCK (m.clock.get ());
  while (!gst_web_media_stream_track_get_muted (m.track.get ())) {
    GstClockID id;
    gst_test_clock_wait_for_next_pending_id (clock, &id);
    gst_test_clock_set_time (
        clock, std::max (gst_clock_get_time (m.clock.get ()),
                   gst_clock_id_get_time (id)));
    gst_clock_id_unref (id);
    gst_clock_id_unref (gst_test_clock_process_next_clock_id (clock));
  }
  expect (m.track, m.pieces (2));
  m.next = gst_clock_get_time (m.clock.get ());
  m.put (1);
  fail_if (gst_web_media_stream_track_get_muted (m.track.get ()));
  expect (m.track, m.pieces (3));
  m.made.input->set_watch (false);
}
GST_END_TEST

GST_START_TEST (nothing_moves_after_the_end)
{
  Microphone m;
  TrackObject clone = clone_of (m.track);
  m.put (2, 20);
  Values before = read (m.track);
  gst_web_media_stream_track_stop (m.track.get ());
  m.put (1, 60);
  expect (m.track, before);
  Values of_clone = read (clone);
  fail_unless (of_clone.delivered == 3 * 4800 && of_clone.latency == 60);
  m.made.input->end ();
  m.put (1, 90);
  expect (clone, of_clone);
  // They are there as long as somebody holds them.
  auto kept = Ptr<Stats>::share (stats_of (m.track));
  m.track.reset ();
  m.made = {};
  fail_unless (read (kept.get ()) == before);
}
GST_END_TEST

GST_START_TEST (a_clone_has_its_own)
{
  Microphone m;
  m.put (2, 20);
  TrackObject clone = clone_of (m.track);
  fail_unless (stats_of (clone) != stats_of (m.track));
  expect (clone, {});
  m.put (1, 50);
  m.made.input->count_lost (25 * kMillisecond);
  expect (clone, {4800, 100, 4800 + 1200, 125, 50, 50, 50, 50});
  expect (m.track, {3 * 4800, 300, 3 * 4800 + 1200, 325, 50, 30, 20, 50});
  reset (m.track);
  expect_latency (m.track, 50, 50, 50, 50);
  m.put (1, 90);
  expect_latency (m.track, 90, 90, 90, 90);
  expect_latency (clone, 90, 70, 50, 90);
  // What becomes of one becomes of no other.
  enable (m.track, false);
  Values before = read (m.track);
  m.put (1, 10);
  expect (m.track, before);
  expect_latency (clone, 10, 50, 10, 90);
}
GST_END_TEST

GST_START_TEST (a_clone_is_as_its_track_was)
{
  Microphone m;
  m.put (1, 20);
  enable (m.track, false);
  TrackObject disabled = clone_of (m.track);
  m.put (1, 20);
  expect (disabled, {});
  enable (disabled, true);
  m.put (1, 40);
  expect (disabled, {4800, 100, 4800, 100, 40, 40, 40, 40});
  m.made.input->set_muted (true);
  TrackObject muted = clone_of (disabled);
  m.put (1, 40);
  expect (muted, {});
  gst_web_media_stream_track_stop (m.track.get ());
  TrackObject ended = clone_of (m.track);
  m.made.input->set_muted (false);
  m.put (1, 40);
  expect (ended, {});
  expect (muted, {4800, 100, 4800, 100, 40, 40, 40, 40});
}
GST_END_TEST

GST_START_TEST (a_reset_makes_all_latencies_the_latest)
{
  Microphone m;
  reset (m.track); // of nothing
  expect (m.track, {});
  m.put (1, 40);
  m.put (1, 20);
  m.put (1, 30);
  expect_latency (m.track, 30, 30, 20, 40);
  Values before = read (m.track);
  reset (m.track);
  before.average = before.minimum = before.maximum = 30;
  expect (m.track, before); // and no counter
  reset (m.track);
  expect (m.track, before);
  // Observed since then: the one before does not count.
  m.put (1, 50);
  expect_latency (m.track, 50, 50, 50, 50);
  m.put (1, 90);
  m.put (1, 10);
  expect_latency (m.track, 10, 50, 10, 90);
  enable (m.track, false);
  reset (m.track);
  m.put (1, 80);
  expect_latency (m.track, 10, 10, 10, 10);
  enable (m.track, true);
  m.put (1, 80);
  expect_latency (m.track, 80, 80, 80, 80);
}
GST_END_TEST

// As its ring buffer was read too late.
GST_START_TEST (what_was_dropped_is_in_the_totals_alone)
{
  Microphone m;
  m.put (2);
  m.made.input->count_lost (30 * kMillisecond);
  expect (m.track, {9600, 200, 9600 + 1440, 230});
  m.put (1);
  expect (m.track, {14400, 300, 14400 + 1440, 330});
  // By whole samples; times are rounded.
  m.made.input->count_lost (2 * kSecond / 48000 + 1);
  Values v = read (m.track);
  fail_unless (v.total - v.delivered == 1440 + 2);
  m.made.input->count_lost (5000);
  fail_unless (read (m.track) == v);
}
GST_END_TEST

// What makes a clone of a microphone's track has sound of its own.
GST_START_TEST (a_microphone_has_statistics)
{
  UserMediaFixture f;
  TrackObject track = f.open (R"({"audio":true})");
  while (read (track).delivered < 4800)
    g_thread_yield ();
  Values v = read (track);
  fail_unless (v.total == v.delivered);
  double rate = double (v.delivered) / v.delivered_duration * 1000;
  fail_unless (rate > 47000 && rate < 49000, "%g", rate);
  fail_unless (v.minimum <= v.average && v.average <= v.maximum);
  fail_unless (v.minimum <= v.latency && v.latency <= v.maximum);
  TrackObject clone = clone_of (track);
  enable (track, false);
  v = read (track);
  while (read (clone).delivered < 4800)
    g_thread_yield ();
  expect (track, v);
  // Another rate: what was counted stays.
  enable (track, true);
  fail_unless (f.apply (track, R"({"sampleRate":{"exact":44100}})"));
  while (read (track).delivered < v.delivered + 4410)
    g_thread_yield ();
  fail_unless (read (track).maximum >= v.maximum);
}
GST_END_TEST

GST_START_TEST (a_microphone_that_is_muted_or_unplugged_counts_nothing)
{
  UserMediaFixture f;
  auto policy = make_policy (f.policy);
  f.use (policy);
  TrackObject track = f.open (R"({"audio":true})");
  while (read (track).delivered < 4800)
    g_thread_yield ();
  gst_web_permission_policy_set_muted (policy.get (), "microphone", TRUE);
  Values before = read (track);
  for (int i = 0; i < 1000; i++)
    g_thread_yield ();
  expect (track, before);
  gst_web_permission_policy_set_muted (policy.get (), "microphone", FALSE);
  while (read (track).delivered < before.delivered + 4800)
    g_thread_yield ();
  Values after = read (track);
  fail_unless (after.total == after.delivered); // none of it was lost
  unplug_all ();
  while (gst_web_media_stream_track_get_ready_state (track.get ())
         != GST_WEB_MEDIA_STREAM_TRACK_STATE_ENDED)
    g_main_context_iteration (nullptr, FALSE);
  Values last = read (track);
  fail_unless (last.delivered >= after.delivered);
  expect (track, last);
}
GST_END_TEST

// "sourced from getUserMedia()"
GST_START_TEST (sound_of_no_microphone_has_none)
{
  auto format = own (gst_caps_from_string (
      "audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved"));
  auto destination =
      own (gst_web_media_stream_audio_destination_new (format.get (), nullptr));
  TrackObject written = first_of (gst_web_media_stream_get_audio_tracks (
      gst_web_media_stream_audio_destination_get_stream (destination.get ())));
  std::unique_ptr<stream::Input> input;
  for (const TrackObject &track :
      {written, clone_of (written), new_track (kAudio, &input)})
    fail_unless (
        gst_web_media_stream_track_get_stats (track.get ()) == nullptr);
}
GST_END_TEST

static Suite *
audio_stats_suite (void)
{
  Suite *suite = suite_create ("audio-stats");
  TCase *tc = tcase_create ("all");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, all_begins_at_zero);
  tcase_add_test (tc, each_value_is_that_of_its_attribute);
  tcase_add_test (tc, sound_is_counted_whoever_hears_it);
  tcase_add_test (tc, nothing_moves_while_it_is_disabled);
  tcase_add_test (tc, nothing_moves_while_it_is_muted);
  tcase_add_test (tc, what_ends_a_stall_is_counted);
  tcase_add_test (tc, nothing_moves_after_the_end);
  tcase_add_test (tc, a_clone_has_its_own);
  tcase_add_test (tc, a_clone_is_as_its_track_was);
  tcase_add_test (tc, a_reset_makes_all_latencies_the_latest);
  tcase_add_test (tc, what_was_dropped_is_in_the_totals_alone);
  tcase_add_test (tc, a_microphone_has_statistics);
  tcase_add_test (tc, a_microphone_that_is_muted_or_unplugged_counts_nothing);
  tcase_add_test (tc, sound_of_no_microphone_has_none);
  return suite;
}

GST_CHECK_MAIN (audio_stats);
