// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/media-source.hh"

#include "support/media-source-fixture.hh"
#include "support/webm-writer.hh"

#include <thread>

using namespace webmedia;
using namespace webmedia::mse;

namespace {

constexpr const char *kVideo = "video/mp4";
constexpr const char *kAudio = "audio/mp4";

void
append (SourceBuffer &buffer, const char *name)
{
  fail_unless_ok (buffer.append_buffer (media_data (name).get (), true));
}

} // namespace

GST_START_TEST (a_closed_source_has_nothing_and_refuses_everything)
{
  MediaSourceFixture f;
  fail_unless (f.source->ready_state () == ReadyState::closed);
  fail_unless_equals_int64 (f.source->duration (), kTimeNone);
  fail_unless (f.source->source_buffers ().empty ());
  const ErrorCode code = ErrorCode::invalid_state;
  fail_unless_error (f.source->add_source_buffer (kVideo), code);
  fail_unless_error (f.source->set_duration (1), code);
  fail_unless_error (f.source->end_of_stream (EndOfStreamError::none), code);
}
GST_END_TEST

GST_START_TEST (attaching_opens)
{
  MediaSourceFixture f;
  f.attach ();
  fail_unless (f.source->ready_state () == ReadyState::open);
  f.expect_events ("sourceopen");
  fail_unless_error (f.source->attach (false), ErrorCode::invalid_state);
}
GST_END_TEST

GST_START_TEST (types_are_checked)
{
  MediaSourceFixture f;
  f.attach ();
  fail_unless_error (f.source->add_source_buffer (""), ErrorCode::type);
  fail_unless_error (
      f.source->add_source_buffer ("^^^"), ErrorCode::not_supported);
  fail_unless_error (f.source->add_source_buffer ("video/mp4;codecs=\"xyz\""),
      ErrorCode::not_supported);
}
GST_END_TEST

// Who makes what goes with a source buffer does so before anybody sees it.
GST_START_TEST (a_source_buffer_is_prepared_before_it_is_listed)
{
  MediaSourceFixture f;
  f.attach ();
  std::shared_ptr<SourceBuffer> prepared;
  auto added = f.source->add_source_buffer (kVideo, [&] (const auto &buffer) {
    prepared = buffer;
    fail_unless (f.source->source_buffers ().empty ());
  });
  fail_unless (bool (added) && *added == prepared);
  // Where the element goes meanwhile, nobody ever does.
  auto late = f.source->add_source_buffer (
      kVideo, [&f] (const auto &) { f.player->detach (); });
  fail_unless_error (late, ErrorCode::invalid_state);
  fail_unless (f.source->source_buffers ().empty ());
}
GST_END_TEST

GST_START_TEST (source_buffers_are_active_from_their_first_init)
{
  MediaSourceFixture f;
  f.attach ();
  auto video = f.add (kVideo);
  auto audio = f.add (kAudio);
  f.expect_events ("sourceopen add add");
  append (*audio, "a.mp4");
  fail_unless (!f.player->has_metadata ());
  fail_unless_equals_int (f.observer->tracks, 0);
  fail_unless (
      f.source->active_source_buffers () == MediaSource::Buffers ({audio}));
  append (*video, "v.mp4");
  fail_unless (f.player->has_metadata ());
  fail_unless_equals_int (f.observer->tracks, 1);
  fail_unless_equals_int (f.player->tracks ().size (), 2);
  // In the order of sourceBuffers.
  fail_unless (f.source->active_source_buffers ()
               == MediaSource::Buffers ({video, audio}));
}
GST_END_TEST

GST_START_TEST (removing_a_source_buffer_ends_its_tracks)
{
  MediaSourceFixture f;
  f.attach ();
  auto video = f.add (kVideo);
  append (*video, "v.mp4");
  auto reader = f.player->open (f.player->tracks ()[0].id, 0);
  f.log->take ();
  fail_unless_ok (f.source->remove_source_buffer (video));
  f.expect_events ("active-remove remove");
  fail_unless (f.source->source_buffers ().empty ());
  fail_unless (reader->read ().status == Reader::Status::end);
  fail_unless_error (
      f.source->remove_source_buffer (video), ErrorCode::not_found);
  fail_unless_equals_uint64 (video->memory (), 0);
}
GST_END_TEST

GST_START_TEST (without_source_buffers_all_of_the_next_ones_are_waited_for)
{
  MediaSourceFixture f;
  f.attach ();
  auto old = f.add (kVideo);
  append (*old, "v.mp4");
  fail_unless (f.player->has_metadata ());
  fail_unless_ok (f.source->remove_source_buffer (old));
  auto video = f.add (kVideo);
  auto audio = f.add (kAudio);
  append (*video, "v.mp4");
  fail_unless (!f.player->has_metadata ());
  append (*audio, "a.mp4");
  fail_unless (f.player->has_metadata ());
}
GST_END_TEST

GST_START_TEST (a_reader_waits_again_when_an_ended_source_opens)
{
  MediaSourceFixture f;
  f.attach ();
  auto video = f.add (kVideo);
  append (*video, "v.mp4");
  auto reader = f.player->open (f.player->tracks ()[0].id, 0);
  fail_unless_ok (f.source->end_of_stream (EndOfStreamError::none));
  while (reader->read ().status == Reader::Status::frame) {
  }
  fail_unless (!reader->waits ());
  fail_unless_ok (video->set_timestamp_offset (0));
  fail_unless (reader->waits ());
}
GST_END_TEST

GST_START_TEST (the_duration_grows_with_what_is_appended)
{
  MediaSourceFixture f;
  f.attach ();
  auto video = f.add (kVideo);
  append (*video, "v.mp4");
  Time end = video->buffered ()->highest_end (0);
  fail_unless (f.source->duration () >= end);
  fail_unless_ok (f.source->end_of_stream (EndOfStreamError::none));
  fail_unless_equals_int64 (f.source->duration (), end);
  fail_unless_ok (video->set_timestamp_offset (end));
  append (*video, "v.mp4");
  fail_unless_equals_int64 (
      f.source->duration (), video->buffered ()->highest_end (0));
  fail_unless (f.source->duration () > end);
}
GST_END_TEST

GST_START_TEST (the_duration_is_not_cut_below_what_is_buffered)
{
  MediaSourceFixture f;
  f.attach ();
  auto video = f.add (kVideo);
  append (*video, "v.mp4");
  fail_unless_error (f.source->set_duration (kTimeNone), ErrorCode::type);
  fail_unless_error (f.source->set_duration (-1), ErrorCode::type);
  fail_unless_error (
      f.source->set_duration (kSecond), ErrorCode::invalid_state);
  // In the last frame: all of it stays.
  Time highest = video->highest_pts ();
  int heard = f.observer->durations;
  fail_unless_ok (f.source->set_duration (highest + 1));
  fail_unless_equals_int64 (
      f.source->duration (), video->buffered ()->highest_end (0));
  fail_unless_ok (f.source->set_duration (3600 * kSecond));
  fail_unless_ok (f.source->set_duration (3600 * kSecond));
  fail_unless_equals_int64 (f.source->duration (), 3600 * kSecond);
  fail_unless (f.observer->durations <= heard + 2);
  fail_unless_ok (f.source->set_duration (kTimeInfinite));
}
GST_END_TEST

GST_START_TEST (an_ended_source_opens_again_when_it_is_added_to)
{
  MediaSourceFixture f;
  f.attach ();
  auto video = f.add (kVideo);
  append (*video, "v.mp4");
  f.log->take ();
  fail_unless_ok (f.source->end_of_stream (EndOfStreamError::none));
  f.expect_events ("sourceended");
  fail_unless_equals_int (f.observer->ended, 1);
  fail_unless_error (f.source->end_of_stream (EndOfStreamError::none),
      ErrorCode::invalid_state);
  fail_unless_error (video->abort (), ErrorCode::invalid_state);
  fail_unless_error (
      f.source->add_source_buffer (kAudio), ErrorCode::invalid_state);
  append (*video, "v.mp4");
  f.expect_events ("sourceopen updatestart update updateend");
}
GST_END_TEST

GST_START_TEST (the_end_extends_the_shorter_tracks)
{
  for (bool reverse : {false, true}) {
    MediaSourceFixture f;
    f.attach ();
    auto left = f.add (reverse ? kAudio : kVideo);
    auto right = f.add (reverse ? kVideo : kAudio);
    append (*left, reverse ? "a.mp4" : "v.mp4");
    append (*right, reverse ? "v.mp4" : "a.mp4");
    TimeRange one = (*left->buffered ())[0], other = (*right->buffered ())[0];
    fail_unless (one.start != other.start && one.end != other.end);
    Time start = std::max (one.start, other.start);
    Time longer = std::max (one.end, other.end);
    fail_unless (f.source->buffered ()
                 == TimeRanges ({{start, std::min (one.end, other.end)}}));
    fail_unless_ok (f.source->end_of_stream (EndOfStreamError::none));
    fail_unless (f.source->buffered () == TimeRanges ({{start, longer}}));
    fail_unless_equals_int64 (f.source->duration (), longer);
  }
}
GST_END_TEST

GST_START_TEST (the_end_stores_a_frame_that_waited_for_its_duration)
{
  MediaSourceFixture f;
  f.attach ();
  auto video = f.add ("video/webm");
  const Bytes frame (100, 0x10);
  Bytes media = join ({init_segment ({video_entry (1)}),
      live_cluster (
          0, {simple_block (1, 0, frame), simple_block (1, 40, frame)})});
  fail_unless_ok (video->append_buffer (make_data (media).get (), true));
  TrackBuffer &buffer = video->tracks ()[0]->buffer;
  fail_unless_equals_int (buffer.frame_count (), 1);
  fail_unless_ok (f.source->end_of_stream (EndOfStreamError::none));
  fail_unless_equals_int (buffer.frame_count (), 2);
  fail_unless_equals_int64 (f.source->duration (), 80 * kMillisecond);
}
GST_END_TEST

GST_START_TEST (an_end_with_an_error_ends_playback)
{
  for (auto [end, code] :
      {std::pair (EndOfStreamError::network, ErrorCode::network),
          std::pair (EndOfStreamError::decode, ErrorCode::decode)}) {
    MediaSourceFixture f;
    f.attach ();
    auto video = f.add (kVideo);
    append (*video, "v.mp4");
    auto reader = f.player->open (f.player->tracks ()[0].id, 0);
    fail_unless_ok (f.source->end_of_stream (end));
    fail_unless_equals_int (f.observer->errors, 1);
    fail_unless (f.observer->last_error.code == code);
    auto read = reader->read ();
    fail_unless (read.status == Reader::Status::closed);
    fail_unless (read.error.code == code);
  }
}
GST_END_TEST

GST_START_TEST (detaching_closes_and_empties)
{
  MediaSourceFixture f;
  f.attach ();
  auto video = f.add (kVideo);
  append (*video, "v.mp4");
  f.add (kAudio);
  auto reader = f.player->open (f.player->tracks ()[0].id, 0);
  f.log->take ();
  f.player->detach ();
  f.expect_events ("active-remove remove sourceclose");
  fail_unless (f.source->ready_state () == ReadyState::closed);
  fail_unless_equals_int64 (f.source->duration (), kTimeNone);
  fail_unless (f.source->source_buffers ().empty ());
  fail_unless (video->is_removed ());
  fail_unless (reader->read ().status == Reader::Status::closed);
  // Once is enough.
  f.player.reset ();
  f.expect_events ("");
  // By name, it can be attached again.
  f.attach ();
  fail_unless (f.source->ready_state () == ReadyState::open);
  fail_unless_equals_int64 (f.source->duration (), kTimeNone);
  fail_unless (!f.player->has_metadata ());
}
GST_END_TEST

GST_START_TEST (a_late_detach_does_not_end_the_next_attachment)
{
  MediaSourceFixture f;
  f.attach ();
  auto old = f.player;
  old->detach ();
  f.attach ();
  old->detach ();
  old.reset ();
  fail_unless (f.source->ready_state () == ReadyState::open);
}
GST_END_TEST

GST_START_TEST (waiting_for_the_opening_ends_with_it_or_by_cancelling)
{
  MediaSourceFixture f;
  std::thread player ([&f] { f.attach (); });
  fail_unless_ok (f.source->wait_open ([] { return false; }));
  player.join ();
  f.player->detach ();
  fail_unless_error (
      f.source->wait_open ([] { return false; }), ErrorCode::invalid_state);

  MediaSourceFixture g;
  std::atomic<bool> cancelled{false};
  std::thread canceller ([&] {
    cancelled = true;
    g.source->wake_waits ();
  });
  fail_unless_error (g.source->wait_open ([&] { return cancelled.load (); }),
      ErrorCode::abort);
  canceller.join ();
}
GST_END_TEST

GST_START_TEST (a_handle_attaches_once_ever)
{
  MediaSourceFixture f;
  MediaSourceHandle handle (f.source);
  auto first = handle.attach ();
  fail_unless (bool (first));
  fail_unless_error (handle.attach (), ErrorCode::invalid_state);
  (*first)->detach ();
  fail_unless_error (handle.attach (), ErrorCode::invalid_state);
  fail_unless_error (handle.transfer (), ErrorCode::data_clone);
}
GST_END_TEST

GST_START_TEST (a_handle_is_transferred_once)
{
  MediaSourceFixture f;
  MediaSourceHandle handle (f.source);
  auto received = handle.transfer ();
  fail_unless (bool (received));
  fail_unless_error (handle.check_transferable (), ErrorCode::data_clone);
  fail_unless_error (handle.transfer (), ErrorCode::data_clone);
  fail_unless_error (handle.attach (), ErrorCode::invalid_state);
  // The receiver may pass it on.
  auto again = (*received)->transfer ();
  fail_unless (bool (again));
  auto last = std::static_pointer_cast<MediaSourceHandle> (*again);
  fail_unless (bool (last->attach ()));
}
GST_END_TEST

GST_START_TEST (the_slowest_reader_is_the_playhead)
{
  MediaSourceFixture f;
  f.attach ();
  auto video = f.add (kVideo);
  auto audio = f.add (kAudio);
  append (*video, "v.mp4");
  append (*audio, "a.mp4");
  auto fast = f.player->open (f.player->tracks ()[0].id, 0);
  auto slow = f.player->open (f.player->tracks ()[1].id, 0);
  fast->seek (3 * kSecond);
  fail_unless_equals_int64 (f.source->playhead (), 0);
  slow->seek (2 * kSecond);
  fail_unless_equals_int64 (f.source->playhead (), 2 * kSecond);
  slow->seek (4 * kSecond); // no longer
  fail_unless_equals_int64 (f.source->playhead (), 3 * kSecond);
  slow.reset ();
  fast->seek (kSecond);
  fail_unless_equals_int64 (f.source->playhead (), kSecond);
}
GST_END_TEST

// Or what is appended then would be evicted as behind it.
GST_START_TEST (who_attaches_anew_begins_at_zero)
{
  MediaSourceFixture f;
  f.attach ();
  auto video = f.add (kVideo);
  append (*video, "v.mp4");
  auto reader = f.player->open (f.player->tracks ()[0].id, 0);
  reader->seek (3 * kSecond);
  fail_unless_equals_int64 (f.source->playhead (), 3 * kSecond);
  reader.reset ();
  f.player->detach ();
  f.attach ();
  fail_unless_equals_int64 (f.source->playhead (), 0);
}
GST_END_TEST

namespace {

// A playing side that goes as soon as it hears of something.
class FleetingObserver final : public PlayerObserver {
public:
  void on_tracks () override { player.reset (); }
  void on_duration () override {}
  void on_ended () override {}
  void on_error (const Error &) override {}

  std::shared_ptr<Attachment> player;
};

} // namespace

GST_START_TEST (a_player_may_go_while_it_hears_of_an_append)
{
  MediaSourceFixture f;
  f.attach ();
  auto video = f.add (kVideo);
  auto observer = std::make_shared<FleetingObserver> ();
  f.player->set_observer (observer);
  observer->player = std::move (f.player);
  f.log->take ();
  fail_unless_error (video->append_buffer (media_data ("v.mp4").get (), true),
      ErrorCode::abort);
  f.expect_events ("updatestart active-add abort updateend active-remove "
                   "remove sourceclose");
  fail_unless (!video->updating ());
  fail_unless (f.source->ready_state () == ReadyState::closed);
  fail_unless_equals_int64 (f.source->duration (), kTimeNone);
  f.attach ();
}
GST_END_TEST

static Suite *
media_source_suite ()
{
  Suite *suite = suite_create ("mse/media-source");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_closed_source_has_nothing_and_refuses_everything);
  tcase_add_test (tcase, attaching_opens);
  tcase_add_test (tcase, types_are_checked);
  tcase_add_test (tcase, a_source_buffer_is_prepared_before_it_is_listed);
  tcase_add_test (tcase, source_buffers_are_active_from_their_first_init);
  tcase_add_test (tcase, removing_a_source_buffer_ends_its_tracks);
  tcase_add_test (
      tcase, without_source_buffers_all_of_the_next_ones_are_waited_for);
  tcase_add_test (tcase, a_reader_waits_again_when_an_ended_source_opens);
  tcase_add_test (tcase, the_duration_grows_with_what_is_appended);
  tcase_add_test (tcase, the_duration_is_not_cut_below_what_is_buffered);
  tcase_add_test (tcase, an_ended_source_opens_again_when_it_is_added_to);
  tcase_add_test (tcase, the_end_extends_the_shorter_tracks);
  tcase_add_test (tcase, the_end_stores_a_frame_that_waited_for_its_duration);
  tcase_add_test (tcase, an_end_with_an_error_ends_playback);
  tcase_add_test (tcase, detaching_closes_and_empties);
  tcase_add_test (tcase, a_late_detach_does_not_end_the_next_attachment);
  tcase_add_test (tcase, waiting_for_the_opening_ends_with_it_or_by_cancelling);
  tcase_add_test (tcase, a_handle_attaches_once_ever);
  tcase_add_test (tcase, a_handle_is_transferred_once);
  tcase_add_test (tcase, the_slowest_reader_is_the_playhead);
  tcase_add_test (tcase, who_attaches_anew_begins_at_zero);
  tcase_add_test (tcase, a_player_may_go_while_it_hears_of_an_append);
  return suite;
}
GST_CHECK_MAIN (media_source)
