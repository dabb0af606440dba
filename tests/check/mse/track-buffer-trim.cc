// SPDX-License-Identifier: LGPL-2.1-or-later
// Sound that reaches over an edge of the append window: what is stored of it,
// and what readers get.
#include "mse/track-reader.hh"

#include "support/check.hh"
#include "support/frames.hh"

#include <cstdlib>
#include <map>
#include <random>

using namespace webmedia;
using namespace webmedia::mse;

namespace {

constexpr Time kMs = kMillisecond;

struct Fixture : TrackFixture {
  explicit Fixture (TrackKind kind = TrackKind::audio) : TrackFixture (kind) {}

  void window (Time start, Time end)
  {
    state.window_start = start;
    state.window_end = end;
  }

  // A coded frame group of `count` frames.
  void group (Time start, Time duration, int count, bool keyframes = true)
  {
    for (int i = 0; i < count; i++) {
      Time pts = start + i * duration;
      maker.frame (pts, pts, duration, keyframes || i == 0);
    }
    append_group (maker.take ());
  }

  std::vector<Reader::Read> read (Time start)
  {
    std::vector<Reader::Read> all;
    TrackReader reader (track);
    reader.seek (start);
    TimeRanges buffered = track->buffer.buffered ();
    const TimeRange *range = buffered.find (start);
    fail_unless (range != nullptr);
    for (Time end = kTimeNone; end < range->end;) {
      all.push_back (reader.read ());
      const Reader::Read &last = all.back ();
      fail_unless (last.status == Reader::Status::frame);
      if (last.splice == kTimeNone)
        end = last.pts + last.duration;
    }
    return all;
  }

  // What a reader gets from `start` up to a gap, in milliseconds: "start-end",
  // with "10+" and "+10" around it for what was cut, ">T" where it is faded out
  // from T on, "!" before a discontinuity.
  std::string played (Time start = 0)
  {
    std::string all;
    for (const Reader::Read &read : read (start)) {
      if (!all.empty ()
          && GST_BUFFER_FLAG_IS_SET (
              read.buffer.get (), GST_BUFFER_FLAG_DISCONT))
        all += "!";
      if (read.cut_before > 0)
        all += std::to_string (read.cut_before / kMs) + "+";
      all += std::to_string (read.pts / kMs) + "-"
             + std::to_string ((read.pts + read.duration) / kMs);
      if (read.cut_after > 0)
        all += "+" + std::to_string (read.cut_after / kMs);
      if (read.splice != kTimeNone)
        all += ">" + std::to_string (read.splice / kMs);
      all += " ";
      fail_unless_equals_int64 (read.dts, read.pts);
    }
    return all;
  }

  void expect (Time start, const char *wanted)
  {
    fail_unless_equals_string (played (start).c_str (), wanted);
  }

  void expect_buffered (Time start, Time end)
  {
    fail_unless (track->buffer.buffered () == TimeRanges ({{start, end}}), "%s",
        track->buffer.buffered ().to_string ().c_str ());
  }

  void expect_all_goes ()
  {
    remove (kTimeNone, kTimeInfinite);
    fail_unless_equals_uint64 (account->bytes (), 0);
    fail_unless_equals_uint64 (track->buffer.metadata_bytes (), 0);
  }
};

} // namespace

GST_START_TEST (sound_is_cut_at_both_edges_of_the_window)
{
  Fixture f;
  f.window (50 * kMs, 110 * kMs);
  f.group (0, 40 * kMs, 5);
  f.expect_buffered (50 * kMs, 110 * kMs);
  f.expect (50 * kMs, "10+50-80 80-110+10 ");
  f.expect_all_goes ();
}
GST_END_TEST

GST_START_TEST (a_window_may_be_smaller_than_a_frame)
{
  Fixture f;
  f.window (50 * kMs, 60 * kMs);
  f.group (0, 40 * kMs, 5);
  f.expect_buffered (50 * kMs, 60 * kMs);
  f.expect (50 * kMs, "10+50-60+20 ");
}
GST_END_TEST

GST_START_TEST (edges_between_frames_cut_nothing)
{
  Fixture f;
  f.window (40 * kMs, 120 * kMs);
  f.group (0, 40 * kMs, 5);
  f.expect (40 * kMs, "40-80 80-120 ");
}
GST_END_TEST

GST_START_TEST (pictures_and_cues_stay_whole)
{
  for (TrackKind kind : {TrackKind::video, TrackKind::text}) {
    Fixture f (kind);
    f.window (50 * kMs, 150 * kMs);
    f.group (0, 40 * kMs, 5);
    f.expect (80 * kMs, "80-120 ");
    f.expect_buffered (80 * kMs, 120 * kMs);
  }
}
GST_END_TEST

GST_START_TEST (sound_that_refers_to_other_sound_stays_whole)
{
  Fixture f;
  f.window (10 * kMs, 110 * kMs);
  f.group (0, 40 * kMs, 5, false);
  f.expect (10 * kMs, "10+10-40 40-80 ");
  // What follows a frame that was dropped needs a random access point.
  Fixture g;
  g.window (50 * kMs, kTimeInfinite);
  g.group (0, 40 * kMs, 5, false);
  fail_unless (g.track->buffer.buffered ().empty ());
}
GST_END_TEST

GST_START_TEST (a_microsecond_is_not_cut)
{
  Fixture f;
  f.window (kMicrosecond, 80 * kMs - kMicrosecond);
  f.group (0, 40 * kMs, 3);
  f.expect_buffered (kMicrosecond, 80 * kMs);
  f.expect (kMicrosecond, "0-40 40-80 ");
  // Nor is one kept.
  Fixture g;
  g.window (40 * kMs - kMicrosecond, 80 * kMs + kMicrosecond);
  g.group (0, 40 * kMs, 3);
  g.expect (40 * kMs, "40-80 ");
  g.expect_buffered (40 * kMs, 80 * kMs);
}
GST_END_TEST

GST_START_TEST (cuts_are_those_of_the_times_with_the_offset)
{
  Fixture f;
  f.state.timestamp_offset = -15 * kMs;
  f.group (0, 40 * kMs, 2);
  f.expect_buffered (0, 65 * kMs);
  f.expect (0, "15+0-25 25-65 ");
  f.expect_all_goes ();
}
GST_END_TEST

GST_START_TEST (a_group_of_sequence_mode_ends_at_the_window)
{
  Fixture f;
  f.state.set_mode (AppendMode::sequence);
  f.window (0, 90 * kMs);
  f.append (f.maker.run (100, 5).take ());
  f.expect (0, "0-40 40-80 80-90+30 ");
  fail_unless_equals_int64 (f.state.group_end, 90 * kMs);
  // The next group begins there.
  f.window (0, kTimeInfinite);
  f.state.set_mode (AppendMode::sequence);
  f.append (f.maker.run (7, 1).take ());
  f.expect (0, "0-40 40-80 80-90+30 !90-130 ");
}
GST_END_TEST

GST_START_TEST (what_follows_a_frame_that_was_cut_is_no_new_group)
{
  Fixture f;
  f.state.set_mode (AppendMode::sequence);
  f.window (0, 45 * kMs);
  f.append (f.maker.run (0, 2).take ());
  f.window (0, kTimeInfinite);
  f.append (f.maker.run (2, 1).take ());
  f.expect (0, "0-40 40-45+35 !80-120 ");
}
GST_END_TEST

GST_START_TEST (generated_timestamps_go_on_behind_a_cut)
{
  Fixture f;
  f.state.generate_timestamps = true;
  f.state.set_mode (AppendMode::sequence);
  f.window (10 * kMs, kTimeInfinite);
  f.append (f.maker.run (0, 3).take ());
  f.expect (10 * kMs, "10+10-40 40-80 80-120 ");
}
GST_END_TEST

// The usual gapless join: the end of the first and the beginning of the second
// are cut at one time.
GST_START_TEST (sound_joins_at_a_window_edge_without_a_splice)
{
  Fixture f;
  f.window (0, 90 * kMs);
  f.group (0, 40 * kMs, 4);
  f.window (90 * kMs, kTimeInfinite);
  f.group (73 * kMs, 40 * kMs, 2);
  f.expect_buffered (0, 153 * kMs);
  f.expect (0, "0-40 40-80 80-90+30 !17+90-113 113-153 ");
  f.expect_all_goes ();
}
GST_END_TEST

// One frame, stored twice.
GST_START_TEST (both_parts_of_a_frame_are_there)
{
  Fixture f;
  f.window (0, 50 * kMs);
  f.group (0, 40 * kMs, 3);
  f.window (50 * kMs, kTimeInfinite);
  f.group (0, 40 * kMs, 3);
  f.expect (0, "0-40 40-50+30 !10+50-80 80-120 ");
}
GST_END_TEST

GST_START_TEST (reading_begins_with_what_is_left_of_a_frame)
{
  Fixture f;
  f.window (50 * kMs, 110 * kMs);
  f.group (0, 40 * kMs, 5);
  f.expect (70 * kMs, "10+50-80 80-110+10 ");
  f.expect (105 * kMs, "80-110+10 ");
}
GST_END_TEST

GST_START_TEST (what_replaces_a_frame_that_was_cut_is_not)
{
  Fixture f;
  f.window (50 * kMs, 110 * kMs);
  f.group (0, 40 * kMs, 5);
  f.window (0, kTimeInfinite);
  // In its own group, so that nothing is spliced.
  f.remove (50 * kMs, 60 * kMs);
  f.group (50 * kMs, 30 * kMs, 1);
  f.expect (50 * kMs, "50-80 80-110+10 ");
  f.append (f.maker.frame (80 * kMs, 80 * kMs, 30 * kMs, true).take ());
  f.expect (50 * kMs, "50-80 80-110 ");
  f.expect_all_goes ();
}
GST_END_TEST

GST_START_TEST (a_removal_and_an_eviction_forget_what_was_cut)
{
  for (bool evict : {false, true}) {
    Fixture f;
    f.window (50 * kMs, 110 * kMs);
    f.group (0, 40 * kMs, 5);
    f.window (0, kTimeInfinite);
    f.group (kSecond, 40 * kMs, 1);
    if (evict)
      (void)f.track->buffer.evict_before (kSecond, 0);
    else
      f.remove (0, kSecond);
    f.expect_buffered (kSecond, kSecond + 40 * kMs);
    f.group (50 * kMs, 40 * kMs, 1);
    f.group (80 * kMs, 40 * kMs, 1);
    fail_unless (f.played (50 * kMs).find ('+') == std::string::npos);
    f.expect_all_goes ();
  }
}
GST_END_TEST

GST_START_TEST (a_run_may_be_parted_beside_a_cut)
{
  Fixture f;
  f.window (10 * kMs, 190 * kMs);
  f.group (0, 40 * kMs, 5);
  f.window (0, kTimeInfinite);
  f.remove (80 * kMs, 90 * kMs);
  f.group (80 * kMs, 20 * kMs, 2);
  f.expect (10 * kMs, "10+10-40 40-80 80-100 100-120 120-160 160-190+10 ");
  f.expect_all_goes ();
}
GST_END_TEST

GST_START_TEST (sound_that_was_cut_is_faded_out_without_what_was_cut)
{
  Fixture f;
  f.window (50 * kMs, 100 * kMs);
  f.group (0, 40 * kMs, 5);
  f.window (0, kTimeInfinite);
  f.group (70 * kMs, 40 * kMs, 1);
  f.expect (50 * kMs, "10+50-80>70 !70-110 ");
  f.remove (70 * kMs, kTimeInfinite);
  f.expect (50 * kMs, "10+50-80 ");
  f.expect_all_goes ();
  // At its end.
  f.window (0, 100 * kMs);
  f.group (0, 40 * kMs, 5);
  f.window (0, kTimeInfinite);
  f.group (90 * kMs, 40 * kMs, 1);
  f.expect (0, "0-40 40-80 80-100+20>90 !90-130 ");
  // What is cut may be faded in.
  f.window (100 * kMs, kTimeInfinite);
  f.group (95 * kMs, 40 * kMs, 1);
  f.expect (0, "0-40 40-80 80-100+20>90 !90-130>100 !5+100-135 ");
  f.remove (90 * kMs, kTimeInfinite);
  f.expect (0, "0-40 40-80 80-100+20 ");
  f.expect_all_goes ();
}
GST_END_TEST

// That each frame that is read has the cuts that belong to its bytes.
GST_START_TEST (random_windows_and_groups_leave_each_frame_its_own_cuts)
{
  const char *rounds = g_getenv ("WEBMEDIA_STRESS");
  unsigned count = rounds ? unsigned (atoi (rounds)) * 100 : 200;
  for (unsigned seed = 1; seed <= count; seed++) {
    std::mt19937 random (seed);
    auto pick = [&random] (unsigned below) {
      return Time (random () % below);
    };
    struct Whole {
      Time start, end, window_end;
    };
    std::vector<Whole> appended;
    Fixture f;
    for (int step = 0; step < 40; step++) {
      Time start = pick (400) * kMs;
      switch (pick (8)) {
      case 0:
        f.remove (start, start + (1 + pick (100)) * kMs);
        break;
      case 1:
      case 2:
        f.window (start, start + (1 + pick (200)) * kMs);
        break;
      case 3:
        f.window (0, kTimeInfinite);
        break;
      case 4:
        (void)f.track->buffer.evict_last (start);
        break;
      default: {
        const Time durations[] = {7, 20, 40, 93};
        Time duration = durations[pick (4)] * kMs;
        int frames = 1 + int (pick (6));
        for (int i = 0; i < frames; i++)
          appended.push_back ({start + i * duration, start + (i + 1) * duration,
              f.state.window_end});
        f.group (start, duration, frames);
      }
      }
      for (const TimeRange &range : f.track->buffer.buffered ())
        for (const Reader::Read &read : f.read (range.start)) {
          uint8_t number;
          gst_buffer_extract (read.buffer.get (), 0, &number, 1);
          const Whole &whole = appended[number];
          Time end = read.pts + read.duration;
          Time kept = std::min (whole.end, whole.window_end);
          // What was spliced may have left a frame shorter.
          bool fits = read.pts - read.cut_before == whole.start && end <= kept
                      && (end + read.cut_after == whole.end
                          || (read.cut_after == 0 && kept == whole.end));
          fail_unless (fits, "seed %u step %d: %d is %s, not %d-%d", seed, step,
              number, f.played (range.start).c_str (), int (whole.start / kMs),
              int (whole.end / kMs));
        }
    }
    f.expect_all_goes ();
  }
}
GST_END_TEST

static Suite *
track_buffer_trim_suite ()
{
  Suite *suite = suite_create ("mse/track-buffer-trim");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, sound_is_cut_at_both_edges_of_the_window);
  tcase_add_test (tcase, a_window_may_be_smaller_than_a_frame);
  tcase_add_test (tcase, edges_between_frames_cut_nothing);
  tcase_add_test (tcase, pictures_and_cues_stay_whole);
  tcase_add_test (tcase, sound_that_refers_to_other_sound_stays_whole);
  tcase_add_test (tcase, a_microsecond_is_not_cut);
  tcase_add_test (tcase, cuts_are_those_of_the_times_with_the_offset);
  tcase_add_test (tcase, a_group_of_sequence_mode_ends_at_the_window);
  tcase_add_test (tcase, what_follows_a_frame_that_was_cut_is_no_new_group);
  tcase_add_test (tcase, generated_timestamps_go_on_behind_a_cut);
  tcase_add_test (tcase, sound_joins_at_a_window_edge_without_a_splice);
  tcase_add_test (tcase, both_parts_of_a_frame_are_there);
  tcase_add_test (tcase, reading_begins_with_what_is_left_of_a_frame);
  tcase_add_test (tcase, what_replaces_a_frame_that_was_cut_is_not);
  tcase_add_test (tcase, a_removal_and_an_eviction_forget_what_was_cut);
  tcase_add_test (tcase, a_run_may_be_parted_beside_a_cut);
  tcase_add_test (tcase, sound_that_was_cut_is_faded_out_without_what_was_cut);
  tcase_add_test (
      tcase, random_windows_and_groups_leave_each_frame_its_own_cuts);
  return suite;
}
GST_CHECK_MAIN (track_buffer_trim)
