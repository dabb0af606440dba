// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/clock-id.hh"

#include "base/ptr.hh"
#include "support/check.hh"
#include "support/clocks.hh"

#include <gst/check/gsttestclock.h>
#include <vector>

using namespace webmedia;
using namespace webmedia::test;

namespace {

struct Fixture {
  Ptr<GstClock> clock = Ptr<GstClock>::adopt (gst_test_clock_new ());
  std::vector<GstClockID> called;

  ClockId set (Time time)
  {
    return call_at (
        clock.get (), time, [this] (GstClockID id) { called.push_back (id); });
  }
  void advance_to (Time time)
  {
    auto test_clock = GST_TEST_CLOCK (clock.get ());
    gst_test_clock_set_time (test_clock, GstClockTime (time));
    while (GstClockID id = gst_test_clock_process_next_clock_id (test_clock))
      gst_clock_id_unref (id);
  }
};

} // namespace

GST_START_TEST (it_is_called_once_with_its_id)
{
  Fixture f;
  auto later = f.set (2 * kSecond), sooner = f.set (kSecond);
  f.advance_to (kSecond - 1);
  fail_unless (f.called.empty ());
  f.advance_to (kSecond);
  fail_unless (f.called == std::vector<GstClockID>{sooner.get ()});
  f.advance_to (3 * kSecond);
  fail_unless (
      f.called == (std::vector<GstClockID>{sooner.get (), later.get ()}));
}
GST_END_TEST

GST_START_TEST (what_is_cancelled_is_not_called)
{
  Fixture f;
  auto gone = f.set (kSecond), stays = f.set (kSecond);
  cancel (gone);
  cancel (ClockId ()); // there is none
  f.advance_to (kSecond);
  fail_unless (f.called == std::vector<GstClockID>{stays.get ()});
}
GST_END_TEST

GST_START_TEST (who_lets_go_of_the_id_is_called)
{
  Fixture f;
  f.set (kSecond).reset ();
  f.advance_to (kSecond);
  fail_unless_equals_int (int (f.called.size ()), 1);
}
GST_END_TEST

GST_START_TEST (a_time_before_the_clock_began_is_now)
{
  Fixture f;
  auto id = f.set (-kSecond);
  f.advance_to (0);
  fail_unless_equals_int (int (f.called.size ()), 1);
}
GST_END_TEST

GST_START_TEST (a_clock_that_calls_nobody_keeps_nothing)
{
  for (auto make : {make_plain_clock, make_refusing_clock}) {
    auto clock = make ();
    auto kept = std::make_shared<int> (0);
    fail_if (bool (call_at (clock.get (), kSecond, [kept] (GstClockID) {})));
    fail_unless_equals_int (int (kept.use_count ()), 1);
  }
}
GST_END_TEST

static Suite *
clock_id_suite ()
{
  Suite *suite = suite_create ("clock-id");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, it_is_called_once_with_its_id);
  tcase_add_test (tc, what_is_cancelled_is_not_called);
  tcase_add_test (tc, who_lets_go_of_the_id_is_called);
  tcase_add_test (tc, a_time_before_the_clock_began_is_now);
  tcase_add_test (tc, a_clock_that_calls_nobody_keeps_nothing);
  return suite;
}

GST_CHECK_MAIN (clock_id)
