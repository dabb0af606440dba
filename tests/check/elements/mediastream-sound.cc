// SPDX-License-Identifier: LGPL-2.1-or-later
// Sound that mediastreamsrc hands out.
#include "support/live.hh"
#include "support/push-pad.hh"

using namespace webmedia::test;

static constexpr int64_t kMs = 1000000;

namespace {

// A live track of sound, of "mediastream://1".
class Sounding {
public:
  explicit Sounding (LiveClock &clock)
  {
    gst_pipeline_use_clock (GST_PIPELINE (*pipeline_), clock.get ());
    pipeline_.play ();
    pad_.begin (
        "audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved");
  }

  // 10 ms of it.
  void push (int64_t pts)
  {
    constexpr gsize kSize = 960;
    GstBuffer *piece = gst_buffer_new_allocate (nullptr, kSize, nullptr);
    gst_buffer_memset (piece, 0, kByte, kSize);
    GST_BUFFER_PTS (piece) = GstClockTime (pts);
    GST_BUFFER_DURATION (piece) = 10 * GST_MSECOND;
    fail_unless_equals_int (gst_pad_push (*pad_, piece), GST_FLOW_OK);
  }
  static constexpr uint8_t kByte = 0x55;

private:
  Pipeline pipeline_{"tee mediastreamsink name=s uri=mediastream://1"};
  PushPad pad_{pipeline_.get ("s"), "audio_%u", true};
};

GstWebMediaStream *
find_stream ()
{
  GstWebMediaStream *stream = gst_web_media_stream_lookup ("mediastream://1");
  fail_unless (stream != nullptr);
  return stream;
}

} // namespace

// WPT MediaStreamTrack-MediaElement-disabled-audio-is-silence.
GST_START_TEST (sound_that_is_not_enabled_is_silent)
{
  LiveClock clock;
  Sounding sounding (clock);
  Consumer consumer (
      "mediastreamsrc uri=mediastream://1 ! fakesink name=out", clock);
  consumer.play ();
  consumer.wait_joined ();
  GstWebMediaStream *stream = find_stream ();
  GPtrArray *sound = gst_web_media_stream_get_audio_tracks (stream);
  auto track = GST_WEB_MEDIA_STREAM_TRACK (g_ptr_array_index (sound, 0));
  for (int i = 0; i < 12; i++) {
    bool enabled = i == 0 || i == 11;
    gst_web_media_stream_track_set_enabled (track, enabled);
    sounding.push (i * 10 * kMs);
    Consumer::Seen seen = consumer.take ();
    fail_unless_equals_int64 (seen.running_time, i * 10 * kMs);
    fail_unless_equals_int (seen.first_byte, enabled ? Sounding::kByte : 0);
    fail_unless (seen.is_even);
    clock.advance (10 * kMs);
  }
  g_ptr_array_unref (sound);
  gst_object_unref (stream);
}
GST_END_TEST

// WPT MediaStream-removetrack: pictures that it does not play are nothing to
// it.
GST_START_TEST (who_plays_sound_alone_ends_with_the_last_track_of_sound)
{
  LiveClock clock;
  Sounding sounding (clock);
  Feed feed ("mediastreamsink uri=mediastream://1", clock);
  GstWebMediaStream *stream = find_stream ();
  Consumer consumer ("mediastreamsrc name=m uri=mediastream://1 "
                     "m.audio_0 ! fakesink name=out",
      clock);
  consumer.play ();
  consumer.wait_joined ();
  feed.push_picture (0);
  sounding.push (0);
  fail_unless_equals_int (consumer.take ().first_byte, Sounding::kByte);
  GPtrArray *sound = gst_web_media_stream_get_audio_tracks (stream);
  fail_unless_equals_int (int (sound->len), 1);
  gst_web_media_stream_remove_track (
      stream, GST_WEB_MEDIA_STREAM_TRACK (g_ptr_array_index (sound, 0)));
  fail_unless_equals_string (consumer.wait_end ().c_str (), "");
  fail_unless (gst_web_media_stream_get_active (stream)); // of the pictures
  g_ptr_array_unref (sound);
  gst_object_unref (stream);
}
GST_END_TEST

static Suite *
mediastream_sound_suite ()
{
  Suite *suite = suite_create ("mediastream-sound");
  TCase *all = tcase_create ("all");
  suite_add_tcase (suite, all);
  tcase_add_test (all, sound_that_is_not_enabled_is_silent);
  tcase_add_test (all, who_plays_sound_alone_ends_with_the_last_track_of_sound);
  return suite;
}

GST_CHECK_MAIN (mediastream_sound)
