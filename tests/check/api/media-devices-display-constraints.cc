// SPDX-License-Identifier: LGPL-2.1-or-later
// The constrainable properties of what getDisplayMedia captures. WPT is the web
// platform test getdisplaymedia.
#include "support/display-fixture.hh"

using namespace webmedia;
using namespace webmedia::test;

namespace {

struct Size {
  const char *json; // the constraints
  const char *name;
  double length;
};
constexpr Size kSizes[] = {{R"({"width":160})", "width", 160},
    {R"({"height":120})", "height", 120}, {R"({"width":80})", "width", 80},
    {R"({"height":60})", "height", 60}, {R"({"width":158})", "width", 158},
    {R"({"height":118})", "height", 118}};

std::string
for_video (const char *constraints)
{
  return std::string (R"({"video":)") + constraints + "}";
}

} // namespace

// WPT: "with getSettings", and getdisplaymedia-settings
GST_START_TEST (settings_and_capabilities_are_those_of_a_display)
{
  DisplayFixture f;
  auto track = picture_of (f.gets ("{}"));
  DisplaySettings settings (track);
  fail_unless_equals_string (
      settings.text ("displaySurface").c_str (), "monitor");
  fail_unless (settings.has ("logicalSurface"));
  fail_unless_equals_string (settings.text ("cursor").c_str (), "always");
  auto capabilities =
      own (gst_web_media_stream_track_get_capabilities (track.get ()));
  const char *id = nullptr;
  fail_unless (g_variant_lookup (capabilities.get (), "deviceId", "&s", &id));
  fail_unless_equals_string (id, settings.text ("deviceId").c_str ());
  // Each is what it is, and can be nothing else.
  struct {
    const char *name, *can;
  } const fixed[] = {{"displaySurface", "'monitor'"},
      {"logicalSurface", "false"}, {"cursor", "['always']"}};
  for (const auto &each : fixed) {
    auto can =
        own (g_variant_lookup_value (capabilities.get (), each.name, nullptr));
    fail_unless (bool (can), "no %s", each.name);
    fail_unless_equals_string (
        CString (g_variant_print (can.get (), FALSE)).get (), each.can);
  }
  fail_if (settings.has ("facingMode"));
  fail_if (bool (own (
      g_variant_lookup_value (capabilities.get (), "facingMode", nullptr))));
}
GST_END_TEST

// WPT: "must be constrained"
GST_START_TEST (what_is_too_large_is_made_smaller)
{
  DisplayFixture f;
  struct Case {
    const char *json;
    double width, height, frame_rate;
  };
  for (const Case &each :
      {Case{R"({"width":{"max":360}})", 360, 270, 30},
          Case{R"({"height":{"max":240}})", 320, 240, 30},
          Case{R"({"width":{"max":360},"height":{"max":240}})", 320, 240, 30},
          Case{R"({"frameRate":{"max":4}})", 640, 480, 4},
          Case{R"({"frameRate":{"max":4},"width":{"max":360}})", 360, 270, 4},
          Case{R"({"frameRate":{"max":4},"height":{"max":240}})", 320, 240, 4},
          Case{
              R"({"frameRate":{"max":4},"width":{"max":360},"height":{"max":240}})",
              320, 240, 4}}) {
    DisplaySettings settings (f.gets (for_video (each.json).c_str ()));
    fail_unless (settings.number ("width") == each.width
                     && settings.number ("height") == each.height
                     && settings.number ("frameRate") == each.frame_rate,
        "%s: %gx%g at %g", each.json, settings.number ("width"),
        settings.number ("height"), settings.number ("frameRate"));
  }
}
GST_END_TEST

// WPT: "must be downscaled precisely"
GST_START_TEST (any_width_or_height_is_had_to_the_pixel)
{
  DisplayFixture f;
  for (const Size &size : kSizes) {
    DisplaySettings settings (f.gets (for_video (size.json).c_str ()));
    fail_unless (settings.number (size.name) == size.length, "%s", size.json);
    fail_unless (settings.number ("frameRate") >= 1);
  }
  auto track = picture_of (f.gets (R"({"video":{"height":240}})"));
  fail_unless (DisplaySettings (track).number ("height") == 240);
  for (const Size &size : kSizes) {
    fail_unless (gst_web_media_stream_track_apply_constraints_json (
                     track.get (), size.json, nullptr, &f.error),
        "%s", f.error ? f.error->message : "");
    fail_unless (DisplaySettings (track).number (size.name) == size.length,
        "%s", size.json);
  }
}
GST_END_TEST

// -screen-share: which surface is wished for is nothing but a wish.
GST_START_TEST (no_wish_for_a_surface_overconstrains)
{
  DisplayFixture f;
  auto track = picture_of (f.gets ("{}"));
  for (const char *json : {R"({"displaySurface":{"exact":"window"}})",
           R"({"width":320,"advanced":[{"displaySurface":"window",
               "height":200}]})"})
    fail_unless (gst_web_media_stream_track_apply_constraints_json (
                     track.get (), json, nullptr, &f.error),
        "%s: %s", json, f.error ? f.error->message : "");
  fail_unless (DisplaySettings (track).number ("height") == 200);
  fail_unless_equals_string (
      DisplaySettings (track).text ("displaySurface").c_str (), "monitor");
}
GST_END_TEST

// -screen-share and -extensions
GST_START_TEST (shared_sound_has_its_own_settings_and_no_statistics)
{
  DisplayFixture f;
  f.policy.sound = make_test_device (kMicrophone);
  auto stream = f.gets (R"({"audio":{"restrictOwnAudio":true,
      "suppressLocalAudioPlayback":true}})");
  auto sound = first_of (gst_web_media_stream_get_audio_tracks (stream.get ()));
  DisplaySettings settings (sound);
  auto capabilities =
      own (gst_web_media_stream_track_get_capabilities (sound.get ()));
  auto is_on = [] (const DisplaySettings &of, const char *name) {
    gboolean on = 7;
    fail_unless (g_variant_lookup (of.all.get (), name, "b", &on), "%s", name);
    return on != FALSE;
  };
  // Whether it is applied, and whether that was asked for.
  fail_if (is_on (settings, "restrictOwnAudio"));
  fail_unless (is_on (settings, "suppressLocalAudioPlayback"));
  fail_unless (gst_web_media_stream_track_apply_constraints_json (
      sound.get (), "{}", nullptr, &f.error));
  fail_if (is_on (DisplaySettings (sound), "suppressLocalAudioPlayback"));
  for (const char *name : {"restrictOwnAudio", "suppressLocalAudioPlayback"}) {
    fail_if (bool (
        own (g_variant_lookup_value (capabilities.get (), name, nullptr))));
  }
  fail_if (gst_web_media_stream_track_apply_constraints_json (sound.get (),
      R"({"restrictOwnAudio":{"exact":true}})", nullptr, &f.error));
  fail_unless_equals_string (
      gst_web_error_get_constraint (f.error), "restrictOwnAudio");
  fail_unless (gst_web_media_stream_track_get_stats (sound.get ()) == nullptr);
  fail_unless (gst_web_media_stream_track_get_stats (picture_of (stream).get ())
               != nullptr);
}
GST_END_TEST

static Suite *
media_devices_display_constraints_suite ()
{
  Suite *suite = suite_create ("media-devices-display-constraints");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, settings_and_capabilities_are_those_of_a_display);
  tcase_add_test (tcase, what_is_too_large_is_made_smaller);
  tcase_add_test (tcase, any_width_or_height_is_had_to_the_pixel);
  tcase_add_test (tcase, no_wish_for_a_surface_overconstrains);
  tcase_add_test (tcase, shared_sound_has_its_own_settings_and_no_statistics);
  return suite;
}
GST_CHECK_MAIN (media_devices_display_constraints)
