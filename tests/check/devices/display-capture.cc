// SPDX-License-Identifier: LGPL-2.1-or-later
// Tracks of displays: the constrainable properties of -screen-share.
#include "devices/frame-size.hh"
#include "support/panel-fixture.hh"

#include <cmath>

using namespace webmedia;
using namespace webmedia::devices;
using namespace webmedia::test;

// "The user agent MUST NOT crop the captured output."
GST_START_TEST (nothing_of_it_is_cropped)
{
  PanelFixture f;
  auto all = f.open ();
  auto small = f.open (R"({"width":{"exact":20}})");
  fail_unless_equals_int (f.opened (), 1);
  Taker takes_all (all), takes_small (small);
  auto whole = takes_all.next_of_width (640);
  auto scaled = takes_small.next_of_width (20);
  fail_unless_equals_int (takes_small.number ("height"), 2);
  // Away from where bars meet.
  int before = -1, bars = 0;
  for (int x : {0, 1, 4, 7, 12, 15, 18, 19}) {
    int wanted = pixel (whole, 640, 32 * x + 16, 12);
    fail_unless (std::abs (pixel (scaled, 20, x, 0) - wanted) <= 1,
        "%d: %d is not %d", x, pixel (scaled, 20, x, 0), wanted);
    bars += std::exchange (before, wanted) != wanted;
  }
  fail_unless (bars > 4);
}
GST_END_TEST

GST_START_TEST (its_aspect_ratio_can_only_be_what_it_is)
{
  PanelFixture f;
  auto track = f.open ();
  for (const char *json : {"{}", R"({"width":158})", R"({"height":7})"}) {
    f.apply (track, json);
    double now = f.setting (track, Property::aspect_ratio);
    fail_unless (now
                 == aspect_ratio (f.setting (track, Property::width),
                     f.setting (track, Property::height)));
    auto range = f.of (track)->capabilities ()[Property::aspect_ratio].range;
    fail_unless (range && range->low == now && range->high == now,
        "%s: %g to %g, not %g", json, range->low, range->high, now);
  }
  auto refused =
      f.of (track)->apply (constraints (R"({"aspectRatio":{"exact":1}})"), {});
  fail_if (bool (refused));
  fail_unless_equals_string (
      constraint_in_message (refused.error ().message.c_str ()), "aspectRatio");
  fail_unless (f.setting (track, Property::height) == 7);
}
GST_END_TEST

// WPT getdisplaymedia-settings
GST_START_TEST (it_has_an_id_and_faces_nobody)
{
  PanelFixture f;
  auto track = f.open ();
  Capabilities capabilities = f.of (track)->capabilities ();
  Settings settings = f.of (track)->settings ();
  fail_unless (capabilities[Property::device_id].values.front ()
               == settings[Property::device_id]);
  fail_if (settings.contains (Property::facing_mode));
  fail_if (capabilities.contains (Property::facing_mode));
}
GST_END_TEST

// WPT getdisplaymedia-framerate
GST_START_TEST (frames_come_at_the_rate_that_is_wanted)
{
  PanelFixture f ({.classes = "Video/Source/Screen",
      .label = "Fast",
      .caps = "video/x-raw, format=GRAY8, width=640, height=480, "
              "framerate=60/1"});
  auto track = f.open (R"({"width":160,"frameRate":5})");
  Taker taker (track);
  Time before = Time (GST_BUFFER_PTS (taker.next ().get ()));
  for (int i = 0; i < 3; i++) {
    Time now = Time (GST_BUFFER_PTS (taker.next ().get ()));
    fail_unless_equals_int (int ((now - before) / kMillisecond), 200);
    before = now;
  }
  fail_unless_equals_int (taker.number ("width"), 160);
  fail_unless_equals_int (taker.number ("height"), 120);
}
GST_END_TEST

static Suite *
display_capture_suite ()
{
  Suite *suite = suite_create ("devices/display-capture");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, nothing_of_it_is_cropped);
  tcase_add_test (tcase, its_aspect_ratio_can_only_be_what_it_is);
  tcase_add_test (tcase, it_has_an_id_and_faces_nobody);
  tcase_add_test (tcase, frames_come_at_the_rate_that_is_wanted);
  return suite;
}
GST_CHECK_MAIN (display_capture)
