// SPDX-License-Identifier: LGPL-2.1-or-later
// What removal, append windows and offsets leave of real files: relations
// between their frames and what is buffered, within a microsecond.
#include "mse/source-buffer.hh"

#include "support/frame-model.hh"
#include "support/segments.hh"

#include <algorithm>
#include <cstring>

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
      auto reader = f.player->open (f.buffer->tracks ()[0]->id, 0);
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

// A time in seconds that was computed with doubles may miss the end of a frame.
GST_START_TEST (a_window_ends_with_a_frame_to_the_microsecond)
{
  for (const MediaFile &file : kVideoFiles)
    for (size_t shown : {10, 22})
      for (Time error : {-2 * kMicrosecond, -kMicrosecond, Time (0)}) {
        FrameModel model (file);
        std::vector<Time> ends;
        for (const auto &frame : model.frames ())
          ends.push_back (frame.end ());
        std::sort (ends.begin (), ends.end ());
        Time end = ends[shown];
        model.keep_window (0, end + error);
        BufferFixture f (file);
        fail_unless_ok (f.buffer->set_append_window_end (end + error));
        f.append_all (file.name);
        expect_ranges (f.ranges (), model.ranges ());
        size_t count = f.buffer->tracks ()[0]->buffer.frame_count ();
        fail_unless_equals_int (count, model.frames ().size ());
        // Frames that are decoded in the order in which they are shown.
        if (!strstr (file.name, "v.mp4"))
          fail_unless_equals_int (count, shown + (error >= -kMicrosecond));
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

// The second segment, and then the first one.
GST_START_TEST (a_sequence_is_contiguous_from_zero_on)
{
  static constexpr MediaFile kSegmented[] = {
      {"video/mp4", "v.mp4"},
      {"video/mp4", "cmaf-v.mp4"},
      {"video/mp4", "av1.mp4"},
      {"audio/mp4", "gst-opus.mp4"},
      {"video/webm", "vp9.webm"},
      {"audio/webm", "opus.webm"},
  };
  for (const MediaFile &file : kSegmented) {
    auto segments = split_segments (read_media (file.name));
    BufferFixture f (file);
    fail_unless_ok (f.buffer->set_mode (AppendMode::sequence));
    f.append (segments.init);
    Time end = 0;
    for (size_t which : {1, 0}) {
      auto bytes = segments.init;
      const auto &segment = segments.media[which];
      bytes.insert (bytes.end (), segment.begin (), segment.end ());
      FrameModel model (bytes);
      Time first = model.frames ()[0].pts;
      f.append (segment);
      f.end ();
      expect_near (f.buffer->timestamp_offset (), end - first);
      end += model.ranges ().highest_end (0) - first;
      expect_ranges (f.ranges (), {{0, end}});
      expect_near (f.source->duration (), end);
    }
  }
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
  tcase_add_test (tcase, a_window_ends_with_a_frame_to_the_microsecond);
  tcase_add_test (tcase, a_window_keeps_the_sound_from_edge_to_edge);
  tcase_add_test (tcase, an_offset_moves_the_range_by_as_much);
  tcase_add_test (tcase, an_offset_after_abort_moves_the_next_segment);
  tcase_add_test (tcase, a_sequence_is_contiguous_from_zero_on);
  return suite;
}
GST_CHECK_MAIN (source_buffer_ranges)
