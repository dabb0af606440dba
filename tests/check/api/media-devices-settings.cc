// SPDX-License-Identifier: LGPL-2.1-or-later
// What devices can do and are set to, value by value.
#include "support/media-devices-fixture.hh"

#include <functional>
#include <set>

using namespace webmedia;
using namespace webmedia::test;

namespace {

using Fixture = UserMediaFixture;
using Words = std::set<std::string>;

constexpr TestDeviceSpec kFacingCamera{.classes = "Video/Source",
    .label = "Camera that faces its user",
    .caps = kRawCamera.caps,
    .properties = "props, facing-mode=(string)user, "
                  "device.path=(string)/dev/video0"};

Words
words (const Dictionary &dictionary, const char *name)
{
  auto list = own (
      g_variant_lookup_value (dictionary.get (), name, G_VARIANT_TYPE ("as")));
  fail_unless (bool (list), "no %s", name);
  Words all;
  for (gsize i = 0; i < g_variant_n_children (list.get ()); i++)
    all.insert (g_variant_get_string (
        own (g_variant_get_child_value (list.get (), i)).get (), nullptr));
  fail_unless_equals_int (
      int (all.size ()), int (g_variant_n_children (list.get ())));
  return all;
}

double
number (const Dictionary &range, const char *name)
{
  auto value = own (g_variant_lookup_value (range.get (), name, nullptr));
  fail_unless (bool (value), "no %s", name);
  return g_variant_is_of_type (value.get (), G_VARIANT_TYPE_UINT32)
             ? g_variant_get_uint32 (value.get ())
             : g_variant_get_double (value.get ());
}

void
check_values (const char *name, const Dictionary &value)
{
  std::string type = g_variant_get_type_string (value.get ());
  if (type == "ab") {
    gsize count = g_variant_n_children (value.get ());
    fail_unless (count == 1 || count == 2, "%s", name);
    std::set<bool> all;
    for (gsize i = 0; i < count; i++)
      all.insert (g_variant_get_boolean (
          own (g_variant_get_child_value (value.get (), i)).get ()));
    fail_unless_equals_int (int (all.size ()), int (count));
  } else if (type == "a{su}" || type == "a{sd}") {
    fail_unless (number (value, "min") >= 0
                     && number (value, "min") <= number (value, "max"),
        "%s", name);
  }
}

} // namespace

// WPT MediaStreamTrack-getCapabilities: ranges, booleans and members
GST_START_TEST (capabilities_have_values_that_can_be)
{
  Fixture f (kFacingCamera);
  for (const char *json : {R"({"audio":true})", R"({"video":true})"}) {
    auto all = capabilities (f.open (json));
    int ranges = 0, booleans = 0;
    GVariantIter iter;
    g_variant_iter_init (&iter, all.get ());
    const char *name;
    GVariant *value;
    while (g_variant_iter_next (&iter, "{&sv}", &name, &value)) {
      auto owned = own (value);
      check_values (name, owned);
      std::string type = g_variant_get_type_string (value);
      ranges += type == "a{su}" || type == "a{sd}";
      booleans += type == "ab";
    }
    fail_unless (ranges >= 3, "%d", ranges);
    fail_unless (booleans == (g_str_has_prefix (json, R"({"a)") ? 2 : 3), "%d",
        booleans);
  }
  auto video = capabilities (f.open (R"({"video":true})"));
  fail_unless (
      words (video, "resizeMode") == Words ({"none", "crop-and-scale"}));
  fail_unless (words (video, "facingMode") == Words ({"user"}));
}
GST_END_TEST

// Nor is it done: a camera with a blur would have to say so.
GST_START_TEST (no_background_is_blurred)
{
  Fixture f;
  auto track = f.open (R"({"video":true})");
  auto can = own (g_variant_lookup_value (
      capabilities (track).get (), "backgroundBlur", nullptr));
  fail_unless_equals_string (text_of (can).c_str (), "[false]");
  gboolean blur = TRUE;
  fail_unless (
      g_variant_lookup (settings (track).get (), "backgroundBlur", "b", &blur));
  fail_if (blur);
}
GST_END_TEST

// WPT MediaStreamTrack-getSettings
GST_START_TEST (a_microphone_says_whether_it_cancels_echo)
{
  Fixture f;
  auto all = settings (f.open (R"({"audio":true})"));
  gboolean echo = TRUE;
  fail_unless (g_variant_lookup (all.get (), "echoCancellation", "b", &echo));
  fail_if (echo); // there is no probe
}
GST_END_TEST

// The property of the object, as far as to what devices can do.
GST_START_TEST (with_a_probe_a_microphone_can_cancel_echo)
{
  Fixture f;
  auto can = [&f] {
    GPtrArray *infos = gst_web_media_devices_enumerate_devices (
        f.devices.get (), nullptr, nullptr);
    auto all = own (gst_web_input_device_info_get_capabilities (
        GST_WEB_INPUT_DEVICE_INFO (g_ptr_array_index (infos, 0))));
    g_ptr_array_unref (infos);
    return text_of (
        own (g_variant_lookup_value (all.get (), "echoCancellation", nullptr)));
  };
  const std::string without = can ();
  fail_unless (
      without.find ("true") == std::string::npos, "%s", without.c_str ());
  g_object_set (f.devices.get (), "echo-probe", "what is played", nullptr);
  const std::string with = can ();
  fail_unless (with.find ("true") != std::string::npos, "%s", with.c_str ());
  gst_web_media_devices_set_echo_probe (f.devices.get (), nullptr);
  fail_unless_equals_string (can ().c_str (), without.c_str ());
}
GST_END_TEST

// https://w3c.github.io/mediacapture-main/#def-constraint-facingMode
GST_START_TEST (a_camera_faces_its_user_to_its_end)
{
  Fixture f (kFacingCamera);
  auto track = f.open (R"({"video":{"facingMode":{"exact":"user"}}})");
  fail_unless_equals_string (
      string (settings (track), "facingMode").c_str (), "user");
  fail_unless (words (capabilities (track), "facingMode") == Words ({"user"}));
  GError *error = nullptr;
  fail_if (gst_web_media_devices_get_user_media_json (f.devices.get (),
      R"({"video":{"facingMode":{"exact":"environment"}}})", nullptr, &error));
  fail_unless_equals_string (
      gst_web_error_get_constraint (error), "facingMode");
  g_clear_error (&error);
  // It is inherent.
  gst_web_media_stream_track_stop (track.get ());
  fail_unless_equals_int (
      int (g_variant_n_children (settings (track).get ())), 3);
  fail_unless_equals_string (
      string (settings (track), "facingMode").c_str (), "user");
  fail_unless (words (capabilities (track), "facingMode") == Words ({"user"}));
}
GST_END_TEST

// The same for one whose device went.
GST_START_TEST (a_camera_that_was_unplugged_faced_its_user)
{
  Fixture f (kFacingCamera);
  auto track = f.open (R"({"video":true})");
  unplug_all ();
  while (gst_web_media_stream_track_get_ready_state (track.get ())
         == GST_WEB_MEDIA_STREAM_TRACK_STATE_LIVE)
    g_main_context_iteration (nullptr, TRUE);
  fail_unless_equals_int (
      int (g_variant_n_children (settings (track).get ())), 3);
  fail_unless_equals_string (
      string (settings (track), "facingMode").c_str (), "user");
}
GST_END_TEST

// https://w3c.github.io/mediacapture-main/#dom-mediastreamtrack-clone
GST_START_TEST (a_clone_can_do_what_its_track_can)
{
  Fixture f;
  for (const char *json : {R"({"audio":true})", R"({"video":{"width":320}})"}) {
    auto track = f.open (json);
    auto clone = own (gst_web_media_stream_track_clone (track.get ()));
    fail_unless_equals_string (text_of (capabilities (clone)).c_str (),
        text_of (capabilities (track)).c_str ());
  }
}
GST_END_TEST

// https://w3c.github.io/mediacapture-main/#dom-inputdeviceinfo-getcapabilities
GST_START_TEST (what_a_device_can_do_is_known_without_opening_it)
{
  Fixture f;
  int before = sources_made ();
  GPtrArray *infos = gst_web_media_devices_enumerate_devices (
      f.devices.get (), nullptr, nullptr);
  fail_unless_equals_int (int (infos->len), 2);
  for (guint i = 0; i < infos->len; i++)
    fail_unless (
        g_variant_n_children (
            own (gst_web_input_device_info_get_capabilities (
                     GST_WEB_INPUT_DEVICE_INFO (g_ptr_array_index (infos, i))))
                .get ())
        > 2);
  g_ptr_array_unref (infos);
  fail_unless_equals_int (sources_made (), before);
}
GST_END_TEST

static Suite *
media_devices_settings_suite (void)
{
  Suite *suite = suite_create ("media-devices-settings");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, capabilities_have_values_that_can_be);
  tcase_add_test (tcase, no_background_is_blurred);
  tcase_add_test (tcase, a_microphone_says_whether_it_cancels_echo);
  tcase_add_test (tcase, with_a_probe_a_microphone_can_cancel_echo);
  tcase_add_test (tcase, a_camera_faces_its_user_to_its_end);
  tcase_add_test (tcase, a_camera_that_was_unplugged_faced_its_user);
  tcase_add_test (tcase, a_clone_can_do_what_its_track_can);
  tcase_add_test (tcase, what_a_device_can_do_is_known_without_opening_it);
  return suite;
}

GST_CHECK_MAIN (media_devices_settings)
