// SPDX-License-Identifier: LGPL-2.1-or-later
// To be run by in-session: a camera and a microphone that are PipeWire's own.
#include "session.hh"

#include <cmath>
#include <gst/audio/audio.h>

using namespace webmedia::test;

namespace {

constexpr const char *kPictures =
    "video_0 ! videoconvert ! video/x-raw,format=RGB";

int
number (const Own<GstSample> &sample, const char *field)
{
  int value = -1;
  gst_structure_get_int (
      gst_caps_get_structure (gst_sample_get_caps (sample.get ()), 0), field,
      &value);
  return value;
}

int
frames_of (const Own<GstSample> &sample)
{
  GstAudioInfo info;
  fail_unless (
      gst_audio_info_from_caps (&info, gst_sample_get_caps (sample.get ())));
  return int (gst_buffer_get_size (gst_sample_get_buffer (sample.get ())))
         / GST_AUDIO_INFO_BPF (&info);
}

std::string
setting (const Own<GstWebMediaStream> &stream, const char *name)
{
  auto track = first_track (stream);
  Own<GVariant> all (gst_web_media_stream_track_get_settings (track.get ()));
  const char *value = "";
  g_variant_lookup (all.get (), name, "&s", &value);
  return value;
}

} // namespace

GST_START_TEST (a_camera_gives_pictures_of_the_size_asked_for)
{
  auto stream = get_user_media (
      gst_web_media_devices_new (), R"({"video":{"width":320,"height":240}})");
  Player player (stream, kPictures);
  for (int i = 0; i < 10; i++) {
    auto picture = player.next_with_content ();
    fail_unless_equals_int (number (picture, "width"), 320);
    fail_unless_equals_int (number (picture, "height"), 240);
  }
}
GST_END_TEST

GST_START_TEST (a_camera_takes_other_constraints_while_it_plays)
{
  auto stream = get_user_media (
      gst_web_media_devices_new (), R"({"video":{"width":320,"height":240}})");
  auto track = first_track (stream);
  Player player (stream, kPictures);
  player.next_with_content ();
  GError *error = nullptr;
  fail_unless (
      gst_web_media_stream_track_apply_constraints_json (track.get (),
          R"({"width":{"exact":640},"height":{"exact":480}})", nullptr, &error),
      "%s", error ? error->message : "");
  while (number (player.next_with_content (), "width") != 640) {
  }
}
GST_END_TEST

// PipeWire's own microphone (0.3.65) may stop giving anything, to whoever reads
// it: then another one is made, and little is read of it.
GST_START_TEST (a_microphone_and_a_camera_are_one_stream)
{
  GstWebMediaDevices *devices = gst_web_media_devices_new ();
  Own<GstSample> sound;
  for (int i = 0; i < 5 && !sound; i++) {
    std::string name = "Microphone " + std::to_string (i);
    create_microphone ("microphone-" + std::to_string (i), name);
    auto stream = get_user_media (
        devices, R"({"video":true,"audio":{"sampleRate":{"exact":44100},)"
                 R"("channelCount":{"exact":1},"deviceId":{"exact":")"
                     + wait_id_of (devices, name) + R"("}}})");
    Player hears (stream, "audio_0 ! audio/x-raw");
    sound = hears.try_next_captured (3 * GST_SECOND);
    if (!sound) {
      stop (stream);
      continue;
    }
    Player sees (stream, kPictures);
    sees.next_with_content ();
    fail_unless_equals_int (number (sound, "rate"), 44100);
    fail_unless_equals_int (number (sound, "channels"), 1);
  }
  fail_unless (bool (sound), "no microphone is heard");
}
GST_END_TEST

// 128 samples are a power of two, as the server wants it; by itself it has
// 1024.
GST_START_TEST (a_microphone_has_the_latency_that_is_asked_for)
{
  GstWebMediaDevices *devices = gst_web_media_devices_new ();
  for (int asked : {128, 1024}) {
    Own<GstSample> sound;
    for (int i = 0; i < 5 && !sound; i++) {
      std::string name =
          "Microphone " + std::to_string (asked) + " " + std::to_string (i);
      create_microphone (
          "late-" + std::to_string (asked) + "-" + std::to_string (i), name);
      auto stream = get_user_media (devices,
          R"({"audio":{"sampleRate":{"exact":48000},"latency":)"
              + std::to_string (asked / 48000.) + R"(,"deviceId":{"exact":")"
              + wait_id_of (devices, name) + R"("}}})");
      Own<GVariant> settings (gst_web_media_stream_track_get_settings (
          first_track (stream).get ()));
      double target = 0;
      fail_unless (g_variant_lookup (settings.get (), "latency", "d", &target));
      fail_unless (std::abs (target * 48000 - asked) < 0.1, "%f", target);
      Player hears (stream, "audio_0 ! audio/x-raw");
      sound = hears.try_next_captured (3 * GST_SECOND);
      if (sound)
        fail_unless_equals_int (frames_of (sound), asked);
      stop (stream);
    }
    fail_unless (bool (sound), "no microphone is heard");
    wait_released ();
  }
}
GST_END_TEST

GST_START_TEST (the_device_that_is_asked_for_is_opened)
{
  GstWebMediaDevices *devices = gst_web_media_devices_new ();
  create_camera ("other-camera", "Other camera");
  std::string other = wait_id_of (devices, "Other camera");
  std::string first = wait_id_of (devices, "Test camera");
  for (const auto &id : {other, first, other}) {
    auto stream = get_user_media (devices, R"({"video":)" + exactly (id) + "}");
    fail_unless_equals_string (
        setting (stream, "deviceId").c_str (), id.c_str ());
    Player player (stream, kPictures);
    player.next_with_content ();
    stop (stream);
  }
  pw_cli ("destroy other-camera");
}
GST_END_TEST

GST_START_TEST (what_no_camera_can_do_is_refused)
{
  auto error = fail_user_media (gst_web_media_devices_new (),
      R"({"video":{"facingMode":{"exact":"left"}}})");
  fail_unless (g_error_matches (
      error.get (), GST_WEB_ERROR, GST_WEB_ERROR_OVERCONSTRAINED));
  fail_unless_equals_string (
      gst_web_error_get_constraint (error.get ()), "facingMode");
}
GST_END_TEST

static Suite *
capture_suite (void)
{
  Suite *suite = suite_create ("pipewire/capture");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, a_camera_gives_pictures_of_the_size_asked_for);
  tcase_add_test (tc, a_camera_takes_other_constraints_while_it_plays);
  tcase_add_test (tc, a_microphone_and_a_camera_are_one_stream);
  tcase_add_test (tc, a_microphone_has_the_latency_that_is_asked_for);
  tcase_add_test (tc, the_device_that_is_asked_for_is_opened);
  tcase_add_test (tc, what_no_camera_can_do_is_refused);
  return suite;
}

GST_CHECK_MAIN (capture);
