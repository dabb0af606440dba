// SPDX-License-Identifier: LGPL-2.1-or-later
// HE-AAC, whose decoder makes two samples of one. There is no encoder of it
// here: frames of AAC-LC do, as a decoder doubles them where they are said to
// be HE-AAC.
#include "support/ffprobe-packets.hh"
#include "support/playback.hh"

#include <algorithm>

using namespace webmedia::test;

namespace {

constexpr int64_t kFrame = 1024 * int64_t (GST_SECOND) / 24000;

// ISO/IEC 14496-3, AudioSpecificConfig: 24 kHz, stereo.
struct Config {
  const char *what;
  uint8_t bytes[5];
  int rate; // of what a decoder makes of it
};
const Config kConfigs[] = {
    {"none, implicit at most", {0x13, 0x10, 0, 0, 0}, 24000},
    {"explicit, as old decoders read it", {0x13, 0x10, 0x56, 0xe5, 0x98},
        48000},
    {"explicit, in the object type", {0x2b, 0x11, 0x88, 0, 0}, 48000},
};

// As ffmpeg writes it: no SBR.
constexpr uint8_t kPlain[] = {0x13, 0x10, 0x56, 0xe5, 0x00};

Bytes
with_config (const Config &config)
{
  Bytes file = media_bytes ("aac-24.mp4");
  auto at = std::search (
      file.begin (), file.end (), std::begin (kPlain), std::end (kPlain));
  fail_unless (at != file.end ());
  std::copy (std::begin (config.bytes), std::end (config.bytes), at);
  return file;
}

} // namespace

GST_START_TEST (it_plays_to_the_length_of_the_sound)
{
  const Config &config = kConfigs[__i__];
  Owner owner ("mse://t");
  Pipeline pipeline ("webmsesrc name=src uri=mse://t ! decodebin ! "
                     "fakesink name=out");
  Recorder coded (pipeline.get ("src"), "src");
  Recorder out (pipeline.get ("out"));
  pipeline.set_state (GST_STATE_READY);
  auto buffer = owner.add ("audio/mp4; codecs=\"mp4a.40.5\"");
  owner.append (buffer, with_config (config));
  owner.end ();
  auto packets = webmedia::mse::ffprobe_packets ("aac-24.mp4", 0);
  const int64_t length = (packets.back ().pts + packets.back ().duration)
                         * int64_t (GST_SECOND) / 24000;
  int64_t duration =
      int64_t (gst_web_media_source_get_duration (owner.source ()));
  fail_unless (std::abs (duration - length) <= 1000, "%s: %" G_GINT64_FORMAT,
      config.what, duration);

  pipeline.play ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  fail_unless_equals_int (coded.count (), packets.size ());
  int64_t sum = 0;
  for (const Output &output : out.outputs ())
    sum += output.duration;
  fail_unless (std::abs (sum - length) <= kFrame,
      "%s: %" G_GINT64_FORMAT " ns are heard", config.what, sum);
  fail_unless (std::abs (out.outputs ().back ().end () - length) <= kFrame);
  GstPad *pad = gst_element_get_static_pad (pipeline.get ("out"), "sink");
  GstCaps *caps = gst_pad_get_current_caps (pad);
  int rate = 0;
  gst_structure_get_int (gst_caps_get_structure (caps, 0), "rate", &rate);
  fail_unless_equals_int (rate, config.rate);
  gst_caps_unref (caps);
  gst_object_unref (pad);
}
GST_END_TEST;

static Suite *
he_aac_suite (void)
{
  Suite *suite = suite_create ("he-aac");
  TCase *tcase = tcase_create ("he-aac");
  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (
      tcase, it_plays_to_the_length_of_the_sound, 0, G_N_ELEMENTS (kConfigs));
  return suite;
}

GST_CHECK_MAIN (he_aac)
