// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/track-reader.hh"

#include "support/check.hh"
#include "support/frames.hh"

#include <thread>

using namespace webmedia;
using namespace webmedia::mse;

namespace {

constexpr Time kFrame = FrameMaker::kDuration;

// A track that is appended to while it is read.
struct Fixture {
  explicit Fixture (TrackKind kind = TrackKind::video)
      : track (make_track (kind)),
        config (make_config ("a/b")),
        reader (track, [this] (Time time) { position = time; })
  {
    processor.set_targets ({{track, config}});
  }

  void append (FrameBatch batch)
  {
    auto result = processor.process (batch, state);
    fail_unless (bool (result));
  }

  // Appends as another encoding: a segment of its own.
  void overwrite (FrameBatch batch)
  {
    processor.reset ();
    append (std::move (batch));
  }

  Reader::Read read_frame ()
  {
    Reader::Read read = reader.read ();
    fail_unless (read.status == Reader::Status::frame);
    return read;
  }

  void read_frames (int count)
  {
    for (int i = 0; i < count; i++)
      read_frame ();
  }

  // Whether reading would have to wait.
  bool starved ()
  {
    Cursor cursor = {};
    cursor.time = position + kFrame;
    MutexLocker locker (track->buffer.lock_);
    return track->buffer.seek_next_locked (cursor, false)
           == TrackBuffer::Next::missing;
  }

  std::shared_ptr<Track> track;
  std::shared_ptr<const TrackConfig> config;
  FrameProcessor processor;
  ProcessingState state;
  FrameMaker maker;
  Time position = 0;
  TrackReader reader;
};

bool
decode_only (const Reader::Read &read)
{
  return GST_BUFFER_FLAG_IS_SET (
      read.buffer.get (), GST_BUFFER_FLAG_DECODE_ONLY);
}

} // namespace

GST_START_TEST (frames_come_in_decode_order_with_their_times_and_bytes)
{
  Fixture f;
  f.append (f.maker.gop (0, "IPBB").take ());
  const Time pts[] = {0, 3, 1, 2};
  for (int i = 0; i < 4; i++) {
    Reader::Read read = f.read_frame ();
    fail_unless_equals_int64 (read.pts, pts[i] * kFrame);
    fail_unless_equals_int64 (read.dts, (i - 1) * kFrame);
    fail_unless_equals_int64 (read.duration, kFrame);
    fail_unless (
        GST_BUFFER_FLAG_IS_SET (read.buffer.get (), GST_BUFFER_FLAG_DELTA_UNIT)
        == (i > 0));
    fail_unless (
        GST_BUFFER_FLAG_IS_SET (read.buffer.get (), GST_BUFFER_FLAG_DISCONT)
        == (i == 0));
    guint8 bytes[4];
    fail_unless_equals_int (
        gst_buffer_extract (read.buffer.get (), 0, bytes, 4), 4);
    fail_unless_equals_int (bytes[3], i);
    // Caps come once.
    fail_unless (bool (read.caps) == (i == 0));
  }
}
GST_END_TEST

GST_START_TEST (payload_is_the_appended_memory)
{
  Fixture f;
  FrameBatch batch = f.maker.gop (0, "IP").take ();
  const guint8 *bytes = batch.blocks[0]->data ();
  f.append (std::move (batch));
  for (int i = 0; i < 2; i++) {
    Reader::Read read = f.read_frame ();
    GstMapInfo map;
    fail_unless (gst_buffer_map (read.buffer.get (), &map, GST_MAP_READ));
    fail_unless (map.data == bytes + 4 * i);
    gst_buffer_unmap (read.buffer.get (), &map);
  }
}
GST_END_TEST

GST_START_TEST (a_seek_goes_to_the_random_access_point_before)
{
  Fixture f;
  f.append (f.maker.gop (0, "IPPPP").gop (5, "IPPPP").take ());
  f.reader.seek (8 * kFrame);
  fail_unless_equals_int64 (f.read_frame ().pts, 5 * kFrame);
  fail_unless_equals_int64 (f.reader.key_unit (8 * kFrame, false), 5 * kFrame);
  fail_unless_equals_int64 (f.reader.key_unit (3 * kFrame, true), 5 * kFrame);
  // There is none: the time itself.
  fail_unless_equals_int64 (f.reader.key_unit (7 * kFrame, true), 7 * kFrame);
}
GST_END_TEST

GST_START_TEST (a_seek_in_a_run_goes_to_the_frame_itself)
{
  Fixture f (TrackKind::audio);
  f.append (f.maker.run (0, 300).take ());
  f.reader.seek (200 * kFrame + 5);
  fail_unless_equals_int64 (f.read_frame ().pts, 200 * kFrame);
  fail_unless_equals_int64 (
      f.reader.key_unit (200 * kFrame + 5, false), 200 * kFrame);
}
GST_END_TEST

GST_START_TEST (reading_waits_at_a_gap_until_it_is_filled)
{
  Fixture f;
  f.append (f.maker.gop (0, "IPP").gop (10, "IPP").take ());
  f.read_frames (3);
  fail_unless (f.starved ());
  std::thread appender (
      [&f] { f.overwrite (f.maker.gop (3, "IPPPPPP").take ()); });
  for (int i = 3; i < 13; i++)
    fail_unless_equals_int64 (f.read_frame ().pts, i * kFrame);
  appender.join ();
}
GST_END_TEST

GST_START_TEST (playback_from_zero_starts_within_a_second)
{
  Fixture f;
  f.append (f.maker.gop (20, "IP").take ());
  fail_unless_equals_int64 (f.read_frame ().pts, 20 * kFrame);
  // Elsewhere it waits for what was asked for.
  f.position = 9 * kFrame;
  fail_unless (f.starved ());
}
GST_END_TEST

GST_START_TEST (a_gop_replaced_while_it_plays_goes_on_where_it_was)
{
  Fixture f;
  f.append (f.maker.gop (0, "IPPPP").gop (5, "IPPPP").take ());
  f.read_frames (7); // 0 to 6
  f.overwrite (f.maker.gop (5, "IPPPP").take ());
  for (int i = 5; i < 10; i++) {
    Reader::Read read = f.read_frame ();
    fail_unless_equals_int64 (read.pts, i * kFrame);
    fail_unless (decode_only (read) == (i < 7));
  }
}
GST_END_TEST

GST_START_TEST (a_switch_in_the_middle_of_a_gop_shows_every_frame_once)
{
  Fixture f;
  auto other = make_config ("c/d");
  f.append (f.maker.gop (0, "IPPPPPPPPP").take ());
  f.read_frames (8); // 0 to 7
  f.processor.set_targets ({{f.track, other}});
  f.overwrite (f.maker.gop (5, "IPPPPP").take ());
  int shown = 8;
  for (int i = 5; i < 11; i++) {
    Reader::Read read = f.read_frame ();
    fail_unless (bool (read.caps) == (i == 5));
    if (!decode_only (read))
      fail_unless_equals_int64 (read.pts, shown++ * kFrame);
  }
  fail_unless_equals_int (shown, 11);
}
GST_END_TEST

GST_START_TEST (frames_removed_ahead_are_waited_for)
{
  Fixture f;
  f.append (f.maker.gop (0, "IPPPP").gop (5, "IPPPP").take ());
  f.read_frames (3);
  f.track->buffer.remove (0, kTimeInfinite);
  fail_unless (f.starved ());
  f.overwrite (f.maker.gop (0, "IPPPP").take ());
  int shown = 3;
  for (int i = 0; i < 5; i++) {
    Reader::Read read = f.read_frame ();
    if (!decode_only (read))
      fail_unless_equals_int64 (read.pts, shown++ * kFrame);
  }
  fail_unless_equals_int (shown, 5);
}
GST_END_TEST

GST_START_TEST (the_end_comes_after_the_last_frame_of_an_ended_source)
{
  Fixture f;
  f.append (f.maker.gop (0, "IPP").take ());
  f.read_frames (3);
  fail_unless (f.starved ());
  std::thread appender ([&f] { f.track->buffer.set_ended (true); });
  fail_unless (f.reader.read ().status == Reader::Status::end);
  appender.join ();
  // Beyond all that there is, too.
  f.reader.seek (100 * kFrame);
  fail_unless (f.reader.read ().status == Reader::Status::end);
}
GST_END_TEST

GST_START_TEST (flushing_and_closing_end_a_wait)
{
  Fixture f;
  std::thread flusher ([&f] { f.reader.set_flushing (true); });
  fail_unless (f.reader.read ().status == Reader::Status::flushing);
  flusher.join ();
  f.reader.set_flushing (false);
  std::thread closer ([&f] {
    f.track->buffer.close ({ErrorCode::network, "gone"});
  });
  Reader::Read read = f.reader.read ();
  closer.join ();
  fail_unless (read.status == Reader::Status::closed);
  fail_unless (read.error.code == ErrorCode::network);
  fail_unless_equals_string (read.error.message.c_str (), "gone");
}
GST_END_TEST

GST_START_TEST (text_does_not_wait_at_gaps)
{
  Fixture f (TrackKind::text);
  f.append (f.maker.run (0, 1).run (100, 1).take ());
  fail_unless_equals_int64 (f.read_frame ().pts, 0);
  fail_unless_equals_int64 (f.read_frame ().pts, 100 * kFrame);
}
GST_END_TEST

GST_START_TEST (a_seek_finds_the_cue_that_is_still_shown)
{
  for (TrackKind kind : {TrackKind::text, TrackKind::audio}) {
    Fixture f (kind);
    f.append (f.maker.frame (0, 0, 10 * kFrame, true)
                  .frame (kFrame, kFrame, kFrame, true)
                  .take ());
    f.reader.seek (3 * kFrame);
    fail_unless_equals_int64 (f.read_frame ().pts, 0);
    fail_unless_equals_int64 (f.read_frame ().pts, kFrame);
    f.track->buffer.set_ended (true);
    fail_unless (f.reader.read ().status == Reader::Status::end);
  }
}
GST_END_TEST

GST_START_TEST (a_seek_to_anywhere_is_one)
{
  Fixture f (TrackKind::text);
  f.append (f.maker.run (5, 3).take ());
  f.track->buffer.set_ended (true);
  for (Time time : {INT64_MIN, INT64_MIN + 1, INT64_MAX}) {
    f.reader.seek (time);
    (void)f.reader.read ();
  }
}
GST_END_TEST

static Suite *
track_reader_suite ()
{
  Suite *suite = suite_create ("mse/track-reader");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (
      tcase, frames_come_in_decode_order_with_their_times_and_bytes);
  tcase_add_test (tcase, payload_is_the_appended_memory);
  tcase_add_test (tcase, a_seek_goes_to_the_random_access_point_before);
  tcase_add_test (tcase, a_seek_in_a_run_goes_to_the_frame_itself);
  tcase_add_test (tcase, reading_waits_at_a_gap_until_it_is_filled);
  tcase_add_test (tcase, playback_from_zero_starts_within_a_second);
  tcase_add_test (tcase, a_gop_replaced_while_it_plays_goes_on_where_it_was);
  tcase_add_test (
      tcase, a_switch_in_the_middle_of_a_gop_shows_every_frame_once);
  tcase_add_test (tcase, frames_removed_ahead_are_waited_for);
  tcase_add_test (tcase, the_end_comes_after_the_last_frame_of_an_ended_source);
  tcase_add_test (tcase, flushing_and_closing_end_a_wait);
  tcase_add_test (tcase, text_does_not_wait_at_gaps);
  tcase_add_test (tcase, a_seek_finds_the_cue_that_is_still_shown);
  tcase_add_test (tcase, a_seek_to_anywhere_is_one);
  return suite;
}
GST_CHECK_MAIN (track_reader)
