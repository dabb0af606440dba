// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/builtin-fixture.hh"

using namespace webmedia;
using namespace webmedia::test;
using namespace webmedia::worklet;

static std::vector<double>
numbers (const Ptr<GVariant> &message)
{
  fail_unless (g_variant_is_of_type (message.get (), G_VARIANT_TYPE ("ad")));
  gsize count = 0;
  const auto *values = static_cast<const double *> (
      g_variant_get_fixed_array (message.get (), &count, sizeof (double)));
  return {values, values + count};
}

GST_START_TEST (levels_are_posted_each_interval)
{
  Sound input = make_sine (48000, 1000, 48000, 0.5);
  input.push_back (std::vector<float> (48000, -0.25f));
  for (const auto &split : kSplits) {
    Effect effect ("meter");
    effect.set ("interval", 0.1f);
    fail_unless (effect.run (input, split) == input);
    const auto messages = effect.messages ();
    // 38 quanta are 101.3 ms; then what is left of 375.
    fail_unless_equals_int (messages.size (), 10);
    double time = 0;
    for (const auto &message : messages) {
      const auto levels = numbers (message);
      fail_unless_equals_int (levels.size (), 5);
      time = std::min (time + 38 * 128 / 48000.0, 1.0);
      fail_unless (std::abs (levels[0] - time) < 1e-9);
      fail_unless (std::abs (levels[1] - 0.5) < 1e-6);
      fail_unless (std::abs (levels[2] - 0.5 / std::sqrt (2)) < 3e-3);
      fail_unless (std::abs (levels[3] - 0.25) < 1e-7);
      fail_unless (std::abs (levels[4] - 0.25) < 1e-7);
    }
  }
}
GST_END_TEST

GST_START_TEST (what_is_left_is_posted_when_the_input_goes_silent)
{
  Effect effect ("meter");
  effect.renderer->connect_input (0, 1);
  effect.renderer->input (0).data[0][3] = 0.75f;
  effect.renderer->activate_input (0);
  effect.renderer->render ();
  fail_unless_equals_int (effect.messages ().size (), 0);
  effect.renderer->render ();
  const auto messages = effect.messages ();
  fail_unless_equals_int (messages.size (), 1);
  const auto levels = numbers (messages[0]);
  fail_unless (levels[0] == 128 / 48000.0 && levels[1] == 0.75);
  fail_unless (std::abs (levels[2] - 0.75 / std::sqrt (128.0)) < 1e-9);
  for (int i = 0; i < 100; i++)
    effect.renderer->render ();
  fail_unless_equals_int (effect.messages ().size (), 0);
}
GST_END_TEST

GST_START_TEST (it_needs_no_output)
{
  NodeOptions options;
  options.number_of_outputs = 0;
  Effect effect ("meter", options);
  effect.run (std::vector<Sound>{make_noise (2, 48000)}, 48000);
  fail_unless_equals_int (effect.messages ().size (), 20);
}
GST_END_TEST

static Suite *
builtin_meter_suite ()
{
  Suite *suite = suite_create ("worklet/builtin-meter");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, levels_are_posted_each_interval);
  tcase_add_test (tcase, what_is_left_is_posted_when_the_input_goes_silent);
  tcase_add_test (tcase, it_needs_no_output);
  return suite;
}
GST_CHECK_MAIN (builtin_meter)
