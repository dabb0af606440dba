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

GST_START_TEST (sound_of_another_rate_is_muted)
{
  Captured c (std::string (kPictures) + kSound);
  c.play ();
  c.wait ("unmute", 2);
  fail_unless (gst_element_seek (*c.pipeline, 2, GST_FORMAT_TIME,
      GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_NONE, 0));
  c.wait ("audio-mute");
  Track audio = c.only ("audio"), video = c.only ("video");
  auto pictures = read_of (video);
  for (int i = 0; i < 3; i++)
    fail_unless (bool (read (pictures)));
  fail_unless (is_muted (audio));
  fail_unless (gst_element_seek (*c.pipeline, 1, GST_FORMAT_TIME,
      GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_NONE, 0));
  fail_unless (bool (read (read_of (audio))));
}
GST_END_TEST

// Who stretches it makes it heard.
GST_START_TEST (stretched_sound_of_another_rate_is_captured)
{
  Captured c ("audiotestsrc samplesperbuffer=480 ! audioconvert ! scaletempo ! "
              "audioconvert ! fakesink sync=true");
  c.play ();
  c.wait ("unmute");
  fail_unless (gst_element_seek (*c.pipeline, 2, GST_FORMAT_TIME,
      GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_NONE, 0));
  gst_element_get_state (*c.pipeline, nullptr, nullptr, GST_CLOCK_TIME_NONE);
  Track audio = c.only ("audio");
  auto sound = read_of (audio);
  for (int i = 0; i < 3; i++)
    fail_unless (bool (read (sound)));
}
GST_END_TEST

static Suite *
capture_stream_sound_suite (void)
{
  Suite *suite = suite_create ("capture-stream-sound");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, the_volume_has_no_effect);
  tcase_add_test (tc, sound_of_another_rate_is_muted);
  tcase_add_test (tc, stretched_sound_of_another_rate_is_captured);
  return suite;
}

GST_CHECK_MAIN (capture_stream_sound);
