// SPDX-License-Identifier: LGPL-2.1-or-later
// The parameters of a node that applications and elements see.
#include "worklet/node-param.hh"

#include "support/worklet-fixture.hh"
#include "worklet/element-view.hh"

using namespace webmedia;
using namespace webmedia::worklet;
using namespace webmedia::test;

namespace {

struct Made {
  Made (std::shared_ptr<AudioWorklet> worklet, NodeOptions options)
  {
    auto made = create_node (std::move (worklet), "gain", std::move (options));
    fail_unless (bool (made));
    node = made->node;
    view = made->view;
  }
  NodeParam &gain ()
  {
    return static_cast<NodeParam &> (*node->parameters[0]->source ());
  }
  // Goes on to a time of the scope, and reads the value of its last quantum.
  float render_until (double time)
  {
    auto renderer = Renderer::create (node, kRate);
    fail_unless (bool (renderer));
    while (gain ().now () < time)
      (*renderer)->render ();
    return gain ().value ();
  }

  std::shared_ptr<Node> node;
  std::shared_ptr<NodeView> view;
};

NodeOptions
with_gain (double value)
{
  NodeOptions options;
  options.parameter_data = {{"other", 7}, {"gain", value}};
  return options;
}

} // namespace

// Setting a value is an event at the time that it is, and so is giving it.
GST_START_TEST (a_ramp_begins_where_the_value_was_given)
{
  for (double given : {0.5, 1.0}) { // another one, and the default
    auto worklet = *AudioWorklet::create (kDefaultQuantum);
    Made earlier (worklet, with_gain (given));
    fail_unless_equals_float (earlier.render_until (2), given);
    NodeParam &gain = earlier.gain ();
    fail_unless (bool (
        gain.timeline ().linear_ramp_to_value_at_time (3, 4, gain.now ())));
    // Half of the way.
    fail_unless (
        std::fabs (gain.timeline ().value_at (2) - (given + 3) / 2) < 1e-6);
    // Of a node that is made later, it is then.
    Made later (worklet, with_gain (given));
    later.render_until (3);
    NodeParam &other = later.gain ();
    fail_unless (bool (
        other.timeline ().linear_ramp_to_value_at_time (3, 4, other.now ())));
    fail_unless (
        std::fabs (other.timeline ().value_at (3) - (given + 3) / 2) < 1e-6);
  }
}
GST_END_TEST;

// Without it there is no event: a ramp begins when it is scheduled.
GST_START_TEST (a_ramp_without_a_value_begins_now)
{
  Made made (*AudioWorklet::create (kDefaultQuantum), {});
  made.render_until (2);
  NodeParam &gain = made.gain ();
  fail_unless (
      bool (gain.timeline ().linear_ramp_to_value_at_time (3, 4, gain.now ())));
  fail_unless (std::fabs (gain.timeline ().value_at (2) - 1) < 1e-6);
}
GST_END_TEST;

// As [[current value]] is not cancelled.
GST_START_TEST (a_value_that_was_given_stays_when_all_is_cancelled)
{
  Made made (*AudioWorklet::create (kDefaultQuantum), with_gain (0.5));
  NodeParam &gain = made.gain ();
  fail_unless (bool (gain.timeline ().cancel_scheduled_values (0, 0)));
  fail_unless_equals_float (made.render_until (0.1), 0.5);
}
GST_END_TEST;

static Suite *
node_param_suite ()
{
  Suite *suite = suite_create ("worklet/node-param");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_ramp_begins_where_the_value_was_given);
  tcase_add_test (tcase, a_ramp_without_a_value_begins_now);
  tcase_add_test (tcase, a_value_that_was_given_stays_when_all_is_cancelled);
  return suite;
}
GST_CHECK_MAIN (node_param)
