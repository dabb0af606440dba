// SPDX-License-Identifier: LGPL-2.1-or-later
// Coded frame processing, and the track buffer that it fills.
#include "mse/frame-processor.hh"

#include "mse/track-reader.hh"
#include "support/check.hh"
#include "support/frames.hh"

using namespace webmedia;
using namespace webmedia::mse;

namespace {

constexpr Time kFrame = FrameMaker::kDuration;

TimeRanges
frames (std::initializer_list<TimeRange> numbers)
{
  TimeRanges ranges;
  for (const TimeRange &range : numbers)
    ranges.add (range.start * kFrame, range.end * kFrame);
  return ranges;
}

struct Fixture : TrackFixture {
  using TrackFixture::TrackFixture;

  // The PTS of all that is read from `start` to the next gap, in presentation
  // order, without what is only there to be decoded.
  std::vector<Time> played (Time start = 0)
  {
    std::vector<Time> times;
    TrackReader reader (track);
    reader.seek (start);
    TimeRanges buffered = track->buffer.buffered ();
    const TimeRange *range = buffered.find (start);
    fail_unless (range != nullptr);
    size_t wanted = size_t ((range->end - range->start) / kFrame);
    for (size_t read_frames = 0; read_frames < wanted; read_frames++) {
      Reader::Read read = reader.read ();
      fail_unless (read.status == Reader::Status::frame);
      if (!GST_BUFFER_FLAG_IS_SET (
              read.buffer.get (), GST_BUFFER_FLAG_DECODE_ONLY))
        times.push_back (read.pts);
    }
    std::sort (times.begin (), times.end ());
    return times;
  }

  void expect_played (int from, int to, Time start = 0)
  {
    auto times = played (start);
    fail_unless_equals_int (int (times.size ()), to - from);
    for (int i = from; i < to; i++)
      fail_unless_equals_int64 (times[size_t (i - from)], i * kFrame);
  }
};

} // namespace

GST_START_TEST (frames_are_stored_and_read_once_each)
{
  Fixture f;
  f.append (f.maker.gop (0, "IPBBPBB").gop (7, "IPBBPBB").take ());
  fail_unless (f.track->buffer.buffered () == frames ({{0, 14}}));
  fail_unless_equals_int (f.track->buffer.frame_count (), 14);
  fail_unless_equals_int64 (f.track->buffer.highest_pts (), 13 * kFrame);
  f.expect_played (0, 14);
}
GST_END_TEST

GST_START_TEST (what_is_missing_inside_a_gop_is_not_buffered)
{
  Fixture f;
  f.append (f.maker.gop (0, "IPPPP")
                .frame (9 * kFrame, 5 * kFrame, kFrame, false)
                .take ());
  fail_unless (f.track->buffer.buffered () == frames ({{0, 5}, {9, 10}}));
  f.append (f.maker.frame (5 * kFrame, 6 * kFrame, kFrame, false)
                .frame (6 * kFrame, 7 * kFrame, kFrame, false)
                .frame (7 * kFrame, 8 * kFrame, kFrame, false)
                .frame (8 * kFrame, 9 * kFrame, kFrame, false)
                .take ());
  fail_unless (f.track->buffer.buffered () == frames ({{0, 10}}));
}
GST_END_TEST

GST_START_TEST (frames_before_the_first_random_access_point_are_dropped)
{
  Fixture f;
  f.append (f.maker.gop (0, "PPP").gop (3, "IPP").take ());
  fail_unless (f.track->buffer.buffered () == frames ({{3, 6}}));
}
GST_END_TEST

GST_START_TEST (an_initialization_segment_needs_a_random_access_point)
{
  Fixture f;
  f.append (f.maker.gop (0, "IPP").take ());
  f.processor.set_targets ({{f.track, f.config}});
  f.append (f.maker.gop (3, "PPPIP").take ());
  fail_unless (f.track->buffer.buffered () == frames ({{0, 3}, {6, 8}}));
}
GST_END_TEST

GST_START_TEST (a_jump_of_more_than_two_durations_starts_a_group)
{
  Fixture f;
  // The P after the jump has no random access point in its group.
  f.append (f.maker.gop (0, "IPP").gop (10, "PPIPP").take ());
  fail_unless (f.track->buffer.buffered () == frames ({{0, 3}, {12, 15}}));
}
GST_END_TEST

// Twice its duration is 0: any later time is a gap. One at the same time is
// not.
GST_START_TEST (any_gap_behind_a_frame_without_duration_starts_a_group)
{
  for (Time gap : {Time (0), Time (1), kFrame}) {
    Fixture f;
    const Time last = 2 * kFrame;
    f.append (f.maker.gop (0, "IP")
                  .frame (last, last, 0, false)
                  .frame (last + gap + kFrame, last + gap, kFrame, false)
                  .take ());
    size_t count = f.track->buffer.frame_count ();
    fail_unless_equals_int (count, gap == 0 ? 4 : 3);
    // The group goes on, or begins, with the next random access point.
    f.append (f.maker.gop (5, "IP").take ());
    fail_unless_equals_int (f.track->buffer.frame_count (), count + 2);
  }
}
GST_END_TEST

// In "sequence" mode the group that begins then follows at once.
GST_START_TEST (a_sequence_goes_on_behind_a_frame_without_duration)
{
  Fixture f;
  f.state.set_mode (AppendMode::sequence);
  f.append (f.maker.gop (0, "IP")
                .frame (2 * kFrame, 2 * kFrame, 0, false)
                .gop (7, "IP")
                .take ());
  fail_unless (f.track->buffer.buffered () == frames ({{0, 4}}));
  fail_unless_equals_int64 (f.state.timestamp_offset, -5 * kFrame);
}
GST_END_TEST

GST_START_TEST (a_gap_of_less_than_two_frames_is_closed)
{
  Fixture f;
  f.append (f.maker.gop (0, "IPP").take ());
  f.append (f.maker.gop (4, "IPP").take ());
  fail_unless (f.track->buffer.buffered () == frames ({{0, 7}}));
}
GST_END_TEST

GST_START_TEST (the_timestamp_offset_moves_frames)
{
  Fixture f;
  f.state.timestamp_offset = 10 * kFrame;
  f.append (f.maker.gop (0, "IPP").take ());
  fail_unless (f.track->buffer.buffered () == frames ({{10, 13}}));
  f.state.timestamp_offset = -2 * kFrame;
  f.append (f.maker.gop (5, "IPP").take ());
  fail_unless (f.track->buffer.buffered () == frames ({{3, 6}, {10, 13}}));
}
GST_END_TEST

GST_START_TEST (frames_outside_the_append_window_are_dropped_whole)
{
  Fixture f;
  f.state.window_start = 4 * kFrame;
  f.state.window_end = 10 * kFrame;
  // The GOP that the window's start cuts loses its random access point.
  f.append (f.maker.gop (0, "IPPPPP").gop (6, "IPPPPP").take ());
  fail_unless (f.track->buffer.buffered () == frames ({{6, 10}}));
}
GST_END_TEST

// The B-frames come before it, but are decoded after it.
GST_START_TEST (what_refers_to_a_frame_outside_the_window_is_dropped)
{
  Fixture f;
  f.state.window_end = 3 * kFrame;
  f.append (f.maker.gop (0, "IPBB").take ());
  fail_unless (f.track->buffer.buffered () == frames ({{0, 1}}));
}
GST_END_TEST

GST_START_TEST (a_frame_that_ends_a_microsecond_after_the_window_is_kept)
{
  Fixture f;
  f.state.window_end = 3 * kFrame - kMicrosecond;
  f.append (f.maker.gop (0, "IPPP").take ());
  fail_unless (f.track->buffer.buffered () == frames ({{0, 3}}));
}
GST_END_TEST

// Frames of 125 ns: eight million a second.
GST_START_TEST (the_shortest_frames_are_one_range_to_the_last_end)
{
  for (TrackKind kind : {TrackKind::video, TrackKind::audio}) {
    Fixture f (kind);
    for (int i = 0; i < 40; i++)
      f.maker.frame (i * 125, i * 125, 125, kind == TrackKind::audio || i == 0);
    f.append (f.maker.take ());
    fail_unless_equals_int (f.track->buffer.frame_count (), 40);
    fail_unless (f.track->buffer.buffered () == TimeRanges ({{0, 5000}}));
  }
}
GST_END_TEST

// Frames of 24 a second in the times of 23.976, and the reverse.
GST_START_TEST (frames_that_miss_each_other_a_little_are_one_range)
{
  const Time slow = 41708333, fast = 41666667;
  for (Time step : {slow, fast}) {
    Fixture f;
    Time duration = slow + fast - step;
    for (int i = 0; i < 96; i++)
      f.maker.frame (i * step, i * step, duration, i % 24 == 0);
    f.append (f.maker.take ());
    fail_unless_equals_int (f.track->buffer.frame_count (), 96);
    fail_unless (f.track->buffer.buffered ()
                 == TimeRanges ({{0, 95 * step + duration}}));
    TrackReader reader (f.track);
    for (int i = 0; i < 96; i++)
      fail_unless_equals_int64 (reader.read ().pts, i * step);
  }
}
GST_END_TEST

GST_START_TEST (frames_before_zero_are_dropped)
{
  Fixture f;
  f.state.timestamp_offset = -3 * kFrame;
  f.append (f.maker.gop (0, "IPP").gop (3, "IPP").take ());
  fail_unless (f.track->buffer.buffered () == frames ({{0, 3}}));
}
GST_END_TEST

GST_START_TEST (new_frames_replace_old_ones_up_to_the_next_random_access_point)
{
  Fixture f;
  f.append (
      f.maker.gop (0, "IPPPP").gop (5, "IPPPP").gop (10, "IPPPP").take ());
  f.processor.reset ();
  // Frames 7 to 9 refer to what is replaced.
  f.append (f.maker.gop (4, "IPP").take ());
  fail_unless (f.track->buffer.buffered () == frames ({{0, 7}, {10, 15}}));
  fail_unless_equals_int (f.track->buffer.frame_count (), 12);
  f.expect_played (0, 7);
}
GST_END_TEST

GST_START_TEST (the_same_segment_again_leaves_one_copy)
{
  Fixture f;
  for (int i = 0; i < 3; i++) {
    f.append (f.maker.gop (0, "IPBBPBB").gop (7, "IPBBPBB").take ());
    f.processor.reset ();
  }
  fail_unless_equals_int (f.track->buffer.frame_count (), 14);
  f.expect_played (0, 14);
}
GST_END_TEST

GST_START_TEST (segments_in_any_order_make_one_range)
{
  Fixture f;
  for (int start : {0, 20, 10, 30}) {
    f.append (f.maker.gop (start, "IPBBPBBPBB").take ());
  }
  fail_unless (f.track->buffer.buffered () == frames ({{0, 40}}));
  f.expect_played (0, 40);
}
GST_END_TEST

GST_START_TEST (a_video_frame_a_microsecond_before_is_replaced)
{
  Fixture f;
  f.append (f.maker.gop (0, "III").take ());
  f.processor.reset ();
  f.append (f.maker.frame (kFrame + 900, kFrame, kFrame - 900, true).take ());
  fail_unless_equals_int (f.track->buffer.frame_count (), 3);
  f.processor.reset ();
  f.append (f.maker.frame (3 * kFrame, 3 * kFrame, kFrame, true).take ());
  f.processor.reset ();
  // 1 us into frame 3, which stays.
  f.append (f.maker.frame (3 * kFrame + kMicrosecond, 3 * kFrame, kFrame, true)
                .take ());
  fail_unless_equals_int (f.track->buffer.frame_count (), 5);
}
GST_END_TEST

GST_START_TEST (removal_reaches_to_the_next_random_access_point)
{
  Fixture f;
  f.append (
      f.maker.gop (0, "IPPPP").gop (5, "IPPPP").gop (10, "IPPPP").take ());
  f.track->buffer.remove (2 * kFrame, 7 * kFrame);
  fail_unless (f.track->buffer.buffered () == frames ({{0, 2}, {10, 15}}));
  f.track->buffer.remove (12 * kFrame, 13 * kFrame);
  fail_unless (f.track->buffer.buffered () == frames ({{0, 2}, {10, 12}}));
}
GST_END_TEST

GST_START_TEST (removal_takes_single_frames_out_of_a_run)
{
  Fixture f (TrackKind::audio);
  f.append (f.maker.run (0, 300).take ());
  f.track->buffer.remove (100 * kFrame, 150 * kFrame);
  fail_unless (f.track->buffer.buffered () == frames ({{0, 100}, {150, 300}}));
  fail_unless_equals_int (f.track->buffer.frame_count (), 250);
  f.expect_played (0, 100);
  f.expect_played (150, 300, 150 * kFrame);
  // The hole is filled again.
  f.processor.reset ();
  f.append (f.maker.run (100, 50).take ());
  f.expect_played (0, 300);
}
GST_END_TEST

GST_START_TEST (frames_after_a_removal_inside_their_gop_are_dropped)
{
  Fixture f;
  f.append (f.maker.gop (0, "IPP").take ());
  f.track->buffer.remove (0, kTimeInfinite);
  f.append (f.maker.frame (3 * kFrame, 2 * kFrame, kFrame, false)
                .gop (4, "IPP")
                .take ());
  fail_unless (f.track->buffer.buffered () == frames ({{4, 7}}));
}
GST_END_TEST

GST_START_TEST (generated_timestamps_follow_each_other)
{
  Fixture f (TrackKind::audio);
  f.state.generate_timestamps = true;
  f.state.mode = AppendMode::sequence;
  f.append (f.maker.run (100, 10).take ());
  fail_unless (f.track->buffer.buffered () == frames ({{0, 10}}));
  fail_unless_equals_int64 (f.state.timestamp_offset, 10 * kFrame);
  f.append (f.maker.run (0, 10).take ());
  fail_unless (f.track->buffer.buffered () == frames ({{0, 20}}));
}
GST_END_TEST

// Without a jump in time.
GST_START_TEST (a_group_of_a_sequence_needs_a_random_access_point)
{
  Fixture f;
  f.state.set_mode (AppendMode::sequence);
  f.append (f.maker.gop (0, "IPP").take ());
  f.state.set_mode (AppendMode::sequence);
  f.append (f.maker.gop (3, "PIP").take ());
  fail_unless_equals_int (f.track->buffer.frame_count (), 5);
}
GST_END_TEST

// In presentation order.
GST_START_TEST (a_group_ends_with_its_highest_frame)
{
  Fixture f;
  f.append (f.maker.gop (0, "IPBB").take ());
  fail_unless_equals_int64 (f.state.group_end, 4 * kFrame);
}
GST_END_TEST

GST_START_TEST (a_group_of_a_sequence_may_begin_before_the_last_one)
{
  Fixture f;
  f.state.mode = AppendMode::sequence;
  f.state.group_start = 10 * kFrame;
  f.append (f.maker.gop (0, "IPP").take ());
  f.state.group_start = 2 * kFrame;
  f.append (f.maker.gop (0, "IPP").take ());
  fail_unless (f.track->buffer.buffered () == frames ({{2, 5}, {10, 13}}));
  fail_unless_equals_int64 (f.state.group_end, 5 * kFrame);
}
GST_END_TEST

// An application may set any timestampOffset.
GST_START_TEST (a_group_of_a_sequence_may_begin_as_early_as_can_be)
{
  Fixture f;
  f.state.mode = AppendMode::sequence;
  f.state.group_start = kTimeNone + 1;
  f.append (f.maker.gop (1, "IPPPP").take ());
  fail_unless_equals_int64 (f.state.timestamp_offset, kTimeNone + 1);
  fail_unless (f.track->buffer.buffered ().empty ());
}
GST_END_TEST

GST_START_TEST (every_stored_byte_is_accounted_for)
{
  Fixture f;
  f.append (f.maker.gop (0, "IPPPP").take ());
  fail_unless_equals_uint64 (f.account->bytes (), 1 << 20);
  f.append (f.maker.gop (5, "IPPPP").take ());
  fail_unless_equals_uint64 (f.account->bytes (), 2 << 20);
  f.track->buffer.remove (0, 5 * kFrame);
  fail_unless_equals_uint64 (f.account->bytes (), 1 << 20);
  f.track->buffer.remove (0, kTimeInfinite);
  fail_unless_equals_uint64 (f.account->bytes (), 0);
}
GST_END_TEST

GST_START_TEST (what_is_left_of_a_large_append_is_owned_anew)
{
  Fixture f;
  f.append (f.maker.gop (0, "IPPPP").gop (5, "IPPPP").take ());
  f.track->buffer.reown_sparse ();
  fail_unless_equals_uint64 (f.account->bytes (), 10 * 4);
  f.expect_played (0, 10);
}
GST_END_TEST

GST_START_TEST (a_record_takes_no_more_than_forty_bytes)
{
  Fixture f;
  const char *gop =
      "IPBBPBBPBBPBBPBBPBBPBBPBBPBBPBBPBBPBBPBBPBBPBBPBBPBBPBBPBBPBB";
  for (int i = 0; i < 50; i++)
    f.append (f.maker.gop (60 * i, gop).take ());
  size_t bytes = f.track->buffer.metadata_bytes ();
  fail_unless (bytes <= 40 * f.track->buffer.frame_count (),
      "%zu bytes for %zu frames", bytes, f.track->buffer.frame_count ());
}
GST_END_TEST

// Each new frame begins a millisecond before the end of the one before it.
GST_START_TEST (nothing_of_what_is_replaced_stays_between_jittery_frames)
{
  Fixture f (TrackKind::audio);
  f.append (f.maker.run (0, 20).take ());
  for (int i = 0; i < 20; i++)
    f.maker.frame (
        i * (kFrame - kMillisecond), i * (kFrame - kMillisecond), kFrame, true);
  f.append (f.maker.take ());
  fail_unless_equals_int (f.track->buffer.frame_count (), 20);
}
GST_END_TEST

static Suite *
frame_processor_suite ()
{
  Suite *suite = suite_create ("mse/frame-processor");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, frames_are_stored_and_read_once_each);
  tcase_add_test (tcase, what_is_missing_inside_a_gop_is_not_buffered);
  tcase_add_test (
      tcase, frames_before_the_first_random_access_point_are_dropped);
  tcase_add_test (tcase, an_initialization_segment_needs_a_random_access_point);
  tcase_add_test (tcase, a_jump_of_more_than_two_durations_starts_a_group);
  tcase_add_test (
      tcase, any_gap_behind_a_frame_without_duration_starts_a_group);
  tcase_add_test (tcase, a_sequence_goes_on_behind_a_frame_without_duration);
  tcase_add_test (tcase, a_gap_of_less_than_two_frames_is_closed);
  tcase_add_test (tcase, the_timestamp_offset_moves_frames);
  tcase_add_test (tcase, frames_outside_the_append_window_are_dropped_whole);
  tcase_add_test (tcase, what_refers_to_a_frame_outside_the_window_is_dropped);
  tcase_add_test (
      tcase, a_frame_that_ends_a_microsecond_after_the_window_is_kept);
  tcase_add_test (tcase, the_shortest_frames_are_one_range_to_the_last_end);
  tcase_add_test (tcase, frames_that_miss_each_other_a_little_are_one_range);
  tcase_add_test (tcase, frames_before_zero_are_dropped);
  tcase_add_test (
      tcase, new_frames_replace_old_ones_up_to_the_next_random_access_point);
  tcase_add_test (tcase, the_same_segment_again_leaves_one_copy);
  tcase_add_test (tcase, segments_in_any_order_make_one_range);
  tcase_add_test (tcase, a_video_frame_a_microsecond_before_is_replaced);
  tcase_add_test (tcase, removal_reaches_to_the_next_random_access_point);
  tcase_add_test (tcase, removal_takes_single_frames_out_of_a_run);
  tcase_add_test (tcase, frames_after_a_removal_inside_their_gop_are_dropped);
  tcase_add_test (tcase, generated_timestamps_follow_each_other);
  tcase_add_test (tcase, a_group_of_a_sequence_needs_a_random_access_point);
  tcase_add_test (tcase, a_group_ends_with_its_highest_frame);
  tcase_add_test (tcase, a_group_of_a_sequence_may_begin_before_the_last_one);
  tcase_add_test (tcase, a_group_of_a_sequence_may_begin_as_early_as_can_be);
  tcase_add_test (tcase, every_stored_byte_is_accounted_for);
  tcase_add_test (tcase, what_is_left_of_a_large_append_is_owned_anew);
  tcase_add_test (tcase, a_record_takes_no_more_than_forty_bytes);
  tcase_add_test (
      tcase, nothing_of_what_is_replaced_stays_between_jittery_frames);
  return suite;
}
GST_CHECK_MAIN (frame_processor)
