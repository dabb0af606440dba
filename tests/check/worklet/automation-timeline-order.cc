// SPDX-License-Identifier: LGPL-2.1-or-later
// Events that are scheduled in any order.
#include "support/automation-fixture.hh"

#include <random>
#include <set>

using namespace webmedia;
using namespace webmedia::worklet;

using Kind = AutomationEvent::Kind;
using History = AutomationTimeline::History;

enum class Order { forward, backward, random };
static constexpr Order kOrders[] = {
    Order::forward, Order::backward, Order::random};

static std::vector<AutomationEvent>
arrange (std::vector<AutomationEvent> events, Order order)
{
  std::mt19937 random (3);
  if (order == Order::backward)
    std::reverse (events.begin (), events.end ());
  else if (order == Order::random)
    std::shuffle (events.begin (), events.end (), random);
  return events;
}

// Of one kind, or of all; 10 ms from each other.
static std::vector<AutomationEvent>
make_events (size_t count, const std::vector<Kind> &kinds, double duration)
{
  std::mt19937 random (4);
  std::uniform_real_distribution<double> unit (0.1, 1);
  std::vector<AutomationEvent> events;
  for (size_t i = 1; i <= count; i++)
    events.push_back (make_event (kinds[random () % kinds.size ()],
        double (i) * 0.01, unit (random), duration * unit (random)));
  return events;
}

static const std::vector<Kind> kLists[] = {{Kind::set_value},
    {Kind::linear_ramp}, {Kind::exponential_ramp}, {Kind::set_target},
    {Kind::value_curve},
    {Kind::set_value, Kind::linear_ramp, Kind::exponential_ramp,
        Kind::set_target, Kind::value_curve}};

GST_START_TEST (in_any_order_they_are_the_same_to_the_last_bit)
{
  for (const auto &kinds : kLists)
    for (Order order : kOrders) {
      const auto events = make_events (200, kinds, 0.009);
      AutomationTimeline expected (0.5, History::keep);
      for (const AutomationEvent &event : events)
        must (schedule (expected, event));
      AutomationTimeline timeline (0.5, History::keep);
      for (const AutomationEvent &event : arrange (events, order))
        must (schedule (timeline, event));
      for (int i = 0; i < 5000; i++) {
        const double time = i * 0.0005;
        fail_unless (timeline.value_at (time) == expected.value_at (time),
            "at %g s it is %.17g, not %.17g", time, timeline.value_at (time),
            expected.value_at (time));
      }
    }
}
GST_END_TEST

// Each target is approached from where the one before it has come to.
GST_START_TEST (what_is_set_before_targets_changes_all_of_them)
{
  const auto events = make_events (100, {Kind::set_target}, 5);
  for (Kind kind : {Kind::set_value, Kind::linear_ramp, Kind::set_target}) {
    AutomationTimeline timeline (0.5, History::keep);
    AutomationModel model{0.5, {}};
    for (const AutomationEvent &event : events) {
      must (schedule (timeline, event));
      model.add (event);
    }
    for (double time : {0.995, 0.505, 0.003}) {
      const AutomationEvent event = make_event (kind, time, 7, 0.01);
      must (schedule (timeline, event));
      model.add (event);
      compare (timeline, model, 0, 1.2);
    }
  }
}
GST_END_TEST

// How many segments were made, of which each has an address of its own.
class Counter {
public:
  void look (const AutomationTimeline &timeline)
  {
    const Segments segments = timeline.segments ();
    std::set<const Segment *> now (
        segments.data, segments.data + segments.count);
    for (const Segment *segment : now)
      count_ += !last_.contains (segment);
    last_ = std::move (now);
  }
  size_t count () const { return count_; }

private:
  std::set<const Segment *> last_;
  size_t count_ = 0;
};

GST_START_TEST (an_event_leaves_the_segments_of_others_as_they_are)
{
  constexpr size_t kEvents = 600;
  for (const auto &kinds : kLists)
    for (History history : {History::keep, History::forget})
      for (Order order : kOrders) {
        AutomationTimeline timeline (0.5, history);
        Counter made;
        // What comes to its target at once.
        const auto events = make_events (kEvents, kinds, 0.0001);
        for (const AutomationEvent &event : arrange (events, order)) {
          must (schedule (timeline, event));
          made.look (timeline);
        }
        // Its own, those of the next one, and now and then all.
        fail_unless (
            made.count () <= kEvents * 12, "%zu segments", made.count ());
      }
}
GST_END_TEST

GST_START_TEST (what_was_replaced_is_forgotten_in_time)
{
  AutomationTimeline between (0, History::keep);
  AutomationTimeline again (0, History::forget);
  must (between.set_value_curve_at_time (kCurve, 1, 0.5, 0));
  // What its segment points to is there as long as that.
  const std::weak_ptr<const std::vector<float>> curve =
      between.events ().back ().points;
  for (int i = 0; i < 2000; i++) {
    const double now = i * 0.01;
    must (between.set_value_at_time (i, 0.5, 0));
    must (between.cancel_scheduled_values (0.5, 0));
    must (again.set_value_at_time (i, now + 0.5, now));
    must (again.cancel_scheduled_values (now + 0.2, now));
    must (again.linear_ramp_to_value_at_time (i, now + 0.1, now));
    fail_unless (between.events ().size () == 0);
    fail_unless (again.events ().size () < 100);
    fail_unless (again.value_at (now + 0.1) == i);
  }
  fail_unless (curve.expired ());
}
GST_END_TEST

static Suite *
automation_timeline_order_suite ()
{
  Suite *suite = suite_create ("worklet/automation-timeline-order");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, in_any_order_they_are_the_same_to_the_last_bit);
  tcase_add_test (tcase, what_is_set_before_targets_changes_all_of_them);
  tcase_add_test (tcase, an_event_leaves_the_segments_of_others_as_they_are);
  tcase_add_test (tcase, what_was_replaced_is_forgotten_in_time);
  return suite;
}
GST_CHECK_MAIN (automation_timeline_order)
