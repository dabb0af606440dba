// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/builtin-fixture.hh"

using namespace webmedia;
using namespace webmedia::test;
using namespace webmedia::worklet;

GST_START_TEST (each_sample_is_multiplied)
{
  const Sound input = make_noise (2, 1000);
  for (float gain : {0.0f, 0.5f, -1.0f, 3.7f}) {
    Effect effect ("gain");
    effect.set ("gain", gain);
    const Sound output = effect.run (input, {100});
    for (size_t c = 0; c < 2; c++)
      for (size_t i = 0; i < 1000; i++)
        fail_unless (output[c][i] == input[c][i] * gain);
  }
}
GST_END_TEST

GST_START_TEST (a_ramp_is_a_gain_for_each_frame)
{
  const Sound input = make_noise (1, 9600);
  for (const auto &split : kSplits) {
    Effect effect ("gain");
    auto &gain = effect.param ("gain");
    fail_unless (bool (gain.set_value_at_time (0.25f, 0, 0)));
    fail_unless (bool (gain.linear_ramp_to_value_at_time (1.5f, 0.1, 0)));
    fail_unless (bool (gain.exponential_ramp_to_value_at_time (0.5f, 0.15, 0)));
    fail_unless (bool (gain.set_target_at_time (2, 0.15, 0.02f, 0)));
    std::vector<double> expected (9600);
    for (size_t i = 0; i < 9600; i++) {
      const double t = double (i) / 48000;
      const double value = t < 0.1 ? 0.25 + 1.25 * t / 0.1
                           : t < 0.15
                               ? 1.5 * std::pow (1 / 3.0, (t - 0.1) / 0.05)
                               : 2 - 1.5 * std::exp (-(t - 0.15) / 0.02);
      expected[i] = input[0][i] * value;
    }
    assert_near (effect.run (input, split)[0], expected);
  }
}
GST_END_TEST

GST_START_TEST (it_is_not_called_while_its_input_is_silent)
{
  Effect effect ("gain");
  effect.run (make_noise (2, 1280));
  fail_unless_equals_uint64 (effect.renderer->calls (), 10);
  // What was an active source at first is called once.
  Effect silent ("gain");
  silent.run (std::vector<Sound>{{}}, 1280);
  fail_unless_equals_uint64 (silent.renderer->calls (), 1);
}
GST_END_TEST

static Suite *
builtin_gain_suite ()
{
  Suite *suite = suite_create ("worklet/builtin-gain");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, each_sample_is_multiplied);
  tcase_add_test (tcase, a_ramp_is_a_gain_for_each_frame);
  tcase_add_test (tcase, it_is_not_called_while_its_input_is_silent);
  return suite;
}
GST_CHECK_MAIN (builtin_gain)
