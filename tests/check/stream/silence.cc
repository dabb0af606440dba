// SPDX-License-Identifier: LGPL-2.1-or-later
// The pieces of a silence, by running times alone.
#include "stream/silence.hh"

#include "support/fan-out.hh"

#include <algorithm>

using namespace webmedia;
using namespace webmedia::stream;
using namespace webmedia::test;

namespace {

constexpr Time kPiece = 20 * kMillisecond;

void
set_caps (Silence &silence, const char *text)
{
  silence.set_caps (make_caps (text).get ());
}

void
expect (const Silence::Piece &piece, Time due, gsize size)
{
  fail_unless (bool (piece.buffer));
  fail_unless_equals_int64 (piece.due, due);
  fail_unless_equals_int (
      int (gst_buffer_get_size (piece.buffer.get ())), int (size));
  fail_unless (
      GST_BUFFER_FLAG_IS_SET (piece.buffer.get (), GST_BUFFER_FLAG_GAP));
}

// 40 ms at 8 kHz: 320 samples of two bytes, that of which is its number.
TimedBuffer
make_sound (Time time)
{
  TimedBuffer timed{.buffer = FanOut::make_frame (time, 640),
      .time = time,
      .duration = FanOut::kFrame};
  GstMapInfo map;
  gst_buffer_map (timed.buffer.get (), &map, GST_MAP_WRITE);
  for (gsize i = 0; i < 320; i++)
    map.data[2 * i] = guint8 (i);
  gst_buffer_unmap (timed.buffer.get (), &map);
  return timed;
}

constexpr const char *kMono =
    "audio/x-raw,format=S16LE,rate=8000,channels=1,layout=interleaved";

} // namespace

GST_START_TEST (pieces_follow_what_came_last_as_they_begin)
{
  Silence silence;
  set_caps (silence, kMono);
  silence.on_given (100 * kMillisecond);
  fail_if (silence.next (0, 99 * kMillisecond).buffer);
  auto piece = silence.next (0, 120 * kMillisecond);
  expect (piece, 100 * kMillisecond, 320);
  fail_if (piece.jumps);
  fail_unless_equals_int64 (
      Time (GST_BUFFER_DURATION (piece.buffer.get ())), kPiece);
  expect (silence.next (0, 120 * kMillisecond), 120 * kMillisecond, 320);
  fail_if (silence.next (0, 120 * kMillisecond).buffer);
}
GST_END_TEST

// It is in time for a mixer, and over: so it is as long as the latency at
// first, and where it lasts, up to 100 ms.
GST_START_TEST (pieces_are_as_long_as_the_latency_allows)
{
  const struct {
    Time latency, late, first, later;
  } cases[] = {
      {0, 20, 20, 20},
      {1, 5, 5, 5},
      {10, 10, 10, 10},
      {20, 20, 20, 20},
      {50, 50, 20, 50},
      {300, 300, 20, 100},
  };
  for (const auto &each : cases) {
    Time late = Silence::late_by (each.latency * kMillisecond);
    fail_unless_equals_int64 (late, each.late * kMillisecond);
    Silence silence;
    set_caps (silence, kMono);
    silence.on_given (0);
    Time end = 0;
    while (end < 2 * kSecond) {
      fail_if (silence.next (0, end - 1, late).buffer);
      Time length = (end < kSecond ? each.first : each.later) * kMillisecond;
      expect (silence.next (0, end, late), end,
          gsize (2 * 8 * length / kMillisecond));
      fail_unless (length <= late);
      end += length;
    }
  }
}
GST_END_TEST

// However long it is, where a rate has no whole pieces.
GST_START_TEST (pieces_follow_each_other_to_the_sample)
{
  Silence silence;
  set_caps (silence,
      "audio/x-raw,format=F32LE,rate=11025,channels=2,layout=interleaved");
  silence.on_given (0);
  Time end = 0;
  for (int64_t frames = 0; frames < 1100 * 220; frames += 220) {
    auto piece = silence.next (0, end);
    expect (piece, Time (gst_util_uint64_scale (frames, kSecond, 11025)), 1760);
    fail_unless_equals_int64 (piece.due, end);
    end = piece.due + Time (GST_BUFFER_DURATION (piece.buffer.get ()));
  }
}
GST_END_TEST

GST_START_TEST (without_anything_before_it_begins_at_the_start)
{
  Silence silence;
  set_caps (silence, kMono);
  fail_if (silence.next (kSecond, 700 * kMillisecond).buffer);
  auto piece = silence.next (kSecond, kSecond);
  expect (piece, kSecond, 320);
  fail_unless (piece.jumps);
  fail_if (silence.next (kSecond, kSecond + kPiece).jumps);
}
GST_END_TEST

// A consumer may be put aside.
GST_START_TEST (what_is_long_ago_is_not_made_up_for)
{
  Silence silence;
  set_caps (silence, kMono);
  silence.on_given (kSecond);
  auto piece = silence.next (0, kSecond * 3600);
  expect (piece, kSecond * 3600, 320);
  fail_unless (piece.jumps);
}
GST_END_TEST

GST_START_TEST (time_goes_back_where_it_begins_anew_alone)
{
  Silence silence;
  set_caps (silence, kMono);
  silence.on_given (3600 * kSecond);
  fail_if (silence.next (0, kSecond).buffer);
  silence.reset ();
  fail_if (silence.is_last ());
  auto piece = silence.next (kSecond, kSecond);
  expect (piece, kSecond, 320);
  fail_unless (piece.jumps);
}
GST_END_TEST

// Of many channels, or at a rate that nobody hears.
GST_START_TEST (a_piece_has_no_more_than_a_mebibyte)
{
  Silence silence;
  set_caps (silence, "audio/x-raw,format=F64LE,rate=2147483647,channels=2,"
                     "layout=interleaved");
  silence.on_given (0);
  expect (silence.next (0, 0), 0, 1 << 20);
  expect (
      silence.next (0, kPiece), Time (65536 * kSecond / 2147483647), 1 << 20);
}
GST_END_TEST

GST_START_TEST (of_what_comes_only_what_is_later_is_let_in)
{
  Silence silence;
  set_caps (silence, kMono);
  silence.on_given (0);
  for (Time time : {Time (0), kPiece, 2 * kPiece})
    silence.next (0, time); // up to 60 ms
  auto early = make_sound (0);
  Time due = 20 * kMillisecond;
  fail_unless (silence.let_in (early, due) == Silence::Next::lost);
  fail_unless (silence.is_last ());
  auto cut = make_sound (kSecond);
  auto whole = cut.buffer;
  due = 50 * kMillisecond;
  fail_unless (silence.let_in (cut, due) == Silence::Next::follows);
  fail_if (silence.is_last ());
  fail_unless_equals_int64 (due, 60 * kMillisecond);
  fail_unless_equals_int64 (cut.duration, 30 * kMillisecond);
  GstBuffer *buffer = cut.buffer.get ();
  fail_unless_equals_int64 (
      Time (GST_BUFFER_PTS (buffer)), kSecond + 10 * kMillisecond);
  fail_unless_equals_int64 (
      Time (GST_BUFFER_DURATION (buffer)), 30 * kMillisecond);
  fail_unless_equals_int (int (gst_buffer_get_size (buffer)), 480);
  guint8 sample = 0;
  gst_buffer_extract (buffer, 0, &sample, 1);
  fail_unless_equals_int (sample, 80);
  fail_if (cut.discont);
  // Who else has it has all of it.
  fail_unless_equals_int (int (gst_buffer_get_size (whole.get ())), 640);
  fail_unless_equals_int64 (Time (GST_BUFFER_PTS (whole.get ())), kSecond);
}
GST_END_TEST

// A stall may be long, and so is what was held up.
GST_START_TEST (what_is_of_before_is_lost_however_far)
{
  Silence silence;
  set_caps (silence, kMono);
  silence.on_given (3600 * kSecond);
  silence.next (0, 3600 * kSecond);
  for (Time time : {Time (0), 3590 * kSecond, 3599 * kSecond}) {
    auto early = make_sound (0);
    Time due = time;
    fail_unless (silence.let_in (early, due) == Silence::Next::lost);
    fail_unless (silence.is_last ());
  }
}
GST_END_TEST

// Two clocks may be a few nanoseconds off.
GST_START_TEST (what_is_between_two_samples_is_not_cut)
{
  Silence silence;
  set_caps (silence, kMono);
  silence.on_given (0);
  silence.next (0, 0);
  auto sound = make_sound (0);
  Time due = kPiece - kMillisecond / 20;
  fail_unless (silence.let_in (sound, due) == Silence::Next::follows);
  fail_unless_equals_int64 (due, kPiece);
  fail_unless_equals_int (int (gst_buffer_get_size (sound.buffer.get ())), 640);
}
GST_END_TEST

GST_START_TEST (what_is_missing_up_to_what_comes_is_silent)
{
  Silence silence;
  set_caps (silence, kMono);
  silence.on_given (0);
  silence.next (0, 0); // up to 20 ms
  auto sound = make_sound (0);
  Time due = 153 * kMillisecond;
  fail_unless (silence.let_in (sound, due) == Silence::Next::later);
  expect (silence.fill (due), kPiece, 1600);
  fail_unless (silence.let_in (sound, due) == Silence::Next::later);
  expect (silence.fill (due), 6 * kPiece, 528);
  fail_if (silence.fill (due).buffer);
  fail_unless (silence.let_in (sound, due) == Silence::Next::follows);
  fail_unless_equals_int64 (due, 153 * kMillisecond);
  fail_if (sound.discont);
  fail_if (silence.is_last ());
}
GST_END_TEST

GST_START_TEST (who_only_asks_begins_no_silence)
{
  Silence silence;
  set_caps (silence, kMono);
  silence.on_given (0);
  silence.next (0, 0);
  set_caps (silence, kMono);
  auto sound = make_sound (0);
  Time due = 2 * kPiece;
  fail_unless (silence.let_in (sound, due) == Silence::Next::later);
  fail_if (silence.is_on ());
  expect (silence.fill (due), kPiece, 320);
  fail_unless (silence.is_on ());
  fail_unless (silence.let_in (sound, due) == Silence::Next::follows);
}
GST_END_TEST

// At another rate its samples are not those of its running time.
GST_START_TEST (what_plays_faster_is_not_cut)
{
  Silence silence;
  set_caps (silence, kMono);
  silence.on_given (0);
  silence.next (0, 0);
  auto sound = make_sound (0);
  Time due = kPiece / 2;
  fail_unless (silence.let_in (sound, due, false) == Silence::Next::lost);
  fail_unless (silence.is_last ());
  fail_unless_equals_int (int (gst_buffer_get_size (sound.buffer.get ())), 640);
  due = kPiece; // to the sample
  fail_unless (silence.let_in (sound, due, false) == Silence::Next::follows);
}
GST_END_TEST

GST_START_TEST (what_comes_after_a_long_while_is_a_discontinuity)
{
  Silence silence;
  set_caps (silence, kMono);
  silence.on_given (0);
  silence.next (0, 0);
  auto sound = make_sound (0);
  Time due = 3 * kSecond;
  fail_unless (silence.let_in (sound, due) == Silence::Next::follows);
  fail_unless_equals_int64 (due, 3 * kSecond);
  fail_unless (sound.discont);
}
GST_END_TEST

GST_START_TEST (caps_do_not_let_in_what_is_of_before)
{
  for (const char *caps : {kMono, "audio/x-opus"}) {
    Silence silence;
    set_caps (silence, kMono);
    silence.on_given (0);
    silence.next (0, 0);
    set_caps (silence, caps);
    fail_if (silence.is_on ());
    fail_unless (silence.is_last ());
    auto early = make_sound (0);
    Time due = -kPiece;
    fail_unless (silence.let_in (early, due) == Silence::Next::lost);
    due = 0; // half of it
    bool is_cut = silence.let_in (early, due) == Silence::Next::follows;
    fail_unless (is_cut == (caps == kMono));
    fail_unless (silence.is_last () != is_cut);
  }
}
GST_END_TEST

// What its meta says of it may not be so.
GST_START_TEST (what_can_not_be_cut_is_lost)
{
  Silence silence;
  set_caps (silence, kMono);
  silence.on_given (0);
  silence.next (0, 0);
  auto sound = make_sound (0);
  GstAudioInfo info;
  gst_audio_info_from_caps (&info, make_caps (kMono).get ());
  gst_buffer_add_audio_meta (sound.buffer.get (), &info, 1000, nullptr);
  Time due = 0;
  fail_unless (silence.let_in (sound, due) == Silence::Next::lost);
}
GST_END_TEST

GST_START_TEST (a_gap_is_silent_enough)
{
  Silence silence;
  set_caps (silence, kMono);
  silence.on_given (0);
  silence.next (0, 0);
  Time due = 0; // of before
  fail_if (silence.let_in_gap (due, kPiece));
  for (Time begin : {Time (0), 40 * kMillisecond}) {
    due = begin;
    Time end = begin + 40 * kMillisecond;
    fail_unless (silence.let_in_gap (due, 40 * kMillisecond));
    fail_unless_equals_int64 (due, begin == 0 ? kPiece : 2 * kPiece);
    fail_if (silence.is_on ());
    auto early = make_sound (0);
    due = end - 40 * kMillisecond;
    fail_unless (silence.let_in (early, due) == Silence::Next::lost);
  }
  expect (silence.next (0, 80 * kMillisecond), 80 * kMillisecond, 320);
}
GST_END_TEST

GST_START_TEST (of_what_is_encoded_there_is_none)
{
  Silence silence;
  set_caps (silence, "audio/x-opus");
  silence.on_given (0);
  fail_if (silence.next (0, kSecond).buffer);
  fail_if (silence.is_on ());
}
GST_END_TEST

// Each channel has its own place, which a meta tells.
GST_START_TEST (planar_silence_says_where_its_channels_are)
{
  Silence silence;
  set_caps (silence,
      "audio/x-raw,format=U8,rate=8000,channels=2,layout=non-interleaved");
  silence.on_given (0);
  auto piece = silence.next (0, 0);
  expect (piece, 0, 320);
  GstAudioMeta *meta = gst_buffer_get_audio_meta (piece.buffer.get ());
  fail_unless (meta && meta->samples == 160);
  guint8 value = 0;
  gst_buffer_extract (piece.buffer.get (), 319, &value, 1);
  fail_unless_equals_int (value, 0x80);
}
GST_END_TEST

static Suite *
silence_suite ()
{
  Suite *suite = suite_create ("stream/silence");
  TCase *pieces = tcase_create ("pieces");
  suite_add_tcase (suite, pieces);
  tcase_add_test (pieces, pieces_follow_what_came_last_as_they_begin);
  tcase_add_test (pieces, pieces_are_as_long_as_the_latency_allows);
  tcase_add_test (pieces, pieces_follow_each_other_to_the_sample);
  tcase_add_test (pieces, without_anything_before_it_begins_at_the_start);
  tcase_add_test (pieces, what_is_long_ago_is_not_made_up_for);
  tcase_add_test (pieces, time_goes_back_where_it_begins_anew_alone);
  tcase_add_test (pieces, a_piece_has_no_more_than_a_mebibyte);
  tcase_add_test (pieces, of_what_is_encoded_there_is_none);
  tcase_add_test (pieces, planar_silence_says_where_its_channels_are);
  TCase *after = tcase_create ("after");
  suite_add_tcase (suite, after);
  tcase_add_test (after, of_what_comes_only_what_is_later_is_let_in);
  tcase_add_test (after, what_is_of_before_is_lost_however_far);
  tcase_add_test (after, what_is_between_two_samples_is_not_cut);
  tcase_add_test (after, what_is_missing_up_to_what_comes_is_silent);
  tcase_add_test (after, who_only_asks_begins_no_silence);
  tcase_add_test (after, what_plays_faster_is_not_cut);
  tcase_add_test (after, what_comes_after_a_long_while_is_a_discontinuity);
  tcase_add_test (after, caps_do_not_let_in_what_is_of_before);
  tcase_add_test (after, what_can_not_be_cut_is_lost);
  tcase_add_test (after, a_gap_is_silent_enough);
  return suite;
}
GST_CHECK_MAIN (silence)
