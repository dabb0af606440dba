// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/builtin-fixture.hh"

#include <complex>

using namespace webmedia;
using namespace webmedia::test;
using namespace webmedia::worklet;

static const char *const kTypes[] = {"lowpass", "highpass", "bandpass",
    "lowshelf", "highshelf", "peaking", "notch", "allpass"};

// The specification's six coefficients, as they stand there.
// https://webaudio.github.io/web-audio-api/#filters-characteristics
struct Formulas {
  long double b0, b1, b2, a0, a1, a2;

  Formulas (size_t type, long double f0, long double q, long double gain,
      long double rate)
  {
    const long double a = powl (10, gain / 40);
    const long double w = 2 * acosl (-1) * f0 / rate;
    const long double k = cosl (w);
    const long double aq = sinl (w) / (2 * (type < 2 ? powl (10, q / 20) : q));
    const long double as = sinl (w) / 2 * sqrtl (2);
    const long double r = 2 * as * sqrtl (a);
    a0 = 1 + aq, a1 = -2 * k, a2 = 1 - aq;
    switch (type) {
    case 0:
      b0 = (1 - k) / 2, b1 = 1 - k, b2 = b0;
      break;
    case 1:
      b0 = (1 + k) / 2, b1 = -(1 + k), b2 = b0;
      break;
    case 2:
      b0 = aq, b1 = 0, b2 = -aq;
      break;
    case 3:
      b0 = a * ((a + 1) - (a - 1) * k + r);
      b1 = 2 * a * ((a - 1) - (a + 1) * k);
      b2 = a * ((a + 1) - (a - 1) * k - r);
      a0 = (a + 1) + (a - 1) * k + r;
      a1 = -2 * ((a - 1) + (a + 1) * k);
      a2 = (a + 1) + (a - 1) * k - r;
      break;
    case 4:
      b0 = a * ((a + 1) + (a - 1) * k + r);
      b1 = -2 * a * ((a - 1) + (a + 1) * k);
      b2 = a * ((a + 1) + (a - 1) * k - r);
      a0 = (a + 1) - (a - 1) * k + r;
      a1 = 2 * ((a - 1) - (a + 1) * k);
      a2 = (a + 1) - (a - 1) * k - r;
      break;
    case 5:
      b0 = 1 + aq * a, b1 = -2 * k, b2 = 1 - aq * a;
      a0 = 1 + aq / a, a2 = 1 - aq / a;
      break;
    case 6:
      b0 = 1, b1 = -2 * k, b2 = 1;
      break;
    default:
      b0 = 1 - aq, b1 = -2 * k, b2 = 1 + aq;
      break;
    }
  }

  std::complex<double> response (double w) const
  {
    const std::complex<double> z = std::polar (1.0, -w);
    return (double (b0) + double (b1) * z + double (b2) * z * z)
           / (double (a0) + double (a1) * z + double (a2) * z * z);
  }
};

static Effect
make (size_t type, float frequency, float q, float gain, float detune = 0)
{
  const std::string text = std::string ("{'type': <'") + kTypes[type] + "'>}";
  Effect effect ("biquad", with_options (text.c_str ()));
  effect.set ("frequency", frequency);
  effect.set ("Q", q);
  effect.set ("gain", gain);
  effect.set ("detune", detune);
  return effect;
}

GST_START_TEST (every_type_is_its_equation)
{
  const Sound input = make_noise (2, 2000, 0.2f);
  for (size_t type = 0; type < 8; type++)
    for (float frequency : {30.0f, 1000.0f, 15000.0f})
      for (float q : {0.5f, 3.0f})
        for (float gain : {-12.0f, 9.0f}) {
          Effect effect = make (type, frequency, q, gain);
          const Sound output =
              effect.run (input, kSplits[type % kSplits.size ()]);
          const Formulas f (type, frequency, q, gain, 48000);
          for (size_t c = 0; c < 2; c++) {
            long double x1 = 0, x2 = 0, y1 = 0, y2 = 0;
            std::vector<double> expected;
            for (float x : input[c]) {
              const long double y =
                  (f.b0 * x + f.b1 * x1 + f.b2 * x2 - f.a1 * y1 - f.a2 * y2)
                  / f.a0;
              x2 = x1, x1 = x, y2 = y1, y1 = y;
              expected.push_back (double (y));
            }
            assert_near (output[c], expected);
          }
        }
}
GST_END_TEST

GST_START_TEST (a_sine_comes_out_as_the_transfer_function_says)
{
  for (size_t type = 0; type < 8; type++)
    for (double tone : {100.0, 1000.0, 6000.0}) {
      const double w = 2 * M_PI * tone / 48000;
      Effect effect = make (type, 1200, 2, 6);
      const Sound output =
          effect.run (make_sine (48000, tone, 48000, 0.25), {441});
      const auto h = Formulas (type, 1200, 2, 6, 48000).response (w);
      // By then what was there at the start has rung out.
      for (size_t i = 24000; i < 48000; i++) {
        const double expected =
            0.25 * std::abs (h) * std::sin (w * double (i) + std::arg (h));
        fail_unless (std::abs (output[0][i] - expected) < 1e-6);
      }
    }
}
GST_END_TEST

GST_START_TEST (detune_and_frequency_are_one)
{
  const Sound input = make_noise (1, 3000);
  Effect plain = make (0, 1000, 1, 0);
  Effect tuned = make (0, 500, 1, 0, 1200);
  fail_unless (plain.run (input) == tuned.run (input));
  // Held to the Nyquist frequency where they are put together.
  Effect open = make (0, 20000, 1, 0, 2400);
  fail_unless (open.run (input) == input);
}
GST_END_TEST

GST_START_TEST (at_both_ends_it_is_the_limit)
{
  struct Limit {
    size_t type;
    float frequency;
    double factor;
  };
  const double boost = std::pow (10, 6 / 20.0);
  const Limit limits[] = {{0, 0, 0}, {0, 24000, 1}, {1, 0, 1}, {1, 24000, 0},
      {2, 0, 0}, {2, 24000, 0}, {3, 0, 1}, {3, 24000, boost}, {4, 0, boost},
      {4, 24000, 1}, {5, 0, 1}, {5, 24000, 1}, {6, 0, 1}, {6, 24000, 1},
      {7, 0, 1}, {7, 24000, 1}};
  const Sound input = make_noise (1, 500);
  for (const Limit &limit : limits) {
    Effect effect = make (limit.type, limit.frequency, 1, 6);
    std::vector<double> expected;
    for (float x : input[0])
      expected.push_back (x * limit.factor);
    assert_near (effect.run (input)[0], expected, 2e-7);
  }
  // Of Q, too.
  const Limit q_limits[] = {{2, 0, 1}, {5, 0, boost}, {6, 0, 0}, {7, 0, -1}};
  for (const Limit &limit : q_limits)
    for (float q : {0.0f, -3.0f}) {
      Effect effect = make (limit.type, 1000, q, 6);
      std::vector<double> expected;
      for (float x : input[0])
        expected.push_back (x * limit.factor);
      assert_near (effect.run (input)[0], expected, 2e-7);
    }
}
GST_END_TEST

GST_START_TEST (coefficients_follow_each_frame)
{
  const Sound input = make_noise (1, 4800);
  for (const auto &split : kSplits) {
    Effect effect ("biquad");
    auto &frequency = effect.param ("frequency");
    fail_unless (bool (frequency.set_value_at_time (200, 0, 0)));
    fail_unless (bool (frequency.linear_ramp_to_value_at_time (8000, 0.1, 0)));
    const Sound output = effect.run (input, split);
    long double x1 = 0, x2 = 0, y1 = 0, y2 = 0;
    std::vector<double> expected;
    for (size_t i = 0; i < 4800; i++) {
      const Formulas f (0, float (200 + 7800 * double (i) / 4800), 1, 0, 48000);
      const long double x = input[0][i];
      const long double y =
          (f.b0 * x + f.b1 * x1 + f.b2 * x2 - f.a1 * y1 - f.a2 * y2) / f.a0;
      x2 = x1, x1 = x, y2 = y1, y1 = y;
      expected.push_back (double (y));
    }
    assert_near (output[0], expected);
  }
}
GST_END_TEST

GST_START_TEST (it_rings_until_nothing_is_left)
{
  Effect effect = make (2, 1000, 20, 0);
  effect.renderer->connect_input (0, 1);
  effect.renderer->input (0).data[0][0] = 1;
  effect.renderer->activate_input (0);
  effect.renderer->render ();
  int quanta = 0;
  float last = 1;
  while (effect.renderer->keeps_alive () && quanta++ < 10000) {
    effect.renderer->render ();
    last = effect.renderer->output (0).data[0][127];
  }
  fail_unless (quanta > 10 && quanta < 1000, "%d", quanta);
  fail_unless (std::abs (last) < 1e-6);
}
GST_END_TEST

GST_START_TEST (a_filter_that_broke_is_whole_again_after_silence)
{
  Effect effect ("biquad");
  Sound input = make_noise (1, 256);
  input[0][7] = NAN;
  fail_unless (std::isnan (effect.run (input)[0][100]));
  for (int i = 0; i < 3; i++)
    effect.renderer->render ();
  fail_if (effect.renderer->keeps_alive ());
  const Sound good = make_noise (1, 256);
  Effect other ("biquad");
  fail_unless (effect.run (good) == other.run (good));
}
GST_END_TEST

GST_START_TEST (a_message_sets_the_type)
{
  Effect effect ("biquad");
  effect.set ("frequency", 1000);
  effect.node->port ().post_to_processor ({Ptr<GVariant>::adopt (
      g_variant_ref_sink (g_variant_new_string ("highpass")))});
  Effect other = make (1, 1000, 1, 0);
  const Sound input = make_noise (1, 1000);
  fail_unless (effect.run (input) == other.run (input));
}
GST_END_TEST

static Suite *
builtin_biquad_suite ()
{
  Suite *suite = suite_create ("worklet/builtin-biquad");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, every_type_is_its_equation);
  tcase_add_test (tcase, a_sine_comes_out_as_the_transfer_function_says);
  tcase_add_test (tcase, detune_and_frequency_are_one);
  tcase_add_test (tcase, at_both_ends_it_is_the_limit);
  tcase_add_test (tcase, coefficients_follow_each_frame);
  tcase_add_test (tcase, it_rings_until_nothing_is_left);
  tcase_add_test (tcase, a_filter_that_broke_is_whole_again_after_silence);
  tcase_add_test (tcase, a_message_sets_the_type);
  return suite;
}
GST_CHECK_MAIN (builtin_biquad)
