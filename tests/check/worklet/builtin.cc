// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/builtin-fixture.hh"

using namespace webmedia;
using namespace webmedia::test;
using namespace webmedia::worklet;

GST_START_TEST (every_scope_knows_them_in_alphabetical_order)
{
  const char *names[] = {"biquad", "bit-crusher", "compressor", "delay", "gain",
      "meter", "mixer", "noise-gate", "oscillator", "panner", "recorder",
      "splitter"};
  const auto &definitions = builtin_definitions ();
  fail_unless_equals_int (definitions.size (), std::size (names));
  for (size_t i = 0; i < definitions.size (); i++) {
    fail_unless_equals_string (definitions[i]->name.c_str (), names[i]);
    fail_if (definitions[i]->description.empty ());
    fail_unless (bool (check_parameters (definitions[i]->parameters)));
  }
  GlobalScope scope;
  for (const char *name : names)
    fail_unless (bool (scope.find (name)));
  // An error for another name lists them.
  auto found = scope.find ("gian");
  fail_if (bool (found));
  for (const char *name : names)
    fail_unless (found.error ().message.find (name) != std::string::npos);
}
GST_END_TEST

// All that have one input and one output, with what they do most with.
struct Case {
  const char *name;
  const char *param;
  float value;
  size_t tail;
};
static const Case kCases[] = {
    {"biquad", "Q", 12, 0},
    {"bit-crusher", "bitDepth", 5, 0},
    {"compressor", "threshold", -50, 0},
    {"delay", "delayTime", 0.01f, 480},
    {"gain", "gain", 0.3f, 0},
    {"meter", "interval", 0.01f, 0},
    {"mixer", "gain0", 0.3f, 0},
    {"noise-gate", "threshold", -1, 0},
    {"panner", "pan", 0.4f, 0},
    {"recorder", nullptr, 0, 0},
    {"splitter", nullptr, 0, 0},
};

static Sound
run_case (const Case &c, const Sound &input, const std::vector<size_t> &split)
{
  NodeOptions options;
  options.output_channel_count = {{2}};
  Effect effect (c.name, std::move (options));
  if (c.param)
    effect.set (c.param, c.value);
  return effect.run (input, split);
}

GST_START_TEST (however_upstream_cuts_the_sound_is_the_same)
{
  const Sound input = make_noise (2, 10001);
  for (const Case &c : kCases) {
    const Sound whole = run_case (c, input, {128});
    for (const auto &split : kSplits)
      fail_unless (
          run_case (c, input, split) == whole, "%s, %zu", c.name, split[0]);
  }
}
GST_END_TEST

GST_START_TEST (as_many_frames_come_out_as_went_in_and_the_tail)
{
  for (size_t frames : {1, 127, 128, 129, 10000})
    for (const Case &c : kCases) {
      const Sound output = run_case (c, make_noise (2, frames), {480});
      for (const auto &channel : output)
        fail_unless_equals_int (channel.size (), frames + c.tail);
    }
}
GST_END_TEST

GST_START_TEST (silence_is_silence)
{
  for (const Case &c : kCases) {
    Effect effect (c.name);
    const Sound output = effect.run (std::vector<Sound>{{}}, 5000)[0];
    for (float sample : output[0])
      fail_unless (sample == 0);
  }
}
GST_END_TEST

GST_START_TEST (nothing_that_is_connected_oddly_does_harm)
{
  // No input, no output, many channels, quanta of one frame.
  for (const auto &definition : builtin_definitions ())
    for (uint32_t inputs : {0u, 1u, 6u})
      for (uint32_t outputs : {0u, 1u, 3u}) {
        if (inputs + outputs == 0)
          continue;
        NodeOptions options;
        options.number_of_inputs = inputs;
        options.number_of_outputs = outputs;
        options.output_channel_count =
            std::vector<uint32_t> (outputs, outputs * 3);
        Effect effect (definition->name.c_str (), options, 48000, inputs + 1);
        const std::vector<Sound> sounds (inputs, make_noise (inputs * 5, 300));
        effect.run (sounds, 300);
        fail_if (effect.node->error ().is_set ());
        fail_unless (effect.total >= 300);
      }
}
GST_END_TEST

GST_START_TEST (an_option_that_is_wrong_is_told)
{
  struct Wrong {
    const char *name;
    const char *options;
    const char *right;
  };
  const Wrong wrongs[] = {
      {"biquad", "{'type': <'lowpas'>}", "lowpass, highpass"},
      {"biquad", "{'type': <3>}", "lowpass, highpass"},
      {"oscillator", "{'type': <'custom'>}", "sine, square"},
      {"delay", "{'maxDelayTime': <181>}", "180"},
      {"delay", "{'maxDelayTime': <'1'>}", "180"},
      {"recorder", "{'frames': <0>}", "48000"},
  };
  for (const Wrong &wrong : wrongs) {
    Effect effect (wrong.name, with_options (wrong.options));
    auto error = effect.node->error ().take ();
    fail_unless (error.has_value ());
    fail_unless (error->message.find (wrong.right) != std::string::npos, "%s",
        error->message.c_str ());
  }
  for (const char *right : {"{'maxDelayTime': <byte 2>}",
           "{'maxDelayTime': <int64 2>}", "{'maxDelayTime': <0.5>}", "{}"}) {
    Effect effect ("delay", with_options (right));
    fail_if (effect.node->error ().is_set ());
  }
}
GST_END_TEST

static Suite *
builtin_suite ()
{
  Suite *suite = suite_create ("worklet/builtin");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, every_scope_knows_them_in_alphabetical_order);
  tcase_add_test (tcase, however_upstream_cuts_the_sound_is_the_same);
  tcase_add_test (tcase, as_many_frames_come_out_as_went_in_and_the_tail);
  tcase_add_test (tcase, silence_is_silence);
  tcase_add_test (tcase, nothing_that_is_connected_oddly_does_harm);
  tcase_add_test (tcase, an_option_that_is_wrong_is_told);
  return suite;
}
GST_CHECK_MAIN (builtin)
