// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/selection-rules.hh"

#include "devices/json.hh"
#include "support/check.hh"

using namespace webmedia;
using namespace webmedia::devices;

namespace {

Result<TrackConstraints>
for_device (const char *json, TrackKind kind)
{
  return constraints_for_device_selection (
      *parse_track_constraints (json), kind);
}

std::string
kept (const char *json, TrackKind kind)
{
  Result<TrackConstraints> result = for_device (json, kind);
  fail_unless (static_cast<bool> (result), "%s", json);
  return to_json (*result);
}

Result<std::string>
display (const char *json)
{
  return check_display_constraints (*parse_display_media_constraints (json));
}

void
display_fails (const char *json, const char *message)
{
  Result<std::string> result = display (json);
  fail_if (static_cast<bool> (result), "%s", json);
  fail_unless (result.error ().code == ErrorCode::type);
  fail_unless_equals_string (result.error ().message.c_str (), message);
}

} // namespace

GST_START_TEST (one_kind_has_to_be_requested)
{
  for (const char *json :
      {"{}", R"({"audio":false,"video":false})", R"({"doesnotexist":true})"}) {
    Result<> result = check_requested (*parse_user_media_constraints (json));
    fail_if (static_cast<bool> (result));
    fail_unless (result.error ().code == ErrorCode::type);
  }
  for (const char *json : {R"({"audio":true})", R"({"video":{}})"})
    fail_unless (static_cast<bool> (
        check_requested (*parse_user_media_constraints (json))));
}
GST_END_TEST

GST_START_TEST (constraints_of_the_other_kind_are_ignored)
{
  constexpr const char *json =
      R"({"groupId":"g","width":{"min":1000000000},)"
      R"("sampleRate":{"exact":1},"advanced":[{"height":1,"latency":2}]})";
  fail_unless_equals_string (kept (json, TrackKind::audio).c_str (),
      R"({"groupId":"g","sampleRate":{"exact":1},"advanced":[{"latency":2}]})");
  fail_unless_equals_string (kept (json, TrackKind::video).c_str (),
      R"({"groupId":"g","width":{"min":1000000000},)"
      R"("advanced":[{"height":1}]})");
}
GST_END_TEST

GST_START_TEST (only_some_constraints_can_be_required_of_a_device)
{
  for (const char *name : {"zoom", "iso"})
    for (const char *form : {"min", "max", "exact"}) {
      std::string json =
          std::string ("{\"") + name + "\":{\"" + form + "\":1}}";
      Result<TrackConstraints> result =
          for_device (json.c_str (), TrackKind::video);
      fail_if (static_cast<bool> (result), "%s", json.c_str ());
      fail_unless (result.error ().code == ErrorCode::type);
    }
  Result<TrackConstraints> result =
      for_device (R"({"backgroundBlur":{"exact":false}})", TrackKind::video);
  fail_if (static_cast<bool> (result));
  fail_unless_equals_string (result.error ().message.c_str (),
      "backgroundBlur cannot be required of a device; give it an ideal value, "
      "or apply it to the track when it is there");

  // Wishes, advanced ones, and those of the other kind are another matter.
  for (const char *json : {R"({"zoom":2})", R"({"pan":true})",
           R"({"advanced":[{"zoom":2},{"torch":{"exact":true}}]})"})
    kept (json, TrackKind::video);
  kept (R"({"zoom":{"exact":2}})", TrackKind::audio);
  kept (R"({"deviceId":{"exact":"x"},"resizeMode":{"exact":"none"}})",
      TrackKind::video);
}
GST_END_TEST

GST_START_TEST (an_empty_device_id_is_no_constraint)
{
  for (const char *json : {R"({"deviceId":""})", R"({"deviceId":{"exact":""}})",
           R"({"deviceId":["",""]})"})
    fail_unless_equals_string (kept (json, TrackKind::audio).c_str (), "{}");
  fail_unless_equals_string (
      kept (R"({"deviceId":["","x"],"groupId":""})", TrackKind::audio).c_str (),
      R"({"deviceId":"x","groupId":""})");
}
GST_END_TEST

GST_START_TEST (a_display_takes_wishes_and_limits)
{
  for (const char *json : {"{}", R"({"video":true,"audio":true})",
           R"({"video":{"width":{"max":1280},"frameRate":5}})",
           R"({"video":{"facingMode":{"exact":"user"}}})"})
    fail_unless_equals_string (display (json)->c_str (), "");
  fail_unless_equals_string (
      display (R"({"video":{"width":{"max":0}}})")->c_str (), "width");
  fail_unless_equals_string (
      display (R"({"video":{"frameRate":{"max":-1}}})")->c_str (), "frameRate");
  fail_unless_equals_string (
      display (R"({"video":{"aspectRatio":{"max":0.5}}})")->c_str (), "");
}
GST_END_TEST

GST_START_TEST (a_display_takes_nothing_else_that_is_required)
{
  display_fails (R"({"video":false})",
      "getDisplayMedia captures video: it cannot be false");
  display_fails (R"({"video":{"width":{"min":640}}})",
      "getDisplayMedia takes no min for width; use ideal or max");
  display_fails (R"({"video":{"cursor":{"exact":"never"}}})",
      "getDisplayMedia takes no exact for cursor; use ideal or max");
  display_fails (R"({"audio":{"restrictOwnAudio":{"exact":true}}})",
      "getDisplayMedia takes no exact for restrictOwnAudio; use ideal or max");
  display_fails (R"({"video":{"advanced":[]}})",
      "getDisplayMedia takes no advanced constraints; apply them to the track "
      "when it is there");
}
GST_END_TEST

static Suite *
selection_rules_suite ()
{
  Suite *suite = suite_create ("selection-rules");
  TCase *tests = tcase_create ("selection-rules");
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, one_kind_has_to_be_requested);
  tcase_add_test (tests, constraints_of_the_other_kind_are_ignored);
  tcase_add_test (tests, only_some_constraints_can_be_required_of_a_device);
  tcase_add_test (tests, an_empty_device_id_is_no_constraint);
  tcase_add_test (tests, a_display_takes_wishes_and_limits);
  tcase_add_test (tests, a_display_takes_nothing_else_that_is_required);
  return suite;
}

GST_CHECK_MAIN (selection_rules)
