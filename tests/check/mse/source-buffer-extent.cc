// SPDX-License-Identifier: LGPL-2.1-or-later
// How far what is buffered extends: tracks of different lengths and the end of
// stream, the duration, appends across and beside each other, the quota.
#include "mse/source-buffer.hh"

#include "support/frame-model.hh"
#include "support/isobmff-writer.hh"
#include "support/segments.hh"

using namespace webmedia;
using namespace webmedia::mse;

// Muxed tracks of different lengths: what all have, and to the longest one's
// end once nothing more is to come.
GST_START_TEST (the_end_extends_the_shorter_track_of_a_source_buffer)
{
  const MediaFile muxed[] = {
      {"video/mp4", "av.mp4"},
      {"video/mp4", "gst-av.mp4"},
      {"video/webm", "gst-vp8-vorbis.webm"},
      {"video/mp2t", "av.ts"},
  };
  for (const MediaFile &file : muxed) {
    BufferFixture f (file);
    f.append_all (file.name);
    fail_unless_equals_int (f.buffer->tracks ().size (), 2);
    TimeRange one = f.track_ranges (0)[0], other = f.track_ranges (1)[0];
    Time start = std::max (one.start, other.start);
    Time shorter = std::min (one.end, other.end);
    Time longer = std::max (one.end, other.end);
    fail_unless (shorter < longer, "%s does not tell", file.name);
    expect_ranges (f.ranges (), {{start, longer}});
    fail_unless (f.source->buffered () == f.ranges ());
    expect_near (f.source->duration (), longer);
    // It opens again.
    f.append ({});
    expect_ranges (f.ranges (), {{start, shorter}});
    fail_unless (f.source->buffered () == f.ranges ());
  }
}
GST_END_TEST

GST_START_TEST (one_empty_source_buffer_leaves_nothing_buffered)
{
  BufferFixture f ("audio/mp4");
  auto video = f.add ("video/mp4");
  f.append (read_media ("a.mp4"));
  auto init = split_segments (read_media ("v.mp4")).init;
  fail_unless_ok (video->append_buffer (make_data (init).get (), true));
  TimeRanges sound = f.ranges ();
  fail_unless_equals_int (sound.size (), 1);
  for (bool ended : {false, true}) {
    if (ended)
      f.end ();
    fail_unless (f.ranges () == sound);
    fail_unless (video->buffered ()->empty ());
    fail_unless (f.source->buffered ().empty ());
  }
}
GST_END_TEST

GST_START_TEST (a_track_without_frames_leaves_nothing_buffered)
{
  BufferFixture f ("video/mp4");
  f.append (split_segments (read_media ("av.mp4")).init);
  for (bool ended : {false, true}) {
    if (ended)
      f.end ();
    fail_unless (f.ranges ().empty ());
    fail_unless (f.source->buffered ().empty ());
  }
}
GST_END_TEST

// Two seconds of pictures, and a cue from the first to the third. What is to
// come may be as long as it.
GST_START_TEST (text_counts_beside_pictures_for_the_end_only)
{
  BufferFixture f ("video/mp4");
  TrackSpec cues;
  cues.id = 2;
  cues.handler = "text";
  cues.sample_entries = text_entry ("wvtt", box ("vttC", text ("WEBVTT")));
  f.append (initialization_segment ({TrackSpec (), cues}));
  f.append (media_segment (1, 0, {{2000, 100, kSyncFlags}}));
  f.append (media_segment (2, 1000, {{2000, 8, kSyncFlags}}));
  fail_unless_equals_int (f.buffer->tracks ().size (), 2);
  expect_ranges (f.track_ranges (1), {{kSecond, 3 * kSecond}});
  expect_ranges (f.ranges (), {{0, 2 * kSecond}});
  f.end ();
  expect_ranges (f.ranges (), {{0, 3 * kSecond}});
}
GST_END_TEST

// Cut to half, and appended anew.
GST_START_TEST (the_duration_follows_a_removal_and_grows_again)
{
  for (const MediaFile &file : all_files ()) {
    BufferFixture f (file);
    f.append_all (file.name);
    TimeRange all = f.ranges ()[0];
    expect_near (f.source->duration (), all.end);
    Time half = all.end / 2;
    fail_unless_ok (f.buffer->remove (half, all.end, true));
    fail_unless_ok (f.source->set_duration (half));
    // A frame that had begun stays whole.
    Time end = f.ranges ().highest_end (0);
    expect_near (f.source->duration (), std::max (half, end));
    f.append (read_media (file.name));
    f.end ();
    expect_ranges (f.ranges (), {all});
    expect_near (f.source->duration (), all.end);
  }
}
GST_END_TEST

GST_START_TEST (what_is_appended_across_is_one_range)
{
  for (const MediaFile &file : all_files ()) {
    BufferFixture f (file);
    f.append_all (file.name);
    TimeRange all = f.ranges ()[0];
    Time offset = 1700 * kMillisecond;
    fail_unless_ok (f.buffer->set_timestamp_offset (offset));
    f.append_all (file.name);
    expect_ranges (f.ranges (), {{all.start, all.end + offset}});
    fail_unless_equals_int (f.track_ranges (0).size (), 1);
  }
}
GST_END_TEST

GST_START_TEST (a_small_gap_is_closed_and_a_large_one_is_not)
{
  for (const MediaFile &file : all_files ()) {
    FrameModel model (file);
    TimeRange all = model.ranges ()[0];
    Time length = all.end - all.start;
    for (Time gap : {kMillisecond, model.longest (), 300 * kMillisecond}) {
      BufferFixture f (file);
      f.append_all (file.name);
      fail_unless_ok (f.buffer->set_timestamp_offset (length + gap));
      f.append_all (file.name);
      Time next = all.end + gap;
      if (gap <= model.longest ())
        expect_ranges (f.ranges (), {{all.start, next + length}});
      else
        expect_ranges (f.ranges (), {all, {next, next + length}});
    }
  }
}
GST_END_TEST

// Files of four segments or more.
constexpr MediaFile kSegmented[] = {
    {"video/mp4", "v.mp4"},
    {"video/mp4", "vp9.mp4"},
    {"video/mp4", "av1.mp4"},
    {"audio/mp4", "gst-opus.mp4"},
    {"video/webm", "dash.webm"},
};

GST_START_TEST (segments_out_of_order_join_where_they_meet)
{
  for (const MediaFile &file : kSegmented) {
    auto segments = split_segments (read_media (file.name));
    BufferFixture f (file);
    f.append (segments.init);
    fail_unless (f.ranges ().empty ());
    const struct {
      size_t segment, ranges;
    } steps[] = {{1, 1}, {0, 1}, {3, 2}, {2, 1}};
    for (const auto &step : steps) {
      f.append (segments.media[step.segment]);
      f.end (); // the segment's last frame is stored
      fail_unless_equals_int (f.ranges ().size (), step.ranges);
    }
    BufferFixture straight (file);
    straight.append (segments.init);
    for (size_t i = 0; i < 4; i++)
      straight.append (segments.media[i]);
    straight.end ();
    expect_ranges (f.ranges (), straight.ranges ());
  }
}
GST_END_TEST

GST_START_TEST (initialization_segments_change_nothing_by_themselves)
{
  for (const MediaFile &file : kSegmented) {
    auto segments = split_segments (read_media (file.name));
    BufferFixture f (file);
    for (int i = 0; i < 10; i++)
      f.append (segments.init);
    f.append (segments.media[0]);
    fail_unless_ok (f.buffer->abort ());
    TimeRanges ranges = f.ranges ();
    fail_unless_equals_int (ranges.size (), 1);
    for (int i = 0; i < 10; i++)
      f.append (segments.init);
    fail_unless (f.ranges () == ranges);
    fail_unless_equals_int (f.buffer->tracks ().size (), 1);
  }
}
GST_END_TEST

GST_START_TEST (track_ids_count_where_a_type_has_several_tracks)
{
  auto init = [] (std::initializer_list<uint32_t> video, uint32_t audio) {
    std::vector<TrackSpec> tracks;
    for (uint32_t id : video)
      tracks.emplace_back ().id = id;
    tracks.push_back (audio_track (audio));
    return make_data (initialization_segment (tracks));
  };
  // One of each: any.
  BufferFixture one ("video/mp4");
  fail_unless_ok (one.buffer->append_buffer (init ({1}, 2).get (), true));
  fail_unless_ok (one.buffer->append_buffer (init ({7}, 8).get (), true));
  fail_unless_ok (one.buffer->append_buffer (init ({2}, 1).get (), true));
  one.append (media_segment (1, 0, {{2000, 10, kSyncFlags}}));
  expect_ranges (one.track_ranges (0), {});
  fail_unless_equals_int (one.track_ranges (1).size (), 1);
  // Two of video: the same, in any order.
  BufferFixture two ("video/mp4");
  fail_unless_ok (two.buffer->append_buffer (init ({1, 2}, 3).get (), true));
  fail_unless_ok (two.buffer->append_buffer (init ({2, 1}, 9).get (), true));
  two.append (media_segment (2, 0, {{2000, 10, kSyncFlags}}));
  expect_ranges (two.track_ranges (0), {});
  fail_unless_equals_int (two.track_ranges (1).size (), 1);
  fail_unless_error (two.buffer->append_buffer (init ({1, 4}, 3).get (), true),
      ErrorCode::decode);
  fail_unless_equals_int (two.observer->errors, 1);
}
GST_END_TEST

// Sound, again and again, until nothing more fits.
GST_START_TEST (a_sequence_is_one_range_until_the_quota_is_exceeded)
{
  BufferFixture f ("audio/mp4; codecs=\"mp4a.40.2\"");
  auto bytes = read_media ("a.mp4");
  f.buffer->set_quota (8 * bytes.size ());
  fail_unless_ok (f.buffer->set_mode (AppendMode::sequence));
  Time end = 0;
  for (int i = 0;; i++) {
    auto result = f.buffer->append_buffer (make_data (bytes).get (), true);
    auto ranges = f.ranges ();
    fail_unless_equals_int (ranges.size (), 1);
    fail_unless_equals_int64 (ranges[0].start, 0);
    if (!result) {
      fail_unless_error (result, ErrorCode::quota_exceeded);
      fail_unless (i >= 6);
      fail_unless_equals_int64 (ranges[0].end, end);
      break;
    }
    fail_unless (ranges[0].end > end + 7 * kSecond);
    end = ranges[0].end;
    fail_unless (i < 9);
  }
  fail_unless (!f.buffer->updating ());
  fail_unless (f.source->ready_state () == ReadyState::open);
  fail_unless_equals_int (f.observer->errors, 0);
}
GST_END_TEST

// Other pictures from another file, cut in at 1.1 s.
GST_START_TEST (another_initialization_segment_goes_on_at_the_offset)
{
  static const struct {
    MediaFile file;
    const char *other;
  } pairs[] = {
      {{"video/mp4", "v-270.mp4"}, "v-360.mp4"},
      {{"video/mp4", "v-360.mp4"}, "v.mp4"},
      {{"video/mp4", "av.mp4"}, "cmaf-av.mp4"},
      {{"audio/mp4", "a.mp4"}, "a.mp4"},
      {{"video/webm", "vp9.webm"}, "dash.webm"},
      {{"video/webm", "vp9-opus.webm"}, "mkv-vp9-opus.webm"},
      {{"audio/webm", "opus.webm"}, "opus.webm"},
  };
  for (const auto &pair : pairs) {
    const Time splice = 1100 * kMillisecond;
    BufferFixture alone (pair.file), f (pair.file);
    alone.append_all (pair.other);
    f.append_all (pair.file.name);
    fail_unless_ok (f.buffer->set_timestamp_offset (splice));
    f.append_all (pair.other);
    fail_unless_equals_int (f.observer->errors, 0);
    for (size_t i = 0; i < f.buffer->tracks ().size (); i++) {
      TimeRanges ranges = f.track_ranges (i);
      TimeRange whole = alone.track_ranges (i)[0];
      fail_unless_equals_int (ranges.size (), 1);
      expect_near (ranges[0].end, whole.end + splice);
      // From the splice on, its frames are those of the second alone.
      auto reader = f.player->open (f.buffer->tracks ()[i]->id, 0);
      size_t after = 0;
      for (;;) {
        auto read = reader->read ();
        if (read.status != Reader::Status::frame)
          break;
        // What is faded out is of the first.
        after += read.splice == kTimeNone && read.pts >= whole.start + splice;
      }
      fail_unless_equals_int (
          after, alone.buffer->tracks ()[i]->buffer.frame_count ());
    }
  }
}
GST_END_TEST

static Suite *
source_buffer_extent_suite ()
{
  Suite *suite = suite_create ("mse/source-buffer-extent");
  TCase *tcase = tcase_create ("extent");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, the_end_extends_the_shorter_track_of_a_source_buffer);
  tcase_add_test (tcase, one_empty_source_buffer_leaves_nothing_buffered);
  tcase_add_test (tcase, a_track_without_frames_leaves_nothing_buffered);
  tcase_add_test (tcase, text_counts_beside_pictures_for_the_end_only);
  tcase_add_test (tcase, the_duration_follows_a_removal_and_grows_again);
  tcase_add_test (tcase, what_is_appended_across_is_one_range);
  tcase_add_test (tcase, a_small_gap_is_closed_and_a_large_one_is_not);
  tcase_add_test (tcase, track_ids_count_where_a_type_has_several_tracks);
  tcase_add_test (tcase, segments_out_of_order_join_where_they_meet);
  tcase_add_test (tcase, initialization_segments_change_nothing_by_themselves);
  tcase_add_test (tcase, a_sequence_is_one_range_until_the_quota_is_exceeded);
  tcase_add_test (tcase, another_initialization_segment_goes_on_at_the_offset);
  return suite;
}
GST_CHECK_MAIN (source_buffer_extent)
