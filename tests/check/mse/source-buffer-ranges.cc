// SPDX-License-Identifier: LGPL-2.1-or-later
// What removal, append windows and offsets leave of real files: relations
// between their frames and what is buffered, within a microsecond.
#include "mse/source-buffer.hh"

#include "support/frame-model.hh"
#include "support/segments.hh"

using namespace webmedia;
using namespace webmedia::mse;

GST_START_TEST (a_removal_reaches_from_its_start_to_a_random_access_point)
{
  const TimeRange removals[] = {
      {0, 3 * kSecond},
      {kSecond, 3 * kSecond},
      {kSecond, kTimeInfinite},
      {1500 * kMillisecond, 1600 * kMillisecond},
      {0, kTimeInfinite},
  };
  for (const MediaFile &file : all_files ())
    for (const TimeRange &removal : removals) {
      FrameModel model (file);
      TimeRange all = model.ranges ()[0];
      Time key = model.key_at_or_after (removal.end);
      BufferFixture f (file);
      f.append_all (file.name);
      expect_ranges (f.ranges (), model.ranges ());
      fail_unless_ok (f.buffer->remove (removal.start, removal.end, true));
      model.remove (removal.start, removal.end);
      TimeRanges left = f.ranges ();
      expect_ranges (left, model.ranges ());

      if (key != kTimeInfinite) {
        expect_near (left[left.size () - 1].start, key);
        expect_near (left[left.size () - 1].end, all.end);
      }
      // Playback can begin at each range, at once.
      auto reader = f.player->open (f.buffer->tracks ()[0]->id);
      for (const TimeRange &range : left) {
        reader->seek (range.start);
        auto read = reader->read ();
        fail_unless (read.status == Reader::Status::frame);
        expect_near (read.pts, range.start);
      }
      // A frame that has begun stays; what a B-frame refers to may go.
      if (removal.start > all.start) {
        expect_near (left[0].start, all.start);
        fail_unless (left[0].end <= removal.start + model.longest ());
        fail_unless (left[0].end >= removal.start - 3 * model.longest ());
      }
    }
}
GST_END_TEST

GST_START_TEST (a_window_keeps_pictures_from_a_random_access_point_on)
{
  const Time start = 1400 * kMillisecond, end = 3300 * kMillisecond;
  for (const MediaFile &file : kVideoFiles) {
    FrameModel model (file);
    Time key = model.key_at_or_after (start);
    model.keep_window (start, end);
    BufferFixture f (file);
    fail_unless_ok (f.buffer->set_append_window_end (end));
    fail_unless_ok (f.buffer->set_append_window_start (start));
    f.append_all (file.name);
    TimeRanges left = f.ranges ();
    expect_ranges (left, model.ranges ());
    fail_unless_equals_int (left.size (), 1);
    expect_near (left[0].start, key);
    fail_unless (left[0].end <= end + kMicrosecond);
    fail_unless (left[0].end >= end - 4 * model.longest ());
  }
}
GST_END_TEST

GST_START_TEST (a_window_keeps_the_sound_from_edge_to_edge)
{
  const Time start = 1400 * kMillisecond, end = 3300 * kMillisecond;
  for (const MediaFile &file : kAudioFiles) {
    FrameModel model (file);
    BufferFixture f (file);
    fail_unless_ok (f.buffer->set_append_window_end (end));
    fail_unless_ok (f.buffer->set_append_window_start (start));
    f.append_all (file.name);
    TimeRanges left = f.ranges ();
    fail_unless_equals_int (left.size (), 1);
    expect_near (left[0].start, start);
    expect_near (left[0].end, end);
    model.keep_window (start, end);
    expect_ranges (left, model.ranges ());
  }
}
GST_END_TEST

GST_START_TEST (an_offset_moves_the_range_by_as_much)
{
  for (const MediaFile &file : all_files ())
    for (Time offset :
        {5 * kSecond, 10500 * kMillisecond, 2 * kMicrosecond, -2 * kSecond}) {
      FrameModel model (file);
      model.move (offset);
      model.keep_window (0, kTimeInfinite);
      BufferFixture f (file);
      fail_unless_ok (f.buffer->set_timestamp_offset (offset));
      f.append_all (file.name);
      expect_ranges (f.ranges (), model.ranges ());
      fail_unless_equals_int64 (f.buffer->timestamp_offset (), offset);
      expect_near (f.source->duration (), f.ranges ().highest_end (0));
    }
}
GST_END_TEST

// A part of a segment is appended with the old offset, and forgotten.
GST_START_TEST (an_offset_after_abort_moves_the_next_segment)
{
  auto segments = split_segments (read_media ("v.mp4"));
  BufferFixture plain ("video/mp4"), f ("video/mp4");
  plain.append (segments.init);
  plain.append (segments.media[1]);
  TimeRange whole = plain.ranges ()[0];
  f.append (segments.init);
  auto part = segments.media[1];
  part.resize (part.size () / 2);
  f.append (part);
  TimeRanges expected = f.ranges ();
  expect_near (expected[0].start, whole.start);
  fail_unless (expected.highest_end (0) < whole.end);
  fail_unless_ok (f.buffer->abort ());
  fail_unless_ok (f.buffer->set_timestamp_offset (10 * kSecond));
  f.append (segments.media[1]);
  expected.add (whole.start + 10 * kSecond, whole.end + 10 * kSecond);
  expect_ranges (f.ranges (), expected);
}
GST_END_TEST

static Suite *
source_buffer_ranges_suite ()
{
  Suite *suite = suite_create ("mse/source-buffer-ranges");
  TCase *tcase = tcase_create ("ranges");
  suite_add_tcase (suite, tcase);
  tcase_add_test (
      tcase, a_removal_reaches_from_its_start_to_a_random_access_point);
  tcase_add_test (tcase, a_window_keeps_pictures_from_a_random_access_point_on);
  tcase_add_test (tcase, a_window_keeps_the_sound_from_edge_to_edge);
  tcase_add_test (tcase, an_offset_moves_the_range_by_as_much);
  tcase_add_test (tcase, an_offset_after_abort_moves_the_next_segment);
  return suite;
}
GST_CHECK_MAIN (source_buffer_ranges)
