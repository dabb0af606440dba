// SPDX-License-Identifier: LGPL-2.1-or-later
// When samples are played and where decoding may begin.
#include "support/check.hh"
#include "support/isobmff-writer.hh"
#include "support/parse-recorder.hh"

#include <algorithm>
#include <cstring>

using namespace webmedia;
using namespace webmedia::mse;

// Times of these files count milliseconds.
static const Time ms = kMillisecond;

static Bytes
elst (uint8_t version, const std::vector<std::pair<uint64_t, int64_t>> &edits)
{
  Bytes body = u32 (edits.size ());
  for (auto [duration, media_time] : edits) {
    body += version ? u64 (duration) + u64 (uint64_t (media_time))
                    : u32 (duration) + u32 (uint64_t (media_time));
    body += u32 (0x10000);
  }
  return box ("edts", full_box ("elst", version, 0, body));
}

GST_START_TEST (negative_composition_offsets_stay_negative)
{
  ParseRecorder recorder =
      parse_isobmff (video_init ()
                     + media_segment (1, 1000,
                         {{40, 5, kSyncFlags, 0}, {40, 5, kNonSyncFlags, 40},
                             {40, 5, kNonSyncFlags, -40}}));
  fail_unless_equals_int (recorder.frames.size (), 3);
  check_times (recorder.frames[0], 1000 * ms, 1000 * ms, 40 * ms);
  check_times (recorder.frames[1], 1080 * ms, 1040 * ms, 40 * ms);
  check_times (recorder.frames[2], 1040 * ms, 1080 * ms, 40 * ms);
}
GST_END_TEST

GST_START_TEST (an_edit_shifts_both_times)
{
  for (uint8_t version : {0, 1}) {
    TrackSpec track;
    track.edts = elst (version, {{0, 80}});
    ParseRecorder recorder =
        parse_isobmff (initialization_segment ({track})
                       + media_segment (1, 0, {{40, 5, kSyncFlags, 80}}));
    check_times (recorder.frames[0], 0, -80 * ms, 40 * ms);
  }
}
GST_END_TEST

GST_START_TEST (an_empty_edit_delays)
{
  // The delay counts in the movie's timescale.
  for (auto [version, scale] : {std::pair (0, 1), {1, 1}, {0, 8}}) {
    TrackSpec track;
    track.timescale = uint32_t (1000 * scale);
    track.edts = elst (uint8_t (version), {{500, -1}, {10000, 80 * scale}});
    ParseRecorder recorder = parse_isobmff (
        initialization_segment ({track})
        + media_segment (
            1, 0, {{uint32_t (40 * scale), 5, kSyncFlags, 80 * scale}}));
    check_times (recorder.frames[0], 500 * ms, 420 * ms, 40 * ms);
  }
}
GST_END_TEST

GST_START_TEST (later_edits_are_ignored)
{
  TrackSpec track;
  track.edts = elst (0, {{1000, 80}, {1000, 5000}});
  ParseRecorder recorder =
      parse_isobmff (initialization_segment ({track})
                     + media_segment (1, 0, {{40, 5, kSyncFlags, 80}}));
  check_times (recorder.frames[0], 0, -80 * ms, 40 * ms);
}
GST_END_TEST

GST_START_TEST (times_meet_to_the_nanosecond)
{
  TrackSpec track;
  track.timescale = 90001;
  std::vector<SampleSpec> samples (50, {7, 3, kSyncFlags});
  ParseRecorder recorder = parse_isobmff (
      initialization_segment ({track}) + media_segment (1, 12345, samples));
  for (size_t i = 1; i < recorder.frames.size (); i++)
    fail_unless_equals_int64 (
        recorder.frames[i - 1].pts + recorder.frames[i - 1].duration,
        recorder.frames[i].pts);
}
GST_END_TEST

GST_START_TEST (empty_samples_are_time_only)
{
  ParseRecorder recorder = parse_isobmff (
      video_init ()
      + media_segment (1, 0, {{40, 0}, {40, 5, kSyncFlags}, {40, 0}, {40, 2}}));
  fail_unless_equals_int (recorder.frames.size (), 2);
  check_times (recorder.frames[0], 40 * ms, 40 * ms, 40 * ms);
  check_times (recorder.frames[1], 120 * ms, 120 * ms, 40 * ms);
  // Four thousand million of them cost nothing.
  Bytes run = full_box ("trun", 0, 1, u32 (UINT32_MAX) + u32 (0));
  recorder = parse_isobmff (video_init () + moof (traf (1, 0, run)));
  fail_unless_equals_int (recorder.frames.size (), 0);
}
GST_END_TEST

GST_START_TEST (sync_samples_are_told_from_all_flags)
{
  const uint32_t flags[] = {0, 0x02000000, 0x01000000, 0x00010000, 0x02010000};
  const bool sync[] = {true, true, false, false, false};
  std::vector<SampleSpec> samples;
  for (uint32_t each : flags)
    samples.push_back ({40, 2, each});
  Bytes media = media_segment (1, 0, samples);
  ParseRecorder recorder = parse_isobmff (video_init () + media);
  for (size_t i = 0; i < samples.size (); i++)
    fail_unless_equals_int (recorder.frames[i].keyframe, sync[i]);
  // All of audio is.
  recorder = parse_isobmff (initialization_segment ({audio_track (1)}) + media);
  for (size_t i = 0; i < samples.size (); i++)
    fail_unless (recorder.frames[i].keyframe);
}
GST_END_TEST

GST_START_TEST (sample_groups_make_random_access_points)
{
  std::vector<SampleSpec> samples (4, {40, 2, kNonSyncFlags});
  // 2: leading samples; 1: none. Of the fragment's own, and of the movie's.
  Bytes sgpd = full_box (
      "sgpd", 1, 0, text ("rap ") + u32 (1) + u32 (2) + u8 (0x80) + u8 (0x83));
  Bytes sbgp = full_box ("sbgp", 0, 0,
      text ("rap ") + u32 (3) + u32 (1) + u32 (0x10002) + u32 (2)
          + u32 (0x10001) + u32 (1) + u32 (0));
  ParseRecorder recorder = parse_isobmff (
      video_init () + media_segment (1, 0, samples, sgpd + sbgp));
  const bool expected[] = {false, true, true, false};
  for (size_t i = 0; i < 4; i++)
    fail_unless_equals_int (recorder.frames[i].keyframe, expected[i]);

  TrackSpec track;
  track.stbl = full_box (
      "sgpd", 2, 0, text ("sap ") + u32 (0) + u32 (2) + u8 (3) + u8 (2));
  sbgp = full_box ("sbgp", 0, 0,
      text ("sap ") + u32 (2) + u32 (1) + u32 (1) + u32 (1) + u32 (2));
  recorder = parse_isobmff (
      initialization_segment ({track}) + media_segment (1, 0, samples, sbgp));
  fail_if (recorder.frames[0].keyframe);
  fail_unless (recorder.frames[1].keyframe);
  fail_if (recorder.frames[2].keyframe);
}
GST_END_TEST

GST_START_TEST (parameter_sets_may_be_in_the_samples)
{
  TrackSpec track;
  track.sample_entries = avc_entry ("avc3", false);
  // The writer's bytes count up: NAL units of length 0x00010203... are none.
  Bytes sets =
      u32 (2) + u16 (0x6764) + u32 (2) + u16 (0x68ee) + u32 (1) + u8 (0x65);
  Bytes stream =
      initialization_segment ({track})
      + media_segment (1, 0,
          {{40, uint32_t (sets.size ()), kSyncFlags}, {40, 5, kNonSyncFlags}});
  std::copy (
      sets.begin (), sets.end (), stream.end () - 5 - long (sets.size ()));
  ParseRecorder recorder = parse_isobmff (stream);
  fail_unless_equals_int (recorder.frames.size (), 2);

  // Without the SPS it can't be decoded.
  stream[stream.size () - 5 - sets.size () + 4] = 0x61;
  ParseRecorder bad;
  auto result = parse_all (*make_isobmff_parser (), bad, stream, 0);
  fail_if (bool (result));
  fail_unless (strstr (result.error ().message.c_str (), "parameter sets"));
}
GST_END_TEST

static Suite *
parser_isobmff_samples_suite ()
{
  Suite *suite = suite_create ("mse/parser-isobmff-samples");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, negative_composition_offsets_stay_negative);
  tcase_add_test (tcase, an_edit_shifts_both_times);
  tcase_add_test (tcase, an_empty_edit_delays);
  tcase_add_test (tcase, later_edits_are_ignored);
  tcase_add_test (tcase, times_meet_to_the_nanosecond);
  tcase_add_test (tcase, empty_samples_are_time_only);
  tcase_add_test (tcase, sync_samples_are_told_from_all_flags);
  tcase_add_test (tcase, sample_groups_make_random_access_points);
  tcase_add_test (tcase, parameter_sets_may_be_in_the_samples);
  return suite;
}
GST_CHECK_MAIN (parser_isobmff_samples)
