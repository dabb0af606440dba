// SPDX-License-Identifier: LGPL-2.1-or-later
// getDisplayMedia as an application calls it, with displays that are test
// sources. WPT is the web platform test getdisplaymedia.
#include "support/display-fixture.hh"

#include <string>

using namespace webmedia;
using namespace webmedia::test;

GST_START_TEST (what_the_user_has_chosen_becomes_a_stream)
{
  DisplayFixture f;
  auto stream = f.get (R"({"video":{"width":{"max":320}}})");
  fail_unless (stream && !f.error, "%s", f.error ? f.error->message : "");
  auto track = first_of (gst_web_media_stream_get_video_tracks (stream.get ()));
  fail_unless_equals_int (
      number_of (gst_web_media_stream_get_tracks (stream.get ())), 1);
  fail_unless_equals_string (
      gst_web_media_stream_track_get_label (track.get ()), "Screen 1");
  DisplaySettings settings (track);
  fail_unless (settings.number ("width") == 320);
  fail_unless_equals_string (
      settings.text ("displaySurface").c_str (), "monitor");
  fail_unless_equals_string (f.policy.asked.c_str (), "display ");
  gst_web_media_stream_track_stop (track.get ());
}
GST_END_TEST

GST_START_TEST (its_sound_comes_where_it_is_asked_for)
{
  DisplayFixture f;
  f.policy.sound = make_test_device (kMicrophone);
  auto both = f.get (R"({"audio":true})");
  fail_unless (both != nullptr, "%s", f.error ? f.error->message : "");
  fail_unless_equals_int (
      number_of (gst_web_media_stream_get_audio_tracks (both.get ())), 1);
  auto pictures = f.get ("{}");
  fail_unless_equals_int (
      number_of (gst_web_media_stream_get_tracks (pictures.get ())), 1);
}
GST_END_TEST

// WPT: "must succeed with video", "... with displaySurface"
GST_START_TEST (there_is_one_track_of_pictures_whatever_is_wished)
{
  DisplayFixture f;
  for (const char *json :
      {R"({"video":true})", R"({"video":true,"audio":false})",
          R"({"audio":false})", R"({"audio":true})", "{}",
          R"({"video":{"displaySurface":"monitor"}})",
          R"({"video":{"displaySurface":"browser"}})",
          R"({"video":{"displaySurface":"window"}})"}) {
    auto stream = f.gets (json);
    fail_unless_equals_int (
        number_of (gst_web_media_stream_get_tracks (stream.get ())), 1);
    auto track = picture_of (stream);
    fail_unless (gst_web_media_stream_track_get_enabled (track.get ()));
    fail_unless_equals_int (
        gst_web_media_stream_track_get_ready_state (track.get ()),
        GST_WEB_MEDIA_STREAM_TRACK_STATE_LIVE);
    gst_web_media_stream_track_stop (track.get ());
    fail_unless_equals_int (
        gst_web_media_stream_track_get_ready_state (track.get ()),
        GST_WEB_MEDIA_STREAM_TRACK_STATE_ENDED);
  }
}
GST_END_TEST

GST_START_TEST (a_dictionary_and_the_default_do_as_well)
{
  DisplayFixture f;
  auto plain = own (gst_web_media_devices_get_display_media (
      f.devices.get (), nullptr, nullptr, &f.error));
  fail_unless (plain != nullptr, "%s", f.error ? f.error->message : "");
  GVariantDict options;
  g_variant_dict_init (&options, nullptr);
  g_variant_dict_insert (&options, "video", "b", FALSE);
  fail_unless (!own (gst_web_media_devices_get_display_media (
      f.devices.get (), g_variant_dict_end (&options), nullptr, &f.error)));
  fail_unless (g_error_matches (f.error, GST_WEB_ERROR, GST_WEB_ERROR_TYPE));
}
GST_END_TEST

// WPT: "must fail with TypeError", "... with OverconstrainedError"
GST_START_TEST (errors_are_those_of_the_specification)
{
  DisplayFixture f;
  f.fails ("[]", GST_WEB_ERROR_TYPE);
  for (const char *json :
      {R"({"video":false})", R"({"video":{"advanced":[{"width":320}]}})",
          R"({"video":{"width":{"min":320}}})",
          R"({"video":{"width":{"exact":320}}})",
          R"({"video":{"height":{"min":240}}})",
          R"({"video":{"height":{"exact":240}}})",
          R"({"video":{"frameRate":{"min":4}}})",
          R"({"video":{"frameRate":{"exact":4}}})",
          R"({"video":false,"audio":true})"})
    f.fails (json, GST_WEB_ERROR_TYPE);
  for (const char *name : {"width", "height", "frameRate"})
    for (const char *max : {"0", "-1"})
      f.fails (
          (std::string (R"({"video":{")") + name + R"(":{"max":)" + max + "}}}")
              .c_str (),
          GST_WEB_ERROR_OVERCONSTRAINED, name);
  make_busy (true);
  f.fails ("{}", GST_WEB_ERROR_NOT_READABLE);
  make_busy (false);
  f.policy.display.reset ();
  f.fails ("{}", GST_WEB_ERROR_NOT_ALLOWED);
  f.policy.state = GST_WEB_PERMISSION_STATE_DENIED;
  f.fails ("{}", GST_WEB_ERROR_NOT_ALLOWED);
}
GST_END_TEST

GST_START_TEST (a_policy_that_lets_nobody_choose_shares_nothing)
{
  DisplayFixture f;
  gst_web_media_devices_set_permission_policy (
      f.devices.get (), make_mute_policy (f.policy).get ());
  f.fails ("{}", GST_WEB_ERROR_NOT_ALLOWED);
  fail_unless (strstr (f.error->message, "choose_display_async") != nullptr);
}
GST_END_TEST

GST_START_TEST (it_need_not_be_waited_for_and_can_be_cancelled)
{
  DisplayFixture f;
  f.policy.holds = true;
  Ptr<GAsyncResult> answer;
  gst_web_media_devices_get_display_media_async (
      f.devices.get (), nullptr, f.cancellable.get (),
      [] (GObject *, GAsyncResult *result, gpointer data) {
        *static_cast<Ptr<GAsyncResult> *> (data) =
            Ptr<GAsyncResult>::share (result);
      },
      &answer);
  f.policy.wait_asked ();
  fail_unless (!answer);
  g_cancellable_cancel (f.cancellable.get ());
  while (!answer)
    g_main_context_iteration (nullptr, TRUE);
  fail_unless (!own (gst_web_media_devices_get_display_media_finish (
      f.devices.get (), answer.get (), &f.error)));
  fail_unless (g_error_matches (f.error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
}
GST_END_TEST

GST_START_TEST (no_display_is_an_error_that_says_so)
{
  g_unsetenv ("DISPLAY");
  GError *error = nullptr;
  fail_unless (!gst_web_display_device_new (nullptr, 0, TRUE, &error));
  fail_unless (g_error_matches (error, GST_WEB_ERROR, GST_WEB_ERROR_NOT_FOUND));
  fail_unless (strstr (error->message, "DISPLAY") != nullptr);
  g_clear_error (&error);
  fail_unless (!gst_web_display_device_new (":12345", 0, TRUE, &error));
  fail_unless (
      g_error_matches (error, GST_WEB_ERROR, GST_WEB_ERROR_NOT_FOUND)
      || g_error_matches (error, GST_WEB_ERROR, GST_WEB_ERROR_NOT_SUPPORTED));
  g_clear_error (&error);
  DisplayFixture f;
  gst_web_media_devices_set_permission_policy (f.devices.get (), nullptr);
  f.fails ("{}", GST_WEB_ERROR_NOT_FOUND);
}
GST_END_TEST

// What the user mutes or takes back of these is not what is shared.
GST_START_TEST (a_display_is_no_camera_and_its_sound_no_microphone)
{
  DisplayFixture f;
  auto policy = make_policy (f.policy);
  f.use (policy);
  f.policy.sound = make_test_device (kMicrophone);
  auto check = [] (const Stream &stream) {
    for (const auto &track :
        {picture_of (stream),
            first_of (gst_web_media_stream_get_audio_tracks (stream.get ()))}) {
      fail_if (gst_web_media_stream_track_get_muted (track.get ()));
      fail_unless_equals_int (
          gst_web_media_stream_track_get_ready_state (track.get ()),
          GST_WEB_MEDIA_STREAM_TRACK_STATE_LIVE);
    }
  };
  auto stream = f.gets (R"({"audio":true})");
  for (const char *name : {"camera", "microphone"})
    gst_web_permission_policy_set_muted (policy.get (), name, TRUE);
  check (stream);
  check (f.gets (R"({"audio":true})"));
  for (const char *name : {"camera", "microphone"})
    gst_web_permission_policy_revoke (policy.get (), name);
  check (stream);
}
GST_END_TEST

static Suite *
media_devices_display_media_suite ()
{
  Suite *suite = suite_create ("media-devices-display-media");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_display_is_no_camera_and_its_sound_no_microphone);
  tcase_add_test (tcase, what_the_user_has_chosen_becomes_a_stream);
  tcase_add_test (tcase, its_sound_comes_where_it_is_asked_for);
  tcase_add_test (tcase, there_is_one_track_of_pictures_whatever_is_wished);
  tcase_add_test (tcase, a_dictionary_and_the_default_do_as_well);
  tcase_add_test (tcase, errors_are_those_of_the_specification);
  tcase_add_test (tcase, a_policy_that_lets_nobody_choose_shares_nothing);
  tcase_add_test (tcase, it_need_not_be_waited_for_and_can_be_cancelled);
  tcase_add_test (tcase, no_display_is_an_error_that_says_so);
  return suite;
}
GST_CHECK_MAIN (media_devices_display_media)
