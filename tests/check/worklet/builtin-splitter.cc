// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/builtin-fixture.hh"

using namespace webmedia;
using namespace webmedia::test;
using namespace webmedia::worklet;

static std::vector<Sound>
split_up (size_t channels, std::vector<uint32_t> counts, const Sound &input)
{
  NodeOptions options;
  options.number_of_outputs = uint32_t (counts.size ());
  options.output_channel_count = std::move (counts);
  options.channels.count = uint32_t (channels);
  Effect effect ("splitter", std::move (options));
  return effect.run (std::vector<Sound>{input}, input[0].size (), {100});
}

GST_START_TEST (each_output_has_its_channel)
{
  const Sound input = make_noise (2, 1000);
  NodeOptions options;
  options.number_of_outputs = 2; // each of one channel, as none is given
  for (const auto &split : kSplits) {
    Effect effect ("splitter", options);
    const auto outputs = effect.run (std::vector<Sound>{input}, 1000, split);
    fail_unless_equals_int (outputs.size (), 2);
    for (size_t n = 0; n < 2; n++)
      fail_unless (outputs[n] == Sound{input[n]});
  }
}
GST_END_TEST

GST_START_TEST (outputs_of_two_channels_have_two_each)
{
  const Sound input = make_noise (4, 300);
  const auto outputs = split_up (4, {2, 2}, input);
  fail_unless (outputs[0] == Sound ({input[0], input[1]}));
  fail_unless (outputs[1] == Sound ({input[2], input[3]}));
}
GST_END_TEST

GST_START_TEST (what_is_left_over_is_silent)
{
  const Sound input = make_noise (1, 300);
  const auto outputs = split_up (1, {1, 1}, input);
  fail_unless (outputs[0] == input);
  fail_unless (outputs[1] == Sound (1, std::vector<float> (300)));
}
GST_END_TEST

static Suite *
builtin_splitter_suite ()
{
  Suite *suite = suite_create ("worklet/builtin-splitter");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, each_output_has_its_channel);
  tcase_add_test (tcase, outputs_of_two_channels_have_two_each);
  tcase_add_test (tcase, what_is_left_over_is_silent);
  return suite;
}
GST_CHECK_MAIN (builtin_splitter)
