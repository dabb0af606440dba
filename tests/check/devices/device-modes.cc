// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/device-modes.hh"

#include "devices/capabilities.hh"
#include "devices/frame-size.hh"
#include "devices/json.hh"
#include "devices/select-settings.hh"
#include "support/check.hh"

using namespace webmedia;
using namespace webmedia::devices;

namespace {

Ptr<GstCaps>
caps_of (const char *text)
{
  auto caps = Ptr<GstCaps>::adopt (gst_caps_from_string (text));
  fail_unless (caps.get () != nullptr, "%s", text);
  return caps;
}

DeviceModes
camera (const char *caps)
{
  return video_modes ({}, caps_of (caps).get ());
}

DeviceModes
microphone (const char *caps)
{
  return audio_modes ({}, caps_of (caps).get ());
}

std::string
capabilities (const DeviceModes &modes)
{
  return to_json (capabilities_of (modes.space));
}

// What is selected, and whether the caps of its mode can be had so.
std::string
selected (const DeviceModes &modes, const char *constraints)
{
  auto selection =
      select_settings (modes.space, *parse_track_constraints (constraints));
  if (!selection)
    return "none";
  fail_unless (selection->mode < modes.modes.size ());
  return to_json (selection->settings);
}

GstCaps *
mode_of (const DeviceModes &modes, const char *constraints)
{
  auto selection =
      select_settings (modes.space, *parse_track_constraints (constraints));
  fail_unless (selection.has_value ());
  return modes.modes[selection->mode].get ();
}

} // namespace

GST_START_TEST (each_size_with_its_rates_is_a_mode)
{
  auto modes = camera ("video/x-raw, width=640, height=480, "
                       "framerate={(fraction)30/1,(fraction)15/1}; "
                       "video/x-raw, width=1280, height=720, framerate=10/1");
  fail_unless_equals_int (modes.modes.size (), 2);
  fail_unless_equals_string (
      selected (modes, R"({"height":{"exact":480},"frameRate":{"exact":15},
                           "resizeMode":"none"})")
          .c_str (),
      R"({"width":640,"height":480,"aspectRatio":1.3333333333,"frameRate":15,)"
      R"("resizeMode":"none"})");
  // What the device does not do by itself is not had without scaling.
  fail_unless_equals_string (
      selected (modes, R"({"height":{"exact":720},"frameRate":{"exact":30}})")
          .c_str (),
      "none");
  fail_unless_equals_string (
      selected (
          modes, R"({"height":{"exact":400},"resizeMode":{"exact":"none"}})")
          .c_str (),
      "none");
}
GST_END_TEST

GST_START_TEST (a_mode_has_the_caps_of_all_its_formats)
{
  auto modes = camera (
      "video/x-raw, format=YUY2, width=640, height=480, framerate=30/1; "
      "image/jpeg, width=640, height=480, framerate=30/1; "
      "image/jpeg, width=1280, height=720, framerate=30/1");
  fail_unless_equals_int (modes.modes.size (), 2);
  GstCaps *small = mode_of (modes, R"({"width":640})");
  fail_unless_equals_int (gst_caps_get_size (small), 2);
  fail_unless (gst_structure_has_name (
      gst_caps_get_structure (small, 0), "video/x-raw"));
  GstCaps *large = mode_of (modes, R"({"width":1280})");
  fail_unless (
      gst_structure_has_name (gst_caps_get_structure (large, 0), "image/jpeg"));
}
GST_END_TEST

GST_START_TEST (features_of_memory_are_kept)
{
  auto modes = camera ("video/x-raw(memory:DMABuf), width=640, height=480");
  fail_unless (gst_caps_features_contains (
      gst_caps_get_features (modes.modes[0].get (), 0), "memory:DMABuf"));
}
GST_END_TEST

GST_START_TEST (lists_of_sizes_are_all_their_combinations)
{
  auto modes =
      camera ("video/x-raw, width={320,640}, height={240,480}, framerate=5/1");
  fail_unless_equals_int (modes.modes.size (), 4);
}
GST_END_TEST

// As PipeWire has them for sources that do anything.
GST_START_TEST (open_ranges_end_somewhere)
{
  auto modes = camera ("video/x-raw, width=[1,2147483647], "
                       "height=[1,2147483647], "
                       "framerate=(fraction)[0/1,2147483647/1]");
  fail_unless_equals_string (capabilities (modes).c_str (),
      R"({"width":{"min":1,"max":65535},"height":{"min":1,"max":65535},)"
      R"("aspectRatio":{"min":1.5259e-05,"max":65535},)"
      R"("frameRate":{"min":0,"max":1000},"resizeMode":["none",)"
      R"("crop-and-scale"]})");
}
GST_END_TEST

GST_START_TEST (caps_that_say_nothing_leave_all_open)
{
  for (const char *caps : {"ANY", "EMPTY", "video/x-raw", "video/x-h264"})
    fail_unless (
        selected (camera (caps), R"({"width":{"exact":1234}})") != "none", "%s",
        caps);
}
GST_END_TEST

GST_START_TEST (a_rate_that_is_not_known_is_that_of_a_display)
{
  for (const char *caps :
      {"video/x-raw, width=640, height=480, framerate=0/1", "video/x-raw"}) {
    auto modes = camera (caps);
    auto range = capabilities_of (modes.space)[Property::frame_rate].range;
    const Interval up_to_60{0, 60};
    fail_unless (range == up_to_60, "%s", caps);
    fail_unless (selected (modes, R"({"frameRate":{"exact":20}})") != "none");
    fail_unless (selected (modes, R"({"frameRate":{"min":61}})") == "none");
  }
}
GST_END_TEST

GST_START_TEST (of_sizes_with_a_step_the_usual_ones_and_the_largest_are_modes)
{
  auto modes = camera ("video/x-raw, width=(int)[32,2592,16], "
                       "height=(int)[32,1944,8], framerate=30/1");
  auto exact = [&modes] (int width, int height) {
    CString text (
        g_strdup_printf (R"({"width":{"exact":%d},"height":{"exact":%d},)"
                         R"("resizeMode":{"exact":"none"}})",
            width, height));
    return selected (modes, text.get ()) != "none";
  };
  fail_unless (exact (640, 480));
  fail_unless (exact (1920, 1080));
  fail_unless (exact (2592, 1944));
  fail_unless (!exact (641, 480));   // not a multiple
  fail_unless (!exact (3840, 2160)); // too large
}
GST_END_TEST

GST_START_TEST (sound_has_rates_channels_and_the_size_of_its_samples)
{
  auto modes = microphone (
      "audio/x-raw, format={S16LE,S24_32LE,U8}, rate=[8000,48000], channels=2");
  fail_unless_equals_string (capabilities (modes).c_str (),
      R"({"sampleRate":{"min":8000,"max":48000},"sampleSize":{"min":8,)"
      R"("max":24},"channelCount":{"min":2,"max":2}})");
  fail_unless_equals_string (
      selected (modes, R"({"sampleSize":16,"sampleRate":44100})").c_str (),
      R"({"sampleRate":44100,"sampleSize":16,"channelCount":2})");
}
GST_END_TEST

GST_START_TEST (open_ranges_of_sound_end_somewhere)
{
  auto modes =
      microphone ("audio/x-raw, rate=[1,2147483647], channels=[1,2147483647]");
  fail_unless_equals_string (capabilities (modes).c_str (),
      R"({"sampleRate":{"min":1,"max":384000},"channelCount":{"min":1,)"
      R"("max":64}})");
}
GST_END_TEST

// SelectSettings: the system's default value, or what is nearest to it.
GST_START_TEST (sound_that_nobody_constrains_is_the_systems_default)
{
  struct {
    const char *caps;
    const char *settings;
  } const all[] = {
      // As PipeWire and ALSA have it.
      {"audio/x-raw, format={F64LE,F32LE,S32LE,S16LE}, rate=[1,2147483647], "
       "channels=[1,2147483647]",
          R"({"sampleRate":48000,"sampleSize":16,"channelCount":2})"},
      {"audio/x-raw, format=S16LE, rate=[8000,48000], channels=[1,2]",
          R"({"sampleRate":48000,"sampleSize":16,"channelCount":2})"},
      {"audio/x-raw, format={F32LE,S24LE}, rate={44100,48000,96000}, "
       "channels=1",
          R"({"sampleRate":48000,"sampleSize":24,"channelCount":1})"},
      // The nearest that it has.
      {"audio/x-raw, format=U8, rate=[8000,16000], channels=1",
          R"({"sampleRate":16000,"sampleSize":8,"channelCount":1})"},
      {"audio/x-raw, format=F32LE, rate=[88200,192000], channels=[4,8]",
          R"({"sampleRate":88200,"sampleSize":32,"channelCount":4})"},
      {"audio/x-raw, format=S16LE, rate={8000,44100}, channels=2; "
       "audio/x-raw, format=S16LE, rate=[44100,96000], channels=2",
          R"({"sampleRate":48000,"sampleSize":16,"channelCount":2})"},
  };
  for (const auto &each : all)
    fail_unless_equals_string (
        selected (microphone (each.caps), "{}").c_str (), each.settings);
  // What is asked for decides, and only of what it is asked.
  auto open = microphone (all[0].caps);
  fail_unless_equals_string (
      selected (open, R"({"sampleRate":{"max":16000},"channelCount":1})")
          .c_str (),
      R"({"sampleRate":16000,"sampleSize":16,"channelCount":1})");
  fail_unless_equals_string (
      selected (open, R"({"sampleRate":{"min":96000}})").c_str (),
      R"({"sampleRate":96000,"sampleSize":16,"channelCount":2})");
}
GST_END_TEST

GST_START_TEST (what_one_structure_has_is_not_mixed_with_another)
{
  auto modes = microphone ("audio/x-raw, format=S16LE, rate=8000, channels=1; "
                           "audio/x-mulaw, rate=16000; "
                           "audio/x-raw, format=F32LE, rate=48000, channels=2");
  fail_unless_equals_int (modes.modes.size (), 2);
  fail_unless_equals_string (
      selected (
          modes, R"({"sampleRate":{"exact":8000},"channelCount":{"exact":2}})")
          .c_str (),
      "none");
  GstCaps *stereo = mode_of (modes, R"({"channelCount":{"exact":2}})");
  int rate = 0;
  gst_structure_get_int (gst_caps_get_structure (stereo, 0), "rate", &rate);
  fail_unless_equals_int (rate, 48000);
}
GST_END_TEST

GST_START_TEST (a_microphone_that_says_nothing_can_be_selected)
{
  for (const char *caps : {"ANY", "EMPTY", "audio/x-raw"})
    fail_unless (selected (microphone (caps), "{}") != "none", "%s", caps);
}
GST_END_TEST

static Suite *
device_modes_suite (void)
{
  Suite *suite = suite_create ("device-modes");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, each_size_with_its_rates_is_a_mode);
  tcase_add_test (tcase, a_mode_has_the_caps_of_all_its_formats);
  tcase_add_test (tcase, features_of_memory_are_kept);
  tcase_add_test (tcase, lists_of_sizes_are_all_their_combinations);
  tcase_add_test (tcase, open_ranges_end_somewhere);
  tcase_add_test (tcase, caps_that_say_nothing_leave_all_open);
  tcase_add_test (tcase, a_rate_that_is_not_known_is_that_of_a_display);
  tcase_add_test (
      tcase, of_sizes_with_a_step_the_usual_ones_and_the_largest_are_modes);
  tcase_add_test (tcase, sound_has_rates_channels_and_the_size_of_its_samples);
  tcase_add_test (tcase, open_ranges_of_sound_end_somewhere);
  tcase_add_test (tcase, sound_that_nobody_constrains_is_the_systems_default);
  tcase_add_test (tcase, what_one_structure_has_is_not_mixed_with_another);
  tcase_add_test (tcase, a_microphone_that_says_nothing_can_be_selected);
  return suite;
}

GST_CHECK_MAIN (device_modes)
