// SPDX-License-Identifier: LGPL-2.1-or-later
// Files by real muxers: every frame against ffprobe's reading, in every
// chunking, and damaged.
#include "support/check.hh"
#include "support/ffprobe-packets.hh"
#include "support/parse-recorder.hh"

#include <algorithm>

using namespace webmedia;
using namespace webmedia::mse;

static const char *const files[] = {"vp8-vorbis.webm", "vp9-opus.webm",
    "vp9.webm", "opus.webm", "live.webm", "dash.webm", "av1-opus.webm",
    "gst-vp8-vorbis.webm", "gst-live.webm", "mkv-vp8-vorbis.webm",
    "mkv-vp9-opus.webm", "mkv-unlaced.webm"};

static void
expect_ok (const Result<> &result, const char *name)
{
  fail_unless (bool (result), "%s: %s", name,
      result ? "" : result.error ().message.c_str ());
}

static ParseRecorder
parse_file (const std::vector<uint8_t> &file, size_t chunk, const char *name)
{
  ParseRecorder recorder;
  auto parser = make_webm_parser ();
  expect_ok (parse_all (*parser, recorder, file, chunk), name);
  expect_ok (parser->drain (recorder), name);
  return recorder;
}

// ffprobe counts from the first sample that is to be heard, we count from the
// first block: it takes CodecDelay (6.5 ms in our files, rounded) off. Where a
// file begins differs between muxers and between their versions.
static int64_t
opus_delay (const InitializationSegment &segment, uint16_t track)
{
  return segment.tracks[track].codec == "opus" ? 7 : 0;
}

GST_START_TEST (every_frame_is_the_one_that_ffprobe_finds)
{
  const char *name = files[__i__];
  ParseRecorder recorder = parse_file (read_media (name), 0, name);
  fail_unless_equals_int (recorder.segments.size (), 1);
  const int lace = g_str_has_prefix (name, "mkv-vp") ? 8 : 1;
  const InitializationSegment &segment = recorder.segments[0];
  fail_unless (segment.unsupported.empty ());

  for (uint16_t i = 0; i < segment.tracks.size (); i++) {
    std::vector<ProbedPacket> packets = ffprobe_packets (name, i);
    std::vector<RecordedFrame> frames = recorder.track (i);
    fail_unless (packets.size () > 80);
    fail_unless_equals_int (frames.size (), packets.size ());
    bool audio = segment.tracks[i].kind == TrackKind::audio;
    int64_t delay = opus_delay (segment, i);
    for (size_t n = 0; n < frames.size (); n++) {
      // ffprobe rounds each time in a lace to the millisecond, and adds up
      // the rounded ones.
      Time pts = (packets[n].pts + delay) * kMillisecond;
      fail_unless (std::abs (frames[n].pts - pts) < lace * kMillisecond,
          "%s: track %u frame %zu: pts %" G_GINT64_FORMAT
          " for %" G_GINT64_FORMAT,
          name, i, n, frames[n].pts, pts);
      fail_unless_equals_int64 (frames[n].dts, frames[n].pts);
      fail_unless (frames[n].keyframe == (audio || packets[n].keyframe),
          "%s: track %u frame %zu", name, i, n);
      fail_unless (md5_of (frames[n].bytes) == packets[n].md5,
          "%s: track %u frame %zu", name, i, n);
      bool last = n + 1 == frames.size ();
      fail_unless (
          frames[n].duration > 0 && frames[n].duration < 60 * kMillisecond);
      // Where ffprobe knows a duration, it has rounded it.
      if (packets[n].duration > 0 && !last)
        fail_unless (
            std::abs (frames[n].duration - packets[n].duration * kMillisecond)
                <= kMillisecond,
            "%s: track %u frame %zu: duration %" G_GINT64_FORMAT
            " for %" G_GINT64_FORMAT " ms",
            name, i, n, frames[n].duration, packets[n].duration);
      // No frame reaches over the start of the next one; but of the first
      // Vorbis packet some muxers say that it lasts no time.
      bool first = audio && segment.tracks[i].codec == "vorbis" && n < 8;
      if (!last && !first)
        fail_unless (frames[n].pts + frames[n].duration <= frames[n + 1].pts,
            "%s: track %u frame %zu", name, i, n);
    }
  }
}
GST_END_TEST

static void
expect_same (const char *name, const std::vector<uint8_t> &file,
    std::initializer_list<size_t> chunks)
{
  ParseRecorder whole = parse_file (file, 0, name);
  fail_unless (whole.media_segments > 0);
  for (size_t chunk : chunks) {
    ParseRecorder pieces = parse_file (file, chunk, name);
    // How two tracks are interleaved is no promise.
    for (uint16_t i = 0; i < whole.segments[0].tracks.size (); i++)
      fail_unless (pieces.track (i) == whole.track (i),
          "%s: track %u in chunks of %zu", name, i, chunk);
    fail_unless_equals_int (pieces.media_segments, whole.media_segments);
    fail_unless_equals_int (pieces.segments.size (), 1);
  }
}

GST_START_TEST (any_chunking_gives_the_same)
{
  const char *name = files[__i__];
  std::vector<uint8_t> file = read_media (name);
  expect_same (name, file, {7, 1000, 65536});
  expect_same (name, slow_part (std::move (file), 100000), {1});
}
GST_END_TEST

GST_START_TEST (the_init_segment_names_codecs_and_duration)
{
  static const struct {
    const char *file;
    std::vector<std::string> codecs;
    Time duration;
  } cases[] = {
      {"vp8-vorbis.webm", {"vp8", "vorbis"}, 8 * kSecond},
      {"vp9-opus.webm", {"vp9", "opus"}, 8 * kSecond},
      {"live.webm", {"vp9", "opus"}, kTimeInfinite},
      {"opus.webm", {"opus"}, 8 * kSecond},
  };
  for (const auto &c : cases) {
    ParseRecorder recorder = parse_file (read_media (c.file), 0, c.file);
    const InitializationSegment &segment = recorder.segments[0];
    fail_unless_equals_int (segment.tracks.size (), c.codecs.size ());
    for (size_t i = 0; i < c.codecs.size (); i++) {
      fail_unless_equals_string (
          segment.tracks[i].codec.c_str (), c.codecs[i].c_str ());
      fail_unless_equals_int (segment.tracks[i].id, i + 1);
    }
    if (c.duration == kTimeInfinite)
      fail_unless (segment.duration == kTimeInfinite);
    else
      fail_unless (std::abs (segment.duration - c.duration) < 50 * kMillisecond,
          "%s lasts %" G_GINT64_FORMAT, c.file, segment.duration);
  }
}
GST_END_TEST

// The plain demuxer's caps, which decoders take.
static Ptr<GstCaps>
demuxed_caps (const char *name, const char *pad)
{
  CString path (
      g_build_filename (g_getenv ("WEBMEDIA_TEST_MEDIA"), name, nullptr));
  CString line (g_strdup_printf ("filesrc location=\"%s\" ! matroskademux "
                                 "name=d d.%s ! fakesink name=sink",
      path.get (), pad));
  GstElement *pipeline = gst_parse_launch (line.get (), nullptr);
  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  auto state = gst_element_get_state (pipeline, nullptr, nullptr, -1);
  fail_unless (state == GST_STATE_CHANGE_SUCCESS);
  GstElement *sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  GstPad *sink_pad = gst_element_get_static_pad (sink, "sink");
  auto caps = Ptr<GstCaps>::adopt (gst_pad_get_current_caps (sink_pad));
  gst_object_unref (sink_pad);
  gst_object_unref (sink);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
  return caps;
}

GST_START_TEST (caps_are_those_of_the_plain_demuxer)
{
  for (const char *name : {"vp8-vorbis.webm", "vp9-opus.webm", "av1-opus.webm",
           "gst-vp8-vorbis.webm", "mkv-vp9-opus.webm"}) {
    ParseRecorder recorder = parse_file (read_media (name), 0, name);
    for (const TrackDescription &track : recorder.segments[0].tracks) {
      bool video = track.kind == TrackKind::video;
      Ptr<GstCaps> caps = demuxed_caps (name, video ? "video_0" : "audio_0");
      CString ours (gst_caps_to_string (track.config->caps.get ()));
      CString theirs (gst_caps_to_string (caps.get ()));
      // Ours may say more: the profile, and that all frames are progressive.
      fail_unless (gst_caps_is_subset (track.config->caps.get (), caps.get ()),
          "%s:\n%s\nfor\n%s", name, ours.get (), theirs.get ());
    }
  }
}
GST_END_TEST

GST_START_TEST (a_frame_comes_with_its_last_byte)
{
  // Opus knows its duration: nothing is held back.
  std::vector<uint8_t> file = read_media ("opus.webm");
  ParseRecorder whole = parse_file (file, 0, "opus.webm");
  auto parser = make_webm_parser ();
  ParseRecorder recorder;
  ByteQueue queue;
  size_t next = 0; // frame
  auto from = file.begin ();
  for (const RecordedFrame &frame : whole.frames) {
    auto at = std::search (
        from, file.end (), frame.bytes.begin (), frame.bytes.end ());
    fail_unless (at != file.end ());
    auto end = at + ptrdiff_t (frame.bytes.size ());
    expect_ok (parse_more (*parser, queue, recorder, {from, end - 1}, 0), "");
    // The last block is in a group with a DiscardPadding after it.
    if (next + 1 == whole.frames.size ())
      break;
    fail_unless_equals_int (recorder.frames.size (), next);
    expect_ok (parse_more (*parser, queue, recorder, {end[-1]}, 0), "");
    fail_unless_equals_int (recorder.frames.size (), ++next);
    from = end;
  }
  fail_unless (next > 300);
}
GST_END_TEST

// Damaged bytes may give an error or other frames, but end the parse well.
GST_START_TEST (damage_is_an_error_or_other_frames)
{
  GRand *random = g_rand_new_with_seed (guint32 (__i__));
  std::vector<uint8_t> file = read_media (files[__i__]);
  file.resize (std::min<size_t> (file.size (), 30000));
  unsigned errors = 0;
  for (unsigned round = 0; round < 200; round++) {
    std::vector<uint8_t> damaged = file;
    for (unsigned flips = 1 + round % 8; flips > 0; flips--) {
      // Half of the damage near the start, where the headers are.
      gint32 end = (flips % 2) ? 600 : gint32 (file.size ());
      damaged[size_t (g_rand_int_range (random, 0, end))] =
          uint8_t (g_rand_int (random));
    }
    if (round % 3 == 0)
      damaged.resize (
          size_t (g_rand_int_range (random, 1, gint32 (file.size ()))));
    ParseRecorder recorder;
    auto parser = make_webm_parser ();
    auto result =
        parse_all (*parser, recorder, damaged, kChunkSizes[2 + round % 3]);
    errors += !result;
    if (result)
      fail_unless (bool (parser->drain (recorder)));
    parser->reset ();
    fail_unless (parser->state () == AppendState::waiting_for_segment);
  }
  fail_unless (errors > 20);
  g_rand_free (random);
}
GST_END_TEST

static Suite *
parser_webm_suite ()
{
  Suite *suite = suite_create ("mse/parser-webm");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, every_frame_is_the_one_that_ffprobe_finds, 0,
      G_N_ELEMENTS (files));
  tcase_add_loop_test (
      tcase, any_chunking_gives_the_same, 0, G_N_ELEMENTS (files));
  tcase_add_test (tcase, the_init_segment_names_codecs_and_duration);
  tcase_add_test (tcase, caps_are_those_of_the_plain_demuxer);
  tcase_add_test (tcase, a_frame_comes_with_its_last_byte);
  tcase_add_loop_test (
      tcase, damage_is_an_error_or_other_frames, 0, G_N_ELEMENTS (files));
  return suite;
}
GST_CHECK_MAIN (parser_webm)
