// SPDX-License-Identifier: LGPL-2.1-or-later
// The constrainable pattern of tracks, of devices and of other sources.
#include "support/media-devices-fixture.hh"

#include <array>
#include <vector>

using namespace webmedia;
using namespace webmedia::test;

namespace {

using Fixture = UserMediaFixture;

Dictionary
constraints (const TrackObject &track)
{
  return own (gst_web_media_stream_track_get_constraints (track.get ()));
}

// Each name with its type: "width u".
std::string
types_of (const Dictionary &dictionary)
{
  std::string text;
  GVariantIter iter;
  g_variant_iter_init (&iter, dictionary.get ());
  const char *name;
  GVariant *value;
  while (g_variant_iter_next (&iter, "{&sv}", &name, &value)) {
    text += (text.empty () ? "" : ", ") + std::string (name) + " "
            + g_variant_get_type_string (value);
    g_variant_unref (value);
  }
  return text;
}

void
has_types (const Dictionary &dictionary,
    std::initializer_list<std::pair<const char *, const char *>> types)
{
  for (auto [name, type] : types) {
    auto value =
        own (g_variant_lookup_value (dictionary.get (), name, nullptr));
    fail_unless (bool (value), "no %s", name);
    fail_unless_equals_string (g_variant_get_type_string (value.get ()), type);
  }
}

guint
number (const Dictionary &dictionary, const char *name)
{
  guint32 value = 0;
  fail_unless (g_variant_lookup (dictionary.get (), name, "u", &value) == TRUE,
      "no %s", name);
  return value;
}

} // namespace

// WPT MediaStreamTrack-getCapabilities
GST_START_TEST (each_capability_is_there_and_has_its_type)
{
  Fixture f;
  has_types (capabilities (f.open (R"({"audio":true})")),
      {{"deviceId", "s"}, {"groupId", "s"}, {"sampleRate", "a{su}"},
          {"sampleSize", "a{su}"}, {"channelCount", "a{su}"},
          {"echoCancellation", "av"}, {"autoGainControl", "ab"},
          {"noiseSuppression", "ab"}, {"latency", "a{sd}"}});
  auto video = capabilities (f.open (R"({"video":true})"));
  has_types (video, {{"deviceId", "s"}, {"groupId", "s"}, {"width", "a{su}"},
                        {"height", "a{su}"}, {"aspectRatio", "a{sd}"},
                        {"frameRate", "a{sd}"}, {"facingMode", "as"},
                        {"resizeMode", "as"}, {"backgroundBlur", "ab"}});
  auto modes = own (g_variant_lookup_value (
      video.get (), "resizeMode", G_VARIANT_TYPE ("as")));
  fail_unless_equals_int (g_variant_n_children (modes.get ()), 2);
  auto width = own (
      g_variant_lookup_value (video.get (), "width", G_VARIANT_TYPE ("a{su}")));
  fail_unless_equals_int (number (width, "min"), 1);
  fail_unless_equals_int (number (width, "max"), 1280);
}
GST_END_TEST

// WPT MediaStreamTrack-getCapabilities, its part for InputDeviceInfo.
GST_START_TEST (a_device_and_its_track_can_do_the_same)
{
  Fixture f;
  for (const char *json : {R"({"audio":true})", R"({"video":true})"}) {
    auto track = f.open (json);
    std::string id = string (settings (track), "deviceId");
    GPtrArray *infos = gst_web_media_devices_enumerate_devices (
        f.devices.get (), nullptr, nullptr);
    bool found = false;
    for (guint i = 0; i < infos->len; i++) {
      auto info =
          static_cast<GstWebMediaDeviceInfo *> (g_ptr_array_index (infos, i));
      if (id != gst_web_media_device_info_get_device_id (info))
        continue;
      found = true;
      fail_unless_equals_string (
          text_of (own (gst_web_input_device_info_get_capabilities (
                       GST_WEB_INPUT_DEVICE_INFO (info))))
              .c_str (),
          text_of (capabilities (track)).c_str ());
      fail_unless_equals_string (string (settings (track), "groupId").c_str (),
          gst_web_media_device_info_get_group_id (info));
    }
    fail_unless (found);
    g_ptr_array_unref (infos);
  }
}
GST_END_TEST

// WPT MediaStreamTrack-getSettings
GST_START_TEST (each_setting_is_there_and_has_its_type)
{
  Fixture f;
  has_types (settings (f.open (R"({"audio":true})")),
      {{"deviceId", "s"}, {"groupId", "s"}, {"sampleRate", "u"},
          {"sampleSize", "u"}, {"channelCount", "u"}, {"autoGainControl", "b"},
          {"noiseSuppression", "b"}, {"echoCancellation", "b"},
          {"latency", "d"}});
  has_types (settings (f.open (R"({"video":true})")),
      {{"deviceId", "s"}, {"groupId", "s"}, {"width", "u"}, {"height", "u"},
          {"aspectRatio", "d"}, {"frameRate", "d"}, {"resizeMode", "s"},
          {"backgroundBlur", "b"}});
}
GST_END_TEST

// WPT MediaStreamTrack-getSettings: "a device can be opened twice", "with
// different resolutions".
GST_START_TEST (a_device_can_be_opened_twice_with_different_sizes)
{
  Fixture f;
  auto wide = f.open (R"({"video":{"width":1280}})");
  fail_unless_equals_int (number (settings (wide), "width"), 1280);
  std::string id = string (settings (wide), "deviceId");
  std::string json = R"({"video":{"deviceId":{"exact":")" + id
                     + R"("},"width":{"exact":640}}})";
  auto narrow = f.open (json.c_str ());
  fail_unless_equals_string (
      string (settings (narrow), "deviceId").c_str (), id.c_str ());
  fail_unless_equals_int (number (settings (narrow), "width"), 640);
  fail_unless_equals_int (number (settings (wide), "width"), 1280);
}
GST_END_TEST

// https://w3c.github.io/mediacapture-main/#dom-constrainablepattern-getconstraints
GST_START_TEST (constraints_are_those_that_were_applied_last)
{
  Fixture f;
  auto track = f.open (R"({"video":{"width":{"ideal":320},"sampleRate":1}})");
  // Those of the other kind were dropped.
  fail_unless_equals_string (text_of (constraints (track)).c_str (),
      "{'width': <{'ideal': <uint32 320>}>}");
  fail_unless (f.apply (track, R"({"height":{"max":240},"advanced":[]})"));
  fail_unless_equals_string (text_of (constraints (track)).c_str (),
      "{'height': <{'max': <uint32 240>}>, 'advanced': <@aa{sv} []>}");
  fail_unless (number (settings (track), "height") <= 240);
  fail_unless (f.apply (track, "{}"));
  fail_unless_equals_string (
      text_of (constraints (track)).c_str (), "@a{sv} {}");
}
GST_END_TEST

// WPT MediaStreamTrack-applyConstraints
GST_START_TEST (constraints_are_applied_all_or_not_at_all)
{
  Fixture f;
  auto track = f.open (R"({"video":{"width":640,"height":480}})");
  std::string before = text_of (settings (track));
  std::string wanted = text_of (constraints (track));
  f.overconstrains (
      track, R"({"width":320,"groupId":{"exact":"none"}})", "groupId");
  f.overconstrains (
      track, R"({"resizeMode":{"exact":"INVALID"}})", "resizeMode");
  f.overconstrains (track, R"({"width":{"min":100000}})", "width");
  fail_unless_equals_string (
      text_of (settings (track)).c_str (), before.c_str ());
  fail_unless_equals_string (
      text_of (constraints (track)).c_str (), wanted.c_str ());
  // An ideal that can't be had changes nothing.
  fail_unless (f.apply (
      track, R"({"width":640,"height":480,"groupId":{"ideal":"none"}})"));
  fail_unless (f.apply (
      track, R"({"width":640,"height":480,"resizeMode":{"ideal":"INVALID"}})"));
  fail_unless_equals_string (
      text_of (settings (track)).c_str (), before.c_str ());
  fail_unless (f.apply (track, R"({"width":{"exact":320}})"));
  fail_unless_equals_int (number (settings (track), "width"), 320);
}
GST_END_TEST

// https://w3c.github.io/mediacapture-image/#dom-imagecapture-grabframe
GST_START_TEST (a_picture_is_of_what_was_applied)
{
  Fixture f;
  auto track = f.open (R"({"video":{"width":{"exact":1280}}})");
  auto capture = own (gst_web_image_capture_new (track.get (), nullptr));
  for (int width : {640, 320, 1280, 320}) {
    std::string json = "{\"width\":{\"exact\":" + std::to_string (width) + "}}";
    fail_unless (f.apply (track, json.c_str ()));
    auto frame = own (
        gst_web_image_capture_grab_frame (capture.get (), nullptr, nullptr));
    int seen = 0;
    gst_structure_get_int (
        gst_caps_get_structure (gst_sample_get_caps (frame.get ()), 0), "width",
        &seen);
    fail_unless_equals_int (seen, width);
  }
}
GST_END_TEST

// WPT MediaStreamTrack-applyConstraints: "should not select another device".
GST_START_TEST (constraints_select_no_other_device)
{
  Fixture f;
  plug ({.classes = "Video/Source",
      .label = "Other",
      .caps = "video/x-raw,format=I420,width=320,height=240,framerate=30/1",
      .properties = "props, device.path=(string)/dev/video9"});
  auto track = f.open (R"({"video":{"width":{"exact":1280}}})");
  auto other = f.open (R"({"video":{"width":{"max":320},"aspectRatio":{"ideal":
      1.3333333333},"resizeMode":{"exact":"none"}}})");
  std::string id = string (settings (track), "deviceId");
  std::string other_id = string (settings (other), "deviceId");
  fail_unless (id != other_id);
  f.overconstrains (track,
      (R"({"deviceId":{"exact":")" + other_id + R"("}})").c_str (), "deviceId");
  fail_unless (f.apply (
      track, (R"({"deviceId":{"ideal":")" + other_id + R"("}})").c_str ()));
  fail_unless_equals_string (
      string (settings (track), "deviceId").c_str (), id.c_str ());
}
GST_END_TEST

GST_START_TEST (malformed_constraints_are_a_type_error)
{
  Fixture f;
  auto track = f.open (R"({"video":true})");
  fail_if (f.apply (track, R"({"width":"wide"})"));
  fail_unless (g_error_matches (f.error, GST_WEB_ERROR, GST_WEB_ERROR_TYPE));
  fail_unless_equals_string (
      f.error->message, "width is \"wide\"; it has to be a number");
}
GST_END_TEST

// "Maintaining the order of invocations if this method is called multiple
// times."
GST_START_TEST (calls_at_once_keep_their_order)
{
  Fixture f;
  auto track = f.open (R"({"video":true})");
  std::string done;
  struct Call {
    std::string *done;
    const char *name;
  };
  std::vector<Call> calls = {{&done, "1"}, {&done, "2"}, {&done, "3"}};
  const char *given[] = {"{'width': <{'exact': <320>}>}",
      "{'width': <{'min': <100000>}>}", "{'width': <{'exact': <160>}>}"};
  for (size_t i = 0; i < calls.size (); i++)
    gst_web_media_stream_track_apply_constraints_async (
        track.get (), g_variant_new_parsed (given[i]), nullptr,
        [] (GObject *object, GAsyncResult *result, gpointer data) {
          auto call = static_cast<Call *> (data);
          GError *error = nullptr;
          bool applied = gst_web_media_stream_track_apply_constraints_finish (
              GST_WEB_MEDIA_STREAM_TRACK (object), result, &error);
          *call->done += std::string (call->name) + (applied ? "+ " : "- ");
          g_clear_error (&error);
        },
        &calls[i]);
  while (done.size () < 9)
    g_main_context_iteration (nullptr, TRUE);
  fail_unless_equals_string (done.c_str (), "1+ 2- 3+ ");
  fail_unless_equals_int (number (settings (track), "width"), 160);
}
GST_END_TEST

// One that starts again and gives nothing.
GST_START_TEST (who_waits_for_the_device_can_give_up)
{
  Fixture f;
  auto track =
      f.open (R"({"video":{"width":{"exact":640},"height":{"exact":480}}})");
  int made = sources_made ();
  auto cancellable = own (g_cancellable_new ());
  struct Call {
    bool is_done = false;
    GError *error = nullptr;
  } call;
  make_silent (true);
  gst_web_media_stream_track_apply_constraints_async (
      track.get (), g_variant_new_parsed ("{'width': <{'exact': <1280>}>}"),
      cancellable.get (),
      [] (GObject *object, GAsyncResult *result, gpointer data) {
        auto self = static_cast<Call *> (data);
        gst_web_media_stream_track_apply_constraints_finish (
            GST_WEB_MEDIA_STREAM_TRACK (object), result, &self->error);
        self->is_done = true;
      },
      &call);
  wait_sources_made (made + 1);
  g_cancellable_cancel (cancellable.get ());
  while (!call.is_done)
    g_main_context_iteration (nullptr, TRUE);
  fail_unless (g_error_matches (call.error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
  g_clear_error (&call.error);
  make_silent (false);
  fail_unless_equals_int (number (settings (track), "width"), 640);
  // It goes on, and has its turn after what was given up.
  fail_unless (f.apply (track, R"({"width":{"exact":320}})"));
}
GST_END_TEST

// https://w3c.github.io/mediacapture-main/#dfn-list-of-inherent-constrainable-track-properties
GST_START_TEST (what_has_ended_still_tells_of_which_device_it_was)
{
  Fixture f;
  auto track = f.open (R"({"video":{"width":320}})");
  std::string id = string (settings (track), "deviceId");
  std::string group = string (settings (track), "groupId");
  gst_web_media_stream_track_stop (track.get ());
  fail_unless_equals_string (
      types_of (settings (track)).c_str (), "deviceId s, groupId s");
  fail_unless_equals_string (
      string (settings (track), "deviceId").c_str (), id.c_str ());
  fail_unless_equals_string (
      string (settings (track), "groupId").c_str (), group.c_str ());
  fail_unless_equals_string (types_of (capabilities (track)).c_str (),
      "deviceId s, groupId s, facingMode as");
  fail_unless (f.apply (track, R"({"width":{"exact":999999}})")); // no-op
  fail_unless_equals_string (
      text_of (constraints (track)).c_str (), "{'width': <uint32 320>}");
}
GST_END_TEST

GST_START_TEST (a_clone_has_constraints_of_its_own)
{
  Fixture f;
  auto track = f.open (R"({"video":{"width":640}})");
  auto clone = own (gst_web_media_stream_track_clone (track.get ()));
  fail_unless_equals_string (text_of (constraints (clone)).c_str (),
      text_of (constraints (track)).c_str ());
  fail_unless_equals_string (
      text_of (settings (clone)).c_str (), text_of (settings (track)).c_str ());
  fail_unless (f.apply (clone, R"({"width":{"exact":160}})"));
  fail_unless_equals_int (number (settings (clone), "width"), 160);
  fail_unless_equals_int (number (settings (track), "width"), 640);
}
GST_END_TEST

namespace {

void
put_caps (stream::Input &input, const char *text)
{
  auto caps = own (gst_caps_from_string (text));
  input.put (own (gst_event_new_caps (caps.get ())));
}

} // namespace

GST_START_TEST (a_track_of_no_device_tells_what_its_caps_say)
{
  Fixture f;
  std::unique_ptr<stream::Input> input, sound_input;
  TrackObject track = new_track (kVideo, &input);
  TrackObject sound = new_track (kAudio, &sound_input);
  for (auto get : {settings, capabilities, constraints})
    fail_unless_equals_string (text_of (get (track)).c_str (), "@a{sv} {}");
  put_caps (*input, "video/x-raw,format=I420,width=640,height=480,"
                    "framerate=30000/1001");
  fail_unless_equals_string (types_of (settings (track)).c_str (),
      "width u, height u, aspectRatio d, frameRate d");
  fail_unless_equals_int (number (settings (track), "width"), 640);
  put_caps (*sound_input, "audio/x-raw,format=S16LE,layout=interleaved,"
                          "rate=48000,channels=2");
  fail_unless_equals_string (text_of (settings (sound)).c_str (),
      "{'sampleRate': <uint32 48000>, 'sampleSize': <uint32 16>, "
      "'channelCount': <uint32 2>}");
  fail_unless_equals_string (
      text_of (capabilities (track)).c_str (), "@a{sv} {}");
  // It can't be changed.
  f.overconstrains (track, R"({"width":{"exact":320}})", "width");
  fail_unless_equals_string (
      text_of (constraints (track)).c_str (), "@a{sv} {}");
  fail_unless (f.apply (track, R"({"width":{"ideal":320,"max":640}})"));
  fail_unless_equals_int (number (settings (track), "width"), 640);
  auto clone = own (gst_web_media_stream_track_clone (track.get ()));
  for (const auto &each : {track, clone})
    fail_unless_equals_string (text_of (constraints (each)).c_str (),
        "{'width': <{'max': <uint32 640>, 'ideal': <uint32 320>}>}");
  gst_web_media_stream_track_stop (track.get ());
  fail_unless_equals_string (text_of (settings (track)).c_str (), "@a{sv} {}");
}
GST_END_TEST

// WPT mediacapture-image MediaStreamTrack-getConstraints-fast
GST_START_TEST (constraints_of_image_capture_are_told_as_they_were_given)
{
  constexpr std::array kEach = {"'whiteBalanceMode': <'manual'>",
      "'exposureMode': <'continuous'>", "'focusMode': <'single-shot'>",
      "'pointsOfInterest': <[{'x': 0.5, 'y': 0.25}]>",
      "'exposureCompensation': <2.5>", "'exposureTime': <20000.0>",
      "'colorTemperature': <5500.0>", "'iso': <200.0>", "'brightness': <1.0>",
      "'contrast': <2.0>", "'saturation': <3.0>", "'sharpness': <4.0>",
      "'focusDistance': <0.5>", "'pan': <5.0>", "'tilt': <6.0>",
      "'zoom': <1.5>", "'torch': <true>"};
  auto canvas = own (gst_web_canvas_new ());
  auto stream = own (gst_web_canvas_capture_stream (
      canvas.get (), GST_WEB_CANVAS_EVERY_PAINTING, nullptr));
  GPtrArray *tracks = gst_web_media_stream_get_tracks (stream.get ());
  auto track = TrackObject::share (
      GST_WEB_MEDIA_STREAM_TRACK (g_ptr_array_index (tracks, 0)));
  g_ptr_array_unref (tracks);
  auto check_set = [&track] (const std::string &set) {
    std::string text = "{'advanced': <[{" + set + "}]>}";
    GError *error = nullptr;
    fail_unless (gst_web_media_stream_track_apply_constraints (track.get (),
                     g_variant_new_parsed (text.c_str ()), nullptr, &error),
        "%s: %s", text.c_str (), error ? error->message : "");
    fail_unless_equals_string (
        text_of (constraints (track)).c_str (), text.c_str ());
    fail_unless (gst_web_media_stream_track_apply_constraints_json (
        track.get (), "{}", nullptr, &error));
    fail_unless_equals_string (
        text_of (constraints (track)).c_str (), "@a{sv} {}");
  };
  std::string all;
  for (const char *each : kEach) {
    check_set (each);
    all += (all.empty () ? "" : ", ") + std::string (each);
  }
  check_set (all);
}
GST_END_TEST

// https://w3c.github.io/mediacapture-extensions/#dom-mediastreamtrack-onconfigurationchange
GST_START_TEST (a_source_that_changes_is_told)
{
  std::unique_ptr<stream::Input> input;
  TrackObject track = new_track (kVideo, &input);
  std::string events;
  g_signal_connect_swapped (track.get (), "configurationchange",
      G_CALLBACK (+[] (std::string *text) { *text += "change "; }), &events);
  put_caps (*input, "video/x-raw,format=I420,width=640,height=480");
  run_context ();
  fail_unless_equals_string (events.c_str (), "");
  put_caps (*input, "video/x-raw,format=I420,width=320,height=240");
  fail_unless_equals_string (events.c_str (), ""); // it is a task
  run_context ();
  fail_unless_equals_string (events.c_str (), "change ");
  fail_unless_equals_int (number (settings (track), "width"), 320);
}
GST_END_TEST

// https://www.w3.org/TR/mst-content-hint/#behavior-of-a-mediastreamtrack
GST_START_TEST (a_hint_changes_settings_and_tells)
{
  Fixture f;
  auto track = f.open (R"({"audio":true})");
  bool is_told = false;
  g_signal_connect_swapped (track.get (), "configurationchange",
      G_CALLBACK (+[] (bool *told) { *told = true; }), &is_told);
  auto controls_gain = [&track] {
    gboolean on = FALSE;
    fail_unless (g_variant_lookup (
        settings (track).get (), "autoGainControl", "b", &on));
    return on != FALSE;
  };
  fail_if (controls_gain ());
  g_object_set (track.get (), "content-hint", "speech", nullptr);
  while (!is_told)
    g_main_context_iteration (nullptr, TRUE);
  fail_unless (controls_gain ());
  fail_unless_equals_string (
      text_of (constraints (track)).c_str (), "@a{sv} {}");
  fail_unless (f.apply (track, R"({"autoGainControl":false})"));
  fail_if (controls_gain ());
  fail_unless (f.apply (track, "{}"));
  fail_unless (controls_gain ());
}
GST_END_TEST

static Suite *
media_devices_constraints_suite (void)
{
  Suite *suite = suite_create ("media-devices-constraints");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, each_capability_is_there_and_has_its_type);
  tcase_add_test (tcase, a_device_and_its_track_can_do_the_same);
  tcase_add_test (tcase, each_setting_is_there_and_has_its_type);
  tcase_add_test (tcase, a_device_can_be_opened_twice_with_different_sizes);
  tcase_add_test (tcase, constraints_are_those_that_were_applied_last);
  tcase_add_test (tcase, constraints_are_applied_all_or_not_at_all);
  tcase_add_test (tcase, a_picture_is_of_what_was_applied);
  tcase_add_test (tcase, constraints_select_no_other_device);
  tcase_add_test (tcase, malformed_constraints_are_a_type_error);
  tcase_add_test (tcase, calls_at_once_keep_their_order);
  tcase_add_test (tcase, who_waits_for_the_device_can_give_up);
  tcase_add_test (tcase, what_has_ended_still_tells_of_which_device_it_was);
  tcase_add_test (tcase, a_clone_has_constraints_of_its_own);
  tcase_add_test (tcase, a_track_of_no_device_tells_what_its_caps_say);
  tcase_add_test (
      tcase, constraints_of_image_capture_are_told_as_they_were_given);
  tcase_add_test (tcase, a_source_that_changes_is_told);
  tcase_add_test (tcase, a_hint_changes_settings_and_tells);
  return suite;
}

GST_CHECK_MAIN (media_devices_constraints)
