// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/builtin-fixture.hh"

using namespace webmedia;
using namespace webmedia::test;
using namespace webmedia::worklet;

// Constant sound of a level, in dB.
static Sound
make_level (double level, size_t frames)
{
  return Sound (
      2, std::vector<float> (frames, float (std::pow (10, level / 20))));
}

GST_START_TEST (it_opens_and_closes_on_straight_lines)
{
  // 480 frames loud, then quiet.
  Sound input = make_level (-20, 9600);
  for (auto &channel : input)
    std::fill (channel.begin () + 480, channel.end (), 0.001f);
  for (const auto &split : kSplits) {
    Effect effect ("noise-gate");
    effect.set ("attack", 0.005f);  // 240 frames
    effect.set ("hold", 0.01f);     // 480
    effect.set ("release", 0.025f); // 1200
    const Sound output = effect.run (input, split);
    std::vector<double> expected;
    for (size_t i = 0; i < 9600; i++) {
      const double closing = 1 - (double (i) - 479 - 480) / 1200;
      const double gain =
          std::clamp (std::min (double (i + 1) / 240, closing), 0.0, 1.0);
      expected.push_back (input[0][i] * gain);
    }
    assert_near (output[0], expected);
    assert_near (output[1], expected);
  }
}
GST_END_TEST

GST_START_TEST (the_threshold_is_where_it_opens)
{
  for (double level : {-40.1, -39.9}) {
    Effect effect ("noise-gate");
    const Sound input = make_level (level, 9600);
    const Sound output = effect.run (input);
    fail_unless (output[0].back () == (level > -40 ? input[0].back () : 0));
  }
}
GST_END_TEST

GST_START_TEST (any_channel_opens_all)
{
  Sound input = make_level (-60, 9600);
  input[1] = make_level (-10, 9600)[0];
  Effect effect ("noise-gate");
  fail_unless (effect.run (input)[0].back () == input[0].back ());
}
GST_END_TEST

static Suite *
builtin_noise_gate_suite ()
{
  Suite *suite = suite_create ("worklet/builtin-noise-gate");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, it_opens_and_closes_on_straight_lines);
  tcase_add_test (tcase, the_threshold_is_where_it_opens);
  tcase_add_test (tcase, any_channel_opens_all);
  return suite;
}
GST_CHECK_MAIN (builtin_noise_gate)
