// SPDX-License-Identifier: LGPL-2.1-or-later
// Dictionaries as a{sv}: the same as those of JSON.
#include "devices/variant.hh"

#include "devices/json.hh"
#include "support/check.hh"

using namespace webmedia;
using namespace webmedia::devices;

namespace {

Ptr<GVariant>
dictionary (const char *text)
{
  GError *error = nullptr;
  GVariant *parsed =
      g_variant_parse (G_VARIANT_TYPE_VARDICT, text, nullptr, nullptr, &error);
  fail_unless (parsed != nullptr, "%s: %s", text, error ? error->message : "");
  return Ptr<GVariant>::adopt (parsed);
}

void
is_text (const Ptr<GVariant> &variant, const char *expected)
{
  CString text (g_variant_print (variant.get (), TRUE));
  fail_unless_equals_string (text.get (), expected);
}

} // namespace

GST_START_TEST (constraints_are_read_as_those_of_json)
{
  auto of_variant = parse_track_constraints (
      dictionary ("{'width': <{'min': <320>, 'ideal': <uint32 1280>}>,"
                  " 'frameRate': <30.0>, 'deviceId': <['a', 'b']>,"
                  " 'facingMode': <{'exact': <'user'>}>, 'zoom': <true>,"
                  " 'pointsOfInterest': <[{'x': 0.5, 'y': 0.25}]>,"
                  " 'advanced': <[{'height': <int64 600>}]>,"
                  " 'unknown': <{'exact': <1>}>}")
          .get ());
  auto of_json = parse_track_constraints (R"({
      "width":{"min":320,"ideal":1280},"frameRate":30,"deviceId":["a","b"],
      "facingMode":{"exact":"user"},"zoom":true,
      "pointsOfInterest":[{"x":0.5,"y":0.25}],"advanced":[{"height":600}]})");
  fail_unless (bool (of_variant) && bool (of_json));
  fail_unless (*of_variant == *of_json);

  auto stream = parse_user_media_constraints (
      dictionary ("{'audio': <true>, 'video': <{'width': <640>}>}").get ());
  fail_unless (*stream
               == *parse_user_media_constraints (
                   R"({"audio":true,"video":{"width":640}})"));
  stream = parse_display_media_constraints (dictionary ("{}").get ());
  fail_unless (stream->video.has_value () && !stream->audio.has_value ());
}
GST_END_TEST

// JSON has no NaN. WebIDL's [Clamp] makes it 0, and its double refuses it.
GST_START_TEST (nan_is_no_number)
{
  auto read = parse_track_constraints (
      dictionary ("{'width': <nan>, 'pointsOfInterest': <[{'x': <nan>}]>}")
          .get ());
  auto right = parse_track_constraints (
      R"({"width":0,"pointsOfInterest":[{"x":0,"y":0}]})");
  fail_unless (bool (read) && *read == *right);
  fail_if (bool (
      parse_track_constraints (dictionary ("{'frameRate': <nan>}").get ())));
}
GST_END_TEST

GST_START_TEST (what_is_wrong_with_constraints_is_told)
{
  auto wrong = parse_user_media_constraints (
      dictionary ("{'video': <{'width': <{'ideal': <'wide'>}>}>}").get ());
  fail_if (bool (wrong));
  fail_unless (wrong.error ().code == ErrorCode::type);
  fail_unless_equals_string (wrong.error ().message.c_str (),
      "video.width.ideal is \"wide\"; it has to be a number");
  fail_if (bool (
      parse_user_media_constraints (dictionary ("{'audio': <1>}").get ())));
}
GST_END_TEST

GST_START_TEST (constraints_are_written_as_they_were_given)
{
  for (const char *text : {"{}", "{'width': <uint32 640>}",
           "{'deviceId': <['a', 'b']>, 'frameRate': <{'min': <29.5>, "
           "'max': <60.0>}>}",
           "{'facingMode': <{'exact': <'user'>, 'ideal': <['user', "
           "'environment']>}>, 'advanced': <[{'width': <uint32 1>}, {}]>}",
           "{'pan': <true>, 'zoom': <{'ideal': <2.0>}>}",
           "{'pointsOfInterest': <[{'x': 0.5, 'y': 1.0}]>}"}) {
    auto constraints = parse_track_constraints (dictionary (text).get ());
    fail_unless (bool (constraints), "%s", text);
    auto written = to_variant (*constraints);
    auto again = parse_track_constraints (written.get ());
    fail_unless (*again == *constraints, "%s", text);
    is_text (written, text[1] == '}' ? "@a{sv} {}" : text);
  }
}
GST_END_TEST

GST_START_TEST (settings_have_the_types_of_their_properties)
{
  is_text (to_variant (Settings{{Property::device_id, std::string ("id")},
               {Property::width, 640.}, {Property::frame_rate, 30.}}),
      "{'deviceId': <'id'>, 'width': <uint32 640>, 'frameRate': <30.0>}");
  is_text (
      to_variant (Settings{{Property::echo_cancellation, std::string ("all")},
          {Property::noise_suppression, true}}),
      "{'echoCancellation': <'all'>, 'noiseSuppression': <true>}");
}
GST_END_TEST

// A MediaSettingsRange has a step.
GST_START_TEST (a_range_has_its_step)
{
  Capabilities capabilities{
      {Property::zoom, {.range = Interval{1, 4}, .values = {}, .step = 0.5}},
      {Property::frame_rate, {.range = Interval{0, 30}, .values = {}}}};
  is_text (to_variant (capabilities),
      "{'frameRate': <{'min': 0.0, 'max': 30.0}>, "
      "'zoom': <{'min': 1.0, 'max': 4.0, 'step': 0.5}>}");
  fail_unless_equals_string (to_json (capabilities).c_str (),
      R"({"frameRate":{"min":0,"max":30},)"
      R"("zoom":{"min":1,"max":4,"step":0.5}})");
}
GST_END_TEST

static Suite *
variant_suite (void)
{
  Suite *suite = suite_create ("variant");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, constraints_are_read_as_those_of_json);
  tcase_add_test (tcase, what_is_wrong_with_constraints_is_told);
  tcase_add_test (tcase, constraints_are_written_as_they_were_given);
  tcase_add_test (tcase, settings_have_the_types_of_their_properties);
  tcase_add_test (tcase, nan_is_no_number);
  tcase_add_test (tcase, a_range_has_its_step);
  return suite;
}

GST_CHECK_MAIN (variant)
