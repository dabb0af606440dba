// SPDX-License-Identifier: LGPL-2.1-or-later
// getUserMedia as an application calls it, with devices that are test sources.
#include "support/media-devices-fixture.hh"

#include <thread>

using namespace webmedia;
using namespace webmedia::test;

namespace {

using Fixture = UserMediaFixture;

// The result of an asynchronous call.
struct Waiting {
  static void done (GObject *object, GAsyncResult *result, gpointer data)
  {
    auto self = static_cast<Waiting *> (data);
    self->stream = own (gst_web_media_devices_get_user_media_json_finish (
        GST_WEB_MEDIA_DEVICES (object), result, &self->error));
    self->is_done = true;
  }
  void run ()
  {
    while (!is_done)
      g_main_context_iteration (nullptr, TRUE);
  }
  ~Waiting () { g_clear_error (&error); }

  bool is_done = false;
  Stream stream;
  GError *error = nullptr;
};

} // namespace

// WPT MediaStream-GUM, MediaStream-audio-only, -video-only, GUM-api
GST_START_TEST (it_returns_a_stream_with_a_track_of_each_kind)
{
  Fixture f;
  auto both = f.gets (R"({"audio":true,"video":true})");
  fail_unless (GST_IS_WEB_MEDIA_STREAM (both.get ()));
  fail_unless (gst_web_media_stream_get_active (both.get ()));
  fail_unless_equals_int (
      number_of (gst_web_media_stream_get_audio_tracks (both.get ())), 1);
  fail_unless_equals_int (
      number_of (gst_web_media_stream_get_video_tracks (both.get ())), 1);
  auto sound = f.gets (R"({"audio":true})");
  fail_unless_equals_int (
      number_of (gst_web_media_stream_get_tracks (sound.get ())), 1);
  fail_unless_equals_int (
      number_of (gst_web_media_stream_get_audio_tracks (sound.get ())), 1);
  auto pictures = f.gets (R"({"video":{}})");
  fail_unless_equals_int (
      number_of (gst_web_media_stream_get_tracks (pictures.get ())), 1);
  fail_unless_equals_int (
      number_of (gst_web_media_stream_get_video_tracks (pictures.get ())), 1);
}
GST_END_TEST

// WPT MediaStreamTrack-init
GST_START_TEST (a_track_is_live_and_has_the_label_of_its_device)
{
  Fixture f;
  auto stream = f.gets (R"({"video":true})");
  auto track = first_of (gst_web_media_stream_get_tracks (stream.get ()));
  fail_unless_equals_int (
      gst_web_media_stream_track_get_ready_state (track.get ()),
      GST_WEB_MEDIA_STREAM_TRACK_STATE_LIVE);
  fail_unless (gst_web_media_stream_track_get_enabled (track.get ()));
  fail_unless (!gst_web_media_stream_track_get_muted (track.get ()));
  fail_unless_equals_string (
      gst_web_media_stream_track_get_kind (track.get ()), "video");
  fail_unless_equals_string (
      gst_web_media_stream_track_get_label (track.get ()), "HD Webcam");
  fail_unless (gst_web_media_stream_track_get_stats (track.get ()) != nullptr);
}
GST_END_TEST

// WPT GUM-impossible-constraint, GUM-unknownkey-option-param,
// GUM-empty-option-param, GUM-invalid-facing-mode, MediaDevices-getUserMedia
GST_START_TEST (errors_have_the_names_of_the_web)
{
  Fixture f;
  f.fails ("{}", GST_WEB_ERROR_TYPE);
  f.fails (R"({"doesnotexist":true})", GST_WEB_ERROR_TYPE);
  f.fails (R"({"video":{"zoom":{"exact":1}}})", GST_WEB_ERROR_TYPE);
  f.fails ("not JSON", GST_WEB_ERROR_TYPE);
  f.fails (R"({"video":{"width":{"min":100000000}}})",
      GST_WEB_ERROR_OVERCONSTRAINED, "width");
  f.fails (R"({"video":{"groupId":{"exact":"none"}}})",
      GST_WEB_ERROR_OVERCONSTRAINED, "groupId");
  f.fails (R"({"video":{"resizeMode":{"exact":"INVALID"}}})",
      GST_WEB_ERROR_OVERCONSTRAINED, "resizeMode");
  f.fails (R"({"video":{"facingMode":{"exact":"invalid"}}})",
      GST_WEB_ERROR_OVERCONSTRAINED, "facingMode");
  unplug_all ();
  f.fails (R"({"audio":true,"video":true})", GST_WEB_ERROR_NOT_FOUND);
}
GST_END_TEST

// WPT GUM-optional-constraint, GUM-required-constraint-with-ideal-value,
// GUM-trivial-constraint, GUM-non-applicable-constraint
GST_START_TEST (what_is_not_required_is_no_error)
{
  Fixture f;
  for (const char *json : {R"({"video":{"advanced":[{"width":{"min":1e9}}]}})",
           R"({"video":{"width":{"min":1,"ideal":1e9}}})", R"({"video":{}})",
           R"({"video":{"facingMode":{"ideal":"invalid"}}})",
           R"({"audio":{"width":{"min":1e9}}})",
           R"({"video":{"sampleRate":{"exact":1}}})"})
    f.gets (json);
}
GST_END_TEST

// WPT MediaDevices-getUserMedia: resizeMode, and groupId of either kind
GST_START_TEST (what_is_required_is_what_is_set)
{
  Fixture f;
  auto setting = [&f] (const std::string &json, const char *name) {
    auto stream = f.gets (json.c_str ());
    auto track = first_of (gst_web_media_stream_get_tracks (stream.get ()));
    auto all = own (gst_web_media_stream_track_get_settings (track.get ()));
    const char *value = "";
    fail_unless (g_variant_lookup (all.get (), name, "&s", &value));
    return std::string (value);
  };
  for (const char *mode : {"none", "crop-and-scale"})
    fail_unless_equals_string (
        setting (std::string (R"({"video":{"resizeMode":{"exact":")") + mode
                     + R"("}}})",
            "resizeMode")
            .c_str (),
        mode);
  for (const char *kind : {"audio", "video"}) {
    std::string begin = std::string (R"({")") + kind + R"(":)";
    std::string group = setting (begin + "true}", "groupId");
    fail_unless_equals_string (
        setting (
            begin + R"({"groupId":{"exact":")" + group + R"("}}})", "groupId")
            .c_str (),
        group.c_str ());
    f.fails ((begin + R"({"groupId":{"exact":"none"}}})").c_str (),
        GST_WEB_ERROR_OVERCONSTRAINED, "groupId");
  }
}
GST_END_TEST

GST_START_TEST (a_dictionary_does_as_well_as_json)
{
  Fixture f;
  GVariant *constraints = g_variant_new_parsed (
      "{'audio': <false>, 'video': <{'width': <{'exact': <320>}>}>}");
  auto stream = own (gst_web_media_devices_get_user_media (
      f.devices.get (), constraints, nullptr, &f.error));
  fail_unless (stream && !f.error);
  auto track = first_of (gst_web_media_stream_get_tracks (stream.get ()));
  auto settings = own (gst_web_media_stream_track_get_settings (track.get ()));
  guint32 width = 0;
  fail_unless (g_variant_lookup (settings.get (), "width", "u", &width));
  fail_unless_equals_int (width, 320);
  // Nothing was requested.
  auto none = own (gst_web_media_devices_get_user_media (
      f.devices.get (), nullptr, nullptr, &f.error));
  fail_unless (!none);
  fail_unless (g_error_matches (f.error, GST_WEB_ERROR, GST_WEB_ERROR_TYPE));
}
GST_END_TEST

GST_START_TEST (it_need_not_be_waited_for)
{
  hold_start (true);
  Fixture f;
  Waiting waiting, failing;
  gst_web_media_devices_get_user_media_json_async (
      f.devices.get (), R"({"video":true})", nullptr, Waiting::done, &waiting);
  gst_web_media_devices_get_user_media_async (
      f.devices.get (), nullptr, nullptr, Waiting::done, &failing);
  fail_unless (!waiting.is_done && !failing.is_done);
  hold_start (false);
  waiting.run ();
  failing.run ();
  fail_unless (waiting.stream && !waiting.error);
  fail_unless (
      g_error_matches (failing.error, GST_WEB_ERROR, GST_WEB_ERROR_TYPE));
}
GST_END_TEST

// The user may take time; the answer comes on any thread.
GST_START_TEST (the_policy_is_asked_once_for_all)
{
  Fixture f;
  f.use (make_policy (f.policy));
  f.policy.holds = true;
  std::thread user ([&f] {
    f.policy.wait_asked ();
    f.policy.answer (true);
  });
  auto stream = f.gets (R"({"audio":true,"video":true})");
  user.join ();
  fail_unless_equals_string (f.policy.asked.c_str (), "microphone camera ");
}
GST_END_TEST

// WPT GUM-deny
GST_START_TEST (what_is_denied_is_not_allowed)
{
  Fixture f;
  f.use (make_policy (f.policy));
  f.policy.grants = false;
  f.fails (R"({"video":true})", GST_WEB_ERROR_NOT_ALLOWED);
  fail_unless_equals_string (f.policy.asked.c_str (), "camera ");
  f.policy.state = GST_WEB_PERMISSION_STATE_DENIED;
  f.policy.asked.clear ();
  f.fails (R"({"video":true})", GST_WEB_ERROR_NOT_ALLOWED);
  fail_unless_equals_string (f.policy.asked.c_str (), "");
  f.policy.state = GST_WEB_PERMISSION_STATE_GRANTED;
  f.gets (R"({"video":true})");
  fail_unless_equals_string (f.policy.asked.c_str (), "");
}
GST_END_TEST

GST_START_TEST (a_policy_that_asks_nobody_says_so)
{
  Fixture f;
  f.use (make_mute_policy (f.policy));
  f.fails (R"({"video":true})", GST_WEB_ERROR_NOT_ALLOWED);
  fail_unless (strstr (f.error->message, "request_async") != nullptr, "%s",
      f.error->message);
}
GST_END_TEST

// By the user: for as long as the policy says so.
GST_START_TEST (what_the_user_mutes_goes_on_muted)
{
  Fixture f;
  auto policy = make_policy (f.policy);
  f.use (policy);
  auto stream = f.gets (R"({"audio":true,"video":true})");
  auto video = first_of (gst_web_media_stream_get_video_tracks (stream.get ()));
  auto audio = first_of (gst_web_media_stream_get_audio_tracks (stream.get ()));
  std::string events;
  g_signal_connect (video.get (), "mute",
      G_CALLBACK (+[] (gpointer, std::string *to) { *to += "mute "; }),
      &events);
  g_signal_connect (video.get (), "unmute",
      G_CALLBACK (+[] (gpointer, std::string *to) { *to += "unmute "; }),
      &events);
  gst_web_permission_policy_set_muted (policy.get (), "camera", TRUE);
  fail_unless (gst_web_media_stream_track_get_muted (video.get ()));
  fail_if (gst_web_media_stream_track_get_muted (audio.get ()));
  gst_web_permission_policy_set_muted (policy.get (), "camera", FALSE);
  while (events != "mute unmute ")
    g_main_context_iteration (nullptr, TRUE);
  fail_if (gst_web_media_stream_track_get_muted (video.get ()));
  gst_web_permission_policy_set_muted (policy.get (), "microphone", TRUE);
  fail_unless (gst_web_media_stream_track_get_muted (audio.get ()));
  fail_unless_equals_int (
      gst_web_media_stream_track_get_ready_state (audio.get ()),
      GST_WEB_MEDIA_STREAM_TRACK_STATE_LIVE);
  // So is what is opened meanwhile.
  auto later = f.gets (R"({"audio":true})");
  fail_unless (gst_web_media_stream_track_get_muted (
      first_of (gst_web_media_stream_get_audio_tracks (later.get ())).get ()));
}
GST_END_TEST

// Whether a track is muted that is opened now.
static bool
opens_muted (Fixture &f)
{
  auto track = f.open (R"({"video":true})");
  return gst_web_media_stream_track_get_muted (track.get ());
}

// For whoever has it, as long as he has it.
GST_START_TEST (what_is_muted_stays_with_the_policy)
{
  Fixture f;
  auto policy = make_policy (f.policy);
  auto other = make_policy (f.policy);
  gst_web_permission_policy_set_muted (policy.get (), "camera", TRUE);
  fail_if (opens_muted (f));
  f.use (policy);
  fail_unless (opens_muted (f));
  f.use (other);
  fail_if (opens_muted (f));
  f.use (policy);
  fail_unless (opens_muted (f));
  f.use (nullptr);
  fail_if (opens_muted (f));
  // What is open follows.
  auto track = f.open (R"({"video":true})");
  f.use (policy);
  fail_unless (gst_web_media_stream_track_get_muted (track.get ()));
  f.use (other);
  while (gst_web_media_stream_track_get_muted (track.get ()))
    g_main_context_iteration (nullptr, FALSE);
}
GST_END_TEST

// It hears of the first one before who mutes by it.
GST_START_TEST (the_last_call_holds_also_of_a_handler)
{
  Fixture f;
  auto policy = make_policy (f.policy);
  g_signal_connect (policy.get (), "muted",
      G_CALLBACK (+[] (GstWebPermissionPolicy *self, const char *name,
                       gboolean muted, gpointer) {
        if (muted)
          gst_web_permission_policy_set_muted (self, name, FALSE);
      }),
      nullptr);
  f.use (policy);
  gst_web_permission_policy_set_muted (policy.get (), "camera", TRUE);
  fail_if (opens_muted (f));
}
GST_END_TEST

GST_START_TEST (what_is_revoked_ends)
{
  Fixture f;
  auto policy = make_policy (f.policy);
  f.use (policy);
  auto stream = f.gets (R"({"audio":true,"video":true})");
  auto video = first_of (gst_web_media_stream_get_video_tracks (stream.get ()));
  auto audio = first_of (gst_web_media_stream_get_audio_tracks (stream.get ()));
  int ended = 0;
  g_signal_connect (video.get (), "ended",
      G_CALLBACK (+[] (gpointer, int *n) { ++*n; }), &ended);
  auto is_live = [] (const TrackObject &track) {
    return gst_web_media_stream_track_get_ready_state (track.get ())
           == GST_WEB_MEDIA_STREAM_TRACK_STATE_LIVE;
  };
  for (const char *name : {"speaker-selection", "display-capture"})
    gst_web_permission_policy_revoke (policy.get (), name);
  fail_unless (is_live (video) && is_live (audio));
  gst_web_permission_policy_revoke (policy.get (), "camera");
  fail_unless (!is_live (video) && is_live (audio));
  while (ended == 0)
    g_main_context_iteration (nullptr, TRUE);
  fail_unless_equals_int (ended, 1);
  // The user may grant it again.
  f.gets (R"({"video":true})");
  // What another policy says is none of its business.
  f.use (make_policy (f.policy));
  gst_web_permission_policy_revoke (policy.get (), "microphone");
  fail_unless (is_live (audio));
}
GST_END_TEST

GST_START_TEST (who_opens_what_is_revoked_is_not_allowed)
{
  Fixture f;
  auto policy = make_policy (f.policy);
  f.use (policy);
  hold_open (true);
  std::thread user ([&policy] {
    wait_held ();
    gst_web_permission_policy_revoke (policy.get (), "camera");
    hold_open (false);
  });
  f.fails (R"({"video":true})", GST_WEB_ERROR_NOT_ALLOWED);
  user.join ();
  // Which is also after what was held up has been let go of.
  f.gets (R"({"video":true})");
}
GST_END_TEST

// WPT MediaDevices-enumerateDevices: after capture ids are there.
GST_START_TEST (capture_exposes_the_devices)
{
  Fixture f;
  f.use (make_policy (f.policy));
  // No constraint is named before.
  f.fails (R"({"video":{"width":{"min":100000000}}})",
      GST_WEB_ERROR_OVERCONSTRAINED, "");
  auto stream = f.gets (R"({"video":true})");
  GPtrArray *infos = gst_web_media_devices_enumerate_devices (
      f.devices.get (), nullptr, nullptr);
  fail_unless_equals_int (infos->len, 2);
  fail_unless_equals_string (
      gst_web_media_device_info_get_label (
          static_cast<GstWebMediaDeviceInfo *> (g_ptr_array_index (infos, 0))),
      "");
  fail_unless_equals_string (
      gst_web_media_device_info_get_label (
          static_cast<GstWebMediaDeviceInfo *> (g_ptr_array_index (infos, 1))),
      "HD Webcam");
  g_ptr_array_unref (infos);
  f.fails (R"({"video":{"width":{"min":100000000}}})",
      GST_WEB_ERROR_OVERCONSTRAINED, "width");
}
GST_END_TEST

GST_START_TEST (a_wait_for_the_user_can_be_cancelled)
{
  Fixture f;
  f.use (make_policy (f.policy));
  f.policy.holds = true;
  Waiting waiting;
  gst_web_media_devices_get_user_media_json_async (f.devices.get (),
      R"({"video":true})", f.cancellable.get (), Waiting::done, &waiting);
  f.policy.wait_asked ();
  g_cancellable_cancel (f.cancellable.get ());
  waiting.run ();
  fail_unless (!waiting.stream);
  fail_unless (
      g_error_matches (waiting.error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
  fail_unless (!f.get (R"({"video":true})"));
  fail_unless (g_error_matches (f.error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
}
GST_END_TEST

// Step 11.9.2
GST_START_TEST (what_is_in_use_is_not_readable)
{
  Fixture f;
  make_busy (true);
  f.fails (R"({"audio":true,"video":true})", GST_WEB_ERROR_NOT_READABLE);
  make_busy (false);
  f.gets (R"({"audio":true,"video":true})");
}
GST_END_TEST

// Though it gives nothing out, or does not open, and the thread that would hear
// of it waits for it.
GST_START_TEST (what_is_unplugged_while_it_is_opened_is_not_readable)
{
  for (auto set_fault : {make_silent, hold_open}) {
    Fixture f;
    set_fault (true);
    int before = sources_made ();
    std::thread user ([before] {
      wait_sources_made (before + 1);
      unplug_all ();
    });
    f.fails (R"({"video":true})", GST_WEB_ERROR_NOT_READABLE);
    user.join ();
    set_fault (false);
    while (!sources_now ().empty ())
      g_thread_yield ();
  }
}
GST_END_TEST

GST_START_TEST (what_is_unplugged_while_the_user_is_asked_is_not_readable)
{
  Fixture f;
  f.use (make_policy (f.policy));
  f.policy.holds = true;
  std::thread user ([&f] {
    f.policy.wait_asked ();
    unplug_all ();
    f.policy.answer (true);
  });
  f.fails (R"({"video":true})", GST_WEB_ERROR_NOT_READABLE);
  user.join ();
  fail_unless (sources_now ().empty ());
}
GST_END_TEST

// WPT MediaStreamTrack-end-manual
GST_START_TEST (a_track_ends_when_its_device_is_unplugged)
{
  Fixture f;
  auto stream = f.gets (R"({"audio":true,"video":true})");
  auto track = first_of (gst_web_media_stream_get_video_tracks (stream.get ()));
  int ended = 0;
  g_signal_connect_swapped (track.get (), "ended",
      G_CALLBACK (+[] (int *number) { ++*number; }), &ended);
  unplug_all ();
  while (ended == 0)
    g_main_context_iteration (nullptr, TRUE);
  fail_unless_equals_int (
      gst_web_media_stream_track_get_ready_state (track.get ()),
      GST_WEB_MEDIA_STREAM_TRACK_STATE_ENDED);
  while (gst_web_media_stream_get_active (stream.get ()))
    g_main_context_iteration (nullptr, TRUE);
}
GST_END_TEST

static Suite *
media_devices_user_media_suite (void)
{
  Suite *suite = suite_create ("media-devices-user-media");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, it_returns_a_stream_with_a_track_of_each_kind);
  tcase_add_test (tcase, a_track_is_live_and_has_the_label_of_its_device);
  tcase_add_test (tcase, errors_have_the_names_of_the_web);
  tcase_add_test (tcase, what_is_not_required_is_no_error);
  tcase_add_test (tcase, what_is_required_is_what_is_set);
  tcase_add_test (tcase, a_dictionary_does_as_well_as_json);
  tcase_add_test (tcase, it_need_not_be_waited_for);
  tcase_add_test (tcase, the_policy_is_asked_once_for_all);
  tcase_add_test (tcase, what_is_denied_is_not_allowed);
  tcase_add_test (tcase, a_policy_that_asks_nobody_says_so);
  tcase_add_test (tcase, what_the_user_mutes_goes_on_muted);
  tcase_add_test (tcase, what_is_muted_stays_with_the_policy);
  tcase_add_test (tcase, the_last_call_holds_also_of_a_handler);
  tcase_add_test (tcase, what_is_revoked_ends);
  tcase_add_test (tcase, who_opens_what_is_revoked_is_not_allowed);
  tcase_add_test (tcase, capture_exposes_the_devices);
  tcase_add_test (tcase, a_wait_for_the_user_can_be_cancelled);
  tcase_add_test (tcase, what_is_in_use_is_not_readable);
  tcase_add_test (tcase, what_is_unplugged_while_it_is_opened_is_not_readable);
  tcase_add_test (
      tcase, what_is_unplugged_while_the_user_is_asked_is_not_readable);
  tcase_add_test (tcase, a_track_ends_when_its_device_is_unplugged);
  return suite;
}

GST_CHECK_MAIN (media_devices_user_media)
