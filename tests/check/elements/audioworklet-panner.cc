// SPDX-License-Identifier: LGPL-2.1-or-later
// The web's StereoPannerNode in a pipeline: two channels come out of whatever
// comes in. https://webaudio.github.io/web-audio-api/#stereopanner-algorithm
#include "support/worklet-playing.hh"
#include "support/worklet-reference.hh"

using namespace webmedia::test;

namespace {

Sound
panned (const Sound &sound, double pan)
{
  const bool is_mono = sound.size () == 1;
  const double x = is_mono ? (pan + 1) / 2 : pan <= 0 ? pan + 1 : pan;
  const double left_gain = std::cos (x * std::numbers::pi / 2);
  const double right_gain = std::sin (x * std::numbers::pi / 2);
  Sound out (2, std::vector<float> (sound[0].size ()));
  for (size_t i = 0; i < sound[0].size (); i++) {
    const double l = sound[0][i];
    const double r = is_mono ? l : sound[1][i];
    out[0][i] = static_cast<float> (
        is_mono || pan > 0 ? l * left_gain : l + r * left_gain);
    out[1][i] = static_cast<float> (
        is_mono || pan <= 0 ? r * right_gain : r + l * right_gain);
  }
  return out;
}

std::string
panner_at (const char *pan)
{
  return std::string ("audioworklet processor=panner pan::value=") + pan;
}

void
check_panned (const Sound &sound, const Sound &stereo)
{
  for (const char *pan : {"-1", "-0.5", "0", "0.25", "1"}) {
    const Sound expected = panned (stereo, g_ascii_strtod (pan, nullptr));
    for (bool is_planar : {false, true})
      for (size_t split : kSplits) {
        WorkletHarness harness (panner_at (pan), sound.size (), is_planar);
        harness.push_all (sound, split);
        harness.end ();
        check_equal (harness.take (), expected, 2e-7);
      }
  }
}

} // namespace

GST_START_TEST (mono_becomes_stereo)
{
  const Sound noise = make_noise (1, 5000);
  check_panned (noise, noise);
}
GST_END_TEST

GST_START_TEST (at_its_end_the_other_channel_is_silent)
{
  ParsedPipeline pipeline ("audiotestsrc num-buffers=10 ! " + panner_at ("1")
                           + " ! fakesink name=sink");
  pipeline->play ();
  fail_unless_equals_string (pipeline->wait_end ().c_str (), "");
  GstSample *last = nullptr;
  g_object_get (pipeline->get ("sink"), "last-sample", &last, nullptr);
  GstAudioInfo info;
  fail_unless (gst_audio_info_from_caps (&info, gst_sample_get_caps (last)));
  fail_unless_equals_int (info.channels, 2);
  GstMapInfo map;
  gst_buffer_map (gst_sample_get_buffer (last), &map, GST_MAP_READ);
  auto samples = reinterpret_cast<float *> (map.data);
  float left = 0, right = 0; // peaks
  for (size_t i = 0; i < map.size / sizeof (float); i += 2) {
    left = std::max (left, std::abs (samples[i]));
    right = std::max (right, std::abs (samples[i + 1]));
  }
  gst_buffer_unmap (gst_sample_get_buffer (last), &map);
  gst_sample_unref (last);
  fail_unless (left < 1e-7f);
  fail_unless (right > 0.5f);
}
GST_END_TEST

GST_START_TEST (stereo_stays_stereo_in_its_place)
{
  const Sound noise = make_noise (2, 5000);
  check_panned (noise, noise);

  WorkletHarness harness (panner_at ("0.5"), 2);
  GstBuffer *buffer = harness.make_buffer (noise, 0, 1024);
  GstMemory *memory = gst_buffer_peek_memory (buffer, 0);
  gst_harness_push (*harness, buffer);
  GstBuffer *out = gst_harness_pull (*harness);
  fail_unless (gst_buffer_peek_memory (out, 0) == memory);
  gst_buffer_unref (out);
}
GST_END_TEST

// "clamped-max", of two.
GST_START_TEST (more_channels_are_mixed_to_stereo)
{
  const Sound noise = make_noise (6, 5000);
  Sound stereo (2, std::vector<float> (5000));
  for (size_t c = 0; c < 2; c++)
    for (size_t i = 0; i < 5000; i++)
      stereo[c][i] = noise[c][i]
                     + static_cast<float> (
                         std::sqrt (0.5) * (noise[2][i] + noise[4 + c][i]));
  for (size_t split : kSplits) {
    WorkletHarness harness (panner_at ("-0.5"), 6);
    harness.push_all (noise, split);
    harness.end ();
    check_equal (harness.take (), panned (stereo, -0.5), 1e-6);
  }
}
GST_END_TEST

// As of any AudioWorkletNode.
GST_START_TEST (what_is_written_is_what_comes_out)
{
  const Sound noise = make_noise (1, 1000);
  WorkletHarness harness (
      panner_at ("1") + " node-options={\"outputChannelCount\":[1]}", 1);
  harness.push_all (noise, 480);
  harness.end ();
  check_equal (harness.take (), noise, 0);
}
GST_END_TEST

// The same of the object.
GST_START_TEST (a_node_has_two_channels_too)
{
  const auto worklet = make_worklet ();
  const auto node = make_node (worklet.get (), "panner");
  const auto element = make_worklet_element (node.get ());
  Playing playing (element.get (), kRate, 0.8f);
  fail_unless_equals_int (playing.push (128), GST_FLOW_OK);
  GstBuffer *buffer = gst_harness_pull (*playing);
  float samples[2 * 128];
  fail_unless_equals_int (gst_buffer_get_size (buffer), sizeof samples);
  gst_buffer_extract (buffer, 0, samples, sizeof samples);
  gst_buffer_unref (buffer);
  for (float sample : samples)
    fail_unless (std::abs (sample - 0.8 * std::sqrt (0.5)) < 1e-6);
}
GST_END_TEST

static Suite *
audioworklet_panner_suite (void)
{
  Suite *suite = suite_create ("audioworklet-panner");
  TCase *chain = tcase_create ("general");
  suite_add_tcase (suite, chain);
  tcase_add_test (chain, mono_becomes_stereo);
  tcase_add_test (chain, at_its_end_the_other_channel_is_silent);
  tcase_add_test (chain, stereo_stays_stereo_in_its_place);
  tcase_add_test (chain, more_channels_are_mixed_to_stereo);
  tcase_add_test (chain, what_is_written_is_what_comes_out);
  tcase_add_test (chain, a_node_has_two_channels_too);
  return suite;
}

GST_CHECK_MAIN (audioworklet_panner)
