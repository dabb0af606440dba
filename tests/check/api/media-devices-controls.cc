// SPDX-License-Identifier: LGPL-2.1-or-later
// The controls of a camera, as an application sees and sets them.
#include "support/media-devices-fixture.hh"
#include "support/test-controls.hh"

using namespace webmedia;
using namespace webmedia::test;
using devices::Property;

namespace {

// There before who lists them, and as long.
struct Controlled {
  Controlled ()
  {
    devices::bring_controls (plug (kRawCamera), controls);
    plug (kMicrophone);
  }
  ~Controlled () { unplug_all (); }

  std::shared_ptr<TestControls> controls = std::make_shared<TestControls> ();
};

struct Fixture : Controlled, MediaDevicesFixture {
  Fixture () : MediaDevicesFixture (gst_web_media_devices_get_user_media_json)
  {}
};

bool
has (const Dictionary &dictionary, const char *name)
{
  return bool (own (g_variant_lookup_value (dictionary.get (), name, nullptr)));
}

std::string
member (const Dictionary &dictionary, const char *name)
{
  auto value = own (g_variant_lookup_value (dictionary.get (), name, nullptr));
  fail_unless (bool (value), "no %s", name);
  return text_of (value);
}

} // namespace

// WPT MediaStreamTrack-getCapabilities of mediacapture-image
GST_START_TEST (capabilities_are_what_the_camera_has)
{
  Fixture f;
  auto track = f.open (R"({"video":{"pan":true}})");
  auto all = capabilities (track);
  for (auto [name, text] :
      {std::pair ("whiteBalanceMode", "['manual', 'continuous']"),
          std::pair ("exposureMode", "['manual', 'continuous']"),
          std::pair ("focusMode", "['manual', 'continuous', 'single-shot']"),
          std::pair (
              "exposureCompensation", "{'min': -2.0, 'max': 2.0, 'step': 0.5}"),
          std::pair (
              "exposureTime", "{'min': 1.0, 'max': 5000.0, 'step': 1.0}"),
          std::pair ("colorTemperature",
              "{'min': 2800.0, 'max': 6500.0, 'step': 50.0}"),
          std::pair ("iso", "{'min': 100.0, 'max': 800.0, 'step': 100.0}"),
          std::pair ("brightness", "{'min': -64.0, 'max': 64.0, 'step': 1.0}"),
          std::pair ("contrast", "{'min': 0.0, 'max': 100.0, 'step': 1.0}"),
          std::pair ("saturation", "{'min': 0.0, 'max': 100.0, 'step': 1.0}"),
          std::pair ("sharpness", "{'min': 0.0, 'max': 7.0, 'step': 1.0}"),
          std::pair (
              "focusDistance", "{'min': 0.0, 'max': 250.0, 'step': 5.0}"),
          std::pair (
              "pan", "{'min': -36000.0, 'max': 36000.0, 'step': 3600.0}"),
          std::pair (
              "tilt", "{'min': -36000.0, 'max': 36000.0, 'step': 3600.0}"),
          std::pair ("zoom", "{'min': 100.0, 'max': 400.0, 'step': 10.0}"),
          std::pair ("torch", "[false, true]")})
    fail_unless_equals_string (member (all, name).c_str (), text);
  fail_if (has (all, "pointsOfInterest"));
  auto now = settings (track);
  fail_unless_equals_string (member (now, "exposureTime").c_str (), "312.0");
  fail_unless_equals_string (
      member (now, "focusMode").c_str (), "'continuous'");
  fail_unless_equals_string (
      member (now, "pointsOfInterest").c_str (), "@aa{sd} []");
  fail_unless_equals_string (member (now, "torch").c_str (), "false");
}
GST_END_TEST

GST_START_TEST (applied_constraints_set_the_camera)
{
  Fixture f;
  auto track = f.open (R"({"video":{"zoom":true}})");
  fail_unless (f.apply (track,
      R"({"zoom":{"exact":200},"exposureTime":100,"torch":true,
          "pointsOfInterest":{"exact":[{"x":0.5,"y":0.25}]},
          "advanced":[{"whiteBalanceMode":"manual","colorTemperature":5000}]})"));
  fail_unless (f.controls->number (Property::zoom) == 200);
  fail_unless (f.controls->number (Property::exposure_time) == 100);
  fail_unless (f.controls->number (Property::color_temperature) == 5000);
  fail_unless_equals_string (
      f.controls->text (Property::exposure_mode).c_str (), "manual");
  auto now = settings (track);
  fail_unless_equals_string (member (now, "zoom").c_str (), "200.0");
  fail_unless_equals_string (member (now, "torch").c_str (), "true");
  fail_unless_equals_string (
      member (now, "pointsOfInterest").c_str (), "[{'x': 0.5, 'y': 0.25}]");
  fail_unless_equals_string (
      member (now, "whiteBalanceMode").c_str (), "'manual'");
}
GST_END_TEST

GST_START_TEST (what_the_camera_cannot_is_overconstrained)
{
  Fixture f;
  auto track = f.open (R"({"video":{"zoom":true}})");
  f.overconstrains (track, R"({"zoom":{"min":401}})", "zoom");
  f.overconstrains (track, R"({"iso":{"exact":150}})", "iso");
  f.overconstrains (track, R"({"focusMode":{"exact":"none"}})", "focusMode");
  f.fails (R"({"video":{"torch":{"exact":true}}})", GST_WEB_ERROR_TYPE);
  fail_unless_equals_string (f.controls->take_written ().c_str (), "");
}
GST_END_TEST

// WPT MediaStreamTrack-getCapabilities "with PTZ permission denied"
GST_START_TEST (pan_tilt_and_zoom_need_permission)
{
  Fixture f;
  f.use (make_policy (f.policy));
  auto still = f.open (R"({"video":true})");
  fail_unless_equals_string (f.policy.asked.c_str (), "camera ");
  auto moving = f.open (R"({"video":{"pan":true,"tilt":true,"zoom":true}})");
  fail_unless_equals_string (
      f.policy.asked.c_str (), "camera camera-pan-tilt-zoom ");
  for (const char *name : {"pan", "tilt", "zoom"}) {
    fail_if (has (capabilities (still), name));
    fail_if (has (settings (still), name));
    fail_unless (has (capabilities (moving), name));
    fail_unless (has (settings (moving), name));
  }
  f.overconstrains (still, R"({"zoom":{"exact":200}})", "zoom");
  f.policy.grants = false; // to move it: the camera is there already
  auto denied = f.open (R"({"video":{"pan":true}})");
  fail_if (has (capabilities (denied), "pan"));
}
GST_END_TEST

GST_START_TEST (the_permission_to_move_it_can_be_taken_back)
{
  Fixture f;
  auto policy = make_policy (f.policy);
  f.use (policy);
  auto track = f.open (R"({"video":{"zoom":200}})");
  int changes = 0;
  g_signal_connect_swapped (track.get (), "configurationchange",
      G_CALLBACK (+[] (int *number) { ++*number; }), &changes);
  gst_web_permission_policy_revoke (policy.get (), "camera-pan-tilt-zoom");
  fail_if (has (settings (track), "zoom"));
  fail_if (has (capabilities (track), "zoom"));
  while (changes == 0)
    g_main_context_iteration (nullptr, TRUE);
  fail_unless_equals_int (
      gst_web_media_stream_track_get_ready_state (track.get ()),
      GST_WEB_MEDIA_STREAM_TRACK_STATE_LIVE);
}
GST_END_TEST

// https://w3c.github.io/mediacapture-main/#dom-inputdeviceinfo-getcapabilities
GST_START_TEST (a_device_tells_what_its_tracks_do_unasked)
{
  Fixture f;
  GPtrArray *infos = gst_web_media_devices_enumerate_devices (
      f.devices.get (), nullptr, nullptr);
  for (guint i = 0; i < infos->len; i++) {
    auto info = static_cast<GstWebMediaDeviceInfo *> (infos->pdata[i]);
    if (gst_web_media_device_info_get_kind (info)
        != GST_WEB_MEDIA_DEVICE_KIND_VIDEOINPUT)
      continue;
    auto told = own (gst_web_input_device_info_get_capabilities (
        GST_WEB_INPUT_DEVICE_INFO (info)));
    fail_unless (has (told, "torch"));
    fail_if (has (told, "zoom"));
    fail_unless_equals_string (text_of (told).c_str (),
        text_of (capabilities (f.open (R"({"video":true})"))).c_str ());
  }
  g_ptr_array_unref (infos);
}
GST_END_TEST

static Suite *
media_devices_controls_suite (void)
{
  Suite *suite = suite_create ("media-devices-controls");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, capabilities_are_what_the_camera_has);
  tcase_add_test (tcase, applied_constraints_set_the_camera);
  tcase_add_test (tcase, what_the_camera_cannot_is_overconstrained);
  tcase_add_test (tcase, pan_tilt_and_zoom_need_permission);
  tcase_add_test (tcase, the_permission_to_move_it_can_be_taken_back);
  tcase_add_test (tcase, a_device_tells_what_its_tracks_do_unasked);
  return suite;
}

GST_CHECK_MAIN (media_devices_controls)
