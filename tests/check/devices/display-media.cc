// SPDX-License-Identifier: LGPL-2.1-or-later
// getDisplayMedia, with a user who chooses what the test says. GDM stands for
// the web platform tests of screen-share.
#include "devices/display-media.hh"

#include "devices/json.hh"
#include "devices/overconstrained.hh"
#include "support/check.hh"
#include "support/test-devices.hh"
#include "support/test-opener.hh"

using namespace webmedia;
using namespace webmedia::devices;

namespace {

constexpr test::TestDeviceSpec kScreen{.classes = "Video/Source/Screen",
    .label = "Screen 1",
    .caps = "video/x-raw, format=BGRx, width=1920, height=1080, "
            "framerate=[0/1,60/1]",
    .properties = "props, cursor=(string)always"};
constexpr test::TestDeviceSpec kWindow{.classes = "Video/Source/Screen",
    .label = "Editor",
    .caps = kScreen.caps,
    .properties = "props, display-surface=(string)window"};

struct Picker final : DisplayPicker {
  Result<DisplayChoice> pick (
      const StreamConstraints &constraints, GCancellable *) override
  {
    asked++;
    given = constraints;
    if (on_pick)
      on_pick ();
    if (!choice)
      return make_error (ErrorCode::not_allowed, "the user shares nothing");
    return DisplayChoice (*choice);
  }

  std::optional<DisplayChoice> choice;
  std::function<void ()> on_pick;
  StreamConstraints given;
  int asked = 0;
};

struct Fixture {
  Fixture () { choose (kScreen); }

  void choose (const test::TestDeviceSpec &video, bool sound = false)
  {
    picker.choice = {make_display_device (test::make_test_device (video)), {}};
    if (sound)
      picker.choice->audio =
          make_display_audio (test::make_test_device (test::kMicrophone));
  }

  Result<stream::Tracks> get (const char *json)
  {
    auto constraints = parse_display_media_constraints (json);
    fail_unless (bool (constraints), "%s", json);
    opener.tracks.clear ();
    return get_display_media (
        policy.get (), opener, picker, *constraints, cancellable.get ());
  }
  stream::Tracks gets (const char *json)
  {
    auto result = get (json);
    fail_unless (
        bool (result), "%s: %s", json, result.error ().message.c_str ());
    return *result;
  }
  // Nothing is open then.
  Error fails (const char *json, ErrorCode code)
  {
    auto result = get (json);
    fail_if (bool (result), "%s", json);
    fail_unless_equals_int (int (result.error ().code), int (code));
    for (const auto &track : opener.tracks)
      fail_unless (track->is_ended ());
    return result.error ();
  }
  double number (Property property)
  {
    return std::get<double> (opener.settings[property]);
  }

  std::shared_ptr<TestPolicy> policy;
  TestOpener opener;
  Picker picker;
  Ptr<GCancellable> cancellable =
      Ptr<GCancellable>::adopt (g_cancellable_new ());
};

} // namespace

// Steps 6 and 7; GDM-constraints
GST_START_TEST (what_it_cannot_take_is_refused_before_the_user_is_asked)
{
  Fixture f;
  f.fails (R"({"video":false})", ErrorCode::type);
  f.fails (R"({"video":false,"audio":true})", ErrorCode::type);
  f.fails (R"({"video":{"width":{"min":100}}})", ErrorCode::type);
  f.fails (R"({"video":{"height":{"exact":100}}})", ErrorCode::type);
  f.fails (R"({"video":{"advanced":[{"width":100}]}})", ErrorCode::type);
  Error error = f.fails (
      R"({"video":{"frameRate":{"max":0}}})", ErrorCode::overconstrained);
  fail_unless_equals_string (
      constraint_in_message (error.message.c_str ()), "frameRate");
  fail_unless_equals_int (f.picker.asked, 0);
}
GST_END_TEST

// Steps 11.1 and 11.2
GST_START_TEST (a_policy_can_keep_the_user_from_being_asked)
{
  Fixture f;
  f.policy = std::make_shared<TestPolicy> ();
  f.policy->not_allowed = Permission::display_capture;
  f.fails ("{}", ErrorCode::not_allowed);
  f.policy->not_allowed.reset ();
  f.policy->states[int (Permission::display_capture)] = PermissionState::denied;
  f.fails ("{}", ErrorCode::not_allowed);
  fail_unless_equals_int (f.picker.asked, 0);
  // No grant lasts: the user chooses each time.
  f.policy->states[int (Permission::display_capture)] =
      PermissionState::granted;
  f.gets ("{}");
  f.gets ("{}");
  fail_unless_equals_int (f.picker.asked, 2);
}
GST_END_TEST

// Step 11.3: the constraints do not limit the choice, and 11.9: what was chosen
// is fitted to them.
GST_START_TEST (what_was_chosen_is_scaled_to_the_constraints)
{
  Fixture f;
  auto tracks = f.gets ("{}");
  fail_unless_equals_int (tracks.size (), 1);
  fail_unless (tracks[0]->kind () == stream::Kind::video);
  fail_unless_equals_string (tracks[0]->source->label.c_str (), "Screen 1");
  fail_unless_equals_float (f.number (Property::width), 1920);
  fail_unless_equals_float (f.number (Property::height), 1080);
  f.gets (R"({"video":{"width":{"max":640},"frameRate":{"max":5}}})");
  fail_unless_equals_float (f.number (Property::width), 640);
  fail_unless_equals_float (f.number (Property::height), 360);
  fail_unless_equals_float (f.number (Property::frame_rate), 5);
  fail_unless (f.picker.given.video
               == *parse_track_constraints (
                   R"({"width":{"max":640},"frameRate":{"max":5}})"));
}
GST_END_TEST

// GDM-displaySurface; each capture has ids of its own.
GST_START_TEST (settings_tell_what_it_shows)
{
  Fixture f;
  f.gets ("{}");
  Settings screen = f.opener.settings;
  fail_unless (screen[Property::display_surface] == Value ("monitor"));
  fail_unless (screen[Property::logical_surface] == Value (false));
  fail_unless (screen[Property::cursor] == Value ("always"));
  f.choose (kWindow);
  f.gets ("{}");
  Settings window = f.opener.settings;
  fail_unless (window[Property::display_surface] == Value ("window"));
  fail_unless (window[Property::logical_surface] == Value (true));
  fail_unless (!window.contains (Property::cursor));
  fail_unless (screen[Property::device_id] != window[Property::device_id]);
}
GST_END_TEST

// Step 11.3.3: sound comes only where both want it.
GST_START_TEST (there_is_sound_where_it_is_asked_for_and_shared)
{
  Fixture f;
  fail_unless_equals_int (f.gets (R"({"audio":true})").size (), 1);
  f.choose (kScreen, true);
  fail_unless_equals_int (f.gets ("{}").size (), 1);
  auto both = f.gets (R"({"audio":true})");
  fail_unless_equals_int (both.size (), 2);
  fail_unless (both[1]->kind () == stream::Kind::audio);
}
GST_END_TEST

GST_START_TEST (all_is_opened_or_nothing)
{
  Fixture f;
  f.choose (kScreen, true);
  f.opener.failures[f.picker.choice->audio->id] = {
      ErrorCode::not_readable, "somebody else has it"};
  f.fails (R"({"audio":true})", ErrorCode::not_readable);
  fail_unless_equals_int (f.opener.tracks.size (), 1);
  // What is not one of getDisplayMedia's errors is an AbortError.
  f.opener.failures[f.picker.choice->video.id] = {
      ErrorCode::not_supported, "no such element"};
  f.fails ("{}", ErrorCode::abort);
}
GST_END_TEST

GST_START_TEST (the_user_can_decline)
{
  Fixture f;
  f.picker.choice.reset ();
  Error error = f.fails ("{}", ErrorCode::not_allowed);
  fail_unless_equals_string (error.message.c_str (), "the user shares nothing");
}
GST_END_TEST

GST_START_TEST (it_can_be_cancelled_while_the_user_chooses_and_while_it_opens)
{
  Fixture f;
  f.opener.on_open = [&f] {
    g_cancellable_cancel (f.cancellable.get ());
  };
  f.gets ("{}");
  fail_unless (f.opener.was_cancelled);
  fail_unless_equals_int (f.opener.wakes, 1);
  Fixture g;
  g.picker.on_pick = [&g] {
    g_cancellable_cancel (g.cancellable.get ());
  };
  g.fails ("{}", ErrorCode::abort);
  fail_unless_equals_string (g.opener.opened.c_str (), "");
}
GST_END_TEST

static Suite *
display_media_suite ()
{
  Suite *suite = suite_create ("devices/display-media");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (
      tcase, what_it_cannot_take_is_refused_before_the_user_is_asked);
  tcase_add_test (tcase, a_policy_can_keep_the_user_from_being_asked);
  tcase_add_test (tcase, what_was_chosen_is_scaled_to_the_constraints);
  tcase_add_test (tcase, settings_tell_what_it_shows);
  tcase_add_test (tcase, there_is_sound_where_it_is_asked_for_and_shared);
  tcase_add_test (tcase, all_is_opened_or_nothing);
  tcase_add_test (tcase, the_user_can_decline);
  tcase_add_test (
      tcase, it_can_be_cancelled_while_the_user_chooses_and_while_it_opens);
  return suite;
}
GST_CHECK_MAIN (display_media)
