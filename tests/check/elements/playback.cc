// SPDX-License-Identifier: LGPL-2.1-or-later
// The pipelines of the README, from file to the last frame.
#include "support/playback.hh"
#include "support/ffprobe-packets.hh"

#include <algorithm>

using namespace webmedia::test;
using webmedia::mse::ffprobe_packets;
using webmedia::mse::ProbedPacket;

namespace {

struct File {
  const char *name;
  const char *track;
  unsigned stream;    // for ffprobe
  int64_t rate;       // of ffprobe's time base
  int64_t offset = 0; // for the file to begin at 0
  // Whether ffprobe's packets have the same bytes: not where ADTS headers are
  // cut off, nor for H.265 in a transport stream (see the parsers' tests).
  bool alike = true;
};

const File kFiles[] = {
    {"av.mp4", "video", 0, 16000},
    {"av.mp4", "audio", 1, 48000},
    {"cmaf-av.mp4", "audio", 1, 48000},
    {"h265.mp4", "video", 0, 16000},
    {"vp9-opus.webm", "video", 0, 1000},
    {"vp8-vorbis.webm", "video", 0, 1000},
    {"av.ts", "video", 0, 90000, -1400000000},
    {"av.ts", "audio", 1, 0, -1400000000, false},
    {"gst-h265-ac3.ts", "video", 0, 90000, -3600000000000, false},
    {"gst-h265-ac3.ts", "audio", 1, 90000, -3600000000000},
    {"adts.aac", "audio", 0, 0, 0, false},
    {"adts-id3.aac", "audio", 0, 0, 0, false},
    {"cbr.mp3", "audio", 0, 0},
    {"xing.mp3", "audio", 0, 0},
};

std::string
append (const std::string &file, int64_t offset = 0)
{
  return "filesrc location=" + media_path (file)
         + " ! msesink uri=mse://a timestamp-offset=" + std::to_string (offset)
         + " ";
}

// The number of frames that come out of `element`, and of ffprobe's packets.
void
expect_all (Pipeline &pipeline, const char *element, size_t packets)
{
  Recorder recorder (pipeline.get (element));
  pipeline.play ();
  std::string error = pipeline.wait_end ();
  fail_unless (error.empty (), "%s", error.c_str ());
  fail_unless_equals_int (recorder.count (), packets);
}

} // namespace

GST_START_TEST (every_frame_comes_out_as_ffprobe_reads_it)
{
  const File &file = kFiles[__i__];
  auto packets = ffprobe_packets (file.name, file.stream);
  Pipeline pipeline (append (file.name, file.offset)
                     + "msesrc uri=mse://a track=" + file.track
                     + " ! fakesink name=out");
  Recorder recorder (pipeline.get ("out"));
  pipeline.play ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");

  auto outputs = recorder.outputs ();
  fail_unless_equals_int (outputs.size (), packets.size ());
  int64_t last_dts = INT64_MIN;
  for (size_t i = 0; i < packets.size (); i++) {
    const Output &output = outputs[i];
    const ProbedPacket &packet = packets[i];
    if (file.alike)
      fail_unless_equals_string (output.md5.c_str (), packet.md5.c_str ());
    fail_unless_equals_int (output.keyframe, packet.keyframe);
    if (file.rate > 0)
      fail_unless (std::abs (output.pts - packet.pts * 1000000000 / file.rate
                             - file.offset)
                       < 2,
          "frame %zu", i);
    fail_unless (output.dts >= last_dts);
    last_dts = output.dts;
  }
}
GST_END_TEST;

GST_START_TEST (every_frame_passes_decodebin)
{
  const File &file = kFiles[__i__];
  auto packets = ffprobe_packets (file.name, file.stream);
  Pipeline pipeline (append (file.name, file.offset)
                     + "msesrc uri=mse://a track=" + file.track
                     + " ! identity name=out ! decodebin ! fakesink");
  expect_all (pipeline, "out", packets.size ());
}
GST_END_TEST;

GST_START_TEST (msebin_plays_two_files_of_two_sinks)
{
  Pipeline pipeline (append ("v.mp4") + append ("opus.webm")
                     + "msebin uri=mse://a name=m "
                       "m.video_0 ! identity name=v ! decodebin ! fakesink "
                       "m.audio_0 ! identity name=a ! decodebin ! fakesink");
  Recorder audio (pipeline.get ("a"));
  expect_all (pipeline, "v", ffprobe_packets ("v.mp4", 0).size ());
  fail_unless_equals_int (
      audio.count (), ffprobe_packets ("opus.webm", 0).size ());
}
GST_END_TEST;

GST_START_TEST (a_pad_of_msebin_may_stay_without_a_link)
{
  Pipeline pipeline (append ("av.mp4")
                     + "msebin uri=mse://a ! identity name=out ! decodebin ! "
                       "fakesink");
  expect_all (pipeline, "out", 200);
}
GST_END_TEST;

static void
add_recorder (GstBin *, GstBin *, GstElement *element, gpointer recorders)
{
  if (g_strcmp0 (G_OBJECT_TYPE_NAME (element), "GstWebMseSrc") == 0)
    static_cast<std::vector<Recorder *> *> (recorders)->push_back (
        new Recorder (element, "src"));
}

static const char *const kPlayers[] = {
    "playbin3 uri=mse://a video-sink=fakesink audio-sink=fakesink",
    "playbin uri=mse://a video-sink=fakesink audio-sink=fakesink",
    "uridecodebin3 uri=mse://a name=d fakesink name=video fakesink name=audio",
    "uridecodebin uri=mse://a name=d fakesink name=video fakesink name=audio",
};

// A delayed link of the description is not for two threads that add a pad at
// the same time, as uridecodebin has them.
static void
link_by_kind (GstElement *, GstPad *pad, gpointer pipeline)
{
  GstCaps *caps = gst_pad_query_caps (pad, nullptr);
  const char *type = gst_structure_get_name (gst_caps_get_structure (caps, 0));
  GstElement *sink = static_cast<Pipeline *> (pipeline)->get (
      g_str_has_prefix (type, "video/") ? "video" : "audio");
  GstPad *target = gst_element_get_static_pad (sink, "sink");
  fail_unless (gst_pad_link (pad, target) == GST_PAD_LINK_OK);
  gst_object_unref (target);
  gst_caps_unref (caps);
}

static void
play_by_uri (const char *file, const char *player)
{
  Pipeline pipeline (append (file) + player);
  std::vector<Recorder *> recorders;
  g_signal_connect (
      *pipeline, "deep-element-added", G_CALLBACK (add_recorder), &recorders);
  if (strstr (player, "name=d"))
    g_signal_connect (
        pipeline.get ("d"), "pad-added", G_CALLBACK (link_by_kind), &pipeline);
  pipeline.play ();
  std::string error = pipeline.wait_end ();
  fail_unless (error.empty (), "%s", error.c_str ());
  std::vector<size_t> counts;
  for (Recorder *recorder : recorders) {
    counts.push_back (recorder->count ());
    delete recorder;
  }
  std::vector<size_t> expected{
      ffprobe_packets (file, 0).size (), ffprobe_packets (file, 1).size ()};
  std::sort (counts.begin (), counts.end ());
  fail_unless (counts == expected);
}

GST_START_TEST (players_play_mp4_by_its_uri)
{
  play_by_uri ("av.mp4", kPlayers[__i__]);
}
GST_END_TEST;

GST_START_TEST (players_play_webm_by_its_uri)
{
  play_by_uri ("vp9-opus.webm", kPlayers[__i__]);
}
GST_END_TEST;

static Suite *
playback_suite (void)
{
  Suite *suite = suite_create ("playback");
  TCase *tcase = tcase_create ("pipelines");
  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, every_frame_comes_out_as_ffprobe_reads_it, 0,
      G_N_ELEMENTS (kFiles));
  tcase_add_loop_test (
      tcase, every_frame_passes_decodebin, 0, G_N_ELEMENTS (kFiles));
  tcase_add_test (tcase, msebin_plays_two_files_of_two_sinks);
  tcase_add_test (tcase, a_pad_of_msebin_may_stay_without_a_link);
  tcase_add_loop_test (
      tcase, players_play_mp4_by_its_uri, 0, G_N_ELEMENTS (kPlayers));
  tcase_add_loop_test (
      tcase, players_play_webm_by_its_uri, 0, G_N_ELEMENTS (kPlayers));
  return suite;
}

GST_CHECK_MAIN (playback)
