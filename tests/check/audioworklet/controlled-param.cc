// SPDX-License-Identifier: LGPL-2.1-or-later
// What a child of the element sets while other threads set it, and while nodes
// come and go.
#include "support/view-stubs.hh"

#include <gst/controller/gstdirectcontrolbinding.h>
#include <gst/controller/gstinterpolationcontrolsource.h>

using webmedia::test::StubParam;

namespace {

struct Fixture {
  Fixture ()
      : child (gst_web_audio_worklet_param_new ({.name = "gain",
          .default_value = 1,
          .min_value = 0,
          .max_value = 1,
          .automation_rate = webmedia::worklet::AutomationRate::a_rate})),
        source (gst_web_audio_worklet_param_source (child))
  {}
  ~Fixture () { gst_object_unref (child); }
  Fixture (const Fixture &) = delete;
  Fixture &operator= (const Fixture &) = delete;

  void set (float value) { g_object_set (child, "value", value, nullptr); }
  float get ()
  {
    gfloat value;
    g_object_get (child, "value", &value, nullptr);
    return value;
  }

  GstObject *const child;
  const std::shared_ptr<webmedia::elements::ControlledParam> source;
  const std::shared_ptr<StubParam> node = std::make_shared<StubParam> ();
  const std::shared_ptr<StubParam> other = std::make_shared<StubParam> ();
};

} // namespace

GST_START_TEST (what_is_set_while_a_node_comes_is_its_value)
{
  Fixture f;
  f.set (0.5f);
  f.node->meanwhile = [&f] {
    f.set (0.25f);
  };
  f.source->follow (f.node);
  fail_unless_equals_float (f.node->value (), 0.25f);
  fail_unless_equals_float (f.get (), 0.25f);
}
GST_END_TEST

// Whichever of them comes to the node first.
GST_START_TEST (of_two_that_set_at_once_one_counts)
{
  Fixture f;
  f.source->follow (f.node);
  f.node->meanwhile = [&f] {
    f.set (0.25f);
  };
  f.set (0.5f);
  fail_unless_equals_float (f.node->value (), 0.25f);
  f.source->follow (nullptr);
  fail_unless_equals_float (f.get (), 0.25f);
  f.source->follow (f.other);
  fail_unless_equals_float (f.other->value (), 0.25f);
}
GST_END_TEST

GST_START_TEST (what_is_set_of_a_node_is_of_no_other_one)
{
  Fixture f;
  f.source->follow_given (f.node);
  f.node->meanwhile = [&f] {
    f.source->follow_given (f.other);
    f.set (0.25f);
  };
  f.set (0.5f);
  fail_unless_equals_float (f.node->value (), 0.5f);
  fail_unless_equals_float (f.other->value (), 0.25f);

  // It goes and comes back, and the element has had one of its own.
  f.source->follow_given (f.node);
  f.node->meanwhile = [&f] {
    f.source->follow (nullptr);
    f.set (0.75f);
    f.source->follow_given (f.node);
  };
  f.set (0.125f);
  fail_unless_equals_float (f.node->value (), 0.125f);
  f.source->follow (f.other);
  fail_unless_equals_float (f.other->value (), 0.75f);
}
GST_END_TEST

// What controlled it to the end, and what another thread sets at that moment.
GST_START_TEST (what_is_controlled_no_more_stays_unless_it_is_set)
{
  for (bool is_set : {false, true}) {
    Fixture f;
    f.source->follow (f.node);
    GstControlSource *control = gst_interpolation_control_source_new ();
    fail_unless (gst_timed_value_control_source_set (
        GST_TIMED_VALUE_CONTROL_SOURCE (control), 0, 0.75));
    fail_unless (gst_object_add_control_binding (f.child,
        gst_direct_control_binding_new_absolute (f.child, "value", control)));
    gst_object_unref (control);
    fail_unless (f.source->look_up (f.child, 48000));
    f.source->prepare ({.start = 0}, 128);
    float value;
    const webmedia::worklet::QuantumTime time{0, 128, 48000, {.start = 0}};
    fail_unless_equals_int (f.source->fill (time, &value, 1), 1);
    fail_unless_equals_float (value, 0.75f);
    fail_unless_equals_float (f.get (), 0.75f);
    fail_unless_equals_float (f.node->value (), 0);

    GstControlBinding *binding =
        gst_object_get_control_binding (f.child, "value");
    gst_object_remove_control_binding (f.child, binding);
    gst_object_unref (binding);
    if (is_set)
      f.node->meanwhile = [&f] {
        f.set (0.25f);
      };
    fail_if (f.source->look_up (f.child, 48000));
    fail_unless_equals_float (f.node->value (), is_set ? 0.25f : 0.75f);
    fail_unless_equals_float (f.get (), f.node->value ());
    fail_unless_equals_int (f.source->fill (time, &value, 1), 0);
  }
}
GST_END_TEST

// Of frames at two rates, 1 s of the first one.
GST_START_TEST (without_stream_time_the_clock_counts)
{
  Fixture f;
  f.source->follow (f.node);
  GstControlSource *control = gst_interpolation_control_source_new ();
  auto points = GST_TIMED_VALUE_CONTROL_SOURCE (control);
  gst_timed_value_control_source_set (points, 0, 0.25);
  gst_timed_value_control_source_set (points, 2 * GST_SECOND, 0.75);
  fail_unless (gst_object_add_control_binding (f.child,
      gst_direct_control_binding_new_absolute (f.child, "value", control)));
  gst_object_unref (control);
  fail_unless (f.source->look_up (f.child, 24000));
  f.source->prepare ({}, 128);
  const webmedia::worklet::QuantumTime time{48000, 128, 24000, {}, -24000};
  float value;
  fail_unless_equals_int (f.source->fill (time, &value, 1), 1);
  fail_unless_equals_float (value, 0.25f);
}
GST_END_TEST

static Suite *
controlled_param_suite (void)
{
  Suite *suite = suite_create ("controlled-param");
  TCase *chain = tcase_create ("general");
  suite_add_tcase (suite, chain);
  tcase_add_test (chain, what_is_set_while_a_node_comes_is_its_value);
  tcase_add_test (chain, of_two_that_set_at_once_one_counts);
  tcase_add_test (chain, what_is_set_of_a_node_is_of_no_other_one);
  tcase_add_test (chain, what_is_controlled_no_more_stays_unless_it_is_set);
  tcase_add_test (chain, without_stream_time_the_clock_counts);
  return suite;
}

GST_CHECK_MAIN (controlled_param)
