// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/automation-fixture.hh"

#include <random>

using namespace webmedia;
using namespace webmedia::worklet;

using Kind = AutomationEvent::Kind;
using History = AutomationTimeline::History;

static constexpr Kind kKinds[] = {Kind::set_value, Kind::linear_ramp,
    Kind::exponential_ramp, Kind::set_target, Kind::value_curve};

// Some events within a second; the model has them, too.
static AutomationModel
schedule_any (AutomationTimeline &timeline, std::mt19937 &random)
{
  std::uniform_real_distribution<double> unit (0, 1);
  AutomationModel model{0.5, {}};
  for (int i = 0; i < 8; i++) {
    const AutomationEvent event =
        make_event (kKinds[random () % 5], std::floor (unit (random) * 20) / 20,
            unit (random) * 2 - 1, 0.01 + 0.1 * unit (random));
    if (schedule (timeline, event))
      model.add (event);
  }
  return model;
}

GST_START_TEST (cancelling_removes_what_is_due_from_then_on)
{
  AutomationTimeline t (0, History::keep);
  for (int i = 1; i <= 5; i++)
    must (t.set_value_at_time (i, i, 0));
  must (t.cancel_scheduled_values (3.5, 0));
  fail_unless (t.value_at (9) == 3);
  must (t.cancel_scheduled_values (3, 0));
  fail_unless (t.value_at (9) == 2);
  // What has passed stays.
  must (t.cancel_scheduled_values (0, 1.5));
  fail_unless (t.value_at (9) == 1);
  must (t.cancel_scheduled_values (0, 1.5));
  fail_unless (t.value_at (9) == 1);
}
GST_END_TEST

GST_START_TEST (a_ramp_that_is_cancelled_jumps_back)
{
  for (Kind kind : {Kind::linear_ramp, Kind::exponential_ramp}) {
    AutomationTimeline t (1, History::keep);
    must (t.set_value_at_time (2, 0, 0));
    must (schedule (t, make_event (kind, 2, 4, 0)));
    fail_unless (t.value_at (1) > 2.5);
    must (t.cancel_scheduled_values (1, 1));
    fail_unless (t.value_at (1) == 2);
    fail_unless (t.value_at (9) == 2);
    // One that has ended is none that runs.
    must (schedule (t, make_event (kind, 2, 4, 0)));
    must (t.cancel_scheduled_values (2.5, 1));
    fail_unless (t.value_at (9) == 4);
  }
}
GST_END_TEST

GST_START_TEST (a_target_that_is_approached_is_cancelled)
{
  AutomationTimeline t (1, History::keep);
  must (t.set_target_at_time (5, 1, 0.3, 0));
  must (t.cancel_scheduled_values (2, 1.5));
  fail_unless (t.value_at (1.5) == 1);
  fail_unless (t.value_at (9) == 1);
  // One that ended by then is not.
  must (t.set_target_at_time (5, 2, 0.3, 0));
  must (t.set_value_at_time (7, 3, 0));
  must (t.cancel_scheduled_values (4, 2.5));
  fail_unless (t.value_at (2.5) > 4);
  fail_unless (t.value_at (9) == 7);
  // A ramp in its place goes with it.
  must (t.set_target_at_time (5, 4, 0.3, 3));
  must (t.linear_ramp_to_value_at_time (9, 6, 3));
  must (t.cancel_scheduled_values (5, 3));
  fail_unless (t.value_at (9) == 7);
}
GST_END_TEST

GST_START_TEST (a_curve_is_cancelled_from_its_start_to_its_end)
{
  for (double time : {1.0, 1.5, 2.0, std::nextafter (2.0, 3)}) {
    AutomationTimeline t (0.25, History::keep);
    must (t.set_value_at_time (0.75, 1, 0));
    must (t.set_value_curve_at_time (kCurve, 1, 1, 0));
    must (t.set_value_at_time (99, 3, 0));
    must (t.cancel_scheduled_values (time, 0));
    fail_unless (t.value_at (0.5) == 0.25);
    if (time == 1)
      fail_unless (t.value_at (1.5) == 0.25);
    else if (time <= 2)
      fail_unless (t.value_at (1.5) == 0.75);
    else
      fail_unless (
          t.value_at (1.999) < 0.75 && t.value_at (9) == double (0.4f));
  }
}
GST_END_TEST

GST_START_TEST (cancelling_removes_what_holds_a_value_later)
{
  // https://webaudio.github.io/web-audio-api/#dom-audioparam-cancelscheduledvalues
  for (Kind kind : {Kind::linear_ramp, Kind::set_target, Kind::value_curve}) {
    AutomationTimeline t (0.25, History::keep);
    must (t.set_value_at_time (0.5, 0, 0));
    must (schedule (
        t, make_event (kind, kind == Kind::linear_ramp ? 3 : 1, 2, 2)));
    must (t.cancel_and_hold_at_time (2, 0));
    must (t.cancel_scheduled_values (1.5, 0));
    fail_unless (t.value_at (9) == 0.5);
  }
}
GST_END_TEST

GST_START_TEST (any_list_is_cancelled_to_what_is_left_of_it)
{
  std::mt19937 random (3);
  std::uniform_real_distribution<double> unit (0, 1);
  for (int round = 0; round < 300; round++) {
    AutomationTimeline timeline (0.5, History::keep);
    AutomationModel model = schedule_any (timeline, random);
    const double time = std::floor (unit (random) * 40) / 40;
    auto &events = model.events;
    while (!events.empty () && events.back ().time >= time)
      events.pop_back ();
    if (!events.empty ()
        && (events.back ().kind == Kind::set_target
            || (events.back ().is_curve () && events.back ().end >= time)))
      events.pop_back ();
    must (timeline.cancel_scheduled_values (time, 0));
    compare (timeline, model);
  }
}
GST_END_TEST

GST_START_TEST (holding_keeps_all_before_it_and_the_value_for_ever)
{
  std::mt19937 random (4);
  std::uniform_real_distribution<double> unit (0, 1);
  for (int round = 0; round < 500; round++) {
    AutomationTimeline timeline (0.5, History::keep);
    const AutomationModel model = schedule_any (timeline, random);
    // On the time of an event, or not.
    double time = std::floor (unit (random) * 20) / 20;
    if (round % 2)
      time += unit (random) * 0.05;
    must (timeline.cancel_and_hold_at_time (time, 0));
    for (double t = 0; t < time; t += 0.003)
      fail_unless (std::abs (timeline.value_at (t) - model.value (t)) < 1e-12,
          "held at %g s: at %g s it is %.17g, not %.17g", time, t,
          timeline.value_at (t), model.value (t));
    for (double t : {time, time + 1e-6, time + 0.5, time + 1000})
      fail_unless (
          std::abs (timeline.value_at (t) - model.value (time)) < 1e-12);
    fail_unless (
        timeline.events ().empty () || timeline.events ().back ().time <= time);
  }
}
GST_END_TEST

GST_START_TEST (what_follows_a_hold_comes_from_it)
{
  struct Case {
    Kind kind;
    double time;
    double held; // at 2 s
  };
  const Case cases[] = {
      {Kind::linear_ramp, 3, 0.5 + 1.5 * 2 / 3},
      {Kind::exponential_ramp, 3, 0.5 * std::pow (4, 2 / 3.0)},
      {Kind::set_target, 1, 2 - 1.5 * std::exp (-0.5)},
      {Kind::value_curve, 1, (1 - 0.5) / 2},
      {Kind::set_value, 1, 2},
      {Kind::set_value, 3, 0.5},
  };
  for (const Case &c : cases) {
    AutomationTimeline t (0.25, History::keep);
    must (t.set_value_at_time (0.5, 0, 0));
    must (schedule (t, make_event (c.kind, c.time, 2, 2)));
    must (t.cancel_and_hold_at_time (2, 1.5));
    fail_unless (std::abs (t.value_at (2) - c.held) < 1e-7);
    // Before the time of the hold is reached, and from there on.
    must (t.linear_ramp_to_value_at_time (c.held + 1, 4, 1.5));
    fail_unless (std::abs (t.value_at (4) - c.held - 1) < 1e-7);
    if (c.kind != Kind::set_value)
      fail_unless (std::abs (t.value_at (3) - c.held - 0.5) < 1e-7);
  }
}
GST_END_TEST

GST_START_TEST (a_curve_that_is_cut_off_is_the_same_until_then)
{
  AutomationTimeline whole (0, History::keep);
  AutomationTimeline cut (0, History::keep);
  for (AutomationTimeline *t : {&whole, &cut})
    must (t->set_value_curve_at_time (kCurve, 1, 3, 0));
  must (cut.cancel_and_hold_at_time (2.2, 0));
  for (double time = 0; time < 2.2; time += 0.001)
    fail_unless (whole.value_at (time) == cut.value_at (time));
  // Its time is free from there on.
  must (cut.set_value_at_time (9, 2.2, 0));
  fail_if (bool (cut.set_value_at_time (9, 2.19, 0)));
  // A ramp that was to begin after it goes.
  must (whole.linear_ramp_to_value_at_time (9, 5, 0));
  must (whole.cancel_and_hold_at_time (2.2, 0));
  fail_unless (std::abs (whole.value_at (4.9) - whole.value_at (2.2)) < 1e-12);
  fail_unless_equals_int (whole.events ().size (), 1);
  // After its end nothing is cut.
  must (whole.cancel_scheduled_values (0, 0));
  must (whole.set_value_curve_at_time (kCurve, 1, 3, 0));
  must (whole.cancel_and_hold_at_time (4.5, 0));
  fail_unless (whole.value_at (9) == double (0.4f));
}
GST_END_TEST

GST_START_TEST (what_has_passed_is_cancelled_now)
{
  AutomationTimeline t (0, History::keep);
  must (t.set_value_at_time (0, 0, 0));
  must (t.linear_ramp_to_value_at_time (4, 4, 0));
  must (t.cancel_and_hold_at_time (1, 3));
  fail_unless (t.value_at (2) == 2);
  fail_unless (t.value_at (9) == 3);
}
GST_END_TEST

static Suite *
automation_timeline_cancel_suite ()
{
  Suite *suite = suite_create ("worklet/automation-timeline-cancel");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, cancelling_removes_what_is_due_from_then_on);
  tcase_add_test (tcase, a_ramp_that_is_cancelled_jumps_back);
  tcase_add_test (tcase, a_target_that_is_approached_is_cancelled);
  tcase_add_test (tcase, a_curve_is_cancelled_from_its_start_to_its_end);
  tcase_add_test (tcase, cancelling_removes_what_holds_a_value_later);
  tcase_add_test (tcase, any_list_is_cancelled_to_what_is_left_of_it);
  tcase_add_test (tcase, holding_keeps_all_before_it_and_the_value_for_ever);
  tcase_add_test (tcase, what_follows_a_hold_comes_from_it);
  tcase_add_test (tcase, a_curve_that_is_cut_off_is_the_same_until_then);
  tcase_add_test (tcase, what_has_passed_is_cancelled_now);
  return suite;
}
GST_CHECK_MAIN (automation_timeline_cancel)
