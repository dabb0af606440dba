// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/builtin-fixture.hh"

using namespace webmedia;
using namespace webmedia::test;
using namespace webmedia::worklet;

GST_START_TEST (half_a_second_after_10000_frames_gives_34000)
{
  const Sound input = make_noise (2, 10000);
  for (const auto &split : kSplits) {
    Effect effect ("delay");
    effect.set ("delayTime", 0.5f);
    const Sound output = effect.run (input, split);
    for (size_t c = 0; c < 2; c++) {
      fail_unless_equals_int (output[c].size (), 34000);
      for (size_t i = 0; i < 34000; i++)
        fail_unless (output[c][i] == (i < 24000 ? 0 : input[c][i - 24000]));
    }
  }
}
GST_END_TEST

GST_START_TEST (any_whole_number_of_frames_is_exact)
{
  const Sound input = make_noise (1, 777);
  for (uint32_t rate : {8000u, 44100u, 48000u})
    for (size_t frames : {0, 1, 127, 128, 129, 1000, 4410}) {
      Effect effect ("delay", {}, rate);
      effect.set ("delayTime", float (double (frames) / rate));
      const Sound output = effect.run (input, {97});
      fail_unless_equals_int (output[0].size (), 777 + frames);
      for (size_t i = 0; i < output[0].size (); i++)
        fail_unless (output[0][i] == (i < frames ? 0 : input[0][i - frames]));
    }
}
GST_END_TEST

GST_START_TEST (between_two_frames_it_is_on_the_line)
{
  const Sound input = make_noise (1, 1000);
  Effect effect ("delay");
  effect.set ("delayTime", float (100.25 / 48000));
  const Sound output = effect.run (input);
  fail_unless_equals_int (output[0].size (), 1000 + 101);
  const auto at = [&] (ptrdiff_t i) {
    return i < 0 || i >= 1000 ? 0.0 : double (input[0][size_t (i)]);
  };
  std::vector<double> expected (1101);
  for (ptrdiff_t i = 0; i < 1101; i++)
    expected[size_t (i)] = 0.75 * at (i - 100) + 0.25 * at (i - 101);
  assert_near (output[0], expected, 2e-5);
}
GST_END_TEST

GST_START_TEST (a_delay_that_changes_is_read_where_it_is)
{
  // What comes in is a line, so what comes out is known: i - delay (i).
  Sound input (1, std::vector<float> (4000));
  for (size_t i = 0; i < 4000; i++)
    input[0][i] = float (i) / 4096;
  for (const auto &split : kSplits) {
    Effect effect ("delay");
    auto &time = effect.param ("delayTime");
    fail_unless (bool (time.set_value_at_time (0.02f, 0, 0)));
    fail_unless (bool (time.linear_ramp_to_value_at_time (0.01f, 0.05, 0)));
    const Sound output = effect.run (input, split);
    for (size_t i = 960; i < 4000; i++) {
      const double delay =
          std::max (0.02 - 0.01 * double (i) / 2400, 0.01) * 48000;
      fail_unless (
          std::abs (output[0][i] - (double (i) - delay) / 4096) < 1e-6);
    }
  }
}
GST_END_TEST

GST_START_TEST (it_is_held_to_its_most)
{
  Effect effect ("delay", with_options ("{'maxDelayTime': <0.1>}"));
  effect.set ("delayTime", 3);
  fail_unless_equals_int (effect.run (make_noise (1, 100))[0].size (), 4900);
  Effect usual ("delay");
  usual.set ("delayTime", 3);
  fail_unless_equals_int (usual.run (make_noise (1, 100))[0].size (), 48100);
}
GST_END_TEST

GST_START_TEST (it_goes_on_while_its_input_is_silent)
{
  Effect effect ("delay");
  effect.set ("delayTime", 0.01f); // 480 frames
  effect.renderer->connect_input (0, 1);
  effect.renderer->input (0).data[0][5] = 1;
  effect.renderer->activate_input (0);
  std::vector<float> output;
  for (int i = 0; i < 1000 && effect.renderer->keeps_alive (); i++) {
    effect.renderer->render ();
    const float *data = effect.renderer->output (0).data[0];
    output.insert (output.end (), data, data + 128);
  }
  fail_if (effect.renderer->keeps_alive ());
  for (size_t i = 0; i < output.size (); i++)
    fail_unless (output[i] == (i == 485 ? 1 : 0));
}
GST_END_TEST

// However few frames of silence it may be called for.
GST_START_TEST (what_it_holds_comes_out_in_its_time_or_not_at_all)
{
  for (uint64_t limit : {0, 100, 1000}) {
    Effect effect ("delay");
    effect.set ("delayTime", 0.01f); // 480 frames
    effect.renderer->set_tail_limit (limit);
    effect.renderer->connect_input (0, 1);
    for (int i = 0; i < 40; i++) {
      // Sound for a moment, silence, and sound that is all zeros.
      if (i == 0 || i >= 20) {
        effect.renderer->input (0).data[0][5] = i == 0;
        effect.renderer->activate_input (0);
      }
      effect.renderer->render ();
      const float *data = effect.renderer->output (0).data[0];
      for (int k = 0; k < 128; k++)
        fail_unless (data[k] == (i * 128 + k == 485 ? 1 : 0));
    }
  }
}
GST_END_TEST

// Nor where the delay is made longer meanwhile.
GST_START_TEST (silence_that_it_is_not_called_for_is_silence)
{
  Effect effect ("delay");
  effect.set ("delayTime", 0.01f); // 480 frames
  effect.renderer->set_tail_limit (0);
  effect.renderer->connect_input (0, 1);
  for (int i = 0; i < 600; i++) {
    if (i == 10)
      effect.set ("delayTime", 0.1f); // 4800 frames
    if (i == 0 || (i >= 20 && i < 40) || i >= 500) {
      effect.renderer->input (0).data[0][5] = i == 0;
      effect.renderer->activate_input (0);
    }
    effect.renderer->render ();
    const float *data = effect.renderer->output (0).data[0];
    for (int k = 0; k < 128; k++) {
      const int frame = i * 128 + k;
      fail_unless (data[k] == (frame == 485 || frame == 4805 ? 1 : 0));
    }
  }
}
GST_END_TEST

static Suite *
builtin_delay_suite ()
{
  Suite *suite = suite_create ("worklet/builtin-delay");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, half_a_second_after_10000_frames_gives_34000);
  tcase_add_test (tcase, any_whole_number_of_frames_is_exact);
  tcase_add_test (tcase, between_two_frames_it_is_on_the_line);
  tcase_add_test (tcase, a_delay_that_changes_is_read_where_it_is);
  tcase_add_test (tcase, it_is_held_to_its_most);
  tcase_add_test (tcase, it_goes_on_while_its_input_is_silent);
  tcase_add_test (tcase, what_it_holds_comes_out_in_its_time_or_not_at_all);
  tcase_add_test (tcase, silence_that_it_is_not_called_for_is_silence);
  return suite;
}
GST_CHECK_MAIN (builtin_delay)
