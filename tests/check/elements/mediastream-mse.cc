// SPDX-License-Identifier: LGPL-2.1-or-later
// A stream into a media source, and what that plays out again.
// WPT: testRecordingMediaFragmentsWithMediaSourceAndMediaRecorder
#include "support/playback.hh"

using namespace webmedia::test;

static constexpr int kFrames = 40;

// What records a stream to its end.
struct Recording {
  explicit Recording (GstElement *played)
      : stream (gst_web_capture_stream (played, nullptr)),
        pipeline ("mediastreamsrc name=s  s.video_0 ! identity name=raw ! "
                  "vp8enc deadline=1 ! webmmux streamable=true ! "
                  "fakesink name=file async=false"),
        frames (pipeline.get ("raw")),
        file (pipeline.get ("file"))
  {
    g_object_set (pipeline.get ("s"), "stream", stream, nullptr);
    pipeline.play ();
  }
  ~Recording () { gst_object_unref (stream); }

  GstWebMediaStream *stream;
  Pipeline pipeline;
  Recorder frames, file;
};

GST_START_TEST (a_stream_that_is_appended_plays_into_a_recorder)
{
  Pipeline player ("msebin uri=mse://loop name=m  m.video_0 ! vp8dec ! "
                   "fakesink name=out sync=true");
  Recorder shown (player.get ("out"));
  Recording recording (*player);
  Pipeline appender (
      "mediastreamsrc uri=mediastream://loop lossless=true ! "
      "vp8enc deadline=1 keyframe-max-dist=10 ! webmmux streamable=true ! "
      "msesink uri=mse://loop");
  Pipeline camera ("videotestsrc num-buffers=" + std::to_string (kFrames)
                   + " ! video/x-raw,format=I420,width=32,height=32,"
                     "framerate=25/1 ! "
                     "mediastreamsink uri=mediastream://loop lossless=true");
  player.play ();
  appender.play ();
  camera.play ();
  fail_unless_equals_string (camera.wait_end ().c_str (), "");
  fail_unless_equals_string (appender.wait_end ().c_str (), "");
  fail_unless_equals_string (player.wait_end ().c_str (), "");
  fail_unless_equals_string (recording.pipeline.wait_end ().c_str (), "");
  fail_unless_equals_int (int (shown.count ()), kFrames);
  // A recorder is live: what it is too slow for is lost to it.
  auto frames = recording.frames.outputs ();
  fail_unless (frames.size () > kFrames / 4, "%zu", frames.size ());
  for (size_t i = 1; i < frames.size (); i++)
    fail_unless (frames[i].pts > frames[i - 1].pts);
  int64_t length = frames.back ().pts - frames.front ().pts;
  fail_unless (length > 0 && length < 2 * int64_t (GST_SECOND));
  fail_unless (recording.file.count () > 1);
}
GST_END_TEST

static Suite *
mediastream_mse_suite (void)
{
  Suite *suite = suite_create ("mediastream-mse");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, a_stream_that_is_appended_plays_into_a_recorder);
  return suite;
}

GST_CHECK_MAIN (mediastream_mse);
