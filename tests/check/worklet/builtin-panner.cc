// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/builtin-fixture.hh"

using namespace webmedia;
using namespace webmedia::test;
using namespace webmedia::worklet;

// https://webaudio.github.io/web-audio-api/#stereopanner-algorithm
static void
check (const Sound &input, double pan, const Sound &output)
{
  const bool is_mono = input.size () == 1;
  const double x = is_mono ? (pan + 1) / 2 : pan <= 0 ? pan + 1 : pan;
  const double left_gain = std::cos (x * M_PI / 2);
  const double right_gain = std::sin (x * M_PI / 2);
  std::vector<double> left, right;
  for (size_t i = 0; i < input[0].size (); i++) {
    const double l = input[0][i];
    const double r = is_mono ? l : input[1][i];
    left.push_back (is_mono || pan > 0 ? l * left_gain : l + r * left_gain);
    right.push_back (is_mono || pan <= 0 ? r * right_gain : r + l * right_gain);
  }
  assert_near (output[0], left, 2e-7);
  assert_near (output[1], right, 2e-7);
}

static NodeOptions
stereo ()
{
  NodeOptions options;
  options.output_channel_count = {{2}};
  return options;
}

GST_START_TEST (mono_and_stereo_are_placed_with_equal_power)
{
  for (size_t channels : {1, 2})
    for (float pan : {-1.0f, -0.5f, 0.0f, 0.3f, 1.0f}) {
      Effect effect ("panner", stereo ());
      effect.set ("pan", pan);
      const Sound input = make_noise (channels, 500);
      check (input, pan, effect.run (input, {77}));
    }
}
GST_END_TEST

GST_START_TEST (beyond_its_ends_it_is_at_its_ends)
{
  Effect effect ("panner", stereo ());
  effect.set ("pan", 7);
  const Sound input = make_noise (2, 500);
  check (input, 1, effect.run (input));
}
GST_END_TEST

GST_START_TEST (each_frame_has_its_place)
{
  Effect effect ("panner", stereo ());
  auto &pan = effect.param ("pan");
  fail_unless (bool (pan.set_value_at_time (-1, 0, 0)));
  fail_unless (bool (pan.linear_ramp_to_value_at_time (1, 0.01, 0)));
  const Sound input (1, std::vector<float> (480, 1));
  const Sound output = effect.run (input);
  for (size_t i = 0; i < 480; i++) {
    const double angle = M_PI / 2 * double (i) / 480;
    fail_unless (std::abs (output[0][i] - std::cos (angle)) < 1e-6);
    fail_unless (std::abs (output[1][i] - std::sin (angle)) < 1e-6);
  }
}
GST_END_TEST

GST_START_TEST (where_there_is_one_channel_it_passes)
{
  Effect effect ("panner");
  effect.set ("pan", -0.5f);
  const Sound input = make_noise (1, 500);
  fail_unless (effect.run (input) == input);
}
GST_END_TEST

static Suite *
builtin_panner_suite ()
{
  Suite *suite = suite_create ("worklet/builtin-panner");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, mono_and_stereo_are_placed_with_equal_power);
  tcase_add_test (tcase, beyond_its_ends_it_is_at_its_ends);
  tcase_add_test (tcase, each_frame_has_its_place);
  tcase_add_test (tcase, where_there_is_one_channel_it_passes);
  return suite;
}
GST_CHECK_MAIN (builtin_panner)
