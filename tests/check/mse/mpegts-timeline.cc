// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/mpegts-timeline.hh"
#include "support/check.hh"

using namespace webmedia::mse;

static constexpr int64_t kRollover = int64_t (1) << 33;
static constexpr int64_t kTick = 1;
static constexpr int64_t kSecondTicks = kMpegtsClock;
static constexpr int64_t kHour = 3600 * kSecondTicks;

// The PTS of a frame without reordering.
static int64_t
map (MpegtsTimeline &timeline, int64_t ticks)
{
  uint64_t raw = uint64_t (ticks) & uint64_t (kRollover - 1);
  auto times = timeline.map (raw, raw);
  fail_unless_equals_int64 (times.pts, times.dts);
  return times.pts;
}

GST_START_TEST (the_first_timestamp_is_taken_as_it_is)
{
  for (int64_t ticks : {int64_t (0), kSecondTicks, kRollover - 1}) {
    MpegtsTimeline timeline;
    fail_unless_equals_int64 (map (timeline, ticks), ticks);
  }
}
GST_END_TEST

GST_START_TEST (many_rollovers_go_on_for_ever)
{
  MpegtsTimeline timeline;
  int64_t step = kHour / 2;
  for (int64_t ticks = 7; ticks < 9 * kRollover; ticks += step)
    fail_unless_equals_int64 (map (timeline, ticks), ticks);
}
GST_END_TEST

GST_START_TEST (streams_cross_a_rollover_one_after_the_other)
{
  MpegtsTimeline timeline;
  int64_t video = kRollover - kSecondTicks, audio = video - kSecondTicks / 2;
  for (int i = 0; i < 100; i++, video += 3600, audio += 3600) {
    fail_unless_equals_int64 (map (timeline, video), video);
    fail_unless_equals_int64 (map (timeline, audio), audio);
  }
  fail_unless (audio > kRollover);
}
GST_END_TEST

GST_START_TEST (a_dts_before_the_rollover_stays_there)
{
  MpegtsTimeline timeline;
  map (timeline, kRollover - 3600);
  auto times = timeline.map (3600, uint64_t (kRollover - 3600));
  fail_unless_equals_int64 (times.pts, kRollover + 3600);
  fail_unless_equals_int64 (times.dts, kRollover - 3600);

  // At the start of a stream it is before zero.
  timeline.reset ();
  times = timeline.map (0, uint64_t (kRollover - 3600));
  fail_unless_equals_int64 (times.pts, 0);
  fail_unless_equals_int64 (times.dts, -3600);
}
GST_END_TEST

GST_START_TEST (a_dts_after_its_pts_counts_as_the_pts)
{
  MpegtsTimeline timeline;
  auto times = timeline.map (3600, 3601);
  fail_unless_equals_int64 (times.pts, 3600);
  fail_unless_equals_int64 (times.dts, 3600);
}
GST_END_TEST

GST_START_TEST (an_application_may_go_anywhere)
{
  // Without a rollover on the way, timestamps are what they say.
  MpegtsTimeline timeline;
  for (int64_t ticks : {kHour, 20 * kHour, 2 * kHour, 24 * kHour, int64_t (0)})
    fail_unless_equals_int64 (map (timeline, ticks), ticks);
  // One that is past stays in reach.
  timeline.reset ();
  map (timeline, kRollover - kSecondTicks);
  fail_unless_equals_int64 (
      map (timeline, kRollover + kSecondTicks), kRollover + kSecondTicks);
  fail_unless_equals_int64 (
      map (timeline, kRollover - 3 * kHour), kRollover - 3 * kHour);
  fail_unless_equals_int64 (
      map (timeline, kRollover + 2 * kHour), kRollover + 2 * kHour);
}
GST_END_TEST

GST_START_TEST (what_follows_a_discontinuity_follows_the_end)
{
  MpegtsTimeline timeline;
  map (timeline, 10 * kSecondTicks);
  timeline.note_end (10 * kSecondTicks + 3600);
  timeline.note_end (10 * kSecondTicks + 1920);
  timeline.discontinuity ();
  fail_unless_equals_int64 (
      map (timeline, 5 * kHour), 10 * kSecondTicks + 3600);
  // The offset holds, also over a rollover of the new clock.
  int64_t offset = 10 * kSecondTicks + 3600 - 5 * kHour;
  for (int64_t ticks = 5 * kHour; ticks < 2 * kRollover; ticks += kHour / 4)
    fail_unless_equals_int64 (map (timeline, ticks), ticks + offset);
  // And back.
  timeline.reset ();
  fail_unless_equals_int64 (map (timeline, kTick), kTick);
}
GST_END_TEST

GST_START_TEST (a_clock_that_goes_on_is_not_moved)
{
  MpegtsTimeline timeline;
  map (timeline, 10 * kSecondTicks);
  timeline.note_end (10 * kSecondTicks + 3600);
  timeline.discontinuity ();
  fail_unless_equals_int64 (
      map (timeline, 10 * kSecondTicks + 3650), 10 * kSecondTicks + 3650);
  // Nor is the first one, which follows nothing.
  timeline.reset ();
  timeline.discontinuity ();
  fail_unless_equals_int64 (map (timeline, kHour), kHour);
}
GST_END_TEST

GST_START_TEST (a_discontinuity_follows_what_was_appended_last)
{
  MpegtsTimeline timeline;
  map (timeline, 100 * kSecondTicks);
  timeline.note_end (100 * kSecondTicks + 3600);
  map (timeline, 20 * kSecondTicks); // a seek
  timeline.note_end (20 * kSecondTicks + 3600);
  timeline.discontinuity ();
  fail_unless_equals_int64 (map (timeline, 0), 20 * kSecondTicks + 3600);
}
GST_END_TEST

static Suite *
mpegts_timeline_suite ()
{
  Suite *suite = suite_create ("mse/mpegts-timeline");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, the_first_timestamp_is_taken_as_it_is);
  tcase_add_test (tcase, many_rollovers_go_on_for_ever);
  tcase_add_test (tcase, streams_cross_a_rollover_one_after_the_other);
  tcase_add_test (tcase, a_dts_before_the_rollover_stays_there);
  tcase_add_test (tcase, a_dts_after_its_pts_counts_as_the_pts);
  tcase_add_test (tcase, an_application_may_go_anywhere);
  tcase_add_test (tcase, what_follows_a_discontinuity_follows_the_end);
  tcase_add_test (tcase, a_clock_that_goes_on_is_not_moved);
  tcase_add_test (tcase, a_discontinuity_follows_what_was_appended_last);
  return suite;
}
GST_CHECK_MAIN (mpegts_timeline)
