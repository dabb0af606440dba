// SPDX-License-Identifier: LGPL-2.1-or-later
// The pointer in the picture of a display, as constraints have it.
// https://w3c.github.io/mediacapture-screen-share/#def-constraint-cursor
#include "devices/display-cursor.hh"

#include "support/panel-fixture.hh"

using namespace webmedia;
using namespace webmedia::devices;
using namespace webmedia::test;

namespace {

// All is white where the pointer is shown, and black without it.
constexpr TestDeviceSpec kPointed{.classes = "Video/Source/Screen",
    .label = "Panel with a pointer",
    .caps = "video/x-raw, format=GRAY8, width=640, height=48, "
            "framerate=[1/1,60/1]",
    .properties = "props, cursor=(string)always, test.pointer=true"};
constexpr TestDeviceSpec kPointless{.classes = "Video/Source/Screen",
    .label = "Panel without a pointer",
    .caps = kPointed.caps,
    .properties = "props, cursor=(string)never, test.pointer=true"};
constexpr TestDeviceSpec kFixed{.classes = "Video/Source/Screen",
    .label = "Panel that is as it is",
    .caps = kPointed.caps,
    .properties = "props, cursor=(string)motion"};

struct CursorFixture : PanelFixture {
  explicit CursorFixture (const TestDeviceSpec &spec = kPointed)
      : PanelFixture (spec)
  {}
  ~CursorFixture () { set_surface (0, 0); }

  static void expect (const TrackPtr &track, const char *cursor)
  {
    Value now = of (track)->settings ()[Property::cursor];
    fail_unless_equals_string (std::get<std::string> (now).c_str (), cursor);
  }
  // Until there are such pictures.
  static void wait_picture (Taker &taker, bool is_white)
  {
    for (;;) {
      auto picture = taker.next ();
      fail_unless (bool (picture), "the track has ended");
      if ((pixel (picture, taker.number ("width"), 5, 5) > 100) == is_white)
        return;
    }
  }
};

std::vector<std::string>
cursors (const TestDeviceSpec &spec)
{
  return cursors_of (make_test_device (spec));
}

} // namespace

GST_START_TEST (a_device_says_what_it_can_do)
{
  using Words = std::vector<std::string>;
  fail_unless (cursors (kPointed) == Words ({"always", "never"}));
  fail_unless (cursors (kPointless) == Words ({"never", "always"}));
  fail_unless (cursors (kFixed) == Words ({"motion"}));
  fail_unless (cursors (kPanel).empty ());
  make_missing (true);
  fail_unless (cursors (kPointed) == Words ({"always"}));
  make_missing (false);
}
GST_END_TEST

// "it is capable of supporting for this display surface"
GST_START_TEST (capabilities_have_what_it_can_do)
{
  CursorFixture f;
  auto track = f.open ();
  fail_unless (
      f.of (track)->capabilities ()[Property::cursor].values
      == std::vector<Value> ({std::string ("always"), std::string ("never")}));
  f.expect (track, "always");
  // That doubles nothing else.
  fail_unless (
      f.of (track)->capabilities ()[Property::resize_mode].values.size () == 2);
  CursorFixture fixed (kFixed);
  auto other = fixed.open (R"({"cursor":"never"})");
  fail_unless (fixed.of (other)->capabilities ()[Property::cursor].values
               == std::vector<Value> ({std::string ("motion")}));
  f.expect (other, "motion");
}
GST_END_TEST

GST_START_TEST (it_is_changed_while_it_is_captured)
{
  CursorFixture f;
  auto track = f.open (R"({"width":{"max":320}})");
  TrackLog log (track);
  Taker taker (track);
  f.wait_picture (taker, true);
  f.apply (track, R"({"cursor":"never","width":{"max":320}})");
  f.expect (track, "never");
  f.wait_picture (taker, false);
  f.apply (track, R"({"cursor":{"exact":"always"}})");
  f.expect (track, "always");
  f.wait_picture (taker, true);
  auto refused = f.of (track)->apply (
      constraints (R"({"cursor":{"exact":"motion"}})"), {});
  fail_if (bool (refused));
  fail_unless_equals_string (
      constraint_in_message (refused.error ().message.c_str ()), "cursor");
  f.expect (track, "always");
  f.apply (track, R"({"cursor":["motion","never"]})"); // which is a wish
  f.expect (track, "never");
  f.apply (track, "{}");
  f.expect (track, "always");
  fail_unless_equals_int (f.opened (), 1);
  log.expect_nothing ();
}
GST_END_TEST

GST_START_TEST (it_is_opened_as_it_is_wanted)
{
  CursorFixture f, without (kPointless);
  auto track = f.open (R"({"cursor":"never"})");
  f.expect (track, "never");
  Taker taker (track);
  fail_unless (pixel (taker.next (), 640, 5, 5) < 100);
  auto other = without.open ();
  f.expect (other, "never");
  without.apply (other, R"({"cursor":"always"})");
  f.expect (other, "always");
}
GST_END_TEST

GST_START_TEST (all_tracks_of_a_display_have_one)
{
  CursorFixture f;
  auto track = f.open ();
  auto clone = track->clone ();
  f.apply (track, "{}"); // by then the clone is there
  TrackLog log (track), log_of_clone (clone);
  f.apply (clone, R"({"cursor":"never"})");
  f.expect (track, "never");
  log.wait ("configurationchange ");
  f.apply (track, R"({"cursor":{"exact":"always"}})");
  f.expect (clone, "always");
  log_of_clone.wait ("configurationchange ");
  auto refused =
      f.of (clone)->apply (constraints (R"({"cursor":{"exact":"never"}})"), {});
  fail_if (bool (refused));
  fail_unless_equals_string (
      constraint_in_message (refused.error ().message.c_str ()), "cursor");
  f.expect (clone, "always");
  fail_unless_equals_int (f.opened (), 1);
  log.expect_nothing ();
}
GST_END_TEST

GST_START_TEST (it_stays_when_the_surface_changes_and_the_display_is_released)
{
  CursorFixture f;
  auto track = f.open (R"({"cursor":"never"})");
  Taker taker (track);
  set_surface (400, 300);
  taker.next_of_width (400);
  f.apply (track, R"({"cursor":"never","width":{"max":200}})");
  f.expect (track, "never");
  taker.next_of_width (200);
  track->set_enabled (false);
  f.wait_timer ();
  f.advance (3 * kSecond);
  f.wait_released ();
  f.apply (track, R"({"cursor":"always"})");
  f.expect (track, "always");
  track->set_enabled (true);
  f.wait_picture (taker, true);
  f.apply (track, R"({"cursor":"never"})");
  f.wait_picture (taker, false);
}
GST_END_TEST

static Suite *
display_cursor_suite ()
{
  Suite *suite = suite_create ("devices/display-cursor");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_device_says_what_it_can_do);
  tcase_add_test (tcase, capabilities_have_what_it_can_do);
  tcase_add_test (tcase, it_is_changed_while_it_is_captured);
  tcase_add_test (tcase, it_is_opened_as_it_is_wanted);
  tcase_add_test (tcase, all_tracks_of_a_display_have_one);
  tcase_add_test (
      tcase, it_stays_when_the_surface_changes_and_the_display_is_released);
  return suite;
}
GST_CHECK_MAIN (display_cursor)
