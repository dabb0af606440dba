// SPDX-License-Identifier: LGPL-2.1-or-later
// getDisplayMedia as an application calls it, with displays that are test
// sources.
#include "support/check.hh"
#include "support/media-stream-fixture.hh"
#include "support/test-devices.hh"
#include "support/test-policy.hh"

using namespace webmedia;
using namespace webmedia::test;

namespace {

constexpr TestDeviceSpec kScreen{.classes = "Video/Source/Screen",
    .label = "Screen 1",
    .caps = "video/x-raw, format=BGRx, width=640, height=480, "
            "framerate=[1/1,60/1]"};

using Stream = Ptr<GstWebMediaStream>;

struct Fixture {
  Fixture ()
  {
    devices = own (gst_web_media_devices_new_with_monitor (
        make_test_monitor ().get (), "salt"));
    gst_web_media_devices_set_permission_policy (
        devices.get (), make_policy (policy).get ());
    policy.display = make_test_device (kScreen);
  }
  ~Fixture () { g_clear_error (&error); }

  Stream get (const char *json)
  {
    g_clear_error (&error);
    return own (gst_web_media_devices_get_display_media_json (
        devices.get (), json, cancellable.get (), &error));
  }
  void fails (const char *json, int code, const char *constraint = nullptr)
  {
    fail_unless (!get (json));
    fail_unless (g_error_matches (error, GST_WEB_ERROR, code), "%s: %s", json,
        error->message);
    fail_unless_equals_string (
        gst_web_error_get_constraint (error), constraint);
  }

  PolicyState policy;
  Ptr<GstWebMediaDevices> devices;
  Ptr<GCancellable> cancellable = own (g_cancellable_new ());
  GError *error = nullptr;
};

TrackObject
first_of (GPtrArray *tracks)
{
  fail_unless_equals_int (tracks->len, 1);
  auto track = TrackObject::share (
      GST_WEB_MEDIA_STREAM_TRACK (g_ptr_array_index (tracks, 0)));
  g_ptr_array_unref (tracks);
  return track;
}

int
number_of (GPtrArray *tracks)
{
  int number = int (tracks->len);
  g_ptr_array_unref (tracks);
  return number;
}

} // namespace

GST_START_TEST (what_the_user_has_chosen_becomes_a_stream)
{
  Fixture f;
  auto stream = f.get (R"({"video":{"width":{"max":320}}})");
  fail_unless (stream && !f.error, "%s", f.error ? f.error->message : "");
  auto track = first_of (gst_web_media_stream_get_video_tracks (stream.get ()));
  fail_unless_equals_int (
      number_of (gst_web_media_stream_get_tracks (stream.get ())), 1);
  fail_unless_equals_string (
      gst_web_media_stream_track_get_label (track.get ()), "Screen 1");
  auto settings = own (gst_web_media_stream_track_get_settings (track.get ()));
  GVariantDict found;
  g_variant_dict_init (&found, settings.get ());
  double width = 0;
  guint whole = 0;
  const char *surface = nullptr;
  fail_unless (g_variant_dict_lookup (&found, "width", "u", &whole)
               || g_variant_dict_lookup (&found, "width", "d", &width));
  fail_unless_equals_int (int (width) + int (whole), 320);
  fail_unless (
      g_variant_dict_lookup (&found, "displaySurface", "&s", &surface));
  fail_unless_equals_string (surface, "monitor");
  g_variant_dict_clear (&found);
  fail_unless_equals_string (f.policy.asked.c_str (), "display ");
  gst_web_media_stream_track_stop (track.get ());
}
GST_END_TEST

GST_START_TEST (its_sound_comes_where_it_is_asked_for)
{
  Fixture f;
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

GST_START_TEST (a_dictionary_and_the_default_do_as_well)
{
  Fixture f;
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

GST_START_TEST (errors_are_those_of_the_specification)
{
  Fixture f;
  f.fails ("[]", GST_WEB_ERROR_TYPE);
  f.fails (R"({"video":{"width":{"exact":5}}})", GST_WEB_ERROR_TYPE);
  f.fails (R"({"video":{"width":{"max":0}}})", GST_WEB_ERROR_OVERCONSTRAINED,
      "width");
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
  Fixture f;
  gst_web_media_devices_set_permission_policy (
      f.devices.get (), make_mute_policy (f.policy).get ());
  f.fails ("{}", GST_WEB_ERROR_NOT_ALLOWED);
  fail_unless (strstr (f.error->message, "choose_display_async") != nullptr);
}
GST_END_TEST

GST_START_TEST (it_need_not_be_waited_for_and_can_be_cancelled)
{
  Fixture f;
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
  Fixture f;
  gst_web_media_devices_set_permission_policy (f.devices.get (), nullptr);
  f.fails ("{}", GST_WEB_ERROR_NOT_FOUND);
}
GST_END_TEST

static Suite *
media_devices_display_media_suite ()
{
  Suite *suite = suite_create ("media-devices-display-media");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, what_the_user_has_chosen_becomes_a_stream);
  tcase_add_test (tcase, its_sound_comes_where_it_is_asked_for);
  tcase_add_test (tcase, a_dictionary_and_the_default_do_as_well);
  tcase_add_test (tcase, errors_are_those_of_the_specification);
  tcase_add_test (tcase, a_policy_that_lets_nobody_choose_shares_nothing);
  tcase_add_test (tcase, it_need_not_be_waited_for_and_can_be_cancelled);
  tcase_add_test (tcase, no_display_is_an_error_that_says_so);
  return suite;
}
GST_CHECK_MAIN (media_devices_display_media)
