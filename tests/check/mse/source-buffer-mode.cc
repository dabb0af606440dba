// SPDX-License-Identifier: LGPL-2.1-or-later
// SourceBuffer.mode, and what "sequence" does with every byte stream format.
#include "mse/source-buffer.hh"

#include "support/isobmff-writer.hh"
#include "support/media-source-fixture.hh"
#include "support/segments.hh"

using namespace webmedia;
using namespace webmedia::mse;

namespace {

// With B-frames, several tracks, and each container that has segments.
constexpr MediaFile kMedia[] = {
    {"video/mp4", "v.mp4"},
    {"audio/mp4", "gst-opus.mp4"},
    {"video/mp4", "av.mp4"},
    {"video/webm", "vp9.webm"},
    {"audio/webm", "opus.webm"},
    {"video/webm", "mkv-vp9-opus.webm"},
};

constexpr MediaFile kNoTimestamps[] = {
    {"audio/aac", "adts.aac"},
    {"audio/mpeg", "cbr.mp3"},
};

// Where the earliest track of those that have frames begins.
Time
earliest_start (BufferFixture &f)
{
  Time earliest = kTimeInfinite;
  for (const auto &track : f.buffer->tracks ())
    for (const TimeRange &range : track->buffer.buffered ())
      earliest = std::min (earliest, range.start);
  return earliest;
}

// The times of the frames that are read, in their order.
std::vector<Time>
read_times (BufferFixture &f, size_t track, Time Reader::Read::*time)
{
  std::vector<Time> times;
  auto reader = f.player->open (f.buffer->tracks ()[track]->id, 0);
  for (;;) {
    auto read = reader->read ();
    if (read.status != Reader::Status::frame)
      return times;
    times.push_back (read.*time);
  }
}

} // namespace

GST_START_TEST (it_reflects_the_last_value_that_was_set)
{
  BufferFixture f ("video/mp4");
  fail_unless (f.buffer->mode () == AppendMode::segments);
  fail_unless_ok (f.buffer->set_mode (AppendMode::sequence));
  fail_unless (f.buffer->mode () == AppendMode::sequence);
  fail_unless_ok (f.buffer->set_mode (AppendMode::segments));
  fail_unless (f.buffer->mode () == AppendMode::segments);
  f.expect_events ("");
}
GST_END_TEST

GST_START_TEST (a_format_without_timestamps_has_no_segments_mode)
{
  for (const MediaFile &media : kNoTimestamps) {
    BufferFixture f (media.type);
    fail_unless (f.buffer->mode () == AppendMode::sequence);
    fail_unless_error (
        f.buffer->set_mode (AppendMode::segments), ErrorCode::type);
    fail_unless (f.buffer->mode () == AppendMode::sequence);
    fail_unless_ok (f.buffer->set_mode (AppendMode::sequence));
  }
}
GST_END_TEST

GST_START_TEST (it_cannot_change_inside_a_media_segment)
{
  BufferFixture f ("video/mp4");
  auto segments = split_segments (read_media ("v.mp4"));
  f.append (segments.init);
  auto half = segments.media[0];
  half.resize (half.size () / 2);
  f.append (half);
  fail_unless_error (
      f.buffer->set_mode (AppendMode::sequence), ErrorCode::invalid_state);
  fail_unless (f.buffer->mode () == AppendMode::segments);
  fail_unless_ok (f.buffer->abort ());
  fail_unless_ok (f.buffer->set_mode (AppendMode::sequence));
}
GST_END_TEST

GST_START_TEST (it_opens_a_source_that_has_ended)
{
  BufferFixture f ("video/mp4");
  f.end ();
  f.log->take ();
  fail_unless_ok (f.buffer->set_mode (AppendMode::segments));
  f.expect_events ("sourceopen");
  fail_unless (f.source->ready_state () == ReadyState::open);
}
GST_END_TEST

// Step 4 comes before step 5.
GST_START_TEST (a_type_error_leaves_an_ended_source_ended)
{
  BufferFixture f ("audio/mpeg");
  f.end ();
  f.log->take ();
  fail_unless_error (
      f.buffer->set_mode (AppendMode::segments), ErrorCode::type);
  f.expect_events ("");
  fail_unless (f.source->ready_state () == ReadyState::ended);
}
GST_END_TEST

GST_START_TEST (a_removed_buffer_refuses_it)
{
  BufferFixture f ("video/mp4");
  fail_unless_ok (f.source->remove_source_buffer (f.buffer));
  fail_unless_error (
      f.buffer->set_mode (AppendMode::sequence), ErrorCode::invalid_state);
}
GST_END_TEST

// The observer hears of the first initialization segment while it is appended.
GST_START_TEST (an_updating_buffer_refuses_it)
{
  BufferFixture f ("video/mp4");
  Result<> result = ok;
  auto observer = std::make_shared<Interrupter> (
      [&] { result = f.buffer->set_mode (AppendMode::sequence); });
  f.player->set_observer (observer);
  f.append (read_media ("v.mp4"));
  fail_unless_error (result, ErrorCode::invalid_state);
  fail_unless (f.buffer->mode () == AppendMode::segments);
}
GST_END_TEST

GST_START_TEST (the_first_segment_begins_at_zero)
{
  for (const MediaFile &media : kMedia) {
    auto segments = split_segments (read_media (media.name));
    for (size_t which : {size_t (0), size_t (1)}) {
      // Where it is without.
      BufferFixture plain (media.type);
      plain.append (segments.init);
      plain.append (segments.media[which]);

      BufferFixture f (media.type);
      fail_unless_ok (f.buffer->set_mode (AppendMode::sequence));
      f.append (segments.init);
      fail_unless_equals_int64 (f.buffer->timestamp_offset (), 0);
      f.append (segments.media[which]);
      // The segment's own first frame is at 0: of one of its tracks.
      fail_unless_equals_int64 (earliest_start (f), 0);
      if (f.buffer->tracks ().size () > 1)
        continue;
      TimeRange before = (*plain.buffer->buffered ())[0];
      auto ranges = *f.buffer->buffered ();
      fail_unless_equals_int (ranges.size (), 1);
      fail_unless_equals_int64 (ranges[0].end, before.end - before.start);
      fail_unless_equals_int64 (f.buffer->timestamp_offset (), -before.start);
    }
  }
}
GST_END_TEST

GST_START_TEST (the_second_then_the_first_segment_are_contiguous)
{
  for (const MediaFile &media : kMedia) {
    auto segments = split_segments (read_media (media.name));
    BufferFixture plain (media.type);
    plain.append (segments.init);
    plain.append (segments.media[0]);
    Time first_start = earliest_start (plain);

    BufferFixture f (media.type);
    fail_unless_ok (f.buffer->set_mode (AppendMode::sequence));
    f.append (segments.init);
    f.append (segments.media[1]);
    Time end = f.buffer->highest_end ();
    f.append (segments.media[0]);
    // Of several tracks, the one whose frame comes first begins at the end.
    Time offset = f.buffer->timestamp_offset ();
    fail_unless (offset > 0 && offset <= end - first_start);
    if (f.buffer->tracks ().size () > 1)
      continue;
    fail_unless_equals_int64 (offset, end - first_start);
    fail_unless_equals_int (f.buffer->buffered ()->size (), 1);
  }
}
GST_END_TEST

// What upstream's MSE element gets wrong: decode order is not play order.
GST_START_TEST (b_frames_keep_their_order)
{
  auto segments = split_segments (read_media ("v.mp4"));
  BufferFixture plain ("video/mp4"), f ("video/mp4");
  fail_unless_ok (f.buffer->set_mode (AppendMode::sequence));
  for (BufferFixture *each : {&plain, &f}) {
    each->append (segments.init);
    for (const auto &segment : segments.media)
      each->append (segment);
    each->end ();
  }
  Time shift = f.buffer->timestamp_offset ();
  for (auto time : {&Reader::Read::pts, &Reader::Read::dts}) {
    auto wanted = read_times (plain, 0, time);
    for (Time &each : wanted)
      each += shift;
    fail_unless (read_times (f, 0, time) == wanted);
  }
}
GST_END_TEST

GST_START_TEST (tracks_move_together)
{
  auto segments = split_segments (read_media ("av.mp4"));
  BufferFixture plain ("video/mp4"), f ("video/mp4");
  fail_unless_ok (f.buffer->set_mode (AppendMode::sequence));
  fail_unless_ok (f.buffer->set_timestamp_offset (10 * kSecond));
  for (BufferFixture *each : {&plain, &f}) {
    each->append (segments.init);
    for (const auto &segment : segments.media)
      each->append (segment);
    each->end ();
  }
  Time shift = f.buffer->timestamp_offset ();
  fail_unless_equals_int (f.buffer->tracks ().size (), 2);
  for (size_t track : {0, 1}) {
    auto of_plain = plain.buffer->tracks ()[track]->buffer.buffered ();
    auto moved = f.buffer->tracks ()[track]->buffer.buffered ();
    fail_unless_equals_int (moved.size (), 1);
    fail_unless_equals_int64 (moved[0].start, of_plain[0].start + shift);
    fail_unless_equals_int64 (
        moved.highest_end (0), of_plain.highest_end (0) + shift);
  }
}
GST_END_TEST

GST_START_TEST (the_offset_begins_the_next_group_where_it_says)
{
  auto segments = split_segments (read_media ("v.mp4"));
  BufferFixture f ("video/mp4");
  fail_unless_ok (f.buffer->set_mode (AppendMode::sequence));
  f.append (segments.init);
  fail_unless_ok (f.buffer->set_timestamp_offset (20 * kSecond));
  f.append (segments.media[3]);
  fail_unless_equals_int64 ((*f.buffer->buffered ())[0].start, 20 * kSecond);
}
GST_END_TEST

// What would be before 0 is outside the append window, and what depends on
// it goes too.
GST_START_TEST (a_negative_offset_drops_what_is_before_zero)
{
  auto segments = split_segments (read_media ("v.mp4"));
  BufferFixture f ("video/mp4");
  fail_unless_ok (f.buffer->set_mode (AppendMode::sequence));
  f.append (segments.init);
  fail_unless_ok (f.buffer->set_timestamp_offset (-kSecond));
  f.append (segments.media[0]);
  fail_unless (f.buffer->buffered ()->empty ());
  // Segments are a second long.
  f.append (segments.media[1]);
  auto ranges = *f.buffer->buffered ();
  fail_unless_equals_int (ranges.size (), 1);
  fail_unless_equals_int64 (ranges[0].start, 0);
  fail_unless_equals_int64 (ranges[0].end, kSecond);
}
GST_END_TEST

GST_START_TEST (setting_it_again_begins_a_group_at_the_end)
{
  auto segments = split_segments (read_media ("v.mp4"));
  BufferFixture f ("video/mp4");
  f.append (segments.init);
  f.append (segments.media[0]);
  Time end = f.buffer->highest_end ();
  fail_unless_ok (f.buffer->set_mode (AppendMode::sequence));
  f.append (segments.media[0]);
  auto ranges = *f.buffer->buffered ();
  fail_unless_equals_int (ranges.size (), 1);
  fail_unless_equals_int64 (ranges[0].end, end + kSecond);
  // Without a gap, and nothing was replaced.
  fail_unless_equals_int (
      f.buffer->tracks ()[0]->buffer.frame_count (), 2 * 25);
}
GST_END_TEST

// Which is not the end of all that is buffered.
GST_START_TEST (a_sequence_begins_at_the_end_of_the_last_group)
{
  auto segments = split_segments (read_media ("v.mp4"));
  BufferFixture f ("video/mp4");
  f.append (segments.init);
  f.append (segments.media[5]);
  f.append (segments.media[0]);
  auto ranges = *f.buffer->buffered ();
  fail_unless_equals_int (ranges.size (), 2);
  fail_unless_ok (f.buffer->set_mode (AppendMode::sequence));
  f.append (segments.media[3]);
  fail_unless_equals_int64 (
      (*f.buffer->buffered ())[0].end, ranges[0].end + kSecond);
}
GST_END_TEST

GST_START_TEST (back_in_segments_mode_the_offset_stays)
{
  auto segments = split_segments (read_media ("v.mp4"));
  BufferFixture f ("video/mp4");
  fail_unless_ok (f.buffer->set_mode (AppendMode::sequence));
  f.append (segments.init);
  f.append (segments.media[2]);
  Time offset = f.buffer->timestamp_offset ();
  fail_unless (offset < 0);
  fail_unless_ok (f.buffer->set_mode (AppendMode::segments));
  fail_unless_equals_int64 (f.buffer->timestamp_offset (), offset);
  // Now a jump in time is one.
  f.append (segments.media[5]);
  fail_unless_equals_int (f.buffer->buffered ()->size (), 2);
}
GST_END_TEST

GST_START_TEST (abort_begins_a_group_at_the_end)
{
  auto segments = split_segments (read_media ("v.mp4"));
  BufferFixture f ("video/mp4");
  fail_unless_ok (f.buffer->set_mode (AppendMode::sequence));
  f.append (segments.init);
  f.append (segments.media[0]);
  fail_unless_ok (f.buffer->abort ());
  f.append (segments.media[4]);
  auto ranges = *f.buffer->buffered ();
  fail_unless_equals_int (ranges.size (), 1);
  fail_unless_equals_int64 (ranges[0].start, 0);
  fail_unless_equals_int64 (ranges[0].end, 2 * kSecond);
}
GST_END_TEST

// What follows is half a frame late, which is no jump in time.
GST_START_TEST (removing_the_last_frame_begins_a_group_at_the_end)
{
  for (bool removes : {false, true}) {
    BufferFixture f ("video/mp4");
    fail_unless_ok (f.buffer->set_mode (AppendMode::sequence));
    f.append (video_init ());
    f.append (
        media_segment (1, 0, {{100, 10, kSyncFlags}, {100, 10, kSyncFlags}}));
    if (removes)
      fail_unless_ok (f.buffer->remove (0, kTimeInfinite, true));
    f.append (media_segment (1, 250, {{100, 10, kSyncFlags}}));
    auto ranges = *f.buffer->buffered ();
    fail_unless_equals_int (ranges.size (), 1);
    fail_unless_equals_int64 (
        ranges[0].start, removes ? 200 * kMillisecond : 0);
    fail_unless_equals_int64 (
        ranges[0].end, (removes ? 300 : 350) * kMillisecond);
  }
}
GST_END_TEST

GST_START_TEST (formats_without_timestamps_go_on_after_abort)
{
  for (const MediaFile &media : kNoTimestamps) {
    BufferFixture f (media.type);
    auto file = read_media (media.name);
    f.append (file);
    fail_unless_ok (f.buffer->abort ());
    Time end = f.buffer->highest_end ();
    f.append (file);
    fail_unless_ok (f.buffer->abort ());
    auto ranges = *f.buffer->buffered ();
    fail_unless_equals_int (ranges.size (), 1);
    fail_unless_equals_int64 (ranges[0].start, 0);
    fail_unless_equals_int64 (ranges[0].end, 2 * end);
    fail_unless_equals_int64 (f.buffer->timestamp_offset (), 2 * end);
  }
}
GST_END_TEST

static Suite *
source_buffer_mode_suite ()
{
  Suite *suite = suite_create ("mse/source-buffer-mode");
  TCase *tcase = tcase_create ("mode");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, it_reflects_the_last_value_that_was_set);
  tcase_add_test (tcase, a_format_without_timestamps_has_no_segments_mode);
  tcase_add_test (tcase, it_cannot_change_inside_a_media_segment);
  tcase_add_test (tcase, it_opens_a_source_that_has_ended);
  tcase_add_test (tcase, a_type_error_leaves_an_ended_source_ended);
  tcase_add_test (tcase, a_removed_buffer_refuses_it);
  tcase_add_test (tcase, an_updating_buffer_refuses_it);
  tcase_add_test (tcase, the_first_segment_begins_at_zero);
  tcase_add_test (tcase, the_second_then_the_first_segment_are_contiguous);
  tcase_add_test (tcase, b_frames_keep_their_order);
  tcase_add_test (tcase, tracks_move_together);
  tcase_add_test (tcase, the_offset_begins_the_next_group_where_it_says);
  tcase_add_test (tcase, a_negative_offset_drops_what_is_before_zero);
  tcase_add_test (tcase, setting_it_again_begins_a_group_at_the_end);
  tcase_add_test (tcase, a_sequence_begins_at_the_end_of_the_last_group);
  tcase_add_test (tcase, back_in_segments_mode_the_offset_stays);
  tcase_add_test (tcase, abort_begins_a_group_at_the_end);
  tcase_add_test (tcase, removing_the_last_frame_begins_a_group_at_the_end);
  tcase_add_test (tcase, formats_without_timestamps_go_on_after_abort);
  return suite;
}
GST_CHECK_MAIN (source_buffer_mode)
