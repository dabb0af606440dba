// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/builtin-fixture.hh"

using namespace webmedia;
using namespace webmedia::test;
using namespace webmedia::worklet;

static NodeOptions
four_inputs (uint32_t channels)
{
  NodeOptions options;
  options.number_of_inputs = 4;
  options.output_channel_count = {{channels}};
  return options;
}

GST_START_TEST (four_inputs_are_summed_by_their_gains)
{
  const float gains[] = {0.25f, 1, -0.5f, 2};
  const std::vector<Sound> inputs = {make_noise (2, 1000), make_noise (2, 1000),
      make_noise (1, 1000), make_noise (2, 1000)};
  for (const auto &split : kSplits) {
    Effect effect ("mixer", four_inputs (2));
    for (int n = 0; n < 4; n++)
      effect.set (("gain" + std::to_string (n)).c_str (), gains[n]);
    const Sound output = effect.run (inputs, 1000, split)[0];
    for (size_t c = 0; c < 2; c++) {
      std::vector<double> expected (1000);
      for (size_t n = 0; n < 4; n++)
        for (size_t i = 0; i < 1000; i++)
          expected[i] += double (gains[n]) * inputs[n][n == 2 ? 0 : c][i];
      assert_near (output[c], expected);
    }
  }
}
GST_END_TEST

GST_START_TEST (several_channels_become_one_as_their_mean)
{
  const std::vector<Sound> inputs = {
      make_noise (2, 400), make_noise (1, 400), {}, {}};
  Effect effect ("mixer", four_inputs (1));
  const Sound output = effect.run (inputs, 400)[0];
  std::vector<double> expected (400);
  for (size_t i = 0; i < 400; i++)
    expected[i] =
        (double (inputs[0][0][i]) + inputs[0][1][i]) / 2 + inputs[1][0][i];
  assert_near (output[0], expected);
}
GST_END_TEST

static Suite *
builtin_mixer_suite ()
{
  Suite *suite = suite_create ("worklet/builtin-mixer");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, four_inputs_are_summed_by_their_gains);
  tcase_add_test (tcase, several_channels_become_one_as_their_mean);
  return suite;
}
GST_CHECK_MAIN (builtin_mixer)
