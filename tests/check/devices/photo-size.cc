// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/photo-size.hh"

#include "devices/json.hh"
#include "devices/track-generator.hh"
#include "support/check.hh"
#include "support/fan-out.hh"

using namespace webmedia;
using namespace webmedia::devices;
using namespace webmedia::test;

namespace {

constexpr stream::PhotoSize kNow{.width = 320, .height = 240};

// Its frames may have any size.
struct Fixture {
  std::shared_ptr<TrackGenerator> generator =
      TrackGenerator::create (make_clock (kSecond));
  std::shared_ptr<stream::Track> track = generator->make_track ();

  // "": a photo is a frame of the track.
  std::string constraints (std::optional<double> width,
      std::optional<double> height, stream::PhotoSize now = kNow) const
  {
    auto wanted = photo_constraints (
        *track, now, {.image_height = height, .image_width = width});
    return wanted ? to_json (*wanted) : "";
  }
};

#define fail_unless_text(is, wanted)                                           \
  fail_unless_equals_string ((is).c_str (), wanted)

} // namespace

GST_START_TEST (both_sides_are_ideal)
{
  Fixture f;
  fail_unless_text (f.constraints (640, 100),
      R"({"width":{"ideal":640},"height":{"ideal":100}})");
  auto wanted = photo_constraints (
      *f.track, kNow, {.image_height = 100, .image_width = 640});
  auto parsed = parse_track_constraints (
      std::string_view (R"({"width":{"ideal":640},"height":{"ideal":100}})"));
  fail_unless (wanted && parsed && *wanted == *parsed);
}
GST_END_TEST

GST_START_TEST (one_side_keeps_the_shape)
{
  Fixture f;
  fail_unless_text (f.constraints (640, {}),
      R"({"width":{"ideal":640},"height":{"ideal":480}})");
  fail_unless_text (f.constraints ({}, 120),
      R"({"width":{"ideal":160},"height":{"ideal":120}})");
}
GST_END_TEST

GST_START_TEST (the_nearest_side_that_there_is_is_taken)
{
  Fixture f;
  fail_unless_text (f.constraints (-5, 1e9),
      R"({"width":{"ideal":1},"height":{"ideal":65535}})");
}
GST_END_TEST

GST_START_TEST (nothing_is_asked_for_where_the_track_has_that_size)
{
  Fixture f;
  fail_unless_text (f.constraints ({}, {}), "");
  fail_unless_text (f.constraints (320.4, 240), "");
  fail_unless_text (f.constraints (640, 480, {}), ""); // of no size yet
}
GST_END_TEST

GST_START_TEST (what_has_no_capabilities_has_the_one_size_that_it_has)
{
  Fixture f;
  fail_if (photo_sizes (*f.track, kNow).is_one);
  f.track->stop ();
  PhotoSizes sizes = photo_sizes (*f.track, kNow);
  fail_unless (sizes.is_one);
  fail_unless (sizes.width.low == 320 && sizes.width.high == 320);
  fail_unless_text (f.constraints (640, 480), "");
}
GST_END_TEST

static Suite *
photo_size_suite ()
{
  Suite *suite = suite_create ("photo-size");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, both_sides_are_ideal);
  tcase_add_test (tc, one_side_keeps_the_shape);
  tcase_add_test (tc, the_nearest_side_that_there_is_is_taken);
  tcase_add_test (tc, nothing_is_asked_for_where_the_track_has_that_size);
  tcase_add_test (tc, what_has_no_capabilities_has_the_one_size_that_it_has);
  return suite;
}

GST_CHECK_MAIN (photo_size)
