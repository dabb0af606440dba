// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/fitness.hh"

#include "devices/json.hh"
#include "support/check.hh"

#include <cmath>

using namespace webmedia::devices;

namespace {

const Settings kCamera{{Property::device_id, std::string ("front")},
    {Property::width, 640.}, {Property::height, 480.},
    {Property::frame_rate, 30.}, {Property::facing_mode, std::string ("user")},
    {Property::torch, false}, {Property::zoom, 2.}};

double
distance (const char *json, BareValues bare = BareValues::ideal,
    const Settings &settings = kCamera, TrackKind kind = TrackKind::video)
{
  return fitness_distance (
      settings, parse_track_constraints (json)->basic, bare, kind);
}

double
advanced (const char *json)
{
  return distance (json, BareValues::exact);
}

} // namespace

GST_START_TEST (nothing_asked_for_is_no_distance)
{
  fail_unless (distance ("{}") == 0);
  fail_unless (distance (R"({"wobble":{"exact":1}})") == 0);
  fail_unless (distance (R"({"width":{}})") == 0);
}
GST_END_TEST

GST_START_TEST (required_and_not_satisfied_is_infinite)
{
  for (const char *json :
      {R"({"width":{"min":641}})", R"({"width":{"max":639}})",
          R"({"width":{"exact":641}})", R"({"width":{"min":700,"max":600}})",
          R"({"facingMode":{"exact":"left"}})", R"({"torch":{"exact":true}})",
          R"({"facingMode":{"exact":["left","right"]}})"})
    fail_unless (std::isinf (distance (json)), "%s", json);
  for (const char *json :
      {R"({"width":{"min":640}})", R"({"width":{"max":640}})",
          R"({"width":{"exact":640}})", R"({"width":{"min":600,"max":700}})",
          R"({"facingMode":{"exact":"user"}})", R"({"torch":{"exact":false}})",
          R"({"facingMode":{"exact":["left","user"]}})"})
    fail_unless (distance (json) == 0, "%s", json);
}
GST_END_TEST

GST_START_TEST (required_and_not_there_is_infinite)
{
  fail_unless (std::isinf (distance (R"({"iso":{"min":1}})")));
  fail_unless (std::isinf (distance (R"({"resizeMode":{"exact":"none"}})")));
  // Also where it does not apply to the kind: step 2 is before step 3.
  fail_unless (std::isinf (distance (R"({"sampleRate":{"exact":48000}})")));
}
GST_END_TEST

// -screen-share, displaySurface: it is for the user's choice alone.
GST_START_TEST (a_wish_for_a_surface_is_no_constraint)
{
  const Settings screen{{Property::display_surface, std::string ("monitor")}};
  for (const char *json : {R"({"displaySurface":"window"})",
           R"({"displaySurface":{"exact":"window"}})"})
    for (const Settings &settings : {screen, kCamera}) {
      fail_unless (distance (json, BareValues::ideal, settings) == 0);
      fail_unless (distance (json, BareValues::exact, settings) == 0);
    }
  fail_unless (std::isinf (advanced (R"({"logicalSurface":true})")));
}
GST_END_TEST

GST_START_TEST (bare_values_are_ideal_or_exact)
{
  fail_unless (distance (R"({"width":320})") == 0.5);
  fail_unless (std::isinf (advanced (R"({"width":320})")));
  fail_unless (advanced (R"({"width":640})") == 0);
  fail_unless (advanced (R"({"facingMode":["left","user"]})") == 0);
}
GST_END_TEST

GST_START_TEST (what_does_not_apply_to_the_kind_does_not_count)
{
  fail_unless (distance (R"({"sampleRate":48000})") == 0);
  fail_unless (
      distance (R"({"width":1})", BareValues::ideal, {}, TrackKind::audio)
      == 0);
}
GST_END_TEST

GST_START_TEST (a_boolean_asks_whether_a_number_is_there)
{
  fail_unless (distance (R"({"zoom":true})") == 0);
  fail_unless (distance (R"({"zoom":false})") == 1);
  fail_unless (distance (R"({"pan":true})") == 1);
  fail_unless (distance (R"({"pan":false})") == 0);
  fail_unless (advanced (R"({"zoom":true})") == 0);
  fail_unless (std::isinf (advanced (R"({"zoom":false})")));
  fail_unless (std::isinf (advanced (R"({"pan":true})")));
  fail_unless (std::isinf (advanced (R"({"pan":false})")));
}
GST_END_TEST

GST_START_TEST (a_setting_that_is_not_there_is_1)
{
  fail_unless (distance (R"({"iso":100})") == 1);
  fail_unless (distance (R"({"resizeMode":"none"})") == 1);
}
GST_END_TEST

GST_START_TEST (numbers_differ_in_proportion_to_the_larger)
{
  fail_unless (distance (R"({"width":1280})") == 0.5);
  fail_unless (distance (R"({"width":{"ideal":320}})") == 0.5);
  fail_unless (distance (R"({"frameRate":{"ideal":30}})") == 0);
  fail_unless (distance (R"({"frameRate":0})") == 1);
  fail_unless (number_distance (0, 0) == 0);
}
GST_END_TEST

GST_START_TEST (other_values_are_equal_or_not)
{
  fail_unless (distance (R"({"facingMode":"user"})") == 0);
  fail_unless (distance (R"({"facingMode":"left"})") == 1);
  fail_unless (distance (R"({"facingMode":{"ideal":["left","user"]}})") == 0);
  fail_unless (distance (R"({"torch":true})") == 1);
  Settings microphone{{Property::echo_cancellation, std::string ("all")}};
  for (auto [json, right] : {std::pair (R"({"echoCancellation":"all"})", 0),
           std::pair (R"({"echoCancellation":true})", 1)})
    fail_unless (
        distance (json, BareValues::ideal, microphone, TrackKind::audio)
        == right);
}
GST_END_TEST

GST_START_TEST (the_distance_is_a_sum)
{
  fail_unless (distance (R"({"width":1280,"height":240,"facingMode":"left",)"
                         R"("frameRate":{"min":10}})")
               == 2);
}
GST_END_TEST

static Suite *
fitness_suite ()
{
  Suite *suite = suite_create ("fitness");
  TCase *tests = tcase_create ("fitness");
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, nothing_asked_for_is_no_distance);
  tcase_add_test (tests, required_and_not_satisfied_is_infinite);
  tcase_add_test (tests, required_and_not_there_is_infinite);
  tcase_add_test (tests, a_wish_for_a_surface_is_no_constraint);
  tcase_add_test (tests, bare_values_are_ideal_or_exact);
  tcase_add_test (tests, what_does_not_apply_to_the_kind_does_not_count);
  tcase_add_test (tests, a_boolean_asks_whether_a_number_is_there);
  tcase_add_test (tests, a_setting_that_is_not_there_is_1);
  tcase_add_test (tests, numbers_differ_in_proportion_to_the_larger);
  tcase_add_test (tests, other_values_are_equal_or_not);
  tcase_add_test (tests, the_distance_is_a_sum);
  return suite;
}

GST_CHECK_MAIN (fitness)
