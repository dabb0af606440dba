// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/source-buffer.hh"

#include "support/isobmff-writer.hh"
#include "support/media-source-fixture.hh"
#include "support/mpegts-writer.hh"

#include <cstring>
#include <thread>

using namespace webmedia;
using namespace webmedia::mse;

namespace {

constexpr const char *kVideo = "video/mp4";

// Where the first box of `type` starts.
size_t
find_box (const std::vector<uint8_t> &file, const char *type, size_t nth = 0)
{
  for (size_t at = 0; at + 8 <= file.size ();) {
    size_t size = 0;
    for (size_t i = 0; i < 4; i++)
      size = size << 8 | file[at + i];
    if (memcmp (&file[at + 4], type, 4) == 0 && nth-- == 0)
      return at;
    at += size;
  }
  fail_unless (false, "no box %s", type);
  return 0;
}

std::vector<uint8_t>
cut (const std::vector<uint8_t> &file, size_t from, size_t to)
{
  return {file.begin () + long (from), file.begin () + long (to)};
}

} // namespace

GST_START_TEST (a_blocking_append_is_stored_when_it_returns)
{
  BufferFixture f;
  f.append (read_media ("v.mp4"));
  f.expect_events ("updatestart active-add update updateend");
  fail_unless (!f.buffer->updating ());
  fail_unless (f.buffer->buffered ()->size () == 1);
  fail_unless (f.buffer->tracks ()[0]->buffer.frame_count () > 30);
}
GST_END_TEST

GST_START_TEST (an_append_on_another_thread_is_stored_at_updateend)
{
  BufferFixture f;
  auto data = media_data ("v.mp4");
  fail_unless_ok (f.buffer->append_buffer (data.get (), false));
  f.log->wait_updateend ();
  fail_unless (f.buffer->buffered ()->size () == 1);
  f.expect_events ("updatestart active-add update updateend");
}
GST_END_TEST

GST_START_TEST (every_chunking_stores_the_same)
{
  auto file = read_media ("v.mp4");
  BufferFixture whole;
  whole.append (file);
  auto wanted = *whole.buffer->buffered ();
  for (size_t chunk : {size_t (7), size_t (1000), size_t (65536)}) {
    BufferFixture f;
    for (size_t at = 0; at < file.size (); at += chunk)
      f.append (cut (file, at, std::min (at + chunk, file.size ())));
    fail_unless (*f.buffer->buffered () == wanted);
    fail_unless_equals_int (f.buffer->tracks ()[0]->buffer.frame_count (),
        whole.buffer->tracks ()[0]->buffer.frame_count ());
  }
}
GST_END_TEST

GST_START_TEST (an_empty_append_is_one_like_any_other)
{
  BufferFixture f;
  f.append ({});
  f.expect_events ("updatestart update updateend");
}
GST_END_TEST

GST_START_TEST (garbage_is_an_append_error)
{
  BufferFixture f;
  auto other = f.add (kVideo);
  fail_unless_ok (other->append_buffer (media_data ("v.mp4").get (), true));
  f.log->take ();
  fail_unless_error (
      f.try_append (std::vector<uint8_t> (4096, 0x77)), ErrorCode::decode);
  f.expect_events ("updatestart error updateend sourceended");
  fail_unless_equals_int (f.observer->errors, 1);
  fail_unless (f.source->ready_state () == ReadyState::ended);
  // The other one keeps what it has.
  fail_unless_equals_int (other->buffered ()->size (), 1);
}
GST_END_TEST

GST_START_TEST (the_buffer_works_again_after_an_append_error)
{
  BufferFixture f;
  auto file = read_media ("v.mp4");
  fail_unless_error (
      f.try_append (std::vector<uint8_t> (64, 0xff)), ErrorCode::decode);
  f.log->take ();
  f.append (file);
  f.expect_events ("sourceopen updatestart active-add update updateend");
  fail_unless_equals_int (f.buffer->buffered ()->size (), 1);
}
GST_END_TEST

GST_START_TEST (media_before_init_is_an_append_error)
{
  BufferFixture f;
  auto file = read_media ("v.mp4");
  fail_unless_error (
      f.try_append (cut (file, find_box (file, "moof"), file.size ())),
      ErrorCode::decode);
  fail_unless_equals_int (f.observer->errors, 1);
}
GST_END_TEST

GST_START_TEST (a_codec_that_was_not_promised_is_an_append_error)
{
  MediaSourceFixture f;
  f.attach ();
  auto buffer = f.add ("video/mp4; codecs=\"vp09.00.10.08\"");
  auto result = buffer->append_buffer (media_data ("v.mp4").get (), true);
  fail_unless_error (result, ErrorCode::decode);
  fail_unless (strstr (result.error ().message.c_str (), "avc1") != nullptr);
}
GST_END_TEST

GST_START_TEST (an_init_without_tracks_is_an_append_error)
{
  BufferFixture f;
  fail_unless_error (
      f.try_append (initialization_segment ({})), ErrorCode::decode);
  f.expect_events ("updatestart error updateend sourceended");
}
GST_END_TEST

GST_START_TEST (frames_before_damaged_bytes_are_kept)
{
  BufferFixture f;
  auto file = read_media ("v.mp4");
  auto bytes = cut (file, 0, find_box (file, "moof", 1));
  bytes.insert (bytes.end (), 100, 0xee);
  fail_unless_error (f.try_append (bytes), ErrorCode::decode);
  fail_unless_equals_int (f.buffer->buffered ()->size (), 1);
}
GST_END_TEST

GST_START_TEST (frames_are_buffered_as_their_bytes_arrive)
{
  BufferFixture f;
  auto file = read_media ("v.mp4");
  size_t first = find_box (file, "mdat");
  size_t next = find_box (file, "moof", 1);
  f.append (cut (file, 0, (first + next) / 2));
  Time half = f.buffer->buffered ()->highest_end (0);
  fail_unless (half > 0);
  f.append (cut (file, (first + next) / 2, next));
  fail_unless (f.buffer->buffered ()->highest_end (0) > half);
}
GST_END_TEST

GST_START_TEST (the_offset_cannot_change_inside_a_media_segment)
{
  BufferFixture f;
  auto file = read_media ("v.mp4");
  f.append (cut (file, 0, find_box (file, "mdat") + 100));
  fail_unless_error (
      f.buffer->set_timestamp_offset (kSecond), ErrorCode::invalid_state);
  fail_unless_ok (f.buffer->abort ());
  fail_unless_ok (f.buffer->set_timestamp_offset (kSecond));
  fail_unless_equals_int64 (f.buffer->timestamp_offset (), kSecond);
}
GST_END_TEST

GST_START_TEST (abort_forgets_the_half_of_a_segment)
{
  BufferFixture f;
  auto file = read_media ("v.mp4");
  size_t next = find_box (file, "moof", 1);
  f.append (cut (file, 0, find_box (file, "mdat") + 100));
  f.log->take ();
  fail_unless_ok (f.buffer->abort ());
  f.expect_events ("");
  // The next segment, whole, without another initialization segment.
  f.append (cut (file, next, file.size ()));
  fail_unless (f.buffer->buffered ()->size () >= 1);
  fail_unless ((*f.buffer->buffered ())[0].start > 0);
}
GST_END_TEST

// The frame that follows is a P-frame right behind the last one.
GST_START_TEST (after_abort_a_random_access_point_is_needed)
{
  for (bool aborts : {false, true}) {
    BufferFixture f;
    f.append (video_init ());
    f.append (media_segment (
        1, 0, {{100, 10, kSyncFlags}, {100, 10, kNonSyncFlags}}));
    if (aborts)
      fail_unless_ok (f.buffer->abort ());
    f.append (media_segment (1, 200, {{100, 10, kNonSyncFlags}}));
    fail_unless_equals_int (
        f.buffer->tracks ()[0]->buffer.frame_count (), aborts ? 2 : 3);
  }
}
GST_END_TEST

GST_START_TEST (abort_resets_the_append_window)
{
  BufferFixture f;
  fail_unless_ok (f.buffer->set_append_window_start (kSecond));
  fail_unless_ok (f.buffer->set_append_window_end (2 * kSecond));
  fail_unless_ok (f.buffer->abort ());
  fail_unless_equals_int64 (f.buffer->append_window_start (), 0);
  fail_unless_equals_int64 (f.buffer->append_window_end (), kTimeInfinite);
}
GST_END_TEST

GST_START_TEST (the_append_window_has_a_start_before_its_end)
{
  BufferFixture f;
  fail_unless_error (f.buffer->set_append_window_start (-1), ErrorCode::type);
  fail_unless_error (
      f.buffer->set_append_window_start (kTimeNone), ErrorCode::type);
  fail_unless_error (
      f.buffer->set_append_window_start (kTimeInfinite), ErrorCode::type);
  fail_unless_error (f.buffer->set_append_window_end (0), ErrorCode::type);
  fail_unless_error (
      f.buffer->set_append_window_end (kTimeNone), ErrorCode::type);
  fail_unless_ok (f.buffer->set_append_window_end (25 * kSecond));
  fail_unless_error (
      f.buffer->set_append_window_start (25 * kSecond), ErrorCode::type);
  fail_unless_ok (f.buffer->set_append_window_start (kSecond));
}
GST_END_TEST

GST_START_TEST (remove_checks_its_times)
{
  BufferFixture f;
  fail_unless_error (f.buffer->remove (0, kSecond, true), ErrorCode::type);
  f.append (read_media ("v.mp4"));
  Time duration = 100 * kSecond;
  fail_unless_ok (f.source->set_duration (duration));
  fail_unless_error (f.buffer->remove (-1, 1, true), ErrorCode::type);
  fail_unless_error (
      f.buffer->remove (duration + 1, duration + 2, true), ErrorCode::type);
  fail_unless_error (f.buffer->remove (5, 5, true), ErrorCode::type);
  fail_unless_error (f.buffer->remove (5, kTimeNone, true), ErrorCode::type);
  f.log->take ();
  fail_unless_ok (f.buffer->remove (0, kTimeInfinite, true));
  f.expect_events ("updatestart update updateend");
  fail_unless (f.buffer->buffered ()->empty ());
  fail_unless_equals_uint64 (f.buffer->memory (), 0);
}
GST_END_TEST

GST_START_TEST (a_full_buffer_refuses_and_takes_again_what_was_played)
{
  BufferFixture f;
  auto file = read_media ("v.mp4");
  f.append (file);
  f.buffer->set_quota (f.buffer->memory () + 100);
  fail_unless_error (f.try_append (file), ErrorCode::quota_exceeded);
  fail_unless (!f.buffer->updating ());
  f.log->take ();
  f.source->set_playhead (f.source->duration ());
  // Not for both: what was played has to go.
  uint64_t quota = file.size () + f.buffer->memory () / 2;
  f.buffer->set_quota (quota);
  f.append (file);
  fail_unless (f.buffer->memory () <= quota);
}
GST_END_TEST

GST_START_TEST (a_removed_buffer_refuses_everything)
{
  BufferFixture f;
  fail_unless_ok (f.source->remove_source_buffer (f.buffer));
  const ErrorCode code = ErrorCode::invalid_state;
  fail_unless_error (f.try_append ({}), code);
  fail_unless_error (f.buffer->abort (), code);
  fail_unless_error (f.buffer->remove (0, 1, true), code);
  fail_unless_error (f.buffer->buffered (), code);
  fail_unless_error (f.buffer->set_timestamp_offset (0), code);
  fail_unless_error (f.buffer->set_append_window_start (0), code);
  fail_unless_error (f.buffer->set_append_window_end (1), code);
}
GST_END_TEST

GST_START_TEST (another_init_with_other_tracks_is_an_append_error)
{
  BufferFixture f;
  f.append (read_media ("v.mp4"));
  fail_unless_error (f.try_append (read_media ("av.mp4")), ErrorCode::decode);
}
GST_END_TEST

GST_START_TEST (another_init_changes_the_caps_of_what_follows)
{
  BufferFixture f;
  f.append (read_media ("v-270.mp4"));
  size_t frames = f.buffer->tracks ()[0]->buffer.frame_count ();
  f.append (read_media ("v-360.mp4"));
  fail_unless_equals_int (
      f.buffer->tracks ()[0]->buffer.frame_count (), frames);
  auto reader = f.player->open (f.player->tracks ()[0].id, 0);
  auto read = reader->read ();
  int height = 0;
  gst_structure_get_int (
      gst_caps_get_structure (read.caps.get (), 0), "height", &height);
  fail_unless_equals_int (height, 360);
}
GST_END_TEST

GST_START_TEST (appends_and_aborts_on_two_threads_leave_a_working_buffer)
{
  BufferFixture f;
  auto file = read_media ("v.mp4");
  std::atomic<bool> stop{false};
  std::thread aborter ([&] {
    while (!stop)
      (void)f.buffer->abort ();
  });
  for (int i = 0; i < 200; i++)
    (void)f.try_append (file);
  stop = true;
  aborter.join ();
  fail_unless_ok (f.buffer->abort ());
  f.append (file);
  fail_unless_equals_int (f.buffer->buffered ()->size (), 1);
}
GST_END_TEST

// https://www.w3.org/TR/mse-byte-stream-format-mp2t/#mpeg2ts-timestampoffset
GST_START_TEST (an_offset_forgets_the_rollover_of_a_transport_stream)
{
  constexpr int64_t kRollover = int64_t (1) << 33;
  BufferFixture f ("video/mp2t");
  MpegtsWriter ts;
  ts.begin ({{0x0f, MpegtsWriter::kAudioPid}})
      .audio (kRollover - 1920, adts_frame (9))
      .audio (0, adts_frame (9));
  f.append (ts.bytes);
  ts.bytes.clear ();
  ts.pcr ().audio (1920, adts_frame (9));
  fail_unless_ok (f.buffer->set_timestamp_offset (0));
  f.append (ts.bytes);
  fail_unless (f.ranges ()[0].end < kSecond);
}
GST_END_TEST

GST_START_TEST (an_error_names_the_codec_that_is_not_supported)
{
  MediaSourceFixture f;
  f.attach ();
  auto buffer = f.add ("video/mp2t");
  auto data = make_data (MpegtsWriter ().begin ({{0x11, 0x101}}).bytes);
  auto result = buffer->append_buffer (data.get (), true);
  fail_unless_error (result, ErrorCode::decode);
  const std::string &message = result.error ().message;
  fail_unless (message.find ("AAC in LATM") != std::string::npos, "%s",
      message.c_str ());
}
GST_END_TEST

static Suite *
source_buffer_suite ()
{
  Suite *suite = suite_create ("mse/source-buffer");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_blocking_append_is_stored_when_it_returns);
  tcase_add_test (tcase, an_append_on_another_thread_is_stored_at_updateend);
  tcase_add_test (tcase, every_chunking_stores_the_same);
  tcase_add_test (tcase, an_empty_append_is_one_like_any_other);
  tcase_add_test (tcase, garbage_is_an_append_error);
  tcase_add_test (tcase, the_buffer_works_again_after_an_append_error);
  tcase_add_test (tcase, media_before_init_is_an_append_error);
  tcase_add_test (tcase, a_codec_that_was_not_promised_is_an_append_error);
  tcase_add_test (tcase, an_init_without_tracks_is_an_append_error);
  tcase_add_test (tcase, frames_before_damaged_bytes_are_kept);
  tcase_add_test (tcase, frames_are_buffered_as_their_bytes_arrive);
  tcase_add_test (tcase, the_offset_cannot_change_inside_a_media_segment);
  tcase_add_test (tcase, abort_forgets_the_half_of_a_segment);
  tcase_add_test (tcase, after_abort_a_random_access_point_is_needed);
  tcase_add_test (tcase, abort_resets_the_append_window);
  tcase_add_test (tcase, the_append_window_has_a_start_before_its_end);
  tcase_add_test (tcase, remove_checks_its_times);
  tcase_add_test (tcase, a_full_buffer_refuses_and_takes_again_what_was_played);
  tcase_add_test (tcase, a_removed_buffer_refuses_everything);
  tcase_add_test (tcase, another_init_with_other_tracks_is_an_append_error);
  tcase_add_test (tcase, another_init_changes_the_caps_of_what_follows);
  tcase_add_test (
      tcase, appends_and_aborts_on_two_threads_leave_a_working_buffer);
  tcase_add_test (tcase, an_offset_forgets_the_rollover_of_a_transport_stream);
  tcase_add_test (tcase, an_error_names_the_codec_that_is_not_supported);
  return suite;
}
GST_CHECK_MAIN (source_buffer)
