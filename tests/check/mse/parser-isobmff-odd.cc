// SPDX-License-Identifier: LGPL-2.1-or-later
// Files that are right, but not laid out as a muxer commonly does.
#include "support/check.hh"
#include "support/isobmff-writer.hh"
#include "support/parse-recorder.hh"

using namespace webmedia;
using namespace webmedia::mse;

// Times of these files count milliseconds.
static const Time ms = kMillisecond;

// Two tracks in one moof; `first` and `second` make their boxes from the
// offset of the mdat's payload.
template <typename First, typename Second>
static Bytes
two_tracks (First first, Second second, const Bytes &mdats)
{
  Bytes draft = moof (first (0) + second (0));
  int32_t data = int32_t (draft.size ()) + 8;
  return initialization_segment ({{}, audio_track (2)})
         + moof (first (data) + second (data)) + mdats;
}

GST_START_TEST (runs_of_two_tracks_interleave)
{
  // Bytes: v0 (10), a0 (4), v1 (10), a1 (4).
  Bytes stream = two_tracks (
      [] (int32_t data) {
        return traf (1, 0,
            trun ({{40, 10, kSyncFlags}}, data)
                + trun ({{40, 10, kNonSyncFlags}}, data + 14));
      },
      [] (int32_t data) {
        return traf (
            2, 0, trun ({{20, 4}}, data + 10) + trun ({{20, 4}}, data + 24));
      },
      box ("mdat", payload (28)));
  ParseRecorder recorder = parse_isobmff (stream);
  fail_unless_equals_int (recorder.frames.size (), 4);
  const uint16_t tracks[] = {0, 1, 0, 1};
  const size_t offsets[] = {0, 10, 14, 24}, sizes[] = {10, 4, 10, 4};
  for (size_t i = 0; i < 4; i++) {
    fail_unless_equals_int (recorder.frames[i].track, tracks[i]);
    fail_unless (
        recorder.frames[i].bytes == payload (sizes[i], uint8_t (offsets[i])));
  }
  check_times (recorder.frames[3], 20 * ms, 20 * ms, 20 * ms);
}
GST_END_TEST

GST_START_TEST (decode_order_counts_not_file_order)
{
  // The first run lies behind the second.
  Bytes stream = two_tracks (
      [] (int32_t data) {
        return traf (1, 0,
            trun ({{40, 10, kSyncFlags}, {40, 6}}, data + 20)
                + trun ({{40, 10, kNonSyncFlags}}, data));
      },
      [] (int32_t data) {
        return traf (2, 0, trun ({{20, 4}}, data + 12));
      },
      box ("mdat", payload (36)));
  ParseRecorder recorder = parse_isobmff (stream);
  std::vector<RecordedFrame> video = recorder.track (0);
  fail_unless_equals_int (video.size (), 3);
  fail_unless (video[0].bytes == payload (10, 20));
  fail_unless (video[1].bytes == payload (6, 30));
  fail_unless (video[2].bytes == payload (10, 0));
  check_times (video[2], 80 * ms, 80 * ms, 40 * ms);
  // The audio frame did not have to wait.
  fail_unless_equals_int (recorder.frames[0].track, 1);
}
GST_END_TEST

GST_START_TEST (tracks_may_share_bytes)
{
  Bytes stream = two_tracks (
      [] (int32_t data) {
        return traf (1, 0, trun ({{40, 10, kSyncFlags}, {40, 10}}, data));
      },
      [] (int32_t data) {
        return traf (2, 0, trun ({{20, 12}}, data + 4));
      },
      box ("mdat", payload (20)));
  ParseRecorder recorder = parse_isobmff (stream);
  fail_unless_equals_int (recorder.frames.size (), 3);
  fail_unless (recorder.track (1)[0].bytes == payload (12, 4));
}
GST_END_TEST

GST_START_TEST (a_moof_may_have_many_mdats)
{
  // 10 bytes in the first, the header of the second, 5 bytes.
  Bytes run_head = trun ({{40, 10, kSyncFlags}}, 0);
  size_t head = moof (traf (1, 0, run_head + run_head)).size ();
  Bytes stream = video_init ()
                 + moof (traf (1, 0,
                     trun ({{40, 10, kSyncFlags}}, int32_t (head) + 8)
                         + trun ({{40, 5}}, int32_t (head) + 8 + 10 + 16 + 11)))
                 + box ("mdat", payload (10)) + box ("free", zeros (3))
                 + large_box ("mdat", payload (5, 100))
                 + box ("mdat", payload (9));
  ParseRecorder recorder = parse_isobmff (stream);
  fail_unless_equals_int (recorder.frames.size (), 2);
  fail_unless (recorder.frames[1].bytes == payload (5, 100));
  fail_unless_equals_int (recorder.media_segments, 1);
}
GST_END_TEST

GST_START_TEST (a_run_without_data_offset_goes_on)
{
  Bytes more = full_box ("trun", 0, 0x200, u32 (1) + u32 (6));
  Bytes run = trun ({{40, 10, kSyncFlags}}, 0);
  size_t head = moof (traf (1, 0, run + more)).size ();
  ParseRecorder recorder = parse_isobmff (
      video_init ()
      + moof (
          traf (1, 0, trun ({{40, 10, kSyncFlags}}, int32_t (head) + 8) + more))
      + box ("mdat", payload (16)));
  fail_unless (recorder.frames[1].bytes == payload (6, 10));
}
GST_END_TEST

GST_START_TEST (a_single_traf_needs_no_base_flag)
{
  Bytes run = trun ({{40, 10, kSyncFlags}}, 0);
  size_t head = moof (box ("traf", tfhd (1, 0) + tfdt (0) + run)).size ();
  ParseRecorder recorder = parse_isobmff (
      video_init ()
      + moof (
          box ("traf", tfhd (1, 0) + tfdt (0)
                           + trun ({{40, 10, kSyncFlags}}, int32_t (head) + 8)))
      + box ("mdat", payload (10)));
  fail_unless_equals_int (recorder.frames.size (), 1);
}
GST_END_TEST

GST_START_TEST (defaults_come_from_tfhd_and_trex)
{
  TrackSpec track;
  track.default_duration = 40;
  track.default_size = 3;
  track.default_flags = kNonSyncFlags;
  // The second fragment overrides them all.
  Bytes bare = full_box ("trun", 0, 0x5, u32 (2) + u32 (96) + u32 (kSyncFlags));
  Bytes traf1 =
      box ("traf", tfhd (1) + full_box ("tfdt", 0, 0, u32 (0)) + bare);
  fail_unless_equals_int (moof (traf1).size (), 88);
  Bytes bare2 = full_box ("trun", 0, 0x1, u32 (2) + u32 (108));
  Bytes traf2 = box ("traf",
      tfhd (1, 0x20038, u32 (20) + u32 (4) + u32 (0)) + tfdt (80) + bare2);
  fail_unless_equals_int (moof (traf2).size (), 100);
  ParseRecorder recorder =
      parse_isobmff (initialization_segment ({track}) + moof (traf1)
                     + box ("mdat", payload (6)) + box ("free") + moof (traf2)
                     + box ("mdat", payload (8)));
  fail_unless_equals_int (recorder.frames.size (), 4);
  fail_unless (recorder.frames[0].keyframe);
  fail_if (recorder.frames[1].keyframe);
  fail_unless (recorder.frames[3].keyframe);
  fail_unless_equals_int (recorder.frames[1].bytes.size (), 3);
  fail_unless_equals_int (recorder.frames[3].bytes.size (), 4);
  check_times (recorder.frames[1], 40 * ms, 40 * ms, 40 * ms);
  check_times (recorder.frames[3], 100 * ms, 100 * ms, 20 * ms);
}
GST_END_TEST

GST_START_TEST (the_state_is_exact)
{
  auto parser = make_isobmff_parser ();
  ParseRecorder recorder;
  ByteQueue queue;
  auto feed = [&] (const Bytes &bytes, AppendState state) {
    fail_unless (bool (parse_more (*parser, queue, recorder, bytes, 0)));
    fail_unless (parser->state () == state);
  };
  const auto waiting = AppendState::waiting_for_segment;
  const auto initial = AppendState::parsing_init_segment;
  const auto media = AppendState::parsing_media_segment;
  Bytes brands = ftyp (), movie = moov ({{}});
  Bytes segment = media_segment (1, 0, {{40, 10, kSyncFlags}});

  feed (box ("free", zeros (4)), waiting);
  feed ({brands.begin (), brands.begin () + 7}, waiting);
  feed ({brands.begin () + 7, brands.end ()}, initial);
  feed (box ("free", zeros (4)), initial);
  feed ({movie.begin (), movie.end () - 1}, initial);
  fail_unless_equals_int (recorder.segments.size (), 0);
  feed ({movie.end () - 1, movie.end ()}, waiting);
  fail_unless_equals_int (recorder.segments.size (), 1);

  feed (box ("sidx", zeros (20)), waiting);
  feed (box ("styp", zeros (8)), media);
  fail_unless_equals_int (recorder.media_segments, 1);
  feed (box ("sidx", zeros (20)) + box ("prft", zeros (20)), media);
  feed (box ("emsg", zeros (20)), media);
  feed ({segment.begin (), segment.end () - 1}, media);
  fail_unless_equals_int (recorder.frames.size (), 0);
  feed ({segment.end () - 1, segment.end ()}, waiting);
  fail_unless_equals_int (recorder.frames.size (), 1);
  fail_unless_equals_int (recorder.media_segments, 1);

  // Bytes behind the last sample still are of the segment.
  segment[segment.size () - 15] += 3;
  feed (segment, media);
  fail_unless_equals_int (recorder.frames.size (), 2);
  feed (zeros (2), media);
  feed (zeros (1), waiting);
  feed (brands + movie, waiting);
  fail_unless_equals_int (recorder.segments.size (), 2);
  fail_unless_equals_int (recorder.media_segments, 2);
}
GST_END_TEST

GST_START_TEST (a_reset_forgets_half_a_segment)
{
  auto parser = make_isobmff_parser ();
  ParseRecorder recorder;
  ByteQueue queue;
  Bytes segment =
      media_segment (1, 0, {{40, 10, kSyncFlags}, {40, 10, kNonSyncFlags}});
  Bytes half (segment.begin (), segment.end () - 5);
  fail_unless (
      bool (parse_more (*parser, queue, recorder, video_init () + half, 0)));
  fail_unless_equals_int (recorder.frames.size (), 1);
  parser->reset ();
  queue.clear ();
  fail_unless (parser->state () == AppendState::waiting_for_segment);
  fail_unless (bool (parse_more (*parser, queue, recorder, segment, 3)));
  fail_unless_equals_int (recorder.frames.size (), 3);
  fail_unless (recorder.frames[1].bytes == payload (10));
}
GST_END_TEST

GST_START_TEST (another_sample_description_is_announced)
{
  TrackSpec track;
  track.entry_count = 2;
  track.sample_entries = avc_entry () + avc_entry ("avc3");
  Bytes run = trun ({{40, 10, kSyncFlags}}, 0);
  auto segment = [&] (uint32_t description, uint64_t ticks) {
    Bytes head = tfhd (1, 0x20002, u32 (description)) + tfdt (ticks);
    int32_t data = int32_t (moof (box ("traf", head + run)).size ()) + 8;
    return moof (box ("traf", head + trun ({{40, 10, kSyncFlags}}, data)))
           + box ("mdat", payload (10));
  };
  ParseRecorder recorder =
      parse_isobmff (initialization_segment ({track}) + segment (1, 0)
                     + segment (2, 40) + segment (2, 80) + segment (1, 120));
  fail_unless_equals_int (recorder.frames.size (), 4);
  fail_unless_equals_int (recorder.configs.size (), 2);
  GstStructure *caps =
      gst_caps_get_structure (recorder.configs[0].config->caps.get (), 0);
  fail_unless_equals_string (
      gst_structure_get_string (caps, "stream-format"), "avc3");
  fail_unless (
      recorder.configs[1].config == recorder.segments[0].tracks[0].config);
}
GST_END_TEST

GST_START_TEST (tracks_that_we_do_not_know_are_named_and_skipped)
{
  TrackSpec unknown = audio_track (2);
  unknown.sample_entries = audio_entry ("spex", {});
  TrackSpec hint;
  hint.id = 3;
  hint.handler = "hint";
  hint.has_trex = false;
  TrackSpec movie;
  Bytes stream = initialization_segment ({unknown, movie, hint})
                 + media_segment (2, 0, {{40, 10}, {40, 5}})
                 + media_segment (1, 0, {{40, 10, kSyncFlags}});
  ParseRecorder recorder = parse_isobmff (stream);
  fail_unless_equals_int (recorder.segments[0].tracks.size (), 1);
  fail_unless (
      recorder.segments[0].unsupported == (std::vector<std::string>{"spex"}));
  fail_unless_equals_int (recorder.frames.size (), 1);
  fail_unless_equals_int (recorder.media_segments, 2);
}
GST_END_TEST

static Suite *
parser_isobmff_odd_suite ()
{
  Suite *suite = suite_create ("mse/parser-isobmff-odd");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, runs_of_two_tracks_interleave);
  tcase_add_test (tcase, decode_order_counts_not_file_order);
  tcase_add_test (tcase, tracks_may_share_bytes);
  tcase_add_test (tcase, a_moof_may_have_many_mdats);
  tcase_add_test (tcase, a_run_without_data_offset_goes_on);
  tcase_add_test (tcase, a_single_traf_needs_no_base_flag);
  tcase_add_test (tcase, defaults_come_from_tfhd_and_trex);
  tcase_add_test (tcase, the_state_is_exact);
  tcase_add_test (tcase, a_reset_forgets_half_a_segment);
  tcase_add_test (tcase, another_sample_description_is_announced);
  tcase_add_test (tcase, tracks_that_we_do_not_know_are_named_and_skipped);
  return suite;
}
GST_CHECK_MAIN (parser_isobmff_odd)
