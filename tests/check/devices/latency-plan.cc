// SPDX-License-Identifier: LGPL-2.1-or-later
// The one latency of a device for all of its tracks.
#include "devices/latency-plan.hh"

#include "devices/fitness.hh"
#include "devices/json.hh"
#include "support/check.hh"

#include <cmath>

using namespace webmedia;
using namespace webmedia::devices;

namespace {

constexpr double kLeast = 0.001, kMost = 0.1, kUsual = 0.01;

SettingsSpace
microphone ()
{
  SettingsSpace space{.kind = TrackKind::audio,
      .common = {{Property::latency,
          Domain{.values = {}, .numbers = {.intervals = {{kLeast, kMost}}}}}},
      .boxes = {Box ()},
      .defaults = {{Property::latency, kUsual}}};
  space.boxes[0].domains = {{Property::sample_rate,
      Domain{.values = {},
          .numbers = {.intervals = {{48000, 48000}}, .whole = true}}}};
  return space;
}

struct Planner {
  std::optional<CapturePlan> plan (const std::vector<std::string> &all)
  {
    demands.clear ();
    for (const std::string &json : all) {
      auto constraints = parse_track_constraints (json);
      fail_unless (bool (constraints), "%s", json.c_str ());
      auto selection = select_settings (space, *constraints);
      fail_unless (bool (selection), "%s", json.c_str ());
      demands.push_back ({*constraints, *selection});
    }
    return plan_capture (space, demands, running);
  }
  void expect (const std::vector<std::string> &all, double latency)
  {
    auto planned = plan (all);
    fail_unless (bool (planned));
    fail_unless (planned->mode.latency == latency, "%g is not %g",
        planned->mode.latency, latency);
    for (const Selection &selection : planned->selections)
      fail_unless (
          number_of (selection.settings, Property::latency) == latency);
  }
  // Of all tracks, if this is the latency.
  double distance (double latency) const
  {
    double sum = 0;
    for (const Demand &demand : demands)
      sum += fitness_distance ({{Property::latency, latency}},
          demand.constraints.basic, BareValues::ideal, TrackKind::audio);
    return sum;
  }

  const SettingsSpace space = microphone ();
  std::optional<CaptureMode> running;
  std::vector<Demand> demands;
};

} // namespace

GST_START_TEST (a_track_has_what_it_asks_for)
{
  Planner p;
  p.expect ({"{}"}, kUsual);
  p.expect ({R"({"latency":0.005})"}, 0.005);
  p.expect ({R"({"latency":5})"}, kMost);
  p.expect ({R"({"latency":{"min":0.02}})"}, 0.02);
  p.expect ({R"({"advanced":[{"latency":0.03}]})"}, 0.03);
}
GST_END_TEST

GST_START_TEST (who_asks_for_nothing_goes_with_the_others)
{
  Planner p;
  p.expect ({"{}", R"({"latency":0.005})"}, 0.005);
  p.expect (
      {R"({"latency":{"max":0.02}})", R"({"latency":{"min":0.015}})"}, 0.015);
  p.expect (
      {R"({"latency":0.05})", R"({"latency":{"exact":0.002}})", "{}"}, 0.002);
  // As near as the other one lets it come.
  p.expect ({R"({"latency":0.05})", R"({"latency":{"max":0.02}})"}, 0.02);
}
GST_END_TEST

GST_START_TEST (what_is_required_may_not_go_together)
{
  Planner p;
  fail_if (bool (
      p.plan ({R"({"latency":{"max":0.02}})", R"({"latency":{"min":0.03}})"})));
  for (size_t index : {0, 1})
    fail_unless_equals_string (
        conflict_of (p.space, p.demands, index).c_str (), "latency");
}
GST_END_TEST

GST_START_TEST (one_that_runs_is_kept_where_it_will_do)
{
  Planner p;
  p.running = CaptureMode{.sample_rate = 48000, .latency = 0.04};
  p.expect ({"{}", R"({"latency":{"max":0.05}})"}, 0.04);
  p.expect ({"{}", R"({"latency":0.02})"}, 0.02);
  p.expect ({"{}"}, kUsual); // with one track there is nobody to interrupt
}
GST_END_TEST

// As near to all wishes as a fine grid comes, or nearer; and where that has
// nothing that all take, there need not be anything.
GST_START_TEST (no_other_one_is_nearer_to_what_all_wish_for)
{
  GRand *random = g_rand_new_with_seed (7);
  auto number = [random] (double low, double high) {
    return std::to_string (std::exp (
        g_rand_double_range (random, std::log (low), std::log (high))));
  };
  auto one_of_two = [random] {
    return g_rand_int_range (random, 0, 2) == 0;
  };
  int n_planned = 0;
  for (int round = 0; round < 400; round++) {
    Planner p;
    std::vector<std::string> all;
    for (int i = g_rand_int_range (random, 1, 5); i > 0; i--) {
      std::string json = "{\"latency\":{";
      json += one_of_two () ? "\"max\":" + number (0.008, 1)
                            : "\"min\":" + number (kLeast, 0.02);
      if (one_of_two ())
        json += ",\"ideal\":" + number (kLeast, 1);
      all.push_back (json + "}}");
    }
    auto planned = p.plan (all);
    n_planned += bool (planned);
    double found = planned ? p.distance (planned->mode.latency) : INFINITY;
    for (int i = 0; i <= 1000; i++) {
      double other = kLeast + i * (kMost - kLeast) / 1000;
      fail_unless (found <= p.distance (other) + 1e-9,
          "%g is not as near as %g", found, p.distance (other));
    }
  }
  fail_unless (n_planned > 300);
  g_rand_free (random);
}
GST_END_TEST

static Suite *
latency_plan_suite (void)
{
  Suite *suite = suite_create ("latency-plan");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, a_track_has_what_it_asks_for);
  tcase_add_test (tc, who_asks_for_nothing_goes_with_the_others);
  tcase_add_test (tc, what_is_required_may_not_go_together);
  tcase_add_test (tc, one_that_runs_is_kept_where_it_will_do);
  tcase_add_test (tc, no_other_one_is_nearer_to_what_all_wish_for);
  return suite;
}

GST_CHECK_MAIN (latency_plan);
