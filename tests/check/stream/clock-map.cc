// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/clock-map.hh"

#include "support/check.hh"

#include <cmath>
#include <gst/check/gsttestclock.h>

using namespace webmedia;
using namespace webmedia::stream;

// Of one time. The thread that looks at it is put aside after that for so long.
static GstClockTime time_of_all = 0;

struct BusyClock {
  GstClock parent;
  GstClockTime pause;
};

struct BusyClockClass {
  GstClockClass parent;
};

G_DEFINE_TYPE (BusyClock, busy_clock, GST_TYPE_CLOCK)

static void
busy_clock_init (BusyClock *)
{}

static void
busy_clock_class_init (BusyClockClass *klass)
{
  GST_CLOCK_CLASS (klass)->get_internal_time = [] (GstClock *clock) {
    GstClockTime now = time_of_all;
    time_of_all += reinterpret_cast<BusyClock *> (clock)->pause;
    return now;
  };
}

namespace {

// Two clocks that a test sets.
struct Clocks {
  Clocks () { set (0); }

  // The first one has gone on for so long; the second one runs by its own rate.
  void set (Time time)
  {
    now = time;
    gst_test_clock_set_time (clock (from), GstClockTime (kFrom + time));
    gst_test_clock_set_time (clock (to), GstClockTime (other (time)));
  }
  Time other (Time time) const
  {
    return kTo + jump + time + Time (std::lround (double (time) * skew));
  }
  // How far the map is off, at a time of the first clock.
  Time error (const ClockMap &map, Time time) const
  {
    return std::abs (map.map (kFrom + time) - other (time));
  }
  static GstTestClock *clock (const Ptr<GstClock> &clock)
  {
    return GST_TEST_CLOCK (clock.get ());
  }

  static constexpr Time kFrom = 1000 * kSecond, kTo = 7 * kSecond;
  double skew = 0;
  Time jump = 0;
  Time now = 0;
  Ptr<GstClock> from = Ptr<GstClock>::adopt (gst_test_clock_new ());
  Ptr<GstClock> to = Ptr<GstClock>::adopt (gst_test_clock_new ());
};

} // namespace

GST_START_TEST (one_clock_is_its_own_map)
{
  Clocks clocks;
  ClockMap map (clocks.from, clocks.from);
  fail_unless_equals_int64 (map.map (5), 5);
  fail_unless_equals_int64 (map.map (kTimeInfinite), kTimeInfinite);
}
GST_END_TEST

GST_START_TEST (clocks_of_one_speed_differ_by_a_constant)
{
  Clocks clocks;
  ClockMap map (clocks.from, clocks.to);
  for (Time time : {-kSecond, Time (0), kSecond, 3600 * kSecond})
    fail_unless_equals_int64 (clocks.error (map, time), 0);
}
GST_END_TEST

// Of sound cards, by the hour.
GST_START_TEST (a_clock_of_another_speed_is_followed)
{
  for (double skew : {200e-6, -200e-6}) {
    Clocks clocks;
    clocks.skew = skew;
    ClockMap map (clocks.from, clocks.to);
    for (Time time = 0; time < 3600 * kSecond; time += 10 * kMillisecond) {
      clocks.set (time);
      map.observe ();
      if (time >= kSecond)
        fail_unless (clocks.error (map, time) <= kMicrosecond);
    }
  }
}
GST_END_TEST

// The next buffer's time must not jump by a sample.
GST_START_TEST (the_map_of_a_time_hardly_changes)
{
  Clocks clocks;
  clocks.skew = 200e-6;
  ClockMap map (clocks.from, clocks.to);
  Time last = 0;
  for (Time time = 0; time < 60 * kSecond; time += 10 * kMillisecond) {
    clocks.set (time);
    map.observe ();
    Time mapped = map.map (Clocks::kFrom + time);
    if (time >= kSecond)
      fail_unless (
          std::abs (mapped - last - 10 * kMillisecond) <= 5 * kMicrosecond);
    last = mapped;
  }
}
GST_END_TEST

GST_START_TEST (a_change_of_speed_is_followed_within_seconds)
{
  Clocks clocks;
  ClockMap map (clocks.from, clocks.to);
  for (Time time = 0; time < 20 * kSecond; time += 100 * kMillisecond) {
    clocks.set (time);
    map.observe ();
  }
  // It runs by another rate from here on.
  clocks.jump = -Time (20e9 * 100e-6);
  clocks.skew = 100e-6;
  for (Time time = 20 * kSecond; time < 30 * kSecond;
       time += 100 * kMillisecond) {
    clocks.set (time);
    map.observe ();
    fail_unless (clocks.error (map, time) <= 500 * kMicrosecond);
  }
  fail_unless (clocks.error (map, clocks.now) <= kMicrosecond);
}
GST_END_TEST

GST_START_TEST (a_clock_that_is_set_is_believed_at_once)
{
  Clocks clocks;
  ClockMap map (clocks.from, clocks.to);
  for (Time time = 0; time < 10 * kSecond; time += 100 * kMillisecond) {
    clocks.set (time);
    map.observe ();
  }
  clocks.jump = 3600 * kSecond;
  clocks.set (10 * kSecond);
  map.observe ();
  fail_unless_equals_int64 (clocks.error (map, clocks.now), 0);
}
GST_END_TEST

// The thread is put aside between two looks: what it sees then is not believed.
GST_START_TEST (a_look_that_takes_long_changes_nothing)
{
  auto make = [] {
    return Ptr<GstClock>::adopt (GST_CLOCK (
        gst_object_ref_sink (g_object_new (busy_clock_get_type (), nullptr))));
  };
  auto from = make (), to = make ();
  ClockMap map (from, to);
  reinterpret_cast<BusyClock *> (to.get ())->pause = 20 * GST_MSECOND;
  for (int i = 0; i < 20; i++) {
    time_of_all += 200 * GST_MSECOND;
    map.observe ();
    fail_unless_equals_int64 (map.map (Time (time_of_all)), Time (time_of_all));
  }
}
GST_END_TEST

static Suite *
clock_map_suite ()
{
  Suite *suite = suite_create ("stream/clock-map");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, one_clock_is_its_own_map);
  tcase_add_test (tcase, clocks_of_one_speed_differ_by_a_constant);
  tcase_add_test (tcase, a_clock_of_another_speed_is_followed);
  tcase_add_test (tcase, the_map_of_a_time_hardly_changes);
  tcase_add_test (tcase, a_change_of_speed_is_followed_within_seconds);
  tcase_add_test (tcase, a_clock_that_is_set_is_believed_at_once);
  tcase_add_test (tcase, a_look_that_takes_long_changes_nothing);
  return suite;
}
GST_CHECK_MAIN (clock_map)
