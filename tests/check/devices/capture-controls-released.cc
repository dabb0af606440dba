// SPDX-License-Identifier: LGPL-2.1-or-later
// The controls of a camera that is released, as nobody needs it for a while.
// https://www.w3.org/TR/mediacapture-streams/#track-enabled and what follows
#include "devices/capture-waits.hh"

#include "support/capture-fixture.hh"
#include "support/test-controls.hh"

#include <latch>

using namespace webmedia;
using namespace webmedia::devices;
using namespace webmedia::test;

namespace {

struct Fixture : CaptureFixture {
  Fixture () { bring_controls (device.object, controls); }

  void release (const TrackPtr &track)
  {
    track->set_enabled (false);
    wait_timer ();
    advance (3 * kSecond);
    wait_released ();
  }
  void take_again (const TrackPtr &track)
  {
    int before = sources_made ();
    track->set_enabled (true);
    wait_sources_made (before + 1);
    apply (track, "{}"); // with the turn after that
  }
  static std::string text (const TrackPtr &track, Property property)
  {
    return std::get<std::string> (of (track)->settings ()[property]);
  }

  std::shared_ptr<TestControls> controls = std::make_shared<TestControls> ();
};

} // namespace

GST_START_TEST (what_is_asked_of_a_released_camera_is_done_when_it_is_back)
{
  Fixture f;
  auto track = f.open ();
  f.release (track);
  f.controls->take_written ();
  f.apply (track, R"({"focusMode":{"exact":"manual"}})");
  f.apply (track, R"({"exposureMode":{"exact":"manual"},
      "exposureTime":{"exact":300},"focusMode":{"exact":"single-shot"}})");
  fail_unless_equals_string (f.controls->take_written ().c_str (), "");
  fail_unless (f.text (track, Property::focus_mode) == "single-shot");
  fail_unless (f.setting (track, Property::exposure_time) == 300);
  f.take_again (track);
  fail_unless_equals_string (f.controls->take_written ().c_str (),
      "exposureMode exposureTime focusMode");
  fail_unless (f.controls->number (Property::exposure_time) == 300);
  fail_unless (f.text (track, Property::focus_mode) == "single-shot");
  // And no more than once.
  f.release (track);
  f.take_again (track);
  fail_unless_equals_string (f.controls->take_written ().c_str (), "");
}
GST_END_TEST

GST_START_TEST (an_iso_of_a_released_camera_is_what_was_asked_for_last)
{
  Fixture f;
  auto track = f.open ();
  f.release (track);
  f.apply (track, R"({"iso":{"exact":100}})"); // which it happens to have
  f.take_again (track);
  fail_if (f.controls->is_iso_automatic ());
  f.release (track);
  f.apply (track, R"({"iso":{"exact":200}})");
  f.apply (track, R"({"exposureMode":{"exact":"continuous"}})");
  f.take_again (track);
  fail_unless (f.controls->is_iso_automatic ());
}
GST_END_TEST

GST_START_TEST (what_counts_in_another_mode_is_not_asked_of_it_any_more)
{
  Fixture f;
  auto track = f.open ();
  f.release (track);
  f.controls->take_written ();
  f.apply (track, R"({"whiteBalanceMode":{"exact":"manual"},
      "colorTemperature":{"exact":3000}})");
  fail_unless (f.setting (track, Property::color_temperature) == 3000);
  f.apply (track, R"({"whiteBalanceMode":{"exact":"continuous"}})");
  // Nobody has set it.
  fail_unless (f.setting (track, Property::color_temperature) == 4600);
  f.take_again (track);
  fail_unless_equals_string (f.controls->take_written ().c_str (), "");
  fail_unless (f.controls->number (Property::color_temperature) == 4600);
}
GST_END_TEST

GST_START_TEST (what_cannot_be_applied_to_a_released_camera_leaves_what_was)
{
  Fixture f;
  auto track = f.open ();
  auto another = track->clone ();
  another->set_enabled (false);
  f.release (track);
  f.controls->take_written ();
  f.apply (another, R"({"whiteBalanceMode":"manual",
      "colorTemperature":{"exact":3000}})");
  auto refused = f.of (track)->apply (
      constraints (R"({"whiteBalanceMode":{"exact":"continuous"}})"), {});
  fail_if (bool (refused)); // as it would not be 3000 any more
  fail_unless (f.text (track, Property::white_balance_mode) == "manual");
  fail_unless (f.setting (track, Property::color_temperature) == 3000);
  f.take_again (track);
  fail_unless_equals_string (f.controls->take_written ().c_str (),
      "whiteBalanceMode colorTemperature");
}
GST_END_TEST

// The light of a camera is on as long as its element is there.
GST_START_TEST (what_cannot_be_set_leaves_a_released_camera_released)
{
  Fixture f;
  f.controls->ignored.insert (Property::brightness);
  auto track = f.open (R"({"torch":{"exact":true}})");
  f.release (track);
  fail_if (bool (f.try_open (R"({"brightness":{"exact":10}})")));
  fail_unless_equals_int (f.opened (), 2);
  f.apply (track, "{}"); // with the turn after that
  fail_unless (sources_now ().empty ());
  fail_if (f.controls->is_on (Property::torch));
  fail_if (track->is_ended ());
  Taker taker (track);
  fail_unless (bool (taker.next ()));
}
GST_END_TEST

// The last moment to do so: it gives out data, and is being set.
GST_START_TEST (who_is_cancelled_last_leaves_a_released_camera_released)
{
  std::atomic<bool> is_cancelled{false};
  std::latch done{1};
  Fixture f;
  f.controls->on_set = [&] {
    is_cancelled = true;
    wake_open_waits ();
    done.wait ();
  };
  auto track = f.open ();
  f.release (track);
  fail_if (bool (f.try_open (
      R"({"brightness":{"exact":10}})", [&] { return is_cancelled.load (); })));
  done.count_down ();
  f.apply (track, "{}"); // with the turn after that
  fail_unless_equals_int (f.opened (), 2);
  fail_unless (sources_now ().empty ());
  fail_unless (f.controls->number (Property::brightness) == 0);
}
GST_END_TEST

static Suite *
capture_controls_released_suite ()
{
  Suite *suite = suite_create ("devices/capture-controls-released");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (
      tc, what_is_asked_of_a_released_camera_is_done_when_it_is_back);
  tcase_add_test (tc, an_iso_of_a_released_camera_is_what_was_asked_for_last);
  tcase_add_test (tc, what_counts_in_another_mode_is_not_asked_of_it_any_more);
  tcase_add_test (
      tc, what_cannot_be_applied_to_a_released_camera_leaves_what_was);
  tcase_add_test (tc, what_cannot_be_set_leaves_a_released_camera_released);
  tcase_add_test (tc, who_is_cancelled_last_leaves_a_released_camera_released);
  return suite;
}

GST_CHECK_MAIN (capture_controls_released)
