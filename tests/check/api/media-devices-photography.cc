// SPDX-License-Identifier: LGPL-2.1-or-later
// A camera whose element is a GstPhotography, as an application sees and sets
// it.
#include "support/media-devices-fixture.hh"
#include "support/test-photography.hh"

using namespace webmedia;
using namespace webmedia::test;

namespace {

struct Fixture : UserMediaFixture {
  Fixture () : UserMediaFixture (kPhotographyCamera) {}

  // What the camera is set to, as it runs.
  static GstPhotographySettings &camera ()
  {
    return photography_settings (sources_now ().back ());
  }
};

bool
has (const Dictionary &dictionary, const char *name)
{
  return bool (own (g_variant_lookup_value (dictionary.get (), name, nullptr)));
}

// Of these names, what it has.
std::string
members (
    const Dictionary &dictionary, std::initializer_list<const char *> names)
{
  std::string all;
  for (const char *name : names)
    if (auto value =
            own (g_variant_lookup_value (dictionary.get (), name, nullptr)))
      all +=
          std::string (all.empty () ? "" : ", ") + name + " " + text_of (value);
  return all;
}

constexpr auto kControls = {"whiteBalanceMode", "exposureMode", "focusMode",
    "exposureCompensation", "exposureTime", "colorTemperature", "iso",
    "brightness", "focusDistance", "pan", "zoom", "torch"};

} // namespace

GST_START_TEST (capabilities_and_settings_are_those_of_the_camera)
{
  Fixture f;
  auto track = f.open (R"({"video":{"zoom":true}})");
  fail_unless_equals_string (members (capabilities (track), kControls).c_str (),
      "whiteBalanceMode ['manual', 'continuous'], "
      "exposureMode ['manual', 'continuous'], "
      "focusMode ['continuous', 'single-shot'], "
      "exposureCompensation {'min': -2.5, 'max': 2.5}, "
      "exposureTime {'min': 1.0, 'max': 5000.0, 'step': 0.01}, "
      "colorTemperature {'min': 2800.0, 'max': 6500.0, 'step': 1.0}, "
      "iso {'min': 1.0, 'max': 6400.0, 'step': 1.0}, "
      "zoom {'min': 1.0, 'max': 10.0}");
  fail_unless_equals_string (members (settings (track), kControls).c_str (),
      "whiteBalanceMode 'continuous', exposureMode 'continuous', "
      "focusMode 'single-shot', exposureCompensation 0.0, zoom 1.0");
}
GST_END_TEST

GST_START_TEST (applied_constraints_set_the_camera)
{
  Fixture f;
  auto track = f.open (R"({"video":{"zoom":true}})");
  fail_unless (f.apply (track,
      R"({"zoom":{"exact":2.5},"iso":{"exact":400},
          "focusMode":{"exact":"continuous"},"exposureTime":{"exact":100},
          "advanced":[{"whiteBalanceMode":"manual","colorTemperature":5000}]})"));
  fail_unless (f.camera ().zoom == 2.5f);
  fail_unless_equals_int (f.camera ().iso_speed, 400);
  fail_unless_equals_int (f.camera ().exposure_time, 10000);
  fail_unless_equals_int (f.camera ().color_temperature, 5000);
  fail_unless_equals_string (members (settings (track), kControls).c_str (),
      "whiteBalanceMode 'manual', exposureMode 'manual', "
      "focusMode 'continuous', exposureCompensation 0.0, exposureTime 100.0, "
      "colorTemperature 5000.0, iso 400.0, zoom 2.5");
  fail_unless (f.apply (track, R"({"exposureMode":"continuous"})"));
  fail_unless_equals_int (f.camera ().iso_speed, 0); // its own again
  fail_if (has (settings (track), "iso"));
}
GST_END_TEST

// It has ISOs in steps of 100 only, which its range does not tell.
GST_START_TEST (what_the_camera_does_not_take_leaves_all_as_it_was)
{
  Fixture f;
  auto track = f.open (R"({"video":{"zoom":1.5}})");
  std::string before = text_of (settings (track));
  f.overconstrains (track,
      R"({"zoom":{"exact":2},"exposureTime":{"exact":100},
          "whiteBalanceMode":{"exact":"manual"},"iso":{"exact":150}})",
      "iso");
  fail_unless (f.camera ().zoom == 1.5f);
  fail_unless (f.camera ().exposure_mode == GST_PHOTOGRAPHY_EXPOSURE_MODE_AUTO);
  fail_unless (f.camera ().wb_mode == GST_PHOTOGRAPHY_WB_MODE_AUTO);
  fail_unless_equals_int (f.camera ().iso_speed, 0);
  fail_unless_equals_string (
      text_of (settings (track)).c_str (), before.c_str ());
  f.overconstrains (track, R"({"zoom":{"min":11}})", "zoom");
  f.overconstrains (track, R"({"torch":{"exact":true}})", "torch");
  fail_unless (f.apply (track, R"({"iso":150})"));
  fail_unless_equals_int (f.camera ().iso_speed, 100);
}
GST_END_TEST

// https://w3c.github.io/mediacapture-image/#zoom
GST_START_TEST (its_zoom_needs_permission)
{
  Fixture f;
  f.use (make_policy (f.policy));
  auto still = f.open (R"({"video":true})");
  fail_unless_equals_string (f.policy.asked.c_str (), "camera ");
  fail_if (has (capabilities (still), "zoom"));
  fail_if (has (settings (still), "zoom"));
  f.overconstrains (still, R"({"zoom":{"exact":2}})", "zoom");
  fail_unless (f.apply (still, R"({"zoom":2,"exposureCompensation":1})"));
  fail_unless (f.camera ().zoom == 1 && f.camera ().ev_compensation == 1);
  auto moving = f.open (R"({"video":{"zoom":2}})");
  fail_unless_equals_string (
      f.policy.asked.c_str (), "camera camera-pan-tilt-zoom ");
  fail_unless (f.camera ().zoom == 2);
  fail_unless (has (capabilities (moving), "zoom"));
}
GST_END_TEST

// For it the element is another one, and then another one again.
GST_START_TEST (a_photo_leaves_the_camera_as_it_was_told)
{
  Fixture f;
  auto track = f.open (R"({"video":{"width":640,"height":480,
      "advanced":[{"zoom":2,"exposureTime":100}]}})");
  std::string before = text_of (settings (track));
  int made = sources_made ();
  auto capture = own (gst_web_image_capture_new (track.get (), nullptr));
  auto photo = own (gst_web_image_capture_take_photo (capture.get (),
      g_variant_new_parsed ("{'imageWidth': <1280>, 'imageHeight': <720>}"),
      nullptr, &f.error));
  fail_unless (photo && !f.error);
  int width = 0;
  gst_structure_get_int (
      gst_caps_get_structure (gst_sample_get_caps (photo.get ()), 0), "width",
      &width);
  fail_unless_equals_int (width, 1280);
  fail_unless_equals_int (sources_made (), made + 2);
  fail_unless (f.camera ().zoom == 2);
  fail_unless_equals_int (f.camera ().exposure_time, 10000);
  fail_unless_equals_string (
      text_of (settings (track)).c_str (), before.c_str ());
}
GST_END_TEST

// https://w3c.github.io/mediacapture-image/#filllightmode-values: a flash would
// always fire. A flash mode is for what is captured as an image, and a photo is
// not.
GST_START_TEST (a_flash_mode_is_no_flash_of_photos)
{
  Fixture f;
  auto track = f.open (R"({"video":true})");
  auto capture = own (gst_web_image_capture_new (track.get (), nullptr));
  auto known = own (gst_web_image_capture_get_photo_capabilities (
      capture.get (), nullptr, nullptr));
  fail_unless_equals_string (
      members (known, {"redEyeReduction", "fillLightMode"}).c_str (),
      "redEyeReduction 'never', fillLightMode @as []");
  for (const char *photo :
      {"{'fillLightMode': <'flash'>}", "{'redEyeReduction': <true>}"}) {
    fail_unless (!gst_web_image_capture_take_photo (
        capture.get (), g_variant_new_parsed (photo), nullptr, &f.error));
    fail_unless (
        g_error_matches (f.error, GST_WEB_ERROR, GST_WEB_ERROR_UNKNOWN));
    g_clear_error (&f.error);
  }
  fail_unless (f.camera ().flash_mode == GST_PHOTOGRAPHY_FLASH_MODE_AUTO);
}
GST_END_TEST

static Suite *
media_devices_photography_suite (void)
{
  Suite *suite = suite_create ("media-devices-photography");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, capabilities_and_settings_are_those_of_the_camera);
  tcase_add_test (tcase, applied_constraints_set_the_camera);
  tcase_add_test (tcase, what_the_camera_does_not_take_leaves_all_as_it_was);
  tcase_add_test (tcase, its_zoom_needs_permission);
  tcase_add_test (tcase, a_photo_leaves_the_camera_as_it_was_told);
  tcase_add_test (tcase, a_flash_mode_is_no_flash_of_photos);
  return suite;
}

GST_CHECK_MAIN (media_devices_photography)
