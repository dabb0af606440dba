// SPDX-License-Identifier: LGPL-2.1-or-later
// How many channels inputs and outputs have, and how they are mixed.
#include "worklet/mixing.hh"

#include "support/worklet-fixture.hh"

using namespace webmedia;
using namespace webmedia::worklet;
using namespace webmedia::test;

GST_START_TEST (the_computed_number_follows_count_and_mode)
{
  struct Case {
    ChannelCountMode mode;
    uint32_t count;
    uint32_t connected;
    uint32_t computed;
  };
  const Case cases[] = {
      {ChannelCountMode::max, 2, 0, 1},
      {ChannelCountMode::max, 2, 1, 1},
      {ChannelCountMode::max, 2, 6, 6},
      {ChannelCountMode::clamped_max, 2, 0, 1},
      {ChannelCountMode::clamped_max, 2, 1, 1},
      {ChannelCountMode::clamped_max, 2, 6, 2},
      {ChannelCountMode::explicit_, 4, 0, 4},
      {ChannelCountMode::explicit_, 4, 1, 4},
      {ChannelCountMode::explicit_, 4, 6, 4},
  };
  for (const Case &c : cases)
    fail_unless_equals_int (
        computed_channels ({c.count, c.mode, {}}, c.connected), c.computed);
}
GST_END_TEST;

// What comes out where channel c of the input is 10 to the c.
static std::vector<float>
mixed (uint32_t from, uint32_t to,
    ChannelInterpretation interpretation = ChannelInterpretation::speakers)
{
  std::vector<std::vector<float>> in (from), out (to);
  std::vector<const float *> in_data;
  std::vector<float *> out_data;
  for (uint32_t c = 0; c < from; c++) {
    in[c].assign (3, std::pow (10.0f, float (c)));
    in_data.push_back (in[c].data ());
  }
  for (auto &channel : out) {
    channel.assign (3, 99);
    out_data.push_back (channel.data ());
  }
  mix (in_data.data (), from, out_data.data (), to, 3, interpretation);
  std::vector<float> first;
  for (const auto &channel : out) {
    fail_unless (channel[0] == channel[2]);
    first.push_back (channel[0]);
  }
  return first;
}

static void
check_mix (uint32_t from, uint32_t to, const std::vector<double> &expected)
{
  const std::vector<float> got = mixed (from, to);
  for (uint32_t c = 0; c < to; c++)
    fail_unless (std::fabs (got[c] - expected[c]) <= 1e-6 * expected[c],
        "%u to %u: channel %u is %g, not %g", from, to, c, got[c], expected[c]);
}

GST_START_TEST (speakers_are_mixed_as_specified)
{
  const double r = std::sqrt (0.5);
  check_mix (1, 2, {1, 1});
  check_mix (1, 4, {1, 1, 0, 0});
  check_mix (1, 6, {0, 0, 1, 0, 0, 0});
  check_mix (2, 4, {1, 10, 0, 0});
  check_mix (2, 6, {1, 10, 0, 0, 0, 0});
  check_mix (4, 6, {1, 10, 0, 0, 100, 1000});
  check_mix (2, 1, {5.5});
  check_mix (4, 1, {277.75});
  check_mix (6, 1, {r * 11 + 100 + 0.5 * 110000});
  check_mix (4, 2, {50.5, 505});
  check_mix (6, 2, {1 + r * 10100, 10 + r * 100100});
  check_mix (6, 4, {1 + r * 100, 10 + r * 100, 10000, 100000});
}
GST_END_TEST;

GST_START_TEST (other_layouts_and_discrete_are_channel_by_channel)
{
  check_mix (3, 2, {1, 10});
  check_mix (2, 3, {1, 10, 0});
  check_mix (1, 3, {1, 0, 0});
  const auto discrete = ChannelInterpretation::discrete;
  fail_unless (mixed (1, 2, discrete) == std::vector<float> ({1, 0}));
  fail_unless (mixed (6, 2, discrete) == std::vector<float> ({1, 10}));
  fail_unless (mixed (2, 2) == std::vector<float> ({1, 10}));
}
GST_END_TEST;

// One input and one output: the output has as many channels as the input.
GST_START_TEST (the_output_follows_the_input)
{
  Rendering r;
  guint channels = 0;
  r.script.process = [&] (const GstWebAudioQuantum &quantum) {
    channels = quantum.outputs[0].n_channels;
    fail_unless (quantum.inputs[0].n_channels == 0
                 || quantum.inputs[0].n_channels == channels);
    return Answer::keep_alive;
  };
  r.start ();
  r.render ();
  fail_unless_equals_int (channels, 1);
  for (guint connected : {2u, 1u, 6u, 32u}) {
    r.renderer->connect_input (0, connected);
    r.feed (0);
    r.render ();
    fail_unless_equals_int (channels, connected);
    // It is what the connection has, whatever flows.
    r.render ();
    fail_unless_equals_int (channels, connected);
  }
}
GST_END_TEST;

GST_START_TEST (the_output_follows_the_mixed_input)
{
  NodeOptions options;
  options.channels = {
      4, ChannelCountMode::explicit_, ChannelInterpretation::speakers};
  Rendering r;
  r.script.process = [] (const GstWebAudioQuantum &quantum) {
    fail_unless_equals_int (quantum.inputs[0].n_channels, 4);
    pass_through (quantum);
    return Answer::keep_alive;
  };
  r.start (options);
  r.renderer->connect_input (0, 2);
  r.feed (0);
  r.render ();
  fail_unless_equals_int (r.renderer->output_channels (0), 4);
  fail_unless_equals_float (r.sample (0, 0), 1);
  fail_unless_equals_float (r.sample (0, 1), 2);
  fail_unless_equals_float (r.sample (0, 2), 0);
}
GST_END_TEST;

GST_START_TEST (a_given_count_stays)
{
  NodeOptions options;
  options.output_channel_count = {{5}};
  Rendering r;
  r.start (options);
  for (uint32_t connected : {0, 1, 6}) {
    r.renderer->connect_input (0, connected);
    fail_unless_equals_int (r.renderer->output_channels (0), 5);
  }
}
GST_END_TEST;

GST_START_TEST (several_inputs_or_outputs_without_a_count_are_mono)
{
  struct Case {
    uint32_t inputs;
    uint32_t outputs;
  };
  for (const Case &c : {Case{2, 1}, Case{1, 2}, Case{0, 1}, Case{3, 3}}) {
    NodeOptions options;
    options.number_of_inputs = c.inputs;
    options.number_of_outputs = c.outputs;
    Rendering r;
    int calls = 0;
    r.script.process = [&] (const GstWebAudioQuantum &quantum) {
      calls++;
      fail_unless_equals_int (quantum.n_inputs, c.inputs);
      fail_unless_equals_int (quantum.n_outputs, c.outputs);
      for (guint i = 0; i < c.outputs; i++)
        fail_unless_equals_int (quantum.outputs[i].n_channels, 1);
      for (guint i = 0; i < c.inputs; i++)
        fail_unless_equals_int (quantum.inputs[i].n_channels, i == 0 ? 6 : 0);
      return Answer::keep_alive;
    };
    r.start (options);
    if (c.inputs) {
      r.renderer->connect_input (0, 6);
      r.feed (0);
    }
    r.render ();
    fail_unless_equals_int (calls, 1);
  }
}
GST_END_TEST;

GST_START_TEST (no_outputs_is_a_sink_and_is_pulled)
{
  NodeOptions options;
  options.number_of_outputs = 0;
  Rendering r;
  float seen = 0;
  r.script.process = [&] (const GstWebAudioQuantum &quantum) {
    fail_unless_equals_int (quantum.n_outputs, 0);
    seen = quantum.inputs[0].channels[0][0];
    return Answer::finished;
  };
  r.start (options);
  r.renderer->connect_input (0, 1);
  r.feed (0, 41);
  r.render ();
  fail_unless_equals_float (seen, 42);
}
GST_END_TEST;

static Suite *
channels_suite ()
{
  Suite *suite = suite_create ("worklet/channels");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, the_computed_number_follows_count_and_mode);
  tcase_add_test (tcase, speakers_are_mixed_as_specified);
  tcase_add_test (tcase, other_layouts_and_discrete_are_channel_by_channel);
  tcase_add_test (tcase, the_output_follows_the_input);
  tcase_add_test (tcase, the_output_follows_the_mixed_input);
  tcase_add_test (tcase, a_given_count_stays);
  tcase_add_test (tcase, several_inputs_or_outputs_without_a_count_are_mono);
  tcase_add_test (tcase, no_outputs_is_a_sink_and_is_pulled);
  return suite;
}
GST_CHECK_MAIN (channels)
