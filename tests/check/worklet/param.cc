// SPDX-License-Identifier: LGPL-2.1-or-later
// The values that process() is given.
#include "worklet/param.hh"

#include "support/worklet-fixture.hh"

using namespace webmedia;
using namespace webmedia::worklet;
using namespace webmedia::test;

namespace {

// Gives what a test says, and remembers how often it was asked for what.
struct Told final : ParamSource {
  size_t fill (const QuantumTime &time, float *values, size_t count) override
  {
    counts.push_back (count);
    frames.push_back (time.frame);
    for (size_t i = 0; i < count; i++)
      values[i] = function ? function (time.frame + i) : 0;
    return count;
  }
  std::function<float (uint64_t)> function;
  std::vector<size_t> counts;
  std::vector<uint64_t> frames;
};

struct Parameterised : Rendering {
  explicit Parameterised (ParamDescriptor descriptor)
      : told (std::make_shared<Told> ())
  {
    script.process = [this] (const GstWebAudioQuantum &quantum) {
      const GstWebAudioParamValues &given = quantum.parameters[0];
      values.assign (given.values, given.values + given.n_values);
      return answer;
    };
    start ({}, {descriptor},
        [this] (const ParamDescriptor &, float) { return told; });
  }
  std::shared_ptr<Told> told;
  std::vector<float> values;
  Answer answer = Answer::keep_alive;
};

} // namespace

GST_START_TEST (a_rate_has_a_value_for_each_frame)
{
  Parameterised r ({.name = "p"});
  r.told->function = [] (uint64_t frame) {
    return float (frame);
  };
  r.render (2);
  fail_unless_equals_uint64 (r.values.size (), 128);
  for (size_t i = 0; i < 128; i++)
    fail_unless_equals_float (r.values[i], float (128 + i));
  fail_unless_equals_float (r.node->parameters[0]->current_value (), 128);
}
GST_END_TEST;

GST_START_TEST (k_rate_has_the_value_at_the_start_of_the_quantum)
{
  Parameterised r ({.name = "p", .automation_rate = AutomationRate::k_rate});
  r.told->function = [] (uint64_t frame) {
    return float (frame);
  };
  r.render (3);
  fail_unless (r.values == std::vector<float> ({256}));
  // It can be changed while it plays.
  r.node->parameters[0]->set_automation_rate (AutomationRate::a_rate);
  r.render ();
  fail_unless_equals_uint64 (r.values.size (), 128);
}
GST_END_TEST;

GST_START_TEST (values_are_held_in_range)
{
  Parameterised r ({"p", 0.25f, -1, 1});
  const float inf = INFINITY;
  const float given[] = {0.5f, 2, -2, inf, -inf, std::nanf (""), 1, -0.0f};
  const float held[] = {0.5f, 1, -1, 1, -1, 0.25f, 1, 0};
  // At every place in the quantum, whatever is done four at a time.
  for (size_t shift = 0; shift < 8; shift++) {
    r.told->function = [&] (uint64_t frame) {
      return given[(frame + shift) % 8];
    };
    r.render ();
    for (size_t i = 0; i < 128; i++)
      fail_unless_equals_float (r.values[i], held[(i + shift) % 8]);
  }
  // Without limits, what is no number or infinite is held too.
  Parameterised open ({.name = "p"});
  open.told->function = [&] (uint64_t frame) {
    return given[frame % 8];
  };
  open.render ();
  fail_unless_equals_float (open.values[3], FLT_MAX);
  fail_unless_equals_float (open.values[5], 0);
}
GST_END_TEST;

GST_START_TEST (quanta_of_odd_sizes_are_held_in_range)
{
  for (uint32_t size : {1u, 3u, 7u, 129u}) {
    auto told = std::make_shared<Told> ();
    told->function = [] (uint64_t) {
      return 5.0f;
    };
    Rendering r (size);
    r.script.process = [&] (const GstWebAudioQuantum &quantum) {
      fail_unless_equals_int (quantum.parameters[0].n_values, size);
      for (guint i = 0; i < size; i++)
        fail_unless_equals_float (quantum.parameters[0].values[i], 1);
      return Answer::finished;
    };
    r.start ({}, {{"p", 0, 0, 1}},
        [&] (const ParamDescriptor &, float) { return told; });
    r.render ();
    fail_unless_equals_uint64 (r.renderer->calls (), 1);
  }
}
GST_END_TEST;

GST_START_TEST (each_quantum_is_asked_for_once_whether_it_is_used_or_not)
{
  Parameterised r ({.name = "p"});
  r.render (2);
  r.answer = Answer::finished;
  r.render (3);
  fail_unless_equals_uint64 (r.renderer->calls (), 3);
  fail_unless (
      r.told->frames == std::vector<uint64_t> ({0, 128, 256, 384, 512}));
  fail_unless (r.told->counts == std::vector<size_t> ({128, 128, 128, 1, 1}));
}
GST_END_TEST;

GST_START_TEST (a_constant_is_one_value_and_can_be_set)
{
  Rendering r;
  std::vector<float> values;
  r.script.process = [&] (const GstWebAudioQuantum &quantum) {
    fail_unless_equals_int (quantum.n_parameters, 1);
    fail_unless_equals_int (quantum.parameters[0].n_values, 1);
    values.push_back (quantum.parameters[0].values[0]);
    return Answer::keep_alive;
  };
  r.start ({}, {{"p", 0.5f, 0, 1}});
  r.render ();
  auto *constant =
      static_cast<ConstantParam *> (r.node->parameters[0]->source ().get ());
  constant->set (7);
  r.render ();
  fail_unless (values == std::vector<float> ({0.5f, 1}));
}
GST_END_TEST;

static Suite *
param_suite ()
{
  Suite *suite = suite_create ("worklet/param");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_rate_has_a_value_for_each_frame);
  tcase_add_test (tcase, k_rate_has_the_value_at_the_start_of_the_quantum);
  tcase_add_test (tcase, values_are_held_in_range);
  tcase_add_test (tcase, quanta_of_odd_sizes_are_held_in_range);
  tcase_add_test (
      tcase, each_quantum_is_asked_for_once_whether_it_is_used_or_not);
  tcase_add_test (tcase, a_constant_is_one_value_and_can_be_set);
  return suite;
}
GST_CHECK_MAIN (param)
