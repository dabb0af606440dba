// SPDX-License-Identifier: LGPL-2.1-or-later
// What the state of each format's parser does to its source buffer: abort()
// keeps frames that are complete, and inside a media segment the mode and the
// offset stay.
#include "mse/source-buffer.hh"

#include "support/media-source-fixture.hh"
#include "support/mpegts-writer.hh"
#include "support/segments.hh"
#include "support/webm-writer.hh"

using namespace webmedia;
using namespace webmedia::mse;

namespace {

constexpr int64_t kPicture = 3600; // 40 ms in ticks of 1/90000 s

Bytes
first_part (const char *file, size_t size)
{
  Bytes bytes = read_media (file);
  fail_unless (bytes.size () > size);
  bytes.resize (size);
  return bytes;
}

// All but the end of the first media segment.
Bytes
first_half (const char *file)
{
  auto segments = split_segments (read_media (file));
  segments.media[0].resize (segments.media[0].size () / 2);
  return join ({segments.init, segments.media[0]});
}

size_t
count (const BufferFixture &f)
{
  return f.buffer->tracks ()[0]->buffer.frame_count ();
}

} // namespace

// https://www.w3.org/TR/media-source-2/#sourcebuffer-reset-parser-state
// Step 1: a frame that waits for nothing but its duration is complete.
GST_START_TEST (abort_keeps_a_picture_that_waited_for_the_next_one)
{
  BufferFixture f ("video/mp2t");
  f.append (MpegtsWriter ()
                .begin ({{0x1b, MpegtsWriter::kVideoPid}})
                .video (0, 0, h264_picture ('I'))
                .video (kPicture, kPicture, h264_picture ('P'))
                .video (2 * kPicture, 2 * kPicture, h264_picture ('P'))
                .bytes);
  size_t stored = count (f);
  fail_unless (stored < 3);
  f.log->take ();
  fail_unless_ok (f.buffer->abort ());
  f.expect_events ("");
  fail_unless_equals_int (count (f), 3);
  fail_unless (f.ranges ()
               == TimeRanges ({{f.ranges ()[0].start,
                   f.ranges ()[0].start + 120 * kMillisecond}}));
}
GST_END_TEST

GST_START_TEST (abort_keeps_a_block_of_a_cluster_without_an_end)
{
  BufferFixture f ("video/webm");
  const Bytes frame (100, 0x10);
  f.append (join ({init_segment ({video_entry (1)}),
      live_cluster (
          0, {simple_block (1, 0, frame), simple_block (1, 40, frame)})}));
  fail_unless_equals_int (count (f), 1);
  f.log->take ();
  fail_unless_ok (f.buffer->abort ());
  f.expect_events ("");
  fail_unless_equals_int (count (f), 2);
  fail_unless (f.ranges () == TimeRanges ({{0, 80 * kMillisecond}}));
  // The cluster itself is forgotten: blocks belong to none.
  fail_unless_error (
      f.try_append (simple_block (1, 80, frame)), ErrorCode::decode);
}
GST_END_TEST

// The half of one is not.
GST_START_TEST (abort_forgets_the_half_of_a_block)
{
  BufferFixture f ("video/webm");
  const Bytes frame (100, 0x10);
  Bytes bytes = join ({init_segment ({video_entry (1)}),
      live_cluster (
          0, {simple_block (1, 0, frame), simple_block (1, 40, frame)})});
  bytes.resize (bytes.size () - 50);
  f.append (bytes);
  fail_unless_ok (f.buffer->abort ());
  fail_unless_equals_int (count (f), 1);
}
GST_END_TEST

// https://www.w3.org/TR/media-source-2/#dom-sourcebuffer-mode
// https://www.w3.org/TR/media-source-2/#dom-sourcebuffer-timestampoffset
// In every format, and not before its media segment nor after abort().
GST_START_TEST (mode_and_offset_stay_inside_a_media_segment)
{
  const Bytes id3{'I', 'D', '3', 4, 0, 0, 0, 0, 0, 2, 0, 0};
  const Bytes adts = adts_frame (100);
  const struct {
    const char *type;
    Bytes init;
    Bytes half;
  } formats[] = {
      {"video/mp4", split_segments (read_media ("v.mp4")).init,
          first_half ("v.mp4")},
      {"video/webm", split_segments (read_media ("vp9.webm")).init,
          first_half ("vp9.webm")},
      {"video/webm", init_segment ({video_entry (1)}),
          join ({init_segment ({video_entry (1)}),
              live_cluster (0, {simple_block (1, 0, Bytes (9, 0x10))})})},
      {"video/mp2t", {}, first_part ("av.ts", 100 * 188)},
      {"audio/aac", id3, join ({adts, {adts.begin (), adts.begin () + 50}})},
      {"audio/mpeg", id3, first_part ("cbr.mp3", 5000)},
  };
  const ErrorCode code = ErrorCode::invalid_state;
  for (const auto &format : formats) {
    BufferFixture f (format.type);
    f.append (format.init);
    const AppendMode mode = f.buffer->mode ();
    fail_unless_ok (f.buffer->set_mode (mode));
    fail_unless_ok (f.buffer->set_timestamp_offset (0));
    f.append (format.half);
    const Time offset = f.buffer->timestamp_offset ();
    fail_unless_error (f.buffer->set_mode (AppendMode::sequence), code);
    fail_unless (f.buffer->mode () == mode);
    fail_unless_error (f.buffer->set_timestamp_offset (kSecond), code);
    fail_unless_equals_int64 (f.buffer->timestamp_offset (), offset);
    fail_unless_ok (f.buffer->abort ());
    fail_unless_ok (f.buffer->set_timestamp_offset (kSecond));
    fail_unless_equals_int64 (f.buffer->timestamp_offset (), kSecond);
    fail_unless_ok (f.buffer->set_mode (AppendMode::sequence));
    fail_unless (f.buffer->mode () == AppendMode::sequence);
  }
}
GST_END_TEST

static Suite *
source_buffer_parser_suite ()
{
  Suite *suite = suite_create ("mse/source-buffer-parser");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, abort_keeps_a_picture_that_waited_for_the_next_one);
  tcase_add_test (tcase, abort_keeps_a_block_of_a_cluster_without_an_end);
  tcase_add_test (tcase, abort_forgets_the_half_of_a_block);
  tcase_add_test (tcase, mode_and_offset_stay_inside_a_media_segment);
  return suite;
}
GST_CHECK_MAIN (source_buffer_parser)
