// SPDX-License-Identifier: LGPL-2.1-or-later
// MPEG-2 TS of other muxers.
#include "mse/mpegts-timeline.hh"
#include "support/check.hh"
#include "support/ffprobe-packets.hh"
#include "support/parse-recorder.hh"

#include <algorithm>
#include <cstdlib>

using namespace webmedia;
using namespace webmedia::mse;

using Bytes = std::vector<uint8_t>;

static constexpr int64_t kRollover = int64_t (1) << 33;

static const struct {
  const char *name;
  std::vector<const char *> codecs; // of each track
} files[] = {
    {"av.ts", {"avc1.64000c", "mp4a.40.2"}},
    {"v.ts", {"avc1.64000c"}},
    {"a.ts", {"mp4a.40.2"}},
    {"h265.ts", {"hvc1.1.6.L60.90"}},
    {"h264-open.ts", {"avc1.64000c"}},
    {"h265-open.ts", {"hvc1.1.6.L60.90"}},
    {"mp3.ts", {"mp3"}},
    {"ac3.ts", {"ac-3"}},
    {"eac3.ts", {"ec-3"}},
    {"rollover.ts", {"avc1.64000c", "mp4a.40.2"}},
    {"gst-av.ts", {"avc1.64000c", "mp4a.40.2"}},
    {"gst-h265-ac3.ts", {"hvc1.1.6.L60.90", "ac-3"}},
};

static void
expect_ok (const Result<> &result)
{
  fail_unless (
      bool (result), "%s", result ? "" : result.error ().message.c_str ());
}

static ParseRecorder
parse (const Bytes &bytes, size_t chunk)
{
  ParseRecorder recorder;
  auto parser = make_mpegts_parser ();
  expect_ok (parse_all (*parser, recorder, bytes, chunk));
  expect_ok (parser->finish (recorder));
  return recorder;
}

// A time of ours in ticks.
static int64_t
ticks_of (Time time)
{
  return (time * 9 + 50000) / 100000;
}

static int64_t
unwrapped (int64_t ticks)
{
  return ticks & (kRollover - 1);
}

// Sound is exact to the sample here; there, where a PES packet begins, it is
// what Matroska rounded to a millisecond.
static void
expect_same_times (const RecordedFrame &frame, const ProbedPacket &packet,
    bool exact, const char *where)
{
  int64_t tolerance = exact ? 0 : kMpegtsClock / 1000 + 2;
  int64_t pts = unwrapped (ticks_of (frame.pts)) - unwrapped (packet.pts);
  int64_t dts = unwrapped (ticks_of (frame.dts)) - unwrapped (packet.dts);
  fail_unless (
      std::abs (pts) <= tolerance, "%s: PTS off by %d ticks", where, int (pts));
  fail_unless (
      std::abs (dts) <= tolerance, "%s: DTS off by %d ticks", where, int (dts));
  if (exact)
    fail_unless_equals_int64 (
        frame.pts, ticks_to_time (ticks_of (frame.pts), kMpegtsClock));
}

// Some versions of ffmpeg's parser of H.265 take the first byte of a start code
// of four for the end of the access unit before it, others do not: what is
// between the beginnings is the same, but for that zero.
static std::vector<RecordedFrame>
cut_as (const std::vector<RecordedFrame> &frames,
    const std::vector<ProbedPacket> &packets)
{
  Bytes stream;
  std::vector<size_t> begins;
  for (const RecordedFrame &frame : frames) {
    begins.push_back (stream.size ());
    stream.insert (stream.end (), frame.bytes.begin (), frame.bytes.end ());
  }
  std::vector<RecordedFrame> cut = frames;
  size_t begin = 0;
  for (size_t n = 0; n < cut.size (); n++) {
    fail_unless (begin == begins[n]
                     || (begin == begins[n] + 1 && stream[begins[n]] == 0),
        "frame %zu begins at %zu, there at %zu", n, begins[n], begin);
    size_t end = begin + packets[n].size;
    fail_unless (end <= stream.size (), "frame %zu ends at %zu", n, end);
    cut[n].bytes.assign (
        stream.begin () + ptrdiff_t (begin), stream.begin () + ptrdiff_t (end));
    begin = end;
  }
  fail_unless_equals_int (begin, stream.size ());
  return cut;
}

GST_START_TEST (every_frame_is_the_one_that_ffprobe_finds)
{
  const auto &file = files[__i__];
  ParseRecorder recorder = parse (read_media (file.name), 0);
  fail_unless_equals_int (recorder.segments.size (), 1);
  fail_unless_equals_int (recorder.media_segments, 1);
  fail_unless (recorder.configs.empty ());
  const auto &tracks = recorder.segments[0].tracks;
  fail_unless_equals_int (tracks.size (), file.codecs.size ());

  for (size_t i = 0; i < tracks.size (); i++) {
    bool video = tracks[i].kind == TrackKind::video;
    bool adts = tracks[i].codec == "mp4a.40.2";
    bool h265 = tracks[i].codec.starts_with ("hvc1");
    fail_unless_equals_string (tracks[i].codec.c_str (), file.codecs[i]);
    auto frames = recorder.track (uint16_t (i));
    auto packets = ffprobe_packets (file.name, unsigned (i));
    fail_unless_equals_int (frames.size (), packets.size ());
    fail_unless (frames.size () >= 100);
    if (h265)
      frames = cut_as (frames, packets);
    for (size_t n = 0; n < frames.size (); n++) {
      CString where (
          g_strdup_printf ("%s, track %zu, frame %zu", file.name, i, n));
      expect_same_times (frames[n], packets[n], video, where.get ());
      fail_unless (
          frames[n].keyframe == packets[n].keyframe, "%s", where.get ());
      fail_unless_equals_int (
          frames[n].bytes.size () + (adts ? 7 : 0), packets[n].size);
      if (!adts)
        fail_unless (
            md5_of (frames[n].bytes) == packets[n].md5, "%s", where.get ());
    }
  }
}
GST_END_TEST

GST_START_TEST (any_chunking_gives_the_same)
{
  Bytes bytes = read_media (files[__i__].name);
  ParseRecorder whole = parse (bytes, 0);
  for (size_t chunk : kChunkSizes) {
    ParseRecorder pieces = parse (bytes, chunk);
    fail_unless (pieces.frames == whole.frames, "chunks of %zu", chunk);
    fail_unless (pieces.order == whole.order, "chunks of %zu", chunk);
  }
}
GST_END_TEST

GST_START_TEST (sound_is_the_raw_aac_of_the_source)
{
  ParseRecorder ts = parse (read_media ("av.ts"), 0);
  ParseRecorder adts;
  expect_ok (parse_all (*make_aac_parser (), adts, read_media ("adts.aac"), 0));
  auto frames = ts.track (1);
  fail_unless_equals_int (frames.size (), adts.frames.size ());
  for (size_t i = 0; i < frames.size (); i++)
    fail_unless (frames[i].bytes == adts.frames[i].bytes, "frame %zu", i);
  fail_unless (gst_caps_is_equal (ts.segments[0].tracks[1].config->caps.get (),
      adts.segments[0].tracks[0].config->caps.get ()));
}
GST_END_TEST

GST_START_TEST (frames_follow_each_other_without_a_gap)
{
  const auto &file = files[__i__];
  ParseRecorder recorder = parse (read_media (file.name), 0);
  for (size_t i = 0; i < file.codecs.size (); i++) {
    auto frames = recorder.track (uint16_t (i));
    for (size_t n = 1; n < frames.size (); n++) {
      Time distance = frames[n].dts - frames[n - 1].dts;
      Time gap = distance - frames[n - 1].duration;
      // The sources have their times in milliseconds. The first pictures of
      // mpegtsmux share a DTS.
      fail_unless (
          std::abs (gap) <= 2 * kMillisecond || (distance == 0 && n < 5),
          "%s, track %zu, frame %zu: %d ns", file.name, i, n, int (gap));
    }
    fail_unless (frames.back ().duration > 10 * kMillisecond);
  }
}
GST_END_TEST

GST_START_TEST (the_clock_rolls_over)
{
  ParseRecorder recorder = parse (read_media ("rollover.ts"), 0);
  Time first = recorder.frames.front ().pts, last = first;
  for (const RecordedFrame &frame : recorder.frames)
    last = std::max (last, frame.pts);
  fail_unless (first < ticks_to_time (kRollover, kMpegtsClock));
  fail_unless (last > ticks_to_time (kRollover, kMpegtsClock));
  fail_unless (last - first > 7 * kSecond && last - first < 9 * kSecond);
}
GST_END_TEST

// The type of the NAL unit of a picture's first slice.
static unsigned
slice_type (const Bytes &unit, bool h265)
{
  for (size_t i = 0; i + 3 < unit.size (); i++) {
    if (unit[i] != 0 || unit[i + 1] != 0 || unit[i + 2] != 1)
      continue;
    unsigned type = h265 ? unit[i + 3] >> 1 & 63 : unit[i + 3] & 31;
    if (h265 ? type < 32 : type < 6)
      return type;
  }
  return 255;
}

// How many frames are random access points, and how many of them are IDR.
static void
count_entry_points (const char *name, bool h265, int *all, int *idr)
{
  *all = *idr = 0;
  for (const RecordedFrame &frame : parse (read_media (name), 0).frames) {
    unsigned type = slice_type (frame.bytes, h265);
    *all += frame.keyframe;
    *idr += frame.keyframe && (h265 ? type == 19 || type == 20 : type == 5);
  }
}

// Which of them they are, the first test compares.
GST_START_TEST (open_groups_of_pictures_begin_with_random_access_points)
{
  int all, idr;
  count_entry_points ("h264-open.ts", false, &all, &idr);
  fail_unless_equals_int (all, 4);
  fail_unless_equals_int (idr, 1);
  count_entry_points ("h265-open.ts", true, &all, &idr);
  fail_unless_equals_int (all, 4);
  fail_unless_equals_int (idr, 1);
}
GST_END_TEST

GST_START_TEST (a_gradual_refresh_is_no_random_access_point)
{
  int all, idr;
  count_entry_points ("h264-refresh.ts", false, &all, &idr);
  fail_unless_equals_int (all, 1);
  fail_unless_equals_int (idr, 1);
}
GST_END_TEST

GST_START_TEST (caps_say_what_the_stream_says)
{
  ParseRecorder recorder = parse (read_media ("gst-h265-ac3.ts"), 0);
  const auto &tracks = recorder.segments[0].tracks;
  const GstStructure *video =
      gst_caps_get_structure (tracks[0].config->caps.get (), 0);
  gint width = 0, height = 0, rate = 0, channels = 0;
  fail_unless (gst_structure_get (video, "width", G_TYPE_INT, &width, "height",
      G_TYPE_INT, &height, nullptr));
  fail_unless_equals_int (width, 320);
  fail_unless_equals_int (height, 180);
  fail_unless (gst_structure_has_name (video, "video/x-h265"));
  fail_unless_equals_string (
      gst_structure_get_string (video, "stream-format"), "byte-stream");
  fail_unless_equals_string (
      gst_structure_get_string (video, "alignment"), "au");
  fail_unless_equals_string (
      gst_structure_get_string (video, "profile"), "main");
  const GstStructure *audio =
      gst_caps_get_structure (tracks[1].config->caps.get (), 0);
  fail_unless (gst_structure_get (audio, "rate", G_TYPE_INT, &rate, "channels",
      G_TYPE_INT, &channels, nullptr));
  fail_unless_equals_int (rate, 48000);
  fail_unless_equals_int (channels, 2);
  fail_unless_equals_int (tracks[0].id, 65);
  fail_unless_equals_int (tracks[1].id, 66);
}
GST_END_TEST

static Suite *
parser_mpegts_suite ()
{
  Suite *suite = suite_create ("mse/parser-mpegts");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  int count = G_N_ELEMENTS (files);
  tcase_add_loop_test (
      tcase, every_frame_is_the_one_that_ffprobe_finds, 0, count);
  tcase_add_loop_test (tcase, any_chunking_gives_the_same, 0, count);
  tcase_add_test (tcase, sound_is_the_raw_aac_of_the_source);
  tcase_add_loop_test (tcase, frames_follow_each_other_without_a_gap, 0, count);
  tcase_add_test (tcase, the_clock_rolls_over);
  tcase_add_test (
      tcase, open_groups_of_pictures_begin_with_random_access_points);
  tcase_add_test (tcase, a_gradual_refresh_is_no_random_access_point);
  tcase_add_test (tcase, caps_say_what_the_stream_says);
  return suite;
}
GST_CHECK_MAIN (parser_mpegts)
