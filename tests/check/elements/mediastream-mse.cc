// SPDX-License-Identifier: LGPL-2.1-or-later
// A stream into a media source, and what that plays out again.
// WPT: testRecordingMediaFragmentsWithMediaSourceAndMediaRecorder
#include "support/playback.hh"

#include <glib/gstdio.h>
#include <memory>
#include <unistd.h>

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

namespace {

// A file that is there as long as this.
class TemporaryFile {
public:
  TemporaryFile () { close (g_file_open_tmp (nullptr, &name_, nullptr)); }
  ~TemporaryFile ()
  {
    unlink (name_);
    g_free (name_);
  }
  std::string name () const { return name_; }

private:
  gchar *name_ = nullptr;
};

struct Content {
  bool pictures, sound;
};

// What plays it, for four fifths of a second.
std::string
player_of (const Content &content)
{
  std::string text;
  if (content.pictures)
    text += "videotestsrc num-buffers=20 ! video/x-raw,format=I420,width=32,"
            "height=32,framerate=25/1 ! fakesink sync=true ";
  if (content.sound)
    text += "audiotestsrc num-buffers=80 samplesperbuffer=480 ! audio/x-raw,"
            "format=S16LE,rate=48000,channels=1 ! fakesink sync=true";
  return text;
}

std::string
recorder_of (const Content &content, const std::string &file)
{
  std::string text =
      "mediastreamsrc name=s  webmmux name=m ! filesink location=" + file;
  if (content.pictures)
    text += "  s.video_0 ! queue ! vp8enc deadline=1 ! m.";
  if (content.sound)
    text += "  s.audio_0 ! queue ! audioconvert ! vorbisenc ! m.";
  return text;
}

std::string
reader_of (const Content &content, const std::string &file)
{
  std::string text = "filesrc location=" + file + " ! matroskademux name=d";
  if (content.pictures)
    text += "  d.video_0 ! queue ! vp8dec ! fakesink name=v";
  if (content.sound)
    text += "  d.audio_0 ! queue ! vorbisdec ! fakesink name=a";
  return text;
}

// From its first to its last buffer.
int64_t
length_of (Recorder &recorder)
{
  auto outputs = recorder.outputs ();
  fail_unless (outputs.size () > 1);
  return outputs.back ().end () - outputs.front ().pts;
}

} // namespace

// WPT: fromelement capture, to a recorder: video, audio, both
GST_START_TEST (what_plays_is_recorded_pictures_sound_or_both)
{
  for (const Content &content :
      {Content{true, false}, Content{false, true}, Content{true, true}}) {
    TemporaryFile file;
    {
      Pipeline player (player_of (content));
      GstWebMediaStream *stream = gst_web_capture_stream (*player, nullptr);
      Pipeline recorder (recorder_of (content, file.name ()));
      g_object_set (recorder.get ("s"), "stream", stream, nullptr);
      gst_object_unref (stream);
      recorder.play ();
      player.play ();
      fail_unless_equals_string (player.wait_end ().c_str (), "");
      fail_unless_equals_string (recorder.wait_end ().c_str (), "");
    }
    Pipeline reader (reader_of (content, file.name ()));
    std::unique_ptr<Recorder> seen, heard;
    if (content.pictures)
      seen = std::make_unique<Recorder> (reader.get ("v"));
    if (content.sound)
      heard = std::make_unique<Recorder> (reader.get ("a"));
    reader.play ();
    fail_unless_equals_string (reader.wait_end ().c_str (), "");
    // Live: what it was too slow for at the beginning is lost to it.
    for (Recorder *each : {seen.get (), heard.get ()})
      if (each)
        fail_unless (length_of (*each) > int64_t (200 * GST_MSECOND)
                         && length_of (*each) < int64_t (2 * GST_SECOND),
            "%g s", double (length_of (*each)) / GST_SECOND);
  }
}
GST_END_TEST

static Suite *
mediastream_mse_suite (void)
{
  Suite *suite = suite_create ("mediastream-mse");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, a_stream_that_is_appended_plays_into_a_recorder);
  tcase_add_test (tc, what_plays_is_recorded_pictures_sound_or_both);
  return suite;
}

GST_CHECK_MAIN (mediastream_mse);
