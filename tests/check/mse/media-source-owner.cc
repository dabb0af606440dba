// SPDX-License-Identifier: LGPL-2.1-or-later
// What becomes of a media source whose owner goes, with and without an error.
#include "mse/media-source.hh"

#include "support/media-source-fixture.hh"

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

GST_START_TEST (an_owner_that_goes_ends_playback_with_an_error)
{
  MediaSourceFixture f;
  f.attach ();
  auto video = f.add (kVideo);
  append (*video, "v.mp4");
  auto reader = f.player->open (f.player->tracks ()[0].id, 0);
  std::thread owner ([&f] { f.source->abandon (); });
  // All that is there, and then the error: or the error at once.
  Reader::Read read;
  do
    read = reader->read ();
  while (read.status == Reader::Status::frame);
  owner.join ();
  fail_unless (read.status == Reader::Status::closed);
  fail_unless_equals_int (f.observer->errors, 1);
  fail_unless (f.player->buffered ().empty ());
  fail_unless (f.player->seekable ().empty ());
  fail_unless_error (video->append_buffer (media_data ("v.mp4").get (), true),
      ErrorCode::invalid_state);
}
GST_END_TEST

GST_START_TEST (what_is_complete_plays_on_without_its_owner)
{
  MediaSourceFixture f;
  f.attach ();
  auto video = f.add (kVideo);
  append (*video, "v.mp4");
  auto reader = f.player->open (f.player->tracks ()[0].id, 0);
  fail_unless_ok (f.source->end_of_stream (EndOfStreamError::none));
  f.source->abandon ();
  size_t frames = 0;
  Reader::Read read;
  while ((read = reader->read ()).status == Reader::Status::frame)
    frames++;
  fail_unless (read.status == Reader::Status::end);
  fail_unless_equals_int (frames, video->tracks ()[0]->buffer.frame_count ());
  fail_if (f.player->buffered ().empty ());
  fail_if (f.player->seekable ().empty ());
  fail_unless_equals_int (f.observer->errors, 0);
}
GST_END_TEST

// It does not play on. The error that the player hears of stays the one.
GST_START_TEST (what_has_ended_with_an_error_is_lost_with_its_owner)
{
  const std::function<void (MediaSourceFixture &, SourceBuffer &)> ends[] = {
      [] (MediaSourceFixture &f, SourceBuffer &) {
        fail_unless_ok (f.source->end_of_stream (EndOfStreamError::network));
      },
      [] (MediaSourceFixture &f, SourceBuffer &) {
        fail_unless_ok (f.source->end_of_stream (EndOfStreamError::decode));
      },
      [] (MediaSourceFixture &, SourceBuffer &buffer) {
        auto garbage = make_data (std::vector<uint8_t> (4000, 0x77));
        fail_unless_error (
            buffer.append_buffer (garbage.get (), true), ErrorCode::decode);
      },
  };
  for (const auto &end : ends) {
    MediaSourceFixture f;
    f.attach ();
    auto video = f.add (kVideo);
    append (*video, "v.mp4");
    end (f, *video);
    fail_unless (!f.source->is_lost ());
    fail_if (f.player->buffered ().empty ());
    f.expect_ready_states ("metadata enough");
    f.source->abandon ();
    fail_unless (f.source->is_lost ());
    fail_unless (f.player->buffered ().empty ());
    fail_unless (f.player->seekable ().empty ());
    f.expect_ready_states ("metadata");
    fail_unless_equals_int (f.observer->errors, 1);
  }
}
GST_END_TEST

// What is opened again is not mended by an end without one; new tracks are.
GST_START_TEST (after_an_error_new_tracks_play_on_without_the_owner)
{
  for (bool anew : {false, true}) {
    MediaSourceFixture f;
    f.attach ();
    auto video = f.add (kVideo);
    append (*video, "v.mp4");
    fail_unless_ok (f.source->end_of_stream (EndOfStreamError::network));
    fail_unless_ok (video->set_timestamp_offset (0)); // opens it
    if (anew) {
      fail_unless_ok (f.source->remove_source_buffer (video));
      append (*f.add (kVideo), "v.mp4");
    }
    auto reader = f.player->open (f.player->tracks ()[0].id, 0);
    fail_unless_ok (f.source->end_of_stream (EndOfStreamError::none));
    f.source->abandon ();
    fail_unless (f.source->is_lost () == !anew);
    fail_unless (reader->read ().status
                 == (anew ? Reader::Status::frame : Reader::Status::closed));
  }
}
GST_END_TEST

// The other source buffer's tracks stay closed for good.
GST_START_TEST (an_error_stays_while_a_track_is_there_that_it_has_ended)
{
  MediaSourceFixture f;
  f.attach ();
  auto video = f.add (kVideo);
  auto audio = f.add (kAudio);
  append (*video, "v.mp4");
  append (*audio, "a.mp4");
  fail_unless_ok (f.source->end_of_stream (EndOfStreamError::network));
  fail_unless_ok (video->set_timestamp_offset (0)); // opens it
  fail_unless_ok (f.source->remove_source_buffer (audio));
  append (*f.add (kAudio), "a.mp4");
  fail_unless (f.player->has_failed ());
  auto late = std::make_shared<ObserverLog> ();
  f.player->set_observer (late);
  fail_unless_equals_int (late->errors, 1);
  fail_unless_ok (f.source->end_of_stream (EndOfStreamError::none));
  f.source->abandon ();
  fail_unless (f.source->is_lost ());
}
GST_END_TEST

// Of a source buffer that has gone, or whose owner goes, an operation may have
// begun before.
GST_START_TEST (what_is_on_its_way_out_does_not_open_an_ended_source)
{
  MediaSourceFixture f;
  f.attach ();
  auto video = f.add (kVideo);
  auto audio = f.add (kAudio);
  append (*video, "v.mp4");
  append (*audio, "a.mp4");
  fail_unless_ok (f.source->remove_source_buffer (audio));
  fail_unless_ok (f.source->end_of_stream (EndOfStreamError::none));
  f.source->reopen (*audio);
  fail_unless (f.source->ready_state () == ReadyState::ended);
  f.source->abandon ();
  f.source->reopen (*video);
  fail_unless (f.source->ready_state () == ReadyState::ended);
  fail_if (f.source->is_lost ());
}
GST_END_TEST
static Suite *
media_source_owner_suite ()
{
  Suite *suite = suite_create ("mse/media-source-owner");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, an_owner_that_goes_ends_playback_with_an_error);
  tcase_add_test (tcase, what_is_complete_plays_on_without_its_owner);
  tcase_add_test (tcase, what_has_ended_with_an_error_is_lost_with_its_owner);
  tcase_add_test (tcase, after_an_error_new_tracks_play_on_without_the_owner);
  tcase_add_test (
      tcase, an_error_stays_while_a_track_is_there_that_it_has_ended);
  tcase_add_test (tcase, what_is_on_its_way_out_does_not_open_an_ended_source);
  return suite;
}
GST_CHECK_MAIN (media_source_owner)
