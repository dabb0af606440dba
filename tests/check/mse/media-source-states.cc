// SPDX-License-Identifier: LGPL-2.1-or-later
// What a media source takes and refuses in each state, and its duration at the
// ends of what it can be.
#include "mse/media-source.hh"

#include "support/media-source-fixture.hh"
#include "support/mpegts-writer.hh"
#include "support/segments.hh"
#include "support/webm-writer.hh"

#include <cstring>

using namespace webmedia;
using namespace webmedia::mse;

namespace {

constexpr const char *kVideo = "video/mp4";

struct Fixture : MediaSourceFixture {
  Fixture () { attach (); }

  void append (const std::shared_ptr<SourceBuffer> &buffer, const char *file)
  {
    fail_unless_ok (buffer->append_buffer (media_data (file).get (), true));
  }
  void append (const std::shared_ptr<SourceBuffer> &buffer, const Bytes &bytes)
  {
    fail_unless_ok (buffer->append_buffer (make_data (bytes).get (), true));
  }
  void end ()
  {
    fail_unless_ok (source->end_of_stream (EndOfStreamError::none));
  }
};

} // namespace

GST_START_TEST (a_source_that_has_closed_refuses_what_a_new_one_does)
{
  Fixture f;
  auto buffer = f.add (kVideo);
  f.append (buffer, "v.mp4");
  f.player->detach ();
  fail_unless (f.source->source_buffers ().empty ());
  fail_unless (f.source->active_source_buffers ().empty ());
  fail_unless_equals_int64 (f.source->duration (), kTimeNone);
  const ErrorCode code = ErrorCode::invalid_state;
  fail_unless_error (
      f.source->remove_source_buffer (buffer), ErrorCode::not_found);
  fail_unless_error (f.source->add_source_buffer (kVideo), code);
  fail_unless_error (f.source->set_duration (10 * kSecond), code);
  fail_unless_error (f.source->end_of_stream (EndOfStreamError::none), code);
  fail_unless_error (f.source->end_of_stream (EndOfStreamError::decode), code);
  fail_unless_error (buffer->buffered (), code);
}
GST_END_TEST

GST_START_TEST (an_ended_source_refuses_a_duration)
{
  Fixture f;
  f.append (f.add (kVideo), "v.mp4");
  f.end ();
  Time duration = f.source->duration ();
  fail_unless_error (
      f.source->set_duration (20 * kSecond), ErrorCode::invalid_state);
  fail_unless_equals_int64 (f.source->duration (), duration);
}
GST_END_TEST

GST_START_TEST (source_buffers_come_and_go)
{
  Fixture f;
  fail_unless_equals_int64 (f.source->duration (), kTimeNone);
  for (int i = 0; i < 10; i++) {
    auto first = f.add ("audio/mp4; codecs=\"mp4a.40.2\"");
    auto second = f.add ("video/webm; codecs=\"vp9\"");
    fail_unless (
        f.source->source_buffers () == MediaSource::Buffers ({first, second}));
    fail_unless (f.source->active_source_buffers ().empty ());
    fail_unless_ok (f.source->remove_source_buffer (first));
    fail_unless (
        f.source->source_buffers () == MediaSource::Buffers ({second}));
    fail_unless_ok (f.source->remove_source_buffer (second));
    fail_unless (f.source->source_buffers ().empty ());
  }
  fail_unless (f.source->ready_state () == ReadyState::open);
}
GST_END_TEST

GST_START_TEST (a_source_buffer_of_another_source_is_not_found)
{
  Fixture f, g;
  auto mine = f.add (kVideo), other = g.add (kVideo);
  const ErrorCode code = ErrorCode::not_found;
  fail_unless_error (f.source->remove_source_buffer (other), code);
  fail_unless_error (f.source->remove_source_buffer (nullptr), code);
  fail_unless (g.source->source_buffers () == MediaSource::Buffers ({other}));
  fail_unless (!other->is_removed ());
  fail_unless (f.source->source_buffers () == MediaSource::Buffers ({mine}));
}
GST_END_TEST

GST_START_TEST (an_ended_source_lets_a_source_buffer_go_and_stays_ended)
{
  Fixture f;
  auto buffer = f.add (kVideo);
  f.append (buffer, "v.mp4");
  f.end ();
  f.log->take ();
  fail_unless_ok (f.source->remove_source_buffer (buffer));
  f.expect_events ("active-remove remove");
  fail_unless (f.source->source_buffers ().empty ());
  fail_unless (f.source->active_source_buffers ().empty ());
  fail_unless (f.source->ready_state () == ReadyState::ended);
}
GST_END_TEST

GST_START_TEST (the_end_without_frames_makes_the_duration_zero)
{
  Fixture f;
  fail_unless_ok (f.source->set_duration (2 * kSecond));
  f.end ();
  fail_unless_equals_int64 (f.source->duration (), 0);
  fail_unless (f.source->ready_state () == ReadyState::ended);
}
GST_END_TEST

GST_START_TEST (the_end_makes_the_duration_what_is_buffered)
{
  Fixture f;
  auto buffer = f.add (kVideo);
  f.append (buffer, "v.mp4");
  TimeRanges before = *buffer->buffered ();
  for (Time duration : {60 * kSecond, kTimeInfinite}) {
    fail_unless_ok (f.source->set_duration (duration));
    fail_unless_equals_int64 (f.source->duration (), duration);
    f.end ();
    fail_unless_equals_int64 (f.source->duration (), before.highest_end (0));
    fail_unless (*buffer->buffered () == before);
    fail_unless_ok (buffer->set_timestamp_offset (0)); // opens it
  }
}
GST_END_TEST

GST_START_TEST (a_duration_is_any_time_from_zero_on)
{
  Fixture f;
  auto buffer = f.add (kVideo);
  f.append (buffer, split_segments (read_media ("v.mp4")).init);
  const Time durations[] = {(Time (1) << 31) * kSecond - kSecond, kSecond,
      101900 * kMillisecond, kTimeInfinite, 0, 1};
  for (Time duration : durations) {
    int heard = f.observer->durations;
    fail_unless_ok (f.source->set_duration (duration));
    fail_unless_equals_int64 (f.source->duration (), duration);
    fail_unless_equals_int64 (f.player->duration (), duration);
    fail_unless_equals_int (f.observer->durations, heard + 1);
    // The same again is no change.
    fail_unless_ok (f.source->set_duration (duration));
    fail_unless_equals_int (f.observer->durations, heard + 1);
  }
  for (Time wrong : {Time (-1), -101900 * kMillisecond, kTimeNone})
    fail_unless_error (f.source->set_duration (wrong), ErrorCode::type);
  fail_unless_equals_int64 (f.source->duration (), 1);
}
GST_END_TEST

// No source buffer hears of it. Where the media element has nothing, the error
// is that of a media source that can't be played, whatever the reason.
// https://www.w3.org/TR/media-source-2/#end-of-stream-algorithm
GST_START_TEST (an_end_with_an_error_needs_no_media)
{
  for (auto [error, later] :
      {std::pair (EndOfStreamError::network, ErrorCode::network),
          std::pair (EndOfStreamError::decode, ErrorCode::decode)})
    for (bool metadata : {false, true}) {
      Fixture f;
      auto buffer = f.add (kVideo);
      if (metadata)
        f.append (buffer, split_segments (read_media ("v.mp4")).init);
      Time duration = f.source->duration ();
      f.log->take ();
      fail_unless_ok (f.source->end_of_stream (error));
      f.expect_events ("sourceended");
      fail_unless (f.source->ready_state () == ReadyState::ended);
      // A player that looks before it hears of the error finds no other one.
      fail_if (f.player->is_ended ());
      fail_unless_equals_int (f.observer->errors, 1);
      fail_unless (f.observer->last_error.code
                   == (metadata ? later : ErrorCode::not_supported));
      fail_unless ((f.player->ready_state () == MediaReadyState::have_nothing)
                   == !metadata);
      // What is to come is no less than before.
      fail_unless_equals_int64 (f.source->duration (), duration);
    }
}
GST_END_TEST

// HAVE_METADATA is for all source buffers, and stays when they go.
GST_START_TEST (the_error_of_an_end_is_that_of_the_ready_state)
{
  const Bytes init = split_segments (read_media ("v.mp4")).init;
  Fixture f;
  auto first = f.add (kVideo), second = f.add (kVideo);
  f.append (first, init);
  fail_unless_ok (f.source->end_of_stream (EndOfStreamError::network));
  fail_unless (f.observer->last_error.code == ErrorCode::not_supported);
  f.append (second, init); // opens it
  fail_unless_ok (f.source->end_of_stream (EndOfStreamError::network));
  fail_unless (f.observer->last_error.code == ErrorCode::network);
  for (const auto &each : {first, second})
    fail_unless_ok (f.source->remove_source_buffer (each));
  fail_unless (f.player->ready_state () != MediaReadyState::have_nothing);
  f.player->detach (); // and goes with the element
  f.attach ();
  fail_unless_ok (f.source->end_of_stream (EndOfStreamError::network));
  fail_unless (f.observer->last_error.code == ErrorCode::not_supported);
}
GST_END_TEST

// What the source buffer is told is the same before and after.
// https://www.w3.org/TR/media-source-2/#sourcebuffer-append-error
GST_START_TEST (an_append_error_is_that_of_the_ready_state_too)
{
  const Bytes garbage (100, 0x77);
  for (bool metadata : {false, true}) {
    Fixture f;
    auto buffer = f.add (kVideo);
    if (metadata)
      f.append (buffer, split_segments (read_media ("v.mp4")).init);
    f.log->take ();
    auto result = buffer->append_buffer (make_data (garbage).get (), true);
    fail_unless_error (result, ErrorCode::decode);
    f.expect_events ("updatestart error updateend sourceended");
    fail_unless_equals_int (f.observer->errors, 1);
    fail_unless (f.observer->last_error.code
                 == (metadata ? ErrorCode::decode : ErrorCode::not_supported));
    fail_unless (f.observer->last_error.message == result.error ().message);
  }
}
GST_END_TEST

// Nor does it matter who gives up.
GST_START_TEST (an_owner_that_goes_before_the_metadata_leaves_nothing)
{
  for (bool metadata : {false, true}) {
    Fixture f;
    auto buffer = f.add (kVideo);
    if (metadata)
      f.append (buffer, split_segments (read_media ("v.mp4")).init);
    f.source->abandon ();
    fail_unless_equals_int (f.observer->errors, 1);
    fail_unless (f.observer->last_error.code
                 == (metadata ? ErrorCode::network : ErrorCode::not_supported));
  }
}
GST_END_TEST

// 12 s of a megabyte each, the least that players of the web count on.
GST_START_TEST (twelve_megabytes_of_video_fit)
{
  Fixture f;
  auto buffer = f.add ("video/webm; codecs=\"vp8\"");
  const Bytes duration = uint_element (0x23e383, kSecond);
  f.append (buffer, init_segment ({video_entry (1, duration)}));
  const Bytes payload (1 << 20, 0x10);
  for (int i = 0; i <= 12; i++) {
    fail_unless_ok (buffer->set_timestamp_offset (i * kSecond));
    f.append (buffer, cluster (0, {simple_block (1, 0, payload)}));
  }
  f.end ();
  TimeRanges ranges = *buffer->buffered ();
  fail_unless_equals_int64 (ranges[0].start, 0);
  fail_unless (ranges[0].end >= 12 * kSecond);
  fail_unless (buffer->memory () >= 12 << 20);
}
GST_END_TEST

// A transport stream shows only at its end that the tables are missing.
GST_START_TEST (what_is_missing_at_the_end_is_an_error)
{
  Fixture f;
  auto buffer = f.add ("video/mp2t");
  const Bytes picture = MpegtsWriter ().video (0, 0, h264_picture ('I')).bytes;
  f.append (buffer, picture);
  f.log->take ();
  auto ended = f.source->end_of_stream (EndOfStreamError::none);
  fail_unless_error (ended, ErrorCode::decode);
  fail_unless (strstr (ended.error ().message.c_str (), "without a PAT"));
  f.expect_events ("sourceended");
  fail_unless (f.source->ready_state () == ReadyState::ended);
  fail_unless_equals_int (f.observer->errors, 1);
  fail_unless (f.observer->last_error.message == ended.error ().message);
  fail_unless_equals_int (f.observer->ended, 0);
  // The parser begins anew.
  f.append (buffer, MpegtsWriter ().begin ({{0x1b, 0x100}}).bytes);
  f.append (buffer, picture);
  f.end ();
  fail_unless_equals_int (buffer->tracks ().size (), 1);
}
GST_END_TEST

// Whatever is missing then.
GST_START_TEST (an_end_with_a_reason_keeps_its_reason)
{
  Fixture f;
  f.append (f.add ("video/mp2t"),
      MpegtsWriter ().video (0, 0, h264_picture ('I')).bytes);
  fail_unless_ok (f.source->end_of_stream (EndOfStreamError::network));
  fail_unless (
      strstr (f.observer->last_error.message.c_str (), "could not get"));
}
GST_END_TEST

static Suite *
media_source_states_suite ()
{
  Suite *suite = suite_create ("mse/media-source-states");
  TCase *tcase = tcase_create ("states");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_source_that_has_closed_refuses_what_a_new_one_does);
  tcase_add_test (tcase, an_ended_source_refuses_a_duration);
  tcase_add_test (tcase, source_buffers_come_and_go);
  tcase_add_test (tcase, a_source_buffer_of_another_source_is_not_found);
  tcase_add_test (
      tcase, an_ended_source_lets_a_source_buffer_go_and_stays_ended);
  tcase_add_test (tcase, the_end_without_frames_makes_the_duration_zero);
  tcase_add_test (tcase, the_end_makes_the_duration_what_is_buffered);
  tcase_add_test (tcase, a_duration_is_any_time_from_zero_on);
  tcase_add_test (tcase, an_end_with_an_error_needs_no_media);
  tcase_add_test (tcase, the_error_of_an_end_is_that_of_the_ready_state);
  tcase_add_test (tcase, an_append_error_is_that_of_the_ready_state_too);
  tcase_add_test (tcase, an_owner_that_goes_before_the_metadata_leaves_nothing);
  tcase_add_test (tcase, twelve_megabytes_of_video_fit);
  tcase_add_test (tcase, what_is_missing_at_the_end_is_an_error);
  tcase_add_test (tcase, an_end_with_a_reason_keeps_its_reason);
  return suite;
}
GST_CHECK_MAIN (media_source_states)
