// SPDX-License-Identifier: LGPL-2.1-or-later
// A stream into a media source, and what that plays out again.
// WPT: testRecordingMediaFragmentsWithMediaSourceAndMediaRecorder
#include "support/live.hh"

#include <algorithm>
#include <glib/gstdio.h>
#include <memory>
#include <unistd.h>

using namespace webmedia::test;

static constexpr size_t kFrames = 20;
static constexpr int64_t kFrame = 40 * GST_MSECOND;

namespace {

// Of what is captured: a piece of each kind is as long as a frame.
struct Content {
  bool pictures, sound;

  guint kinds () const { return guint (pictures) + guint (sound); }
};

// Records to its end what a pipeline plays, from when it is in PAUSED. A clock
// that the test moves is that of both, and each piece is recorded before the
// next one is played: so nothing is lost to a recorder that is live.
class Recording {
public:
  Recording (Pipeline &player, const Content &content, const std::string &text)
      : player_ (player),
        content_ (content),
        pipeline_ (text)
  {
    GstWebMediaStream *stream = gst_web_capture_stream (*player, nullptr);
    g_object_set (pipeline_.get ("s"), "stream", stream, nullptr);
    gst_object_unref (stream);
    if (content.pictures)
      pictures_ = std::make_unique<Recorder> (pipeline_.get ("v"));
    if (content.sound)
      sound_ = std::make_unique<Recorder> (pipeline_.get ("a"));
    for (Pipeline *each : {&player, &pipeline_})
      gst_pipeline_use_clock (GST_PIPELINE (**each), clock_.get ());
  }
  ~Recording () { pipeline_.set_state (GST_STATE_NULL); }

  void play ()
  {
    player_.set_state (GST_STATE_PAUSED);
    pipeline_.play ();
    gst_message_unref (pipeline_.wait (GST_MESSAGE_STREAM_COLLECTION));
    if (pictures_)
      pictures_->wait_count (1); // what is on the screen
    player_.play ();
    for (size_t played = 1; played <= kFrames; played++) {
      clock_.advance_to_next_wait (content_.kinds ());
      size_t arrived = std::min (played + 1, kFrames);
      if (pictures_)
        pictures_->wait_count (1 + arrived);
      if (sound_)
        sound_->wait_count (arrived);
    }
    clock_.advance_to_next_wait (content_.kinds ()); // the end
    fail_unless_equals_string (player_.wait_end ().c_str (), "");
    fail_unless_equals_string (pipeline_.wait_end ().c_str (), "");
  }
  GstElement *get (const char *name) { return pipeline_.get (name); }
  Recorder &pictures () { return *pictures_; }

private:
  LiveClock clock_;
  Pipeline &player_;
  const Content content_;
  Pipeline pipeline_;
  std::unique_ptr<Recorder> pictures_, sound_;
};

} // namespace

GST_START_TEST (a_stream_that_is_appended_plays_into_a_recorder)
{
  Pipeline player ("msebin uri=mse://loop name=m  m.video_0 ! vp8dec ! "
                   "fakesink name=out sync=true");
  Recorder shown (player.get ("out"));
  Pipeline appender (
      "mediastreamsrc uri=mediastream://loop lossless=true ! "
      "vp8enc deadline=1 keyframe-max-dist=10 ! webmmux streamable=true ! "
      "msesink uri=mse://loop");
  Pipeline camera ("videotestsrc num-buffers=" + std::to_string (kFrames)
                   + " ! video/x-raw,format=I420,width=32,height=32,"
                     "framerate=25/1 ! "
                     "mediastreamsink uri=mediastream://loop lossless=true");
  Recording recording (player, {true, false},
      "mediastreamsrc name=s  s.video_0 ! identity name=v ! "
      "vp8enc deadline=1 ! webmmux streamable=true ! "
      "fakesink name=file async=false");
  Recorder file (recording.get ("file"));
  player.set_state (GST_STATE_PAUSED, false);
  appender.play ();
  camera.play ();
  fail_unless_equals_string (camera.wait_end ().c_str (), "");
  fail_unless_equals_string (appender.wait_end ().c_str (), "");
  recording.play ();
  fail_unless_equals_int (int (shown.count ()), kFrames);
  auto frames = recording.pictures ().outputs ();
  fail_unless_equals_int (int (frames.size ()), 1 + kFrames);
  for (size_t i = 1; i < frames.size (); i++)
    fail_unless (frames[i].pts > frames[i - 1].pts);
  fail_unless_equals_int64 (frames.back ().pts, (kFrames - 1) * kFrame);
  fail_unless (file.count () > 1);
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

// What plays it.
std::string
player_of (const Content &content)
{
  std::string text;
  if (content.pictures)
    text += "videotestsrc num-buffers=" + std::to_string (kFrames)
            + " ! video/x-raw,format=I420,width=32,height=32,framerate=25/1 ! "
              "fakesink sync=true ";
  if (content.sound)
    text += "audiotestsrc num-buffers=" + std::to_string (kFrames)
            + " samplesperbuffer=1920 ! "
              "audio/x-raw,format=S16LE,rate=48000,channels=1 ! "
              "fakesink sync=true";
  return text;
}

std::string
recorder_of (const Content &content, const std::string &file)
{
  std::string text =
      "mediastreamsrc name=s  webmmux name=m ! filesink location=" + file;
  if (content.pictures)
    text += "  s.video_0 ! queue name=v ! vp8enc deadline=1 ! m.";
  if (content.sound)
    text += "  s.audio_0 ! queue name=a ! audioconvert ! vorbisenc ! m.";
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

// Of what was read, from the beginning. What encodes sound has a few samples
// more or less.
void
expect_whole (Recorder &recorder)
{
  auto outputs = recorder.outputs ();
  fail_unless (outputs.size () > 1);
  fail_unless (outputs.front ().pts < kFrame);
  int64_t off = outputs.back ().end () - int64_t (kFrames) * kFrame;
  fail_unless (std::abs (off) < kFrame / 2, "%g s", double (off) / GST_SECOND);
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
      Recording (player, content, recorder_of (content, file.name ())).play ();
    }
    Pipeline reader (reader_of (content, file.name ()));
    std::unique_ptr<Recorder> seen, heard;
    if (content.pictures)
      seen = std::make_unique<Recorder> (reader.get ("v"));
    if (content.sound)
      heard = std::make_unique<Recorder> (reader.get ("a"));
    reader.play ();
    fail_unless_equals_string (reader.wait_end ().c_str (), "");
    if (seen)
      fail_unless_equals_int (int (seen->count ()), 1 + kFrames);
    for (Recorder *each : {seen.get (), heard.get ()})
      if (each)
        expect_whole (*each);
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
