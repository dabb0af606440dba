// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/track-reader.hh"

#include "support/check.hh"
#include "support/frames.hh"

#include <functional>
#include <set>
#include <thread>

using namespace webmedia;
using namespace webmedia::mse;

namespace {

constexpr Time kFrame = FrameMaker::kDuration;

// A track that is appended to while it is read.
struct Fixture : TrackFixture, ReaderWatch {
  explicit Fixture (TrackKind kind = TrackKind::video)
      : TrackFixture (kind),
        reader (track, 0, std::shared_ptr<ReaderWatch> (this, [] (auto *) {}))
  {}

  void on_position (Time time) override { position = time; }
  void on_starving (bool starving) override
  {
    told += starving ? "starves " : "goes on ";
    if (starving && feed)
      feed ();
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

  // Whether reading from zero would have to wait after so many groups.
  bool starved_after (int groups)
  {
    Cursor cursor = {};
    MutexLocker locker (track->buffer.lock_);
    for (int i = 0; i < groups; i++) {
      auto next = track->buffer.seek_next_locked (cursor, false);
      fail_unless (next == TrackBuffer::Next::frame);
      cursor.advance ();
    }
    return track->buffer.seek_next_locked (cursor, false)
           == TrackBuffer::Next::missing;
  }

  Time position = 0;
  std::string told;
  std::function<void ()> feed; // called when it starves
  TrackReader reader;
};

bool
decode_only (const Reader::Read &read)
{
  return GST_BUFFER_FLAG_IS_SET (
      read.buffer.get (), GST_BUFFER_FLAG_DECODE_ONLY);
}

// What a decoder makes of frames.
class Screen {
public:
  void decode (const Reader::Read &read)
  {
    // It shows what it holds back before it begins again.
    if (!GST_BUFFER_FLAG_IS_SET (
            read.buffer.get (), GST_BUFFER_FLAG_DELTA_UNIT))
      over_ = shown_.empty () ? -1 : *shown_.rbegin ();
    if (decode_only (read))
      return;
    fail_unless (read.pts > over_, "shown too late");
    fail_unless (shown_.insert (read.pts).second, "shown twice");
  }

  void check_saw (int count) const
  {
    fail_unless_equals_int (int (shown_.size ()), count);
    fail_unless_equals_int64 (*shown_.begin (), 0);
    fail_unless_equals_int64 (*shown_.rbegin (), (count - 1) * kFrame);
  }

private:
  std::set<Time> shown_;
  Time over_ = -1;
};

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

GST_START_TEST (the_first_frame_after_a_seek_is_a_discontinuity)
{
  Fixture f (TrackKind::audio);
  f.append (f.maker.run (0, 10).take ());
  for (Time time : {Time (0), 5 * kFrame}) {
    f.reader.seek (time);
    for (bool is_first : {true, false})
      fail_unless (
          is_first
          == bool (GST_BUFFER_FLAG_IS_SET (
              f.read_frame ().buffer.get (), GST_BUFFER_FLAG_DISCONT)));
  }
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
      [&f] { f.append_group (f.maker.gop (3, "IPPPPPP").take ()); });
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
  f.append_group (f.maker.gop (5, "IPPPP").take ());
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
  f.append_group (f.maker.gop (5, "IPPPPP").take ());
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

GST_START_TEST (a_gop_replaced_among_its_b_frames_shows_every_frame_once)
{
  const char *const replacements[] = {
      "IPBBPBBPBB", "IPPPPPPPPP", "IBBPBBBPBB", "IPBPBPBPPP", "IPBBBPBBBP"};
  for (const char *replacement : replacements)
    for (int start : {0, 1, 4, 5, 7})
      for (int read = 0; read <= 10; read++) {
        Fixture f;
        Screen screen;
        f.append (f.maker.gop (0, "IPBBPBBPBB").take ());
        for (int i = 0; i < read; i++)
          screen.decode (f.read_frame ());
        f.append_group (f.maker.gop (start, replacement).take ());
        // What was cut off before the new group is there again.
        if (start > 0) {
          std::string pattern = "I" + std::string (size_t (start) - 1, 'P');
          f.append_group (f.maker.gop (0, pattern.c_str ()).take ());
        }
        f.track->buffer.set_ended (true);
        for (;;) {
          Reader::Read next = f.reader.read ();
          if (next.status == Reader::Status::end)
            break;
          screen.decode (next);
        }
        screen.check_saw (start + 10);
      }
}
GST_END_TEST

GST_START_TEST (a_frame_waits_for_the_b_frames_before_it)
{
  for (bool ended : {false, true}) {
    Fixture f;
    FrameBatch gop = f.maker.gop (0, "IPBB").take ();
    FrameBatch first = gop;
    FrameBatch second = gop;
    first.frames.resize (2);
    second.frames.erase (second.frames.begin (), second.frames.begin () + 3);
    f.append (first);
    fail_unless (f.starved_after (1));
    if (ended) {
      f.track->buffer.set_ended (true);
    } else {
      first.frames = {gop.frames[2]};
      f.append (first);
      fail_unless (f.starved_after (1));
      f.append (second);
    }
    fail_if (f.starved_after (1));
  }
}
GST_END_TEST

GST_START_TEST (b_frames_that_never_come_are_not_waited_for)
{
  // Another group follows, or the next frame is shown later.
  for (bool keyframe : {true, false}) {
    Fixture f;
    f.append (f.maker.frame (0, -kFrame, kFrame, true)
                  .frame (3 * kFrame, 0, kFrame, false)
                  .take ());
    fail_unless (f.starved_after (1));
    f.append (f.maker.frame (4 * kFrame, kFrame, kFrame, keyframe).take ());
    fail_if (f.starved_after (1));
  }
  // A hole, but nothing that is decoded later can be shown before its end.
  Fixture f;
  f.append (f.maker.frame (0, 0, kFrame, true)
                .frame (2 * kFrame, 2 * kFrame, kFrame, false)
                .take ());
  fail_if (f.starved_after (1));
}
GST_END_TEST

GST_START_TEST (a_gop_replaced_before_its_b_frames_came_shows_the_new_ones)
{
  Fixture f;
  Screen screen;
  FrameBatch half = f.maker.gop (0, "IPBB").take ();
  half.frames.resize (2);
  f.append (std::move (half));
  screen.decode (f.read_frame ());
  f.append_group (f.maker.gop (0, "IPBB").take ());
  for (int i = 0; i < 4; i++)
    screen.decode (f.read_frame ());
  screen.check_saw (4);
}
GST_END_TEST

GST_START_TEST (frames_removed_ahead_are_waited_for)
{
  Fixture f;
  f.append (f.maker.gop (0, "IPPPP").gop (5, "IPPPP").take ());
  f.read_frames (3);
  f.track->buffer.remove (0, kTimeInfinite);
  fail_unless (f.starved ());
  f.append_group (f.maker.gop (0, "IPPPP").take ());
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

GST_START_TEST (it_says_whether_it_would_wait)
{
  Fixture f;
  fail_unless (f.reader.waits ());
  f.append (f.maker.gop (0, "IPP").gop (3, "IPP").take ());
  fail_unless (!f.reader.waits ());
  f.reader.seek (10 * kSecond);
  fail_unless (f.reader.waits ());
  f.reader.set_flushing (true);
  fail_unless (!f.reader.waits ());
  f.reader.set_flushing (false);
  f.reader.seek (0);
  fail_unless (!f.reader.waits ()); // and nothing is lost by asking
  fail_unless_equals_int64 (f.read_frame ().pts, 0);
  f.track->buffer.set_ended (true);
  f.reader.seek (10 * kSecond);
  fail_unless (!f.reader.waits ());
}
GST_END_TEST

GST_START_TEST (that_it_starves_is_told_before_it_waits_with_no_lock_held)
{
  Fixture f (TrackKind::audio);
  f.feed = [&f] {
    f.append (f.maker.run (2, 1).take ());
  };
  f.append (f.maker.run (0, 2).take ());
  f.read_frames (2);
  fail_unless_equals_string (f.told.c_str (), "");
  f.read_frames (1);
  fail_unless_equals_string (f.told.c_str (), "starves goes on ");
}
GST_END_TEST

GST_START_TEST (a_flush_ends_starving)
{
  Fixture f (TrackKind::audio);
  f.feed = [&f] {
    f.reader.set_flushing (true);
  };
  fail_unless (f.reader.read ().status == Reader::Status::flushing);
  fail_unless_equals_string (f.told.c_str (), "starves goes on ");
}
GST_END_TEST

GST_START_TEST (what_is_decoded_only_is_no_way_back)
{
  Fixture f;
  f.append (f.maker.gop (0, "IPPP").take ());
  f.reader.seek (2 * kFrame);
  for (Time place : {2, 2, 2, 3}) {
    f.read_frame ();
    fail_unless_equals_int64 (f.position, place * kFrame);
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
  tcase_add_test (tcase, the_first_frame_after_a_seek_is_a_discontinuity);
  tcase_add_test (tcase, a_seek_in_a_run_goes_to_the_frame_itself);
  tcase_add_test (tcase, reading_waits_at_a_gap_until_it_is_filled);
  tcase_add_test (tcase, playback_from_zero_starts_within_a_second);
  tcase_add_test (tcase, a_gop_replaced_while_it_plays_goes_on_where_it_was);
  tcase_add_test (
      tcase, a_switch_in_the_middle_of_a_gop_shows_every_frame_once);
  tcase_add_test (
      tcase, a_gop_replaced_among_its_b_frames_shows_every_frame_once);
  tcase_add_test (tcase, a_frame_waits_for_the_b_frames_before_it);
  tcase_add_test (tcase, b_frames_that_never_come_are_not_waited_for);
  tcase_add_test (
      tcase, a_gop_replaced_before_its_b_frames_came_shows_the_new_ones);
  tcase_add_test (tcase, frames_removed_ahead_are_waited_for);
  tcase_add_test (tcase, the_end_comes_after_the_last_frame_of_an_ended_source);
  tcase_add_test (tcase, flushing_and_closing_end_a_wait);
  tcase_add_test (tcase, text_does_not_wait_at_gaps);
  tcase_add_test (tcase, a_seek_finds_the_cue_that_is_still_shown);
  tcase_add_test (tcase, a_seek_to_anywhere_is_one);
  tcase_add_test (tcase, it_says_whether_it_would_wait);
  tcase_add_test (
      tcase, that_it_starves_is_told_before_it_waits_with_no_lock_held);
  tcase_add_test (tcase, a_flush_ends_starving);
  tcase_add_test (tcase, what_is_decoded_only_is_no_way_back);
  return suite;
}
GST_CHECK_MAIN (track_reader)
