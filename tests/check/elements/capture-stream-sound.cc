// SPDX-License-Identifier: LGPL-2.1-or-later
// What a pipeline plays, as a stream: its sound.
#include "support/captured.hh"

using namespace webmedia::test;

// "The volume of the media element does not affect the volume".
GST_START_TEST (the_volume_has_no_effect)
{
  Captured c ("audiotestsrc wave=square volume=1 samplesperbuffer=480 ! "
              "audio/x-raw,format=S16LE,rate=48000,channels=1 ! audioconvert ! "
              "volume volume=0 mute=true ! audioconvert ! fakesink sync=true");
  c.play ();
  c.wait ("addtrack");
  Sample sample = read (read_of (c.only ("audio")));
  gint16 value = 0;
  gst_buffer_extract (
      gst_sample_get_buffer (sample.get ()), 0, &value, sizeof value);
  fail_unless (value > 30000 || value < -30000, "%d", value);
}
GST_END_TEST

// With a volume before a queue, as a player may have it.
static constexpr const char *kQueued =
    "audiotestsrc name=t samplesperbuffer=480 ! audio/x-raw,format=S16LE,"
    "rate=48000,channels=1 ! volume volume=0 ! queue ! fakesink sync=true";

// When it is due, by the system's clock.
static GstClockTime
time_of (const Sample &sample)
{
  fail_unless (bool (sample));
  return gst_segment_to_running_time (gst_sample_get_segment (sample.get ()),
      GST_FORMAT_TIME, GST_BUFFER_PTS (gst_sample_get_buffer (sample.get ())));
}

static GstClockTime
now ()
{
  GstClock *clock = gst_system_clock_obtain ();
  GstClockTime time = gst_clock_get_time (clock);
  gst_object_unref (clock);
  return time;
}

static void
seek (Captured &c, double rate)
{
  bool backwards = rate < 0;
  fail_unless (gst_element_seek (*c.pipeline, rate, GST_FORMAT_TIME,
      GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_SET, 0,
      backwards ? GST_SEEK_TYPE_SET : GST_SEEK_TYPE_NONE,
      backwards ? 1000 * GST_SECOND : 0));
  gst_element_get_state (*c.pipeline, nullptr, nullptr, GST_CLOCK_TIME_NONE);
}

// The queue holds a second.
GST_START_TEST (sound_behind_a_volume_is_captured_when_it_is_played)
{
  Captured c (kQueued);
  c.play ();
  c.wait ("addtrack");
  auto sound = read_of (c.only ("audio"));
  for (int i = 0; i < 20; i++) {
    GstClockTime time = time_of (read (sound));
    fail_unless (time <= now () + 200 * GST_MSECOND);
  }
}
GST_END_TEST

GST_START_TEST (after_a_seek_sound_behind_a_volume_has_the_times_of_now)
{
  Captured c (kQueued);
  c.play ();
  c.wait ("addtrack");
  auto sound = read_of (c.only ("audio"));
  for (int i = 0; i < 30; i++)
    read (sound);
  GstClockTime before = now ();
  seek (c, 1);
  // What was read ahead is of before the seek: one at most.
  read (sound);
  for (int i = 0; i < 10; i++) {
    GstClockTime time = time_of (read (sound));
    fail_unless (time >= before && time <= now () + 200 * GST_MSECOND);
  }
  fail_unless_equals_int (int (c.count ("ended") + c.count ("removetrack")), 0);
}
GST_END_TEST

// An unplayable one: nothing of it is handed on.
GST_START_TEST (sound_that_is_played_backwards_is_muted)
{
  Captured c ((std::string (kPictures) + kSound).c_str ());
  c.play ();
  c.wait ("addtrack");
  Track audio = c.only ("audio");
  auto sound = read_of (audio, 2000);
  fail_unless (bool (read (sound)));
  c.wait ("audio-unmute");
  seek (c, -1);
  c.wait ("audio-mute");
  fail_unless (is_muted (audio));
  auto pictures = read_of (c.only ("video"));
  for (int i = 0; i < 5; i++)
    fail_unless (bool (read (pictures)));
  seek (c, 1);
  c.wait ("audio-unmute", 2);
  fail_unless (bool (read (sound)));
}
GST_END_TEST

// What passes a volume before the queue has come to the sink, or is not there.
GST_START_TEST (sound_that_prerolls_behind_a_volume_is_of_when_it_plays)
{
  Captured c (kQueued);
  c.pipeline.set_state (GST_STATE_PAUSED);
  c.wait ("addtrack");
  auto sound = read_of (c.only ("audio"), 2000);
  GstClockTime before = now ();
  c.play ();
  GstClockTime last = 0;
  for (int i = 0; i < 10; i++) {
    GstClockTime time = time_of (read (sound));
    fail_unless (time >= before && time <= now () + 200 * GST_MSECOND);
    fail_unless (i == 0 || time == last + 10 * GST_MSECOND);
    last = time;
  }
}
GST_END_TEST

// "Time-stretched": it takes as long as it has samples for; unstretched it is
// over in half of that.
static void
expect_stretched_at_rate_two (const char *description)
{
  Captured c (description);
  c.play ();
  c.wait ("unmute");
  seek (c, 2);
  Track audio = c.only ("audio");
  auto sound = read_of (audio, 1000);
  read (sound); // it may be of before
  GstClockTime begin = time_of (read (sound)), end = begin;
  guint64 samples = 0;
  while (end < begin + 300 * GST_MSECOND) {
    Sample sample = read (sound);
    end = time_of (sample);
    samples += gst_buffer_get_size (gst_sample_get_buffer (sample.get ())) / 2;
  }
  double rate = double (samples) * GST_SECOND / double (end - begin);
  fail_unless (rate > 0.75 * 44100 && rate < 1.3 * 44100, "%g", rate);
  fail_if (is_muted (audio));
  fail_unless_equals_int (int (c.count ("mute")), 0);
}

#define SOURCE "audiotestsrc samplesperbuffer=480 ! "
#define SOUND "audio/x-raw,format=S16LE,rate=44100,channels=1 ! "
#define SINK "fakesink sync=true"

GST_START_TEST (sound_of_another_rate_is_stretched)
{
  expect_stretched_at_rate_two (SOURCE SOUND SINK);
  expect_stretched_at_rate_two (SOURCE SOUND "volume volume=0 ! queue ! " SINK);
}
GST_END_TEST

GST_START_TEST (sound_that_was_stretched_is_captured_as_it_is)
{
  expect_stretched_at_rate_two (
      SOURCE "audioconvert ! scaletempo ! audioconvert ! " SOUND SINK);
}
GST_END_TEST

GST_START_TEST (sound_that_cannot_be_stretched_is_muted)
{
  Captured c ((std::string (kPictures) + kSound).c_str ());
  c.play ();
  c.wait ("addtrack");
  c.wait ("audio-unmute");
  GstRegistry *registry = gst_registry_get ();
  GstPluginFeature *feature =
      gst_registry_lookup_feature (registry, "scaletempo");
  gst_registry_remove_feature (registry, feature);
  seek (c, 2);
  c.wait ("audio-mute");
  auto pictures = read_of (c.only ("video"));
  for (int i = 0; i < 5; i++)
    fail_unless (bool (read (pictures)));
  gst_registry_add_feature (registry, feature);
  gst_object_unref (feature);
  seek (c, 1);
  c.wait ("audio-unmute", 2);
}
GST_END_TEST

// It is taken before its volume.
GST_START_TEST (sound_that_is_stretched_behind_a_volume_is_captured)
{
  expect_stretched_at_rate_two (
      SOURCE SOUND "volume volume=0 ! queue ! scaletempo ! " SINK);
}
GST_END_TEST

// By the clock of the capture, which stands still in between.
static std::unique_ptr<Consumer>
hear (Stepped &c)
{
  auto hearer = std::make_unique<Consumer> (
      "mediastreamsrc name=m ! fakesink name=out", c.clock);
  g_object_set (hearer->get ("m"), "stream", c.stream.get (), nullptr);
  hearer->play ();
  hearer->wait_joined ();
  return hearer;
}

static void
expect_heard (
    const Consumer::Seen &heard, int number, GstClockTime running_time)
{
  fail_unless_equals_int (heard.first_byte, number);
  fail_unless_equals_int64 (heard.running_time, int64_t (running_time));
}

static void
expect_piece (Consumer &hearer, int number, GstClockTime running_time)
{
  expect_heard (hearer.take (), number, running_time);
}

// That of a pause, of which there may be some.
static void
skip_silence (Consumer &hearer, int number, GstClockTime running_time)
{
  Consumer::Seen heard = hearer.take ();
  while (heard.first_byte == 0)
    heard = hearer.take ();
  expect_heard (heard, number, running_time);
}

GST_START_TEST (who_comes_in_a_pause_hears_what_is_played_after_it)
{
  Stepped c (kSoundPieces);
  c.push (1);
  c.play ();
  c.wait ("unmute");
  c.play_one ();
  c.push (2);
  c.wait_at_sink ();
  c.pipeline.set_state (GST_STATE_PAUSED);
  c.wait ("mute");
  fail_unless (is_muted (c.only ("audio")));
  auto hearer = hear (c);
  c.clock.advance (10 * GST_SECOND);
  c.play ();
  c.wait ("unmute", 2);
  c.push (3);
  c.play_one ();
  skip_silence (*hearer, 3, 10 * GST_SECOND + 2 * c.kDuration);
}
GST_END_TEST

GST_START_TEST (what_is_prerolled_is_heard_when_it_plays)
{
  Stepped c (kSoundPieces);
  c.push (1);
  c.pipeline.set_state (GST_STATE_PAUSED);
  c.wait ("addtrack");
  auto hearer = hear (c);
  c.clock.advance (10 * GST_SECOND);
  c.play ();
  c.push (2);
  c.play_one ();
  skip_silence (*hearer, 1, 10 * GST_SECOND);
  expect_piece (*hearer, 2, 10 * GST_SECOND + c.kDuration);
}
GST_END_TEST

// "A muted AudioTrack produces silence", until what is played after the pause.
GST_START_TEST (a_pause_is_silent)
{
  constexpr int64_t kPiece = 20 * GST_MSECOND;
  Stepped c (kSoundPieces);
  c.push (1);
  c.play ();
  c.wait ("unmute");
  auto hearer = hear (c);
  c.play_one ();
  c.push (2);
  expect_piece (*hearer, 1, 0);
  expect_piece (*hearer, 2, c.kDuration);
  c.wait_at_sink ();
  c.pipeline.set_state (GST_STATE_PAUSED);
  c.wait ("mute");
  int64_t pause = c.clock.now ();
  int64_t due = 2 * c.kDuration;
  for (int i = 0; i < 10; i++, due += kPiece) {
    c.clock.advance_to_next_wait ();
    expect_piece (*hearer, 0, GstClockTime (due));
  }
  fail_unless_equals_int64 (c.clock.now (), due);
  int64_t end = c.clock.now () - pause + 2 * int64_t (c.kDuration);
  c.play ();
  c.wait ("unmute", 2);
  c.push (3);
  c.play_one ();
  fail_unless (due < end);
  expect_piece (*hearer, 0, GstClockTime (due)); // up to it
  expect_piece (*hearer, 3, GstClockTime (end));
}
GST_END_TEST

// So is a stall.
GST_START_TEST (a_stall_is_silent)
{
  Stepped c (kSoundPieces);
  c.push (1);
  c.play ();
  c.wait ("unmute");
  auto hearer = hear (c);
  c.play_one ();
  c.push (2);
  c.play_one ();
  expect_piece (*hearer, 1, 0);
  expect_piece (*hearer, 2, c.kDuration);
  c.stall ();
  expect_piece (*hearer, 0, 2 * c.kDuration);
  int later = int (c.clock.now () / int64_t (c.kDuration)) + 2;
  c.push (later);
  c.wait ("unmute", 2);
  c.play_one ();
  skip_silence (*hearer, later, GstClockTime (later - 1) * c.kDuration);
}
GST_END_TEST

static Suite *
capture_stream_sound_suite (void)
{
  Suite *suite = suite_create ("capture-stream-sound");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, the_volume_has_no_effect);
  tcase_add_test (tc, sound_behind_a_volume_is_captured_when_it_is_played);
  tcase_add_test (tc, after_a_seek_sound_behind_a_volume_has_the_times_of_now);
  tcase_add_test (tc, sound_that_is_played_backwards_is_muted);
  tcase_add_test (tc, sound_that_prerolls_behind_a_volume_is_of_when_it_plays);
  tcase_add_test (tc, sound_of_another_rate_is_stretched);
  tcase_add_test (tc, sound_that_was_stretched_is_captured_as_it_is);
  tcase_add_test (tc, sound_that_is_stretched_behind_a_volume_is_captured);
  tcase_add_test (tc, sound_that_cannot_be_stretched_is_muted);
  tcase_add_test (tc, who_comes_in_a_pause_hears_what_is_played_after_it);
  tcase_add_test (tc, what_is_prerolled_is_heard_when_it_plays);
  tcase_add_test (tc, a_pause_is_silent);
  tcase_add_test (tc, a_stall_is_silent);
  return suite;
}

GST_CHECK_MAIN (capture_stream_sound);
