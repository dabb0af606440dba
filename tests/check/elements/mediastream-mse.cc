// SPDX-License-Identifier: LGPL-2.1-or-later
// Streams into a media source, or into a file, and what these play out again.
// WPT: testRecordingMediaFragmentsWithMediaSourceAndMediaRecorder
#include "support/captured.hh"

#include <algorithm>
#include <atomic>
#include <glib/gstdio.h>
#include <memory>
#include <unistd.h>

using namespace webmedia::test;

namespace {

constexpr int64_t kMs = GST_MSECOND;
// What is recorded: 25 pictures a second, and a tone of 440 Hz.
constexpr int kFrames = 50;
constexpr int64_t kFrame = 40 * kMs;
constexpr int64_t kLength = kFrames * kFrame;
// Of sound: a frame that an encoder puts in front of it, and one that it fills.
constexpr int64_t kSlack = 50 * kMs;

// Encoders, a muxer, and what reads that again.
struct Format {
  const char *type;
  const char *pictures, *sound, *muxer;
  const char *demuxer, *pictures_again, *sound_again;
};

constexpr Format kWebm{"video/webm; codecs=\"vp8, vorbis\"",
    "vp8enc deadline=1 keyframe-max-dist=10", "vorbisenc", "webmmux",
    "matroskademux", "vp8dec", "vorbisdec"};
constexpr Format kWebmOpus{"video/webm; codecs=\"vp9, opus\"",
    "vp9enc deadline=1 cpu-used=8 lag-in-frames=0", "opusenc", "webmmux",
    "matroskademux", "vp9dec", "opusdec"};
constexpr Format kMp4{"video/mp4; codecs=\"avc1.42c00b, mp4a.40.2\"",
    "openh264enc gop-size=10 ! h264parse", "avenc_aac ! aacparse",
    "mp4mux fragment-duration=400", "qtdemux", "avdec_h264", "avdec_aac"};
constexpr const Format *kFormats[] = {&kWebm, &kWebmOpus, &kMp4};

const std::string kPictures =
    "video/x-raw,format=I420,width=64,height=48,framerate=25/1 ! ";
const std::string kTone =
    "audio/x-raw,format=S16LE,layout=interleaved,rate=48000,channels=1 ! ";

// The producer of a stream `loop` of both.
const std::string kCamera =
    "mediastreamsink name=s uri=mediastream://loop lossless=true  "
    "videotestsrc num-buffers="
    + std::to_string (kFrames) + " ! " + kPictures
    + "s.video_0  audiotestsrc samplesperbuffer=1920 num-buffers="
    + std::to_string (kFrames) + " ! " + kTone + "s.audio_0";

// Of that stream; what comes out goes to `sink`.
std::string
recorder_of (
    const Format &format, const std::string &settings, const std::string &sink)
{
  return "mediastreamsrc name=s uri=mediastream://loop lossless=true  "
         + std::string (format.muxer) + " " + settings + " name=m ! " + sink
         + "  s.video_0 ! " + format.pictures
         + " ! m.  s.audio_0 ! audioconvert ! " + format.sound + " ! m.";
}

// What decodes what comes from two pads, into sinks `v` and `a`.
std::string
decoders_of (const Format &format, const std::string &pictures,
    const std::string &sound, const std::string &settings = "")
{
  return "  " + pictures + " ! queue ! " + format.pictures_again
         + " ! fakesink name=v " + settings + "  " + sound + " ! queue ! "
         + format.sound_again + " ! audioconvert ! " + kTone
         + "fakesink name=a " + settings;
}

// What a sink of the tone gets.
class Ear {
public:
  explicit Ear (GstElement *sink)
      : pad_ (gst_element_get_static_pad (sink, "sink")),
        id_ (gst_pad_add_probe (
            pad_, GST_PAD_PROBE_TYPE_BUFFER, hear, this, nullptr))
  {}
  ~Ear ()
  {
    gst_pad_remove_probe (pad_, id_);
    gst_object_unref (pad_);
  }

  int64_t length () const
  {
    return int64_t (gst_util_uint64_scale (samples_, GST_SECOND, 48000));
  }
  double frequency () const
  {
    return double (crossings_) / 2 / (double (samples_) / 48000);
  }

private:
  static GstPadProbeReturn hear (GstPad *, GstPadProbeInfo *info, gpointer data)
  {
    auto self = static_cast<Ear *> (data);
    GstMapInfo map;
    fail_unless (
        gst_buffer_map (GST_PAD_PROBE_INFO_BUFFER (info), &map, GST_MAP_READ));
    auto values = reinterpret_cast<const int16_t *> (map.data);
    size_t number = map.size / sizeof (int16_t);
    for (size_t i = 0; i < number; i++) {
      bool is_above = values[i] > 0;
      self->crossings_ += is_above != self->is_above_;
      self->is_above_ = is_above;
    }
    self->samples_ += number;
    gst_buffer_unmap (GST_PAD_PROBE_INFO_BUFFER (info), &map);
    return GST_PAD_PROBE_OK;
  }

  GstPad *const pad_;
  const gulong id_;
  bool is_above_ = false;
  std::atomic<uint64_t> samples_ = 0, crossings_ = 0;
};

// What comes of a stream in the end: what its sinks `v` and `a` get.
struct Witness {
  explicit Witness (Pipeline &pipeline)
      : pictures (pipeline.get ("v")),
        sound (pipeline.get ("a")),
        ear (pipeline.get ("a"))
  {}

  // All that was recorded, so many times.
  void expect_all (int times = 1)
  {
    auto seen = pictures.outputs ();
    fail_unless_equals_int (int (seen.size ()), times * kFrames);
    for (int i = 0; i < times * kFrames; i++)
      expect_near (seen[size_t (i)].pts, i * kFrame, times * kMs);
    expect_tone ();
    expect_near (ear.length (), times * kLength, times * kSlack);
    auto heard = sound.outputs ();
    expect_near (heard.front ().pts, 0, kSlack);
    expect_near (heard.back ().end (), times * kLength, times * kSlack);
  }
  void expect_tone ()
  {
    fail_unless (ear.frequency () > 420 && ear.frequency () < 460, "%g Hz",
        ear.frequency ());
  }
  static void expect_near (int64_t time, int64_t wanted, int64_t slack)
  {
    fail_unless (std::abs (time - wanted) <= slack, "%g s, not %g s",
        double (time) / GST_SECOND, double (wanted) / GST_SECOND);
  }

  Recorder pictures, sound;
  Ear ear;
};

// The application of a recorder, which appends each piece that this gives out.
class Application {
public:
  Application (GstElement *sink, GstWebSourceBuffer *buffer) : buffer_ (buffer)
  {
    g_object_set (sink, "signal-handoffs", TRUE, nullptr);
    g_signal_connect (sink, "handoff", G_CALLBACK (append), this);
  }

  int pieces () const { return pieces_; }

private:
  static void append (GstElement *, GstBuffer *piece, GstPad *, gpointer data)
  {
    auto self = static_cast<Application *> (data);
    GError *error = nullptr;
    fail_unless (
        gst_web_source_buffer_append_buffer_sync (self->buffer_, piece, &error),
        "%s", error ? error->message : "");
    self->pieces_++;
  }

  GstWebSourceBuffer *const buffer_;
  std::atomic<int> pieces_ = 0;
};

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
  Bytes bytes () const
  {
    char *data;
    gsize size;
    fail_unless (g_file_get_contents (name_, &data, &size, nullptr));
    Bytes all (data, data + size);
    g_free (data);
    return all;
  }

private:
  gchar *name_ = nullptr;
};

// To its end.
void
record (const Format &format, const TemporaryFile &file)
{
  Pipeline recorder (
      recorder_of (format, "", "filesink location=" + file.name ()));
  Pipeline camera (kCamera);
  recorder.play ();
  camera.play ();
  fail_unless_equals_string (camera.wait_end ().c_str (), "");
  fail_unless_equals_string (recorder.wait_end ().c_str (), "");
}

// From 0 to this.
void
expect_buffered (GstWebSourceBuffer *buffer, int64_t end)
{
  GError *error = nullptr;
  g_autoptr (GstWebTimeRanges) ranges =
      gst_web_source_buffer_get_buffered (buffer, &error);
  fail_unless (ranges != nullptr);
  fail_unless_equals_int (int (gst_web_time_ranges_get_length (ranges)), 1);
  Witness::expect_near (
      int64_t (gst_web_time_ranges_start (ranges, 0)), 0, kSlack);
  Witness::expect_near (
      int64_t (gst_web_time_ranges_end (ranges, 0)), end, 2 * kSlack);
}

} // namespace

GST_START_TEST (a_stream_is_appended_in_fragments_and_plays_to_its_end)
{
  for (const Format *format : kFormats) {
    Owner owner ("mse://t");
    Pipeline player ("msebin name=m uri=mse://t"
                     + decoders_of (*format, "m.video_0", "m.audio_0"));
    Witness witness (player);
    player.set_state (GST_STATE_READY);
    GstWebSourceBuffer *buffer = owner.add (format->type);
    Pipeline recorder (recorder_of (
        *format, "streamable=true", "fakesink name=out async=false"));
    Application application (recorder.get ("out"), buffer);
    Pipeline camera (kCamera);
    player.play ();
    recorder.play ();
    camera.play ();
    fail_unless_equals_string (camera.wait_end ().c_str (), "");
    fail_unless_equals_string (recorder.wait_end ().c_str (), "");
    fail_unless (application.pieces () > 5, "%d", application.pieces ());
    expect_buffered (buffer, kLength);
    owner.end ();
    fail_unless_equals_string (player.wait_end ().c_str (), "");
    witness.expect_all ();
  }
}
GST_END_TEST

GST_START_TEST (a_file_of_a_stream_has_both_tracks_and_their_length)
{
  for (const Format *format : kFormats) {
    TemporaryFile file;
    record (*format, file);
    Pipeline reader ("filesrc location=" + file.name () + " ! "
                     + format->demuxer + " name=d"
                     + decoders_of (*format, "d.video_0", "d.audio_0"));
    Witness witness (reader);
    reader.set_state (GST_STATE_PAUSED);
    int64_t length = 0;
    fail_unless (
        gst_element_query_duration (*reader, GST_FORMAT_TIME, &length));
    Witness::expect_near (length, kLength, kSlack);
    reader.play ();
    fail_unless_equals_string (reader.wait_end ().c_str (), "");
    witness.expect_all ();
  }
}
GST_END_TEST

// WPT: the recorded fragments are appended one behind the other.
GST_START_TEST (files_of_a_stream_are_appended_one_behind_the_other)
{
  for (const Format *format : kFormats) {
    TemporaryFile file;
    record (*format, file);
    Bytes bytes = file.bytes ();
    Owner owner ("mse://t");
    Pipeline player (decoders_of (*format, "webmsesrc uri=mse://t track=video",
        "webmsesrc uri=mse://t track=audio"));
    Witness witness (player);
    player.set_state (GST_STATE_READY);
    GstWebSourceBuffer *buffer = owner.add (format->type);
    for (int times : {1, 2}) {
      fail_unless (gst_web_source_buffer_set_timestamp_offset (
          buffer, (times - 1) * kLength, nullptr));
      for (size_t at = 0; at < bytes.size (); at += 1000) {
        auto end = std::min (at + 1000, bytes.size ());
        owner.append (buffer,
            Bytes (bytes.begin () + long (at), bytes.begin () + long (end)));
      }
      expect_buffered (buffer, times * kLength);
    }
    owner.end ();
    player.play ();
    fail_unless_equals_string (player.wait_end ().c_str (), "");
    witness.expect_all (2);
  }
}
GST_END_TEST

namespace {

struct Content {
  bool pictures, sound;
};

// What plays it, for four fifths of a second.
std::string
player_of (const Content &content)
{
  std::string text;
  if (content.pictures)
    text +=
        "videotestsrc num-buffers=20 ! " + kPictures + "fakesink sync=true ";
  if (content.sound)
    text += "audiotestsrc num-buffers=80 samplesperbuffer=480 ! " + kTone
            + "fakesink sync=true";
  return text;
}

// What records a stream that is live, into a file. What it was given comes to
// `raw` and `heard`.
std::string
live_recorder_of (const Content &content, const TemporaryFile &file)
{
  std::string text = "mediastreamsrc name=s  webmmux name=m ! filesink "
                     "location="
                     + file.name ();
  if (content.pictures)
    text += "  s.video_0 ! queue ! identity name=raw ! vp8enc deadline=1 ! m.";
  if (content.sound)
    text += "  s.audio_0 ! queue ! identity name=heard ! audioconvert ! "
            "vorbisenc ! m.";
  return text;
}

std::string
live_reader_of (const Content &content, const TemporaryFile &file)
{
  std::string text =
      "filesrc location=" + file.name () + " ! matroskademux name=d";
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

// What a pipeline plays, recorded to its end.
struct LiveRecording {
  LiveRecording (const Content &content, GstElement *played)
      : stream (gst_web_capture_stream (played, nullptr)),
        pipeline (live_recorder_of (content, file))
  {
    if (content.pictures)
      frames = std::make_unique<Recorder> (pipeline.get ("raw"));
    if (content.sound)
      sound = std::make_unique<Recorder> (pipeline.get ("heard"));
    g_object_set (pipeline.get ("s"), "stream", stream, nullptr);
    pipeline.play ();
  }
  ~LiveRecording () { gst_object_unref (stream); }

  // A recorder is live: what it is too slow for is lost to it. The file has
  // what it was given.
  void expect_in_file (const Content &content, int64_t length)
  {
    Pipeline reader (live_reader_of (content, file));
    std::unique_ptr<Recorder> seen, heard;
    if (content.pictures)
      seen = std::make_unique<Recorder> (reader.get ("v"));
    if (content.sound)
      heard = std::make_unique<Recorder> (reader.get ("a"));
    reader.play ();
    fail_unless_equals_string (reader.wait_end ().c_str (), "");
    if (seen) {
      fail_unless_equals_int (int (seen->count ()), int (frames->count ()));
      auto outputs = seen->outputs ();
      for (size_t i = 1; i < outputs.size (); i++)
        fail_unless (outputs[i].pts > outputs[i - 1].pts);
      expect (length_of (*seen), length_of (*frames), length);
    }
    if (heard)
      expect (length_of (*heard), length_of (*sound), length);
  }
  static void expect (int64_t time, int64_t given, int64_t length)
  {
    Witness::expect_near (time, given, 2 * kSlack);
    fail_unless (time > length / 4 && time < length + kLength, "%g s",
        double (time) / GST_SECOND);
  }

  GstWebMediaStream *stream;
  TemporaryFile file;
  Pipeline pipeline;
  std::unique_ptr<Recorder> frames, sound; // what it was given
};

} // namespace

GST_START_TEST (what_is_appended_plays_into_a_recorder)
{
  constexpr Content kBoth{true, true};
  Pipeline player (
      "msebin uri=mse://loop name=m"
      + decoders_of (kWebm, "m.video_0", "m.audio_0", "sync=true"));
  Witness witness (player);
  LiveRecording recording (kBoth, *player);
  Pipeline appender (
      recorder_of (kWebm, "streamable=true", "msesink uri=mse://loop"));
  Pipeline camera (kCamera);
  player.play ();
  appender.play ();
  camera.play ();
  fail_unless_equals_string (camera.wait_end ().c_str (), "");
  fail_unless_equals_string (appender.wait_end ().c_str (), "");
  fail_unless_equals_string (player.wait_end ().c_str (), "");
  fail_unless_equals_string (recording.pipeline.wait_end ().c_str (), "");
  witness.expect_all ();
  recording.expect_in_file (kBoth, kLength);
}
GST_END_TEST

// WPT: fromelement capture, to a recorder: video, audio, both
GST_START_TEST (what_plays_is_recorded_pictures_sound_or_both)
{
  for (const Content &content :
      {Content{true, false}, Content{false, true}, Content{true, true}}) {
    Pipeline player (player_of (content));
    LiveRecording recording (content, *player);
    player.play ();
    fail_unless_equals_string (player.wait_end ().c_str (), "");
    fail_unless_equals_string (recording.pipeline.wait_end ().c_str (), "");
    recording.expect_in_file (content, 800 * kMs);
  }
}
GST_END_TEST

// Of an application that does not heed BUFFERING.
GST_START_TEST (what_runs_dry_is_muted_until_more_is_appended)
{
  constexpr size_t kFirst = 25; // frames in the first part
  Owner owner ("mse://dry");
  Captured c ("msebin uri=mse://dry name=m  m.video_0 ! vp9dec ! "
              "fakesink name=out sync=true");
  LiveClock clock;
  gst_pipeline_use_clock (GST_PIPELINE (*c.pipeline), clock.get ());
  Recorder shown (c.pipeline.get ("out"));
  c.pipeline.set_state (GST_STATE_READY);
  auto buffer = owner.add ("video/mp4");
  auto parts = split_mp4 (media_bytes ("vp9.mp4"));
  owner.append (buffer, parts[0]);
  owner.append (buffer, parts[1]);
  c.play ();
  auto pass = [&clock] (int64_t most) {
    if (clock.is_awaited_within (most))
      clock.advance_to_next_wait ();
    g_thread_yield ();
  };
  while (shown.count () < kFirst)
    pass (40 * GST_MSECOND);
  while (c.count ("mute") == 0)
    pass (GST_SECOND);
  Track video = c.only ("video");
  fail_unless (is_muted (video) && is_live (video));
  fail_unless_equals_int (int (shown.count ()), int (kFirst));
  owner.append (buffer, parts[2]);
  c.wait ("unmute", 2);
  fail_if (is_muted (video));
}
GST_END_TEST

// "No longer selected or enabled", and then not there any more.
GST_START_TEST (what_its_owner_disables_or_removes_ends)
{
  Owner owner ("mse://gone");
  Captured c ("msebin uri=mse://gone name=m  m.video_0 ! vp9dec ! "
              "fakesink sync=true  m.audio_0 ! opusdec ! fakesink sync=true");
  c.pipeline.set_state (GST_STATE_READY);
  auto pictures = owner.add ("video/mp4"), sound = owner.add ("audio/mp4");
  owner.append (pictures, media_bytes ("vp9.mp4"));
  owner.append (sound, media_bytes ("opus.mp4"));
  c.play ();
  c.wait ("addtrack", 2);
  Track video = c.only ("video"), audio = c.only ("audio");
  auto list = gst_web_source_buffer_get_audio_tracks (sound);
  auto track = gst_web_audio_track_list_get (list, 0);
  gst_web_audio_track_set_enabled (track, FALSE);
  c.wait ("audio-removetrack");
  fail_if (is_live (audio));
  gst_web_audio_track_set_enabled (track, TRUE);
  c.wait ("audio-addtrack", 2);
  audio = c.only ("audio");
  fail_unless (is_live (audio) && is_live (video));
  fail_unless (gst_web_media_source_remove_source_buffer (
      owner.source (), sound, nullptr));
  c.wait ("audio-removetrack", 2);
  fail_if (is_live (audio));
  fail_unless (is_live (video));
  fail_unless_equals_string (c.changes ("audio").c_str (),
      "addtrack ended removetrack addtrack ended removetrack ");
  g_object_unref (track);
}
GST_END_TEST

static Suite *
mediastream_mse_suite (void)
{
  Suite *suite = suite_create ("mediastream-mse");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, a_stream_is_appended_in_fragments_and_plays_to_its_end);
  tcase_add_test (tc, a_file_of_a_stream_has_both_tracks_and_their_length);
  tcase_add_test (tc, files_of_a_stream_are_appended_one_behind_the_other);
  tcase_add_test (tc, what_is_appended_plays_into_a_recorder);
  tcase_add_test (tc, what_plays_is_recorded_pictures_sound_or_both);
  tcase_add_test (tc, what_runs_dry_is_muted_until_more_is_appended);
  tcase_add_test (tc, what_its_owner_disables_or_removes_ends);
  return suite;
}

GST_CHECK_MAIN (mediastream_mse);
