// SPDX-License-Identifier: LGPL-2.1-or-later
// Files by real muxers: every frame against another reading of the boxes, in
// every chunking.
#include "support/check.hh"
#include "support/isobmff-walk.hh"
#include "support/parse-recorder.hh"

#include <algorithm>

using namespace webmedia;
using namespace webmedia::mse;

static const char *const files[] = {"av.mp4", "v.mp4", "a.mp4", "cmaf-v.mp4",
    "cmaf-av.mp4", "edit-list.mp4", "frame-moof.mp4", "multi-trun.mp4",
    "sidx.mp4", "v-270.mp4", "v-360.mp4", "h265.mp4", "h265-hev1.mp4",
    "av1.mp4", "vp9.mp4", "mp3.mp4", "opus.mp4", "flac.mp4", "ac3.mp4",
    "eac3.mp4", "gst-av.mp4", "gst-v.mp4", "gst-opus.mp4", "webvtt.mp4",
    "ttml.mp4"};

// What the parser should give for a sample.
static RecordedFrame
expect (const std::vector<uint8_t> &file, const WalkedTrack &track,
    uint16_t index, const WalkedSample &sample)
{
  RecordedFrame frame{};
  frame.pts = ticks_to_time (sample.pts, track.timescale);
  frame.dts = ticks_to_time (sample.dts, track.timescale);
  frame.duration =
      ticks_to_time (sample.pts + sample.duration, track.timescale) - frame.pts;
  frame.track = index;
  frame.keyframe = track.handler != 0x76696465 // vide
                   || !(sample.flags & 0x10000);
  frame.bytes.assign (file.begin () + long (sample.offset),
      file.begin () + long (sample.offset + sample.size));
  return frame;
}

GST_START_TEST (every_frame_is_the_one_of_the_boxes)
{
  const char *name = files[__i__];
  std::vector<uint8_t> file = read_media (name);
  std::vector<WalkedTrack> tracks = walk_isobmff (file);
  auto parser = make_isobmff_parser ();
  ParseRecorder recorder;
  auto result = parse_all (*parser, recorder, file, 0);
  fail_unless (bool (result), "%s: %s", name,
      result ? "" : result.error ().message.c_str ());
  fail_unless_equals_int (recorder.segments.size (), 1);
  fail_unless_equals_int (recorder.segments[0].tracks.size (), tracks.size ());
  fail_unless (parser->state () == AppendState::waiting_for_segment);

  for (uint16_t i = 0; i < tracks.size (); i++) {
    std::vector<RecordedFrame> frames = recorder.track (i);
    fail_unless_equals_int (recorder.segments[0].tracks[i].id, tracks[i].id);
    fail_unless (tracks[i].samples.size () > 0);
    fail_unless_equals_int (frames.size (), tracks[i].samples.size ());
    for (size_t n = 0; n < frames.size (); n++) {
      RecordedFrame wanted = expect (file, tracks[i], i, tracks[i].samples[n]);
      fail_unless (frames[n] == wanted,
          "%s: track %u frame %zu: pts %" G_GINT64_FORMAT
          " for %" G_GINT64_FORMAT ", dts %" G_GINT64_FORMAT
          " for %" G_GINT64_FORMAT ", keyframe %d for %d",
          name, i, n, frames[n].pts, wanted.pts, frames[n].dts, wanted.dts,
          frames[n].keyframe, wanted.keyframe);
    }
  }
}
GST_END_TEST

GST_START_TEST (any_chunking_gives_the_same)
{
  std::vector<uint8_t> file = read_media (files[__i__]);
  ParseRecorder whole;
  auto result = parse_all (*make_isobmff_parser (), whole, file, 0);
  fail_unless (bool (result));
  for (size_t chunk :
      {size_t (0), size_t (65536), size_t (1000), size_t (7), size_t (1)}) {
    if (chunk == 1) {
      file = slow_part (std::move (file), 50000);
      whole = {};
      fail_unless (bool (parse_all (*make_isobmff_parser (), whole, file, 0)));
    }
    ParseRecorder pieces;
    auto parser = make_isobmff_parser ();
    result = parse_all (*parser, pieces, file, chunk);
    fail_unless (bool (result), "%zu: %s", chunk,
        result ? "" : result.error ().message.c_str ());
    fail_unless (pieces.frames == whole.frames, "chunks of %zu", chunk);
    fail_unless (pieces.order == whole.order, "chunks of %zu", chunk);
    if (chunk > 1)
      fail_unless (parser->state () == AppendState::waiting_for_segment);
  }
}
GST_END_TEST

GST_START_TEST (a_frame_comes_with_its_last_byte)
{
  std::vector<uint8_t> file = read_media ("av.mp4");
  std::vector<WalkedTrack> tracks = walk_isobmff (file);
  // Where each frame of both tracks ends.
  std::vector<uint64_t> ends;
  for (const WalkedTrack &track : tracks) {
    for (const WalkedSample &sample : track.samples)
      ends.push_back (sample.offset + sample.size);
  }
  std::sort (ends.begin (), ends.end ());
  auto parser = make_isobmff_parser ();
  ParseRecorder recorder;
  ByteQueue queue;
  for (size_t i = 0; i < file.size (); i++) {
    auto result = parse_more (*parser, queue, recorder, {file[i]}, 0);
    fail_unless (bool (result));
    size_t whole = size_t (
        std::upper_bound (ends.begin (), ends.end (), i + 1) - ends.begin ());
    if (recorder.frames.size () != whole)
      fail_unless_equals_int (recorder.frames.size (), whole);
  }
}
GST_END_TEST

static Suite *
parser_isobmff_suite ()
{
  Suite *suite = suite_create ("mse/parser-isobmff");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (
      tcase, every_frame_is_the_one_of_the_boxes, 0, G_N_ELEMENTS (files));
  tcase_add_loop_test (
      tcase, any_chunking_gives_the_same, 0, G_N_ELEMENTS (files));
  tcase_add_test (tcase, a_frame_comes_with_its_last_byte);
  return suite;
}
GST_CHECK_MAIN (parser_isobmff)
