// SPDX-License-Identifier: LGPL-2.1-or-later
// Managed media sources and their source buffers.
#include "mse/media-source.hh"

#include "support/media-source-fixture.hh"

using namespace webmedia;
using namespace webmedia::mse;

namespace {

// Video of eight seconds, as often as wanted; its first frame is at 80 ms.
struct Fixture : MediaSourceFixture {
  explicit Fixture (bool managed = true)
      : MediaSourceFixture (managed),
        file (read_media ("v.mp4"))
  {
    attach ();
    video = add ("video/mp4");
    fail_unless_ok (source->set_duration (kTimeInfinite));
  }

  // So that it starts at `start` seconds.
  void append (Time start)
  {
    fail_unless_ok (
        video->set_timestamp_offset (start * kSecond - 80 * kMillisecond));
    fail_unless_ok (video->append_buffer (make_data (file).get (), true));
  }

  std::vector<uint8_t> file;
  std::shared_ptr<SourceBuffer> video;
};

} // namespace

GST_START_TEST (it_streams_when_it_opens_and_stops_when_it_closes)
{
  MediaSourceFixture f (true);
  fail_unless (f.source->is_managed ());
  fail_unless (!f.source->streaming ());
  f.attach ();
  fail_unless (f.source->streaming ());
  f.expect_events ("sourceopen startstreaming");
  f.player->detach ();
  fail_unless (!f.source->streaming ());
  f.expect_events ("active-remove remove sourceclose");
}
GST_END_TEST

GST_START_TEST (it_streams_until_enough_is_ahead_of_the_playhead)
{
  Fixture f;
  f.log->take ();
  for (Time start : {0, 8, 16})
    f.append (start);
  fail_unless (f.source->streaming ());
  f.append (24);
  fail_unless (!f.source->streaming ());
  fail_unless (f.log->take ().find (" endstreaming ") != std::string::npos);
  f.source->set_playhead (20 * kSecond);
  f.expect_events ("");
  f.source->set_playhead (23 * kSecond);
  fail_unless (f.source->streaming ());
  f.expect_events ("startstreaming");
}
GST_END_TEST

GST_START_TEST (the_end_of_the_stream_is_enough)
{
  Fixture f;
  f.append (0);
  f.log->take ();
  fail_unless_ok (f.source->end_of_stream (EndOfStreamError::none));
  f.expect_events ("sourceended endstreaming");
}
GST_END_TEST

GST_START_TEST (what_an_operation_changes_of_buffered_is_told_at_its_end)
{
  Fixture f;
  f.append (0);
  fail_unless (f.log->take ().ends_with (
      "update updateend bufferedchange +[0.000, 8.000) -"));
  f.append (0);
  f.expect_events ("updatestart update updateend");
  fail_unless_ok (f.video->remove (6 * kSecond, kTimeInfinite, true));
  f.expect_events (
      "updatestart update updateend bufferedchange + -[6.000, 8.000)");
  f.append (16);
  f.expect_events (
      "updatestart update updateend bufferedchange +[16.000, 24.000) -");
}
GST_END_TEST

// Prepare append, step 6.
GST_START_TEST (what_an_append_evicts_is_told_with_what_it_adds)
{
  Fixture f;
  f.append (0);
  f.source->set_playhead (8 * kSecond);
  f.video->set_quota (f.video->memory () + f.file.size () / 2);
  f.log->take ();
  f.append (8);
  std::string events = f.log->take ();
  TimeRanges now = *f.video->buffered ();
  fail_unless_equals_int (now.size (), 1);
  fail_unless_equals_int64 (now[0].end, 16 * kSecond);
  const Time start = now[0].start;
  fail_unless (start > 0 && start <= 8 * kSecond);
  const TimeRanges removed ({{0, start}}), added ({{8 * kSecond, now[0].end}});
  const std::string told = "updatestart update updateend bufferedchange +"
                           + added.to_string () + " -" + removed.to_string ();
  fail_unless (events == told, "%s", events.c_str ());
}
GST_END_TEST

// The track that ends later.
GST_START_TEST (what_the_end_extends_is_told)
{
  Fixture f;
  auto muxed = f.add ("video/mp4");
  fail_unless_ok (muxed->append_buffer (media_data ("av.mp4").get (), true));
  fail_unless_ok (f.source->remove_source_buffer (f.video));
  f.log->take ();
  fail_unless_ok (f.source->end_of_stream (EndOfStreamError::none));
  std::string events = f.log->take ();
  fail_unless (events.find ("bufferedchange +[") != std::string::npos, "%s",
      events.c_str ());
}
GST_END_TEST

GST_START_TEST (a_cleanup_keeps_what_is_played_soon)
{
  Fixture f;
  for (Time start = 72; start >= 0; start -= 8)
    f.append (start);
  f.source->set_playhead (20 * kSecond);
  f.log->take ();
  f.source->clean_memory ();
  auto buffered = f.video->buffered ();
  fail_unless (bool (buffered));
  fail_unless_equals_int (int (buffered->size ()), 2);
  // Of what is behind, the group of pictures appended last is kept.
  fail_unless_equals_int64 ((*buffered)[0].end, 8 * kSecond);
  const TimeRange &kept = (*buffered)[1];
  fail_unless (kept.start > 10 * kSecond && kept.start <= 17 * kSecond);
  fail_unless (kept.end >= 50 * kSecond && kept.end < 60 * kSecond);
  fail_unless (f.log->take ().starts_with ("bufferedchange + -["));
}
GST_END_TEST

GST_START_TEST (a_cleanup_leaves_a_source_buffer_without_tracks_usable)
{
  Fixture f;
  auto audio = f.add ("audio/mp4");
  f.append (0);
  // Without a first initialization segment it is not active.
  fail_unless_equals_int (int (f.source->active_source_buffers ().size ()), 1);
  f.source->clean_memory ();
  fail_unless (!f.video->updating ());
  fail_unless_ok (audio->append_buffer (media_data ("a.mp4").get (), true));
  fail_unless_equals_int (int (f.source->active_source_buffers ().size ()), 2);
}
GST_END_TEST

GST_START_TEST (a_cleanup_empties_what_does_not_play)
{
  Fixture f;
  auto audio = f.add ("audio/mp4");
  f.append (0);
  fail_unless_ok (audio->append_buffer (media_data ("a.mp4").get (), true));
  select_track (audio->tracks ()[0], TrackSelection::off);
  f.source->clean_memory ();
  fail_unless (!f.video->buffered ()->empty ());
  fail_unless (audio->buffered ()->empty ());
  fail_unless_equals_uint64 (audio->memory (), 0);
}
GST_END_TEST

GST_START_TEST (others_tell_nothing_of_it)
{
  Fixture f (false);
  f.append (0);
  std::string events = f.log->take ();
  fail_unless (events.find ("streaming") == std::string::npos);
  fail_unless (events.find ("bufferedchange") == std::string::npos);
}
GST_END_TEST

static Suite *
media_source_managed_suite ()
{
  Suite *suite = suite_create ("mse/media-source-managed");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, it_streams_when_it_opens_and_stops_when_it_closes);
  tcase_add_test (tcase, it_streams_until_enough_is_ahead_of_the_playhead);
  tcase_add_test (tcase, the_end_of_the_stream_is_enough);
  tcase_add_test (
      tcase, what_an_operation_changes_of_buffered_is_told_at_its_end);
  tcase_add_test (tcase, what_an_append_evicts_is_told_with_what_it_adds);
  tcase_add_test (tcase, what_the_end_extends_is_told);
  tcase_add_test (tcase, a_cleanup_keeps_what_is_played_soon);
  tcase_add_test (
      tcase, a_cleanup_leaves_a_source_buffer_without_tracks_usable);
  tcase_add_test (tcase, a_cleanup_empties_what_does_not_play);
  tcase_add_test (tcase, others_tell_nothing_of_it);
  return suite;
}
GST_CHECK_MAIN (media_source_managed)
