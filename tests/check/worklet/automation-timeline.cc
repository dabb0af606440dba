// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/automation-fixture.hh"

#include <limits>
#include <random>

using namespace webmedia;
using namespace webmedia::worklet;

using Kind = AutomationEvent::Kind;
using History = AutomationTimeline::History;

static constexpr Kind kKinds[] = {Kind::set_value, Kind::linear_ramp,
    Kind::exponential_ramp, Kind::set_target, Kind::value_curve};
static constexpr double kNan = std::numeric_limits<double>::quiet_NaN ();
static constexpr double kInfinity = std::numeric_limits<double>::infinity ();

GST_START_TEST (before_the_first_event_it_is_the_value)
{
  AutomationTimeline timeline (0.7, History::forget);
  compare (timeline, {0.7, {}});
  must (timeline.set_value_at_time (2, 0.5, 0));
  fail_unless (timeline.value_at (0.499) == 0.7);
  fail_unless (timeline.value_at (0.5) == 2);
}
GST_END_TEST

GST_START_TEST (every_pair_of_events_is_its_formulas)
{
  for (Kind first : kKinds)
    for (Kind second : kKinds)
      for (double b : {0.1, 0.2, 0.25, 0.6})
        for (double value : {0.9, -0.4}) {
          AutomationTimeline timeline (0.7, History::keep);
          AutomationModel model{0.7, {}};
          for (const AutomationEvent &event :
              {make_event (first, 0.2, 0.5, 0.05),
                  make_event (second, b, value, 0.08)}) {
            const Result<> result = schedule (timeline, event);
            if (model.is_refused (event)) {
              assert_error (result, ErrorCode::not_supported);
              continue;
            }
            must (result);
            model.add (event);
          }
          compare (timeline, model);
        }
}
GST_END_TEST

GST_START_TEST (every_three_events_are_their_formulas)
{
  const double times[] = {0.1, 0.3, 0.3, 0.55};
  for (Kind first : kKinds)
    for (Kind second : kKinds)
      for (Kind third : kKinds)
        for (size_t order = 0; order < 64; order += 5) {
          AutomationTimeline timeline (1.2, History::keep);
          AutomationModel model{1.2, {}};
          for (const AutomationEvent &event :
              {make_event (first, times[order % 4], 0.5, 0.2),
                  make_event (second, times[order / 4 % 4], 0.8, 0.1),
                  make_event (third, times[order / 16], 0.3, 0)}) {
            if (event.is_curve () && event.duration == 0)
              continue;
            const Result<> result = schedule (timeline, event);
            if (model.is_refused (event)) {
              assert_error (result, ErrorCode::not_supported);
              continue;
            }
            must (result);
            model.add (event);
          }
          compare (timeline, model, 0, 0.7);
        }
}
GST_END_TEST

GST_START_TEST (any_list_is_its_formulas)
{
  std::mt19937 random (1);
  std::uniform_real_distribution<double> unit (0, 1);
  for (int round = 0; round < 60; round++) {
    AutomationTimeline timeline (0.5, History::keep);
    AutomationModel model{0.5, {}};
    for (int i = 0; i < 40; i++) {
      // Some at the same time.
      const double time = std::floor (unit (random) * 50) / 50;
      const AutomationEvent event = make_event (kKinds[random () % 5], time,
          unit (random) * 2 - 1, 0.001 + 0.05 * unit (random));
      const Result<> result = schedule (timeline, event);
      fail_unless (bool (result) == !model.is_refused (event));
      if (result)
        model.add (event);
    }
    fail_unless (timeline.events ().size () >= model.events.size ());
    compare (timeline, model);
  }
}
GST_END_TEST

GST_START_TEST (what_is_not_finite_is_a_type_error)
{
  AutomationTimeline t (0, History::keep);
  const float curve[] = {0, 1};
  const float wrong[] = {0, std::numeric_limits<float>::infinity ()};
  for (double x : {kNan, kInfinity, -kInfinity}) {
    assert_error (t.set_value_at_time (x, 0, 0), ErrorCode::type);
    assert_error (t.set_value_at_time (0, x, 0), ErrorCode::type);
    assert_error (t.linear_ramp_to_value_at_time (x, 0, 0), ErrorCode::type);
    assert_error (t.linear_ramp_to_value_at_time (0, x, 0), ErrorCode::type);
    assert_error (
        t.exponential_ramp_to_value_at_time (x, 0, 0), ErrorCode::type);
    assert_error (
        t.exponential_ramp_to_value_at_time (1, x, 0), ErrorCode::type);
    assert_error (t.set_target_at_time (x, 0, 1, 0), ErrorCode::type);
    assert_error (t.set_target_at_time (0, x, 1, 0), ErrorCode::type);
    assert_error (t.set_target_at_time (0, 0, x, 0), ErrorCode::type);
    assert_error (t.set_value_curve_at_time (curve, x, 1, 0), ErrorCode::type);
    assert_error (t.set_value_curve_at_time (curve, 0, x, 0), ErrorCode::type);
    assert_error (t.cancel_scheduled_values (x, 0), ErrorCode::type);
    assert_error (t.cancel_and_hold_at_time (x, 0), ErrorCode::type);
  }
  assert_error (t.set_value_curve_at_time (wrong, 0, 1, 0), ErrorCode::type);
  fail_unless (t.events ().empty ());
}
GST_END_TEST

GST_START_TEST (what_is_out_of_range_is_a_range_error)
{
  AutomationTimeline t (0, History::keep);
  const float curve[] = {0, 1};
  const double x = -1e-9;
  assert_error (t.set_value_at_time (0, x, 0), ErrorCode::range);
  assert_error (t.linear_ramp_to_value_at_time (0, x, 0), ErrorCode::range);
  assert_error (
      t.exponential_ramp_to_value_at_time (1, x, 0), ErrorCode::range);
  assert_error (
      t.exponential_ramp_to_value_at_time (0, 1, 0), ErrorCode::range);
  assert_error (t.set_target_at_time (0, x, 1, 0), ErrorCode::range);
  assert_error (t.set_target_at_time (0, 0, x, 0), ErrorCode::range);
  assert_error (t.set_value_curve_at_time (curve, x, 1, 0), ErrorCode::range);
  assert_error (t.set_value_curve_at_time (curve, 0, 0, 0), ErrorCode::range);
  assert_error (t.set_value_curve_at_time (curve, 0, x, 0), ErrorCode::range);
  assert_error (t.cancel_scheduled_values (x, 0), ErrorCode::range);
  assert_error (t.cancel_and_hold_at_time (x, 0), ErrorCode::range);
  for (size_t n : {0, 1})
    assert_error (t.set_value_curve_at_time ({curve, n}, 0, 1, 0),
        ErrorCode::invalid_state);
  fail_unless (t.events ().empty ());
  must (t.set_target_at_time (0, 0, 0, 0));
}
GST_END_TEST

GST_START_TEST (nothing_may_be_in_a_curve_and_no_curve_over_an_event)
{
  AutomationTimeline t (0, History::keep);
  must (t.set_value_curve_at_time (kCurve, 1, 2, 0));
  for (Kind kind : kKinds) {
    for (double time : {1.0, 2.0, std::nextafter (3.0, 0)})
      assert_error (schedule (t, make_event (kind, time, 1, 0.1)),
          ErrorCode::not_supported);
    // The end belongs to what comes next.
    must (schedule (t, make_event (kind, 3, 1, 0.1)));
    must (t.cancel_scheduled_values (3.05, 0));
    must (t.cancel_scheduled_values (3, 0));
    fail_unless (t.events ().empty ());
    must (t.set_value_curve_at_time (kCurve, 1, 2, 0));
  }
  // Up to its beginning, and at it.
  must (t.cancel_scheduled_values (0, 0));
  must (t.set_value_at_time (1, 1, 0));
  must (t.set_value_at_time (1, 2, 0));
  must (t.set_value_curve_at_time (kCurve, 1, 1, 0));
  must (t.cancel_scheduled_values (1.5, 0));
  must (t.set_value_at_time (1, 2, 0));
  assert_error (t.set_value_curve_at_time (kCurve, 1, 1.001, 0),
      ErrorCode::not_supported);
  assert_error (t.set_value_curve_at_time (kCurve, 0.5, 0.75, 0),
      ErrorCode::not_supported);
}
GST_END_TEST

GST_START_TEST (what_has_passed_is_now)
{
  for (Kind kind : kKinds) {
    AutomationTimeline t (0, History::keep);
    must (schedule (t, make_event (kind, 1, 1, 1), 5));
    const AutomationEvent &event = t.events ().back ();
    fail_unless (event.time == 5);
    if (kind == Kind::value_curve)
      fail_unless (event.end == 6 && t.value_at (5) == double (kCurve[0]));
    must (t.cancel_scheduled_values (1, 6.5));
    fail_unless (t.events ().empty () == (kind == Kind::set_target));
  }
}
GST_END_TEST

GST_START_TEST (a_ramp_that_nothing_precedes_comes_from_now)
{
  AutomationTimeline t (1, History::keep);
  must (t.linear_ramp_to_value_at_time (3, 4, 2));
  fail_unless (t.value_at (1.5) == 1);
  fail_unless (t.value_at (2) == 1);
  fail_unless (t.value_at (3) == 2);
  fail_unless (t.value_at (9) == 3);
  AutomationTimeline e (1, History::keep);
  must (e.set_value_at_time (7, 5, 2)); // what follows does not matter
  must (e.exponential_ramp_to_value_at_time (4, 4, 2));
  fail_unless (std::abs (e.value_at (3) - 2) < 1e-12);
  fail_unless (e.value_at (4.5) == 4);
}
GST_END_TEST

GST_START_TEST (a_ramp_behind_a_target_comes_from_it)
{
  for (Kind kind : {Kind::linear_ramp, Kind::exponential_ramp}) {
    // It has not begun: then it never does.
    AutomationTimeline t (1, History::keep);
    must (t.set_target_at_time (0, 2, 0.5, 1));
    must (schedule (t, make_event (kind, 4, 4, 0), 1));
    fail_unless (t.value_at (2) == 1);
    fail_unless (
        std::abs (t.value_at (3) - (kind == Kind::linear_ramp ? 2.5 : 2))
        < 1e-12);
    // It has: the ramp is from now on, and the curve has no jump.
    AutomationTimeline s (1, History::keep);
    must (s.set_target_at_time (0.5, 2, 0.5, 1));
    must (schedule (s, make_event (kind, 4, 4, 0), 3));
    const double now = 0.5 + 0.5 * std::exp (-2);
    fail_unless (
        std::abs (s.value_at (2.5) - (0.5 + 0.5 * std::exp (-1))) < 1e-12);
    fail_unless (std::abs (s.value_at (3) - now) < 1e-12);
    const double middle =
        kind == Kind::linear_ramp ? (now + 4) / 2 : std::sqrt (now * 4);
    fail_unless (std::abs (s.value_at (3.5) - middle) < 1e-12);
  }
}
GST_END_TEST

GST_START_TEST (an_exponential_ramp_through_zero_waits)
{
  for (double from : {0.0, -1.0}) {
    AutomationTimeline t (from, History::keep);
    must (t.exponential_ramp_to_value_at_time (2, 1, 0));
    fail_unless (t.value_at (0.999) == from);
    fail_unless (t.value_at (1) == 2);
  }
  AutomationTimeline negative (-1, History::keep);
  must (negative.exponential_ramp_to_value_at_time (-4, 1, 0));
  fail_unless (std::abs (negative.value_at (0.5) + 2) < 1e-12);
}
GST_END_TEST

GST_START_TEST (an_end_may_be_very_far_away)
{
  for (Kind kind : kKinds) {
    AutomationTimeline t (1, History::keep);
    must (t.set_value_at_time (0.5, 0.1, 0));
    must (schedule (t, make_event (kind, 1e300, 4, 1e299)));
    compare (t, {1, {{Kind::set_value, 0.1, 0.5}}}, 0.1);
  }
}
GST_END_TEST

// A value at a time, which a grid of its own, of any interval, has too.
static double
value_of (AutomationTimeline &timeline, double time)
{
  const Segments segments = timeline.handover ().current ()->segments ();
  const double value = timeline.value_at (time);
  for (uint64_t step : {uint64_t (1), uint64_t (250), UINT64_MAX / 8}) {
    double values[4];
    size_t hint = 0;
    const size_t n = segments.evaluate (
        {uint64_t (time * 1000), step, 1000}, 4, values, hint);
    fail_unless (std::abs (values[0] - value) <= 1e-9 * std::abs (value),
        "%g s: %g is not %g", time, values[0], value);
    for (size_t i = 1; i < n; i++)
      fail_unless (std::isfinite (values[i]));
  }
  return value;
}

static bool
is_near (double value, double expected)
{
  return std::abs (value - expected) <= 1e-9 * std::abs (expected);
}

// What is between two finite values is finite.
GST_START_TEST (values_may_be_as_far_apart_as_doubles_are)
{
  for (double sign : {1.0, -1.0}) {
    const double far = sign * 1.5e308;
    AutomationTimeline linear (-far, History::keep);
    must (linear.linear_ramp_to_value_at_time (far, 1, 0));
    fail_unless (value_of (linear, 0) == -far);
    fail_unless (is_near (value_of (linear, 0.25), -far / 2));
    fail_unless (value_of (linear, 0.5) == 0);
    fail_unless (value_of (linear, 1) == far);

    AutomationTimeline up (sign * 1e-300, History::keep);
    must (up.exponential_ramp_to_value_at_time (sign * 1e300, 1, 0));
    fail_unless (is_near (value_of (up, 0), sign * 1e-300));
    fail_unless (is_near (value_of (up, 0.25), sign * 1e-150));
    fail_unless (is_near (value_of (up, 0.75), sign * 1e150));
    fail_unless (value_of (up, 1) == sign * 1e300);

    AutomationTimeline down (sign * 1e300, History::keep);
    must (down.exponential_ramp_to_value_at_time (sign * 1e-300, 1, 0));
    fail_unless (is_near (value_of (down, 0.25), sign * 1e150));
    fail_unless (is_near (value_of (down, 0.75), sign * 1e-150));

    AutomationTimeline target (-far, History::keep);
    must (target.set_target_at_time (far, 0, 0.5, 0));
    fail_unless (value_of (target, 0) == -far);
    fail_unless (
        is_near (value_of (target, 0.5), far * (1 - 2 * std::exp (-1))));
    fail_unless (value_of (target, 1e6) == far);
  }
}
GST_END_TEST

// Between 0 and the next double.
GST_START_TEST (times_may_be_as_near_as_doubles_are)
{
  const double time = std::numeric_limits<double>::denorm_min ();
  for (Kind kind : kKinds) {
    AutomationTimeline t (1, History::keep);
    must (schedule (
        t, make_event (kind, kind < Kind::set_target ? time : 0, 4, time)));
    double first = 1;
    if (kind == Kind::set_target)
      first = 4;
    if (kind == Kind::value_curve)
      first = double (kCurve[0]);
    fail_unless (value_of (t, 0) == first);
    const double last = kind == Kind::value_curve ? double (kCurve[3]) : 4;
    fail_unless (t.value_at (time) == last);
    fail_unless (value_of (t, 0.001) == last);
  }
}
GST_END_TEST

GST_START_TEST (past_events_are_forgotten_and_nothing_changes)
{
  std::mt19937 random (2);
  std::uniform_real_distribution<double> unit (0, 1);
  AutomationTimeline whole (0.5, History::keep);
  AutomationTimeline part (0.5, History::forget);
  double now = 0;
  for (int i = 0; i < 3000; i++) {
    now += unit (random) * 0.05;
    const AutomationEvent event = make_event (kKinds[random () % 5],
        now + unit (random) * 0.3, unit (random) * 2 - 1, 0.03 * unit (random));
    const bool is_scheduled = bool (schedule (whole, event, now));
    fail_unless (bool (schedule (part, event, now)) == is_scheduled);
    if (i % 50 == 0) {
      const double time = now + unit (random) * 0.1;
      must (whole.cancel_and_hold_at_time (time, now));
      must (part.cancel_and_hold_at_time (time, now));
    }
    for (double ahead = 0; ahead < 0.4; ahead += 0.01)
      fail_unless (
          std::abs (whole.value_at (now + ahead) - part.value_at (now + ahead))
          < 1e-12);
    fail_unless (part.events ().size () < 100);
  }
  fail_unless (whole.events ().size () > 500);
}
GST_END_TEST

GST_START_TEST (a_list_of_very_many_events_is_made_at_once)
{
  AutomationTimeline t (0, History::keep);
  for (int i = 1; i <= 200000; i++)
    must (t.linear_ramp_to_value_at_time (i % 2, i, 0));
  fail_unless (std::abs (t.value_at (150000.25) - 0.25) < 1e-9);
}
GST_END_TEST

static Suite *
automation_timeline_suite ()
{
  Suite *suite = suite_create ("worklet/automation-timeline");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, before_the_first_event_it_is_the_value);
  tcase_add_test (tcase, every_pair_of_events_is_its_formulas);
  tcase_add_test (tcase, every_three_events_are_their_formulas);
  tcase_add_test (tcase, any_list_is_its_formulas);
  tcase_add_test (tcase, what_is_not_finite_is_a_type_error);
  tcase_add_test (tcase, what_is_out_of_range_is_a_range_error);
  tcase_add_test (tcase, nothing_may_be_in_a_curve_and_no_curve_over_an_event);
  tcase_add_test (tcase, what_has_passed_is_now);
  tcase_add_test (tcase, a_ramp_that_nothing_precedes_comes_from_now);
  tcase_add_test (tcase, a_ramp_behind_a_target_comes_from_it);
  tcase_add_test (tcase, an_exponential_ramp_through_zero_waits);
  tcase_add_test (tcase, an_end_may_be_very_far_away);
  tcase_add_test (tcase, values_may_be_as_far_apart_as_doubles_are);
  tcase_add_test (tcase, times_may_be_as_near_as_doubles_are);
  tcase_add_test (tcase, past_events_are_forgotten_and_nothing_changes);
  tcase_add_test (tcase, a_list_of_very_many_events_is_made_at_once);
  return suite;
}
GST_CHECK_MAIN (automation_timeline)
