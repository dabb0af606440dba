// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/builtin-fixture.hh"
#include "worklet/compression.hh"

using namespace webmedia;
using namespace webmedia::test;
using namespace webmedia::worklet;

static double
to_linear (double decibels)
{
  return std::pow (10, decibels / 20);
}

GST_START_TEST (the_curve_is_level_then_bends_then_has_the_ratio)
{
  EnvelopeFollower f;
  const CompressionSettings settings = {-24, 30, 12, 0.003f, 0.25f};
  f.set (settings, 48000);
  double last = 0;
  for (double level = -100; level < 40; level += 0.01) {
    const double shaped = f.shape (to_linear (level));
    fail_unless (shaped > last && shaped - last < 0.01);
    last = shaped;
    if (level <= -24.001)
      fail_unless (std::abs (shaped - to_linear (level)) < 1e-12);
  }
  const auto decibels = [&] (double level) {
    return 20 * std::log10 (f.shape (to_linear (level)));
  };
  // After the knee, 12 dB for each one.
  fail_unless (std::abs (decibels (18) - decibels (6) - 1) < 1e-9);
  // No corner at either end of the knee.
  for (double end : {-24.0, 6.0})
    fail_unless (std::abs ((decibels (end + 1e-4) - decibels (end))
                           - (decibels (end) - decibels (end - 1e-4)))
                 < 1e-8);
  // Without a knee there is a corner.
  f.set ({-24, 0, 4, 0.003f, 0.25f}, 48000);
  fail_unless (std::abs (decibels (-24) + 24) < 1e-9);
  fail_unless (std::abs (decibels (-4) + 19) < 1e-9);
  // https://webaudio.github.io/web-audio-api/#computing-the-makeup-gain
  fail_unless (std::abs (f.makeup () - std::pow (to_linear (18), 0.6)) < 1e-9);
}
GST_END_TEST

GST_START_TEST (what_is_steady_comes_out_by_the_curve)
{
  for (const auto &split : kSplits)
    for (double level : {-50.0, -24.0, -10.0, -1.0}) {
      Effect effect ("compressor");
      const Sound input (
          2, std::vector<float> (48000, float (to_linear (level))));
      const Sound output = effect.run (input, split);
      EnvelopeFollower f;
      f.set ({-24, 30, 12, 0.003f, 0.25f}, 48000);
      const double expected = f.shape (to_linear (level)) * f.makeup ();
      for (size_t c = 0; c < 2; c++) {
        for (size_t i = 0; i < 288; i++)
          fail_unless (output[c][i] == 0); // it is 6 ms behind
        for (size_t i = 40000; i < 48000; i++)
          fail_unless (std::abs (output[c][i] - expected) < 1e-3 * expected,
              "%g dB: %g, not %g", level, double (output[c][i]), expected);
      }
    }
}
GST_END_TEST

GST_START_TEST (release_is_10_decibels_in_its_time)
{
  EnvelopeFollower f;
  f.set ({-60, 0, 20, 0.001f, 0.1f}, 48000);
  for (int i = 0; i < 48000; i++)
    f.follow (1);
  const double loud = f.reduction ();
  for (int i = 0; i < 4800; i++)
    f.follow (0);
  fail_unless (
      std::abs (f.reduction () - loud - 10) < 0.1, "%g", f.reduction () - loud);
  for (int i = 0; i < 48000; i++)
    f.follow (0);
  fail_unless (
      std::abs (f.reduction () - 20 * std::log10 (f.makeup ())) < 1e-9);
}
GST_END_TEST

GST_START_TEST (attack_is_the_faster_the_shorter_its_time)
{
  int last = 0;
  for (float attack : {0.0f, 0.003f, 0.03f, 0.3f}) {
    EnvelopeFollower f;
    f.set ({-60, 0, 20, attack, 0.1f}, 48000);
    for (int i = 0; i < 1000; i++)
      f.follow (0);
    const double start = f.reduction ();
    int frames = 0;
    while (f.reduction () > start - 10 && frames < 480000) {
      f.follow (1);
      frames++;
    }
    fail_unless (frames > last);
    // No slower than its time, as there is more than 10 dB to do.
    fail_unless (frames <= std::max (attack * 48000, 200.0f));
    last = frames;
  }
}
GST_END_TEST

// One frame that is infinite is heard as one frame.
GST_START_TEST (it_recovers_from_what_is_no_number)
{
  for (float bad : {INFINITY, -INFINITY, NAN}) {
    Sound input (1, std::vector<float> (96000, 0.1f));
    input[0][1000] = bad;
    Effect effect ("compressor");
    Effect clean ("compressor");
    const Sound output = effect.run (input);
    const Sound expected =
        clean.run (Sound (1, std::vector<float> (96000, 0.1f)));
    for (size_t i = 0; i < output[0].size (); i++)
      fail_unless (i == 1288 || std::isfinite (output[0][i]), "frame %zu", i);
    for (size_t i = 90000; i < 96000; i++)
      fail_unless (std::abs (output[0][i] - expected[0][i]) < 1e-3,
          "%g: frame %zu is %g, not %g", double (bad), i, double (output[0][i]),
          double (expected[0][i]));
  }
}
GST_END_TEST

GST_START_TEST (the_reduction_is_posted)
{
  Effect effect ("compressor");
  effect.run (Sound (1, std::vector<float> (48000, 0.9f)));
  const auto messages = effect.messages ();
  fail_unless (messages.size () > 1 && messages.size () <= 20);
  EnvelopeFollower f;
  f.set ({-24, 30, 12, 0.003f, 0.25f}, 48000);
  const double gain = f.shape (0.9) / 0.9 * f.makeup ();
  fail_unless (std::abs (g_variant_get_double (messages.back ().get ())
                         - 20 * std::log10 (gain))
               < 0.2);
}
GST_END_TEST

static Suite *
builtin_compressor_suite ()
{
  Suite *suite = suite_create ("worklet/builtin-compressor");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, the_curve_is_level_then_bends_then_has_the_ratio);
  tcase_add_test (tcase, what_is_steady_comes_out_by_the_curve);
  tcase_add_test (tcase, release_is_10_decibels_in_its_time);
  tcase_add_test (tcase, attack_is_the_faster_the_shorter_its_time);
  tcase_add_test (tcase, it_recovers_from_what_is_no_number);
  tcase_add_test (tcase, the_reduction_is_posted);
  return suite;
}
GST_CHECK_MAIN (builtin_compressor)
