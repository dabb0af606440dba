// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/builtin-fixture.hh"

using namespace webmedia;
using namespace webmedia::test;
using namespace webmedia::worklet;

GST_START_TEST (samples_are_held_and_have_fewer_bits)
{
  const Sound input = make_noise (2, 3000);
  for (const auto &split : kSplits)
    for (float bits : {1.0f, 4.0f, 7.5f, 16.0f})
      for (float reduction : {1.0f, 0.5f, 0.3f, 0.0f}) {
        Effect effect ("bit-crusher");
        effect.set ("bitDepth", bits);
        effect.set ("frequencyReduction", reduction);
        const Sound output = effect.run (input, split);
        const double step = std::pow (0.5, bits);
        for (size_t c = 0; c < 2; c++) {
          double phase = 0;
          float held = 0;
          for (size_t i = 0; i < 3000; i++) {
            phase += reduction;
            if (phase >= 1) {
              phase -= 1;
              held = float (step * std::floor (input[c][i] / step + 0.5));
            }
            fail_unless (std::abs (output[c][i] - held) < 1e-7);
          }
        }
      }
}
GST_END_TEST

static Suite *
builtin_bit_crusher_suite ()
{
  Suite *suite = suite_create ("worklet/builtin-bit-crusher");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, samples_are_held_and_have_fewer_bits);
  return suite;
}
GST_CHECK_MAIN (builtin_bit_crusher)
