// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/builtin-fixture.hh"
#include "worklet/wave-tables.hh"

using namespace webmedia;
using namespace webmedia::test;
using namespace webmedia::worklet;

static const char *const kTypes[] = {"sine", "square", "sawtooth", "triangle"};

static Effect
make (size_t type, uint32_t channels = 1)
{
  NodeOptions options = with_options (
      (std::string ("{'type': <'") + kTypes[type] + "'>}").c_str ());
  options.number_of_inputs = 0;
  options.output_channel_count = {{channels}};
  return Effect ("oscillator", std::move (options));
}

// The first frames of it; its tail has no end.
static Sound
play (Effect &effect, size_t frames, const std::vector<size_t> &split = {128})
{
  Sound sound = effect.run (std::vector<Sound>{}, frames, split)[0];
  for (auto &channel : sound) {
    fail_unless (channel.size () >= frames);
    channel.resize (frames);
  }
  return sound;
}

GST_START_TEST (a_sine_is_a_sine_from_its_first_frame_on)
{
  for (float frequency : {0.0f, 20.0f, 440.0f, 12345.6f, -1000.0f})
    for (const auto &split : kSplits) {
      Effect effect = make (0, 2);
      effect.set ("frequency", frequency);
      const Sound output = play (effect, 10000, split);
      std::vector<double> expected;
      for (size_t i = 0; i < 10000; i++)
        expected.push_back (
            std::sin (2 * M_PI * double (frequency) * double (i) / 48000));
      assert_near (output[0], expected);
      fail_unless (output[1] == output[0]);
    }
}
GST_END_TEST

// https://webaudio.github.io/web-audio-api/#oscillator-coefficients
GST_START_TEST (other_waveforms_are_the_sum_of_their_partials)
{
  for (size_t type = 1; type < 4; type++)
    for (float frequency : {110.0f, 440.0f, 3000.0f, 13000.0f}) {
      Effect effect = make (type);
      effect.set ("frequency", frequency);
      const Sound output = play (effect, 2000);
      const auto waveform = static_cast<Waveform> (type);
      const WaveTables &tables = WaveTables::get (waveform);
      const size_t most = tables.partials_of (24000 / double (frequency));
      // None is above the Nyquist frequency, and no third of an octave lacks.
      fail_unless (double (most) * frequency <= 24000);
      fail_unless (double (most) * 1.26 * frequency + frequency >= 24000);
      std::vector<double> expected (2000);
      for (size_t i = 0; i < 2000; i++)
        for (size_t k = 1; k <= most; k++)
          expected[i] += WaveTables::coefficient (waveform, k)
                         * std::sin (2 * M_PI * double (k) * double (frequency)
                                     * double (i) / 48000)
                         / tables.normalization ();
      assert_near (output[0], expected, 1e-4);
    }
}
GST_END_TEST

GST_START_TEST (waveforms_are_odd_and_rise_at_zero_and_are_1_at_most)
{
  for (size_t type = 1; type < 4; type++) {
    const WaveTables &tables = WaveTables::get (static_cast<Waveform> (type));
    const float *table = tables.find (1e9);
    fail_unless_equals_int (
        tables.partials_of (1e9), WaveTables::kMostPartials);
    float most = 0;
    for (size_t i = 0; i < WaveTables::kSize; i++) {
      fail_unless (
          std::abs (
              table[i] + table[(WaveTables::kSize - i) % WaveTables::kSize])
          < 1e-6);
      most = std::max (most, std::abs (table[i]));
    }
    fail_unless (std::abs (most - 1) < 1e-6);
    fail_unless (table[0] == 0 && table[1] > 0);
    // What the idealised waveform is at a quarter of the period.
    const double quarter =
        table[WaveTables::kSize / 4] * tables.normalization ();
    fail_unless (std::abs (quarter - (type == 2 ? 0.5 : 1)) < 2e-3);
  }
}
GST_END_TEST

GST_START_TEST (detune_and_frequency_are_one)
{
  Effect plain = make (1);
  plain.set ("frequency", 880);
  Effect tuned = make (1);
  tuned.set ("frequency", 440);
  tuned.set ("detune", 1200);
  fail_unless (play (plain, 5000) == play (tuned, 5000));
}
GST_END_TEST

GST_START_TEST (the_phase_is_the_integral_of_the_frequency)
{
  for (const auto &split : kSplits) {
    Effect effect = make (0);
    auto &frequency = effect.param ("frequency");
    fail_unless (bool (frequency.set_value_at_time (100, 0, 0)));
    fail_unless (bool (frequency.linear_ramp_to_value_at_time (4000, 0.1, 0)));
    const Sound output = play (effect, 9600, split);
    double turns = 0;
    std::vector<double> expected;
    for (size_t i = 0; i < 9600; i++) {
      expected.push_back (std::sin (2 * M_PI * turns));
      turns +=
          float (std::min (100 + 3900 * double (i) / 4800, 4000.0)) / 48000.0;
    }
    assert_near (output[0], expected);
  }
}
GST_END_TEST

GST_START_TEST (errors_do_not_grow_with_time)
{
  // Half an hour, of which the last quantum is looked at.
  Effect effect = make (0);
  effect.set ("frequency", 440);
  constexpr uint64_t quanta = 1800 * 48000 / 128;
  for (uint64_t n = 0; n < quanta; n++)
    effect.renderer->render ();
  for (uint64_t i = 0; i < 128; i++) {
    // Whole turns each 1200 frames, 11 of them.
    const double frame = double (((quanta - 1) * 128 + i) % 1200);
    fail_unless (std::abs (effect.renderer->output (0).data[0][i]
                           - std::sin (2 * M_PI * 11 * frame / 1200))
                 < 1e-6);
  }
}
GST_END_TEST

GST_START_TEST (a_message_sets_the_type)
{
  Effect effect = make (0);
  effect.node->port ().post_to_processor ({Ptr<GVariant>::adopt (
      g_variant_ref_sink (g_variant_new_string ("triangle")))});
  Effect other = make (3);
  fail_unless (play (effect, 1000) == play (other, 1000));
}
GST_END_TEST

static Suite *
builtin_oscillator_suite ()
{
  Suite *suite = suite_create ("worklet/builtin-oscillator");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_sine_is_a_sine_from_its_first_frame_on);
  tcase_add_test (tcase, other_waveforms_are_the_sum_of_their_partials);
  tcase_add_test (tcase, waveforms_are_odd_and_rise_at_zero_and_are_1_at_most);
  tcase_add_test (tcase, detune_and_frequency_are_one);
  tcase_add_test (tcase, the_phase_is_the_integral_of_the_frequency);
  tcase_add_test (tcase, errors_do_not_grow_with_time);
  tcase_add_test (tcase, a_message_sets_the_type);
  return suite;
}
GST_CHECK_MAIN (builtin_oscillator)
