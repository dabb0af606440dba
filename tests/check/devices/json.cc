// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/json.hh"

#include "support/check.hh"

using namespace webmedia;
using namespace webmedia::devices;

namespace {

ConstraintSet
basic (const char *json)
{
  Result<TrackConstraints> constraints = parse_track_constraints (json);
  fail_unless (static_cast<bool> (constraints), "%s", json);
  return constraints->basic;
}

Constraint
one (Property property, const char *json)
{
  return basic (json)[property];
}

void
fails (const char *json, const char *message)
{
  Result<StreamConstraints> result = parse_user_media_constraints (json);
  fail_if (static_cast<bool> (result), "%s", json);
  fail_unless (result.error ().code == ErrorCode::type);
  fail_unless_equals_string (result.error ().message.c_str (), message);
}

void
round_trips (const char *json)
{
  Result<TrackConstraints> constraints = parse_track_constraints (json);
  fail_unless (static_cast<bool> (constraints), "%s", json);
  fail_unless_equals_string (to_json (*constraints).c_str (), json);
}

std::vector<Value>
strings (std::initializer_list<const char *> list)
{
  std::vector<Value> values;
  for (const char *text : list)
    values.emplace_back (std::string (text));
  return values;
}

} // namespace

GST_START_TEST (a_kind_is_requested_by_true_or_a_dictionary)
{
  auto result = parse_user_media_constraints (
      R"({"audio":true,"video":{"width":{"ideal":1280}}})");
  fail_unless (static_cast<bool> (result));
  fail_unless (*result->audio == TrackConstraints ());
  fail_unless (
      result->video->basic[Property::width].ideal == std::vector<Value>{1280.});

  result = parse_user_media_constraints (R"({"audio":false,"video":{}})");
  fail_if (result->audio);
  fail_unless (*result->video == TrackConstraints ());

  // Null is a dictionary without members.
  result = parse_user_media_constraints (R"({"audio":null})");
  fail_unless (*result->audio == TrackConstraints ());
  fail_if (result->video);

  for (const char *nothing : {"{}", "null", R"({"doesnotexist":true})"})
    fail_unless (
        *parse_user_media_constraints (nothing) == StreamConstraints ());
}
GST_END_TEST

GST_START_TEST (a_display_is_requested_unless_video_is_false)
{
  fail_unless (parse_display_media_constraints ("{}")->video.has_value ());
  fail_if (parse_display_media_constraints (R"({"video":false})")->video);
  fail_if (parse_display_media_constraints ("{}")->audio);
}
GST_END_TEST

GST_START_TEST (all_forms_of_a_number_are_kept)
{
  Constraint width = one (Property::width,
      R"({"width":{"min":1,"max":9,"exact":3,"ideal":4,"wide":true}})");
  fail_unless (width.min == 1. && width.max == 9.);
  fail_unless (width.exact == std::vector<Value>{3.});
  fail_unless (width.ideal == std::vector<Value>{4.});
  fail_unless (one (Property::frame_rate, R"({"frameRate":29.97})").bare
               == std::vector<Value>{29.97});
}
GST_END_TEST

GST_START_TEST (unsigned_numbers_are_clamped_and_rounded_to_even)
{
  struct {
    const char *text;
    double number;
  } cases[] = {{"-5", 0}, {"4294967296", 4294967295.}, {"1e300", 4294967295.},
      {"0.5", 0}, {"1.5", 2}, {"2.5", 2}, {"1280.6", 1281}};
  for (auto &[text, number] : cases) {
    std::string json = std::string (R"({"width":)") + text + "}";
    fail_unless (
        one (Property::width, json.c_str ()).bare == std::vector<Value>{number},
        "%s", text);
  }
  // Doubles are not.
  fail_unless (one (Property::frame_rate, R"({"frameRate":-0.5})").bare
               == std::vector<Value>{-0.5});
}
GST_END_TEST

GST_START_TEST (aspect_ratios_are_rounded)
{
  Constraint ratio = one (Property::aspect_ratio,
      R"({"aspectRatio":{"exact":1.7777777777777777,"min":1.33333333333333}})");
  fail_unless (ratio.exact == std::vector<Value>{1.7777777778});
  fail_unless (ratio.min == 1.3333333333);
  fail_unless (one (Property::aspect_ratio, R"({"aspectRatio":1e308})").bare
               == std::vector<Value>{1e308});
}
GST_END_TEST

GST_START_TEST (strings_may_be_lists)
{
  fail_unless (one (Property::facing_mode, R"({"facingMode":"user"})").bare
               == strings ({"user"}));
  Constraint mode = one (Property::facing_mode,
      R"({"facingMode":{"exact":["user","left"],"ideal":"any"}})");
  fail_unless (mode.exact == strings ({"user", "left"}));
  fail_unless (mode.ideal == strings ({"any"}));
  fail_unless (one (Property::facing_mode, R"({"facingMode":["user"]})").bare
               == strings ({"user"}));
}
GST_END_TEST

GST_START_TEST (an_empty_constraint_is_no_constraint)
{
  for (const char *empty :
      {"{}", R"({"facingMode":[]})", R"({"width":{}})", R"({"width":null})",
          R"({"facingMode":{"exact":[]}})", R"({"pointsOfInterest":[]})"})
    fail_unless (basic (empty).empty (), "%s", empty);
}
GST_END_TEST

GST_START_TEST (unknown_and_unsupported_names_are_dropped)
{
  fail_unless (basic (R"({"wobble":{"exact":1}})").empty ());
  auto result = parse_track_constraints (
      R"({"advanced":[{"wobble":1},{"advanced":[{"width":1}]}]})");
  fail_unless (result->advanced == std::vector<ConstraintSet> (2));
}
GST_END_TEST

GST_START_TEST (echo_cancellation_is_a_boolean_or_a_string)
{
  fail_unless (
      one (Property::echo_cancellation, R"({"echoCancellation":false})").bare
      == std::vector<Value>{false});
  fail_unless (one (Property::echo_cancellation,
                   R"({"echoCancellation":{"exact":"remote-only"}})")
                   .exact
               == strings ({"remote-only"}));
}
GST_END_TEST

GST_START_TEST (pan_is_a_number_or_whether_there_is_one)
{
  Constraint pan = one (Property::pan, R"({"pan":true})");
  fail_unless (*wants_existence (Property::pan, pan));
  pan = one (Property::pan, R"({"pan":-7200})");
  fail_if (wants_existence (Property::pan, pan));
  fail_unless (pan.bare == std::vector<Value>{-7200.});
}
GST_END_TEST

GST_START_TEST (points_are_one_value_and_stay_in_the_square)
{
  Constraint points = one (Property::points_of_interest,
      R"({"pointsOfInterest":[{"x":0.5,"y":2},{}]})");
  std::vector<Point> both{{0.5, 1}, {0, 0}};
  fail_unless (points.bare == std::vector<Value>{both});
}
GST_END_TEST

GST_START_TEST (constraints_are_written_as_they_were_given)
{
  round_trips ("{}");
  round_trips (R"({"advanced":[]})");
  round_trips (
      R"({"deviceId":"x","width":{"min":640,"ideal":1280},"frameRate":29.97,)"
      R"("facingMode":{"exact":["user","left"]},"echoCancellation":true,)"
      R"("pointsOfInterest":[{"x":0.5,"y":1}],)"
      R"("advanced":[{"width":1920},{"aspectRatio":{"max":1.5}}]})");
}
GST_END_TEST

GST_START_TEST (settings_are_written)
{
  Settings settings{{Property::device_id, std::string ("a\"b")},
      {Property::width, 640.}, {Property::frame_rate, 7.5},
      {Property::torch, false}};
  fail_unless_equals_string (to_json (settings).c_str (),
      R"({"deviceId":"a\"b","width":640,"frameRate":7.5,"torch":false})");
}
GST_END_TEST

GST_START_TEST (errors_say_what_is_wrong_where_and_what_is_right)
{
  fails ("[]", "The argument is []; it has to be an object, such as "
               "{\"audio\":true,\"video\":true}");
  fails (R"({"audio":1})",
      "audio is 1; it has to be true, false or an object with constraints");
  fails (R"({"video":{"width":{"ideal":"wide"}}})",
      "video.width.ideal is \"wide\"; it has to be a number");
  fails (R"({"video":{"width":true}})",
      "video.width is true; it has to be a number");
  fails (R"({"video":{"width":[640]}})",
      "video.width is [640]; it has to be a number");
  fails (R"({"video":{"frameRate":{"max":null}}})",
      "video.frameRate.max is null; it has to be a number");
  fails (R"({"video":{"facingMode":["user",1]}})",
      "video.facingMode is 1; it has to be a string, or a list of strings");
  fails (R"({"audio":{"noiseSuppression":{"exact":"on"}}})",
      "audio.noiseSuppression.exact is \"on\"; it has to be true or false");
  fails (R"({"audio":{"echoCancellation":1}})",
      "audio.echoCancellation is 1; it has to be true, false or a string");
  fails (R"({"video":{"advanced":{}}})",
      "video.advanced is {}; it has to be a list of constraint sets");
  fails (R"({"video":{"advanced":[{},{"zoom":"x"}]}})",
      "video.advanced[1].zoom is \"x\"; it has to be a number");
  fails (R"({"video":{"advanced":[5]}})",
      "video.advanced[0] is 5; it has to be an object, such as "
      "{\"deviceId\":\"front\"}");
  fails (R"({"video":{"pointsOfInterest":{"exact":[3]}}})",
      "video.pointsOfInterest.exact is [3]; it has to be a list of points, "
      "such as [{\"x\":0.5,\"y\":1}]");
  fails (R"({"video":{"pointsOfInterest":[{"x":"left"}]}})",
      "video.pointsOfInterest.x is \"left\"; it has to be a number from 0 to "
      "1");
  fails ("", "The constraints are not JSON: there is nothing; they have to be "
             "such as {\"audio\":true,\"video\":{\"width\":{\"ideal\":1280}}}");
}
GST_END_TEST

GST_START_TEST (what_is_not_json_is_told_with_its_place)
{
  for (const char *json :
      {"{\"video\":", "{video:true}", "{}x", "\"", "{\"a\""})
    if (auto result = parse_user_media_constraints (json); !result) {
      fail_unless (result.error ().code == ErrorCode::type);
      fail_unless (
          result.error ().message.starts_with ("The constraints are not JSON"));
    } else {
      fail_unless (g_str_equal (json, "{}x"), "%s", json);
    }
}
GST_END_TEST

GST_START_TEST (what_is_nested_too_deeply_is_not_read)
{
  std::string deep = "{\"video\":{\"advanced\":" + std::string (1000000, '[');
  auto result = parse_user_media_constraints (deep);
  fail_if (static_cast<bool> (result));
  fail_unless (
      result.error ().message.starts_with ("The constraints are nested"));
  // What JSON-GLib skips is no way around that.
  for (const char *begin : {"{\"audio\":/*\"*/", "{\"audio\":'\"',\"video\":"})
    fails ((begin + std::string (1000000, '[')).c_str (),
        begin[9] == '/' ? "The constraints are not JSON, which has no "
                          "comments, and strings in double quotes: there is / "
                          "at byte 9"
                        : "The constraints are not JSON, which has no "
                          "comments, and strings in double quotes: there is ' "
                          "at byte 9");
  // Brackets in strings are not nesting.
  std::string text = R"({"deviceId":"\"\\)" + std::string (100, '[') + "\"}";
  round_trips (text.c_str ());
}
GST_END_TEST

static Suite *
json_suite ()
{
  Suite *suite = suite_create ("json");
  TCase *tests = tcase_create ("json");
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, a_kind_is_requested_by_true_or_a_dictionary);
  tcase_add_test (tests, a_display_is_requested_unless_video_is_false);
  tcase_add_test (tests, all_forms_of_a_number_are_kept);
  tcase_add_test (tests, unsigned_numbers_are_clamped_and_rounded_to_even);
  tcase_add_test (tests, aspect_ratios_are_rounded);
  tcase_add_test (tests, strings_may_be_lists);
  tcase_add_test (tests, an_empty_constraint_is_no_constraint);
  tcase_add_test (tests, unknown_and_unsupported_names_are_dropped);
  tcase_add_test (tests, echo_cancellation_is_a_boolean_or_a_string);
  tcase_add_test (tests, pan_is_a_number_or_whether_there_is_one);
  tcase_add_test (tests, points_are_one_value_and_stay_in_the_square);
  tcase_add_test (tests, constraints_are_written_as_they_were_given);
  tcase_add_test (tests, settings_are_written);
  tcase_add_test (tests, errors_say_what_is_wrong_where_and_what_is_right);
  tcase_add_test (tests, what_is_not_json_is_told_with_its_place);
  tcase_add_test (tests, what_is_nested_too_deeply_is_not_read);
  return suite;
}

GST_CHECK_MAIN (json)
