// SPDX-License-Identifier: LGPL-2.1-or-later
// The ready state of the media element, from what is buffered.
// https://www.w3.org/TR/media-source-2/#buffer-monitoring
#include "mse/media-source.hh"

#include "support/media-source-fixture.hh"

using namespace webmedia;
using namespace webmedia::mse;

namespace {

// Pictures from 80 ms to eight seconds, and sound for as long.
struct Fixture : MediaSourceFixture {
  Fixture ()
  {
    attach ();
    video = add ("video/mp4");
    audio = add ("audio/mp4");
    fail_unless_ok (source->set_duration (kTimeInfinite));
  }

  void append (SourceBuffer &buffer, const char *file)
  {
    fail_unless_ok (buffer.append_buffer (media_data (file).get (), true));
  }

  void append_all ()
  {
    append (*video, "v.mp4");
    append (*audio, "a.mp4");
    expect_ready_states ("metadata enough");
  }

  void remove (Time start, Time end)
  {
    fail_unless_ok (video->remove (start, end, true));
  }

  std::unique_ptr<Reader> open (TrackKind kind, Time time = 0)
  {
    auto tracks = player->tracks ();
    auto found = std::find_if (tracks.begin (), tracks.end (),
        [kind] (const TrackInfo &track) { return track.kind == kind; });
    fail_unless (found != tracks.end ());
    return player->open (found->id, time);
  }

  std::shared_ptr<SourceBuffer> video, audio;
};

} // namespace

GST_START_TEST (there_is_nothing_until_all_have_their_initialization_segment)
{
  Fixture f;
  f.append (*f.video, "v.mp4");
  f.expect_ready_states ("");
  fail_unless (f.player->ready_state () == MediaReadyState::have_nothing);
  f.append (*f.audio, "a.mp4");
  f.expect_ready_states ("metadata enough");
}
GST_END_TEST

GST_START_TEST (a_source_buffer_that_was_removed_is_not_waited_for)
{
  Fixture f;
  f.append (*f.video, "v.mp4");
  f.expect_ready_states ("");
  fail_unless_equals_int (f.observer->tracks, 0);
  fail_unless_ok (f.source->remove_source_buffer (f.audio));
  f.expect_ready_states ("enough");
  fail_unless_equals_int (f.observer->tracks, 1);
  // The last one leaves nothing to play.
  fail_unless_ok (f.source->remove_source_buffer (f.video));
  fail_unless (!f.player->has_metadata ());
}
GST_END_TEST

GST_START_TEST (what_is_appended_counts_before_updateend)
{
  Fixture f;
  f.append (*f.video, "v.mp4");
  f.log->take ();
  std::string events;
  f.on_ready_state = [&] (MediaReadyState state) {
    if (state == MediaReadyState::have_enough_data)
      events = f.log->take ();
  };
  f.append (*f.audio, "a.mp4");
  fail_unless (events.find ("updatestart") != std::string::npos);
  fail_unless (events.find ("update ") == std::string::npos);
  fail_unless (events.find ("updateend") == std::string::npos);
}
GST_END_TEST

GST_START_TEST (what_is_removed_at_the_playhead_leaves_the_metadata)
{
  Fixture f;
  f.append_all ();
  f.remove (0, 2 * kSecond);
  f.expect_ready_states ("metadata");
  f.append (*f.video, "v.mp4");
  f.expect_ready_states ("enough");
}
GST_END_TEST

GST_START_TEST (what_is_removed_ahead_of_it_leaves_less)
{
  Fixture f;
  f.append_all ();
  f.remove (4 * kSecond, kTimeInfinite);
  f.expect_ready_states ("");
  f.remove (500 * kMillisecond, kTimeInfinite);
  f.expect_ready_states ("future");
}
GST_END_TEST

GST_START_TEST (every_track_that_plays_counts)
{
  Fixture f;
  f.append_all ();
  auto sound = f.audio->tracks ().front ();
  fail_unless_ok (f.audio->remove (0, kTimeInfinite, true));
  f.expect_ready_states ("metadata");
  select_track (sound, TrackSelection::off);
  f.expect_ready_states ("enough");
  select_track (sound, TrackSelection::on);
  f.expect_ready_states ("metadata");
  fail_unless_ok (f.source->remove_source_buffer (f.audio));
  f.expect_ready_states ("enough");
}
GST_END_TEST

GST_START_TEST (the_end_is_enough)
{
  Fixture f;
  f.append_all ();
  f.remove (500 * kMillisecond, kTimeInfinite);
  fail_unless_ok (f.audio->remove (500 * kMillisecond, kTimeInfinite, true));
  f.expect_ready_states ("future");
  fail_unless_ok (f.source->end_of_stream (EndOfStreamError::none));
  f.expect_ready_states ("enough");
}
GST_END_TEST

GST_START_TEST (a_reader_that_comes_to_the_end_of_the_data_starves)
{
  Fixture f;
  f.append_all ();
  fail_unless_ok (f.audio->remove (900 * kMillisecond, kTimeInfinite, true));
  f.expect_ready_states ("future");
  auto sound = f.open (TrackKind::audio);
  // It has the current data and waits; then it goes on.
  f.on_ready_state = [&f] (MediaReadyState state) {
    if (state == MediaReadyState::have_current_data)
      f.append (*f.audio, "a.mp4");
  };
  Reader::Read read;
  do {
    read = sound->read ();
    fail_unless (read.status == Reader::Status::frame);
  } while (read.pts < 2 * kSecond);
  f.expect_ready_states ("current enough");
}
GST_END_TEST

GST_START_TEST (playback_uses_up_what_is_enough)
{
  Fixture f;
  f.append_all ();
  auto sound = f.open (TrackKind::audio);
  while (sound->read ().pts < 6500 * kMillisecond)
    f.expect_ready_states ("");
  while (sound->read ().pts < 7500 * kMillisecond) {
  }
  f.expect_ready_states ("future");
}
GST_END_TEST

GST_START_TEST (a_seek_to_where_nothing_is_leaves_the_metadata)
{
  Fixture f;
  f.append_all ();
  auto sound = f.open (TrackKind::audio);
  auto pictures = f.open (TrackKind::video);
  sound->seek (20 * kSecond);
  pictures->seek (20 * kSecond);
  f.expect_ready_states ("metadata");
  sound->seek (1 * kSecond);
  f.expect_ready_states ("enough");
}
GST_END_TEST

GST_START_TEST (a_seek_into_a_group_of_pictures_has_its_data)
{
  Fixture f;
  f.append_all ();
  // Sound is there from the middle of a group of pictures on.
  const TrackBuffer &video = f.video->tracks ().front ()->buffer;
  Time place =
      video.random_access_point (3 * kSecond, false) + 500 * kMillisecond;
  fail_unless_ok (f.audio->remove (0, place, true));
  f.expect_ready_states ("metadata");
  auto pictures = f.open (TrackKind::video);
  // Behind the beginning of the first frame of sound that is left.
  pictures->seek (place + 50 * kMillisecond);
  f.expect_ready_states ("enough");
  // What it is decoded from comes before the place that is played.
  fail_unless (pictures->read ().pts < place);
  f.expect_ready_states ("");
}
GST_END_TEST

GST_START_TEST (a_track_that_is_opened_late_leaves_the_playhead)
{
  Fixture f;
  f.append_all ();
  auto pictures = f.open (TrackKind::video);
  pictures->seek (4 * kSecond);
  f.remove (0, 2 * kSecond); // at 0 is nothing to play
  f.expect_ready_states ("");
  auto sound = f.open (TrackKind::audio, 4 * kSecond);
  f.expect_ready_states ("");
  fail_unless_equals_int64 (f.source->playhead (), 4 * kSecond);
  fail_unless (sound->read ().pts + 100 * kMillisecond > 4 * kSecond);
}
GST_END_TEST

GST_START_TEST (a_new_duration_can_make_it_all)
{
  Fixture f;
  f.append_all ();
  fail_unless_ok (f.source->remove_source_buffer (f.audio));
  f.remove (500 * kMillisecond, kTimeInfinite);
  f.expect_ready_states ("future");
  Time end = f.source->buffered ().highest_end (0);
  fail_unless_ok (f.source->set_duration (end));
  f.expect_ready_states ("enough");
}
GST_END_TEST

GST_START_TEST (detached_there_is_nothing)
{
  Fixture f;
  f.append_all ();
  f.player->detach ();
  fail_unless (f.player->ready_state () == MediaReadyState::have_nothing);
}
GST_END_TEST

// As nothing is buffered then, as the specification has it.
GST_START_TEST (without_the_owner_the_metadata_are_left)
{
  for (bool ended : {false, true}) {
    Fixture f;
    f.append_all ();
    if (ended)
      fail_unless_ok (f.source->end_of_stream (EndOfStreamError::none));
    f.source->abandon ();
    f.expect_ready_states (ended ? "" : "metadata");
    fail_unless (f.player->buffered ().empty () == !ended);
  }
}
GST_END_TEST

static Suite *
media_source_monitor_suite ()
{
  Suite *suite = suite_create ("mse/media-source-monitor");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (
      tcase, there_is_nothing_until_all_have_their_initialization_segment);
  tcase_add_test (tcase, a_source_buffer_that_was_removed_is_not_waited_for);
  tcase_add_test (tcase, what_is_appended_counts_before_updateend);
  tcase_add_test (tcase, what_is_removed_at_the_playhead_leaves_the_metadata);
  tcase_add_test (tcase, what_is_removed_ahead_of_it_leaves_less);
  tcase_add_test (tcase, every_track_that_plays_counts);
  tcase_add_test (tcase, the_end_is_enough);
  tcase_add_test (tcase, a_reader_that_comes_to_the_end_of_the_data_starves);
  tcase_add_test (tcase, playback_uses_up_what_is_enough);
  tcase_add_test (tcase, a_seek_to_where_nothing_is_leaves_the_metadata);
  tcase_add_test (tcase, a_seek_into_a_group_of_pictures_has_its_data);
  tcase_add_test (tcase, a_track_that_is_opened_late_leaves_the_playhead);
  tcase_add_test (tcase, a_new_duration_can_make_it_all);
  tcase_add_test (tcase, detached_there_is_nothing);
  tcase_add_test (tcase, without_the_owner_the_metadata_are_left);
  return suite;
}
GST_CHECK_MAIN (media_source_monitor)
