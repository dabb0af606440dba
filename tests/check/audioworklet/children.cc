// SPDX-License-Identifier: LGPL-2.1-or-later
// The children of an element, while its processor and its node change.
#include "children.hh"

#include "support/view-stubs.hh"

using namespace webmedia::elements;
using namespace webmedia::test;
using webmedia::worklet::AutomationRate;

// What asks the interface's functions is the element's.
Children &
webmedia::elements::children_of (gpointer)
{
  g_assert_not_reached ();
}

namespace {

// Children of something that has the interface.
struct Fixture {
  Fixture () { gst_object_ref_sink (element); }
  ~Fixture ()
  {
    children.reset ();
    gst_object_unref (element);
  }
  Fixture (const Fixture &) = delete;
  Fixture &operator= (const Fixture &) = delete;

  void set (float value)
  {
    g_object_set (children->find ("gain").get (), "value", value, nullptr);
  }

  float get ()
  {
    gfloat value;
    g_object_get (children->find ("gain").get (), "value", &value, nullptr);
    return value;
  }

  GstElement *const element = gst_bin_new (nullptr);
  std::unique_ptr<Children> children = std::make_unique<Children> (element);
  const StubDefinition definition{{{.name = "gain",
      .default_value = 1,
      .min_value = 0,
      .max_value = 1,
      .automation_rate = AutomationRate::a_rate}}};
};

} // namespace

GST_START_TEST (what_is_set_while_nodes_change_is_of_one_of_them)
{
  Fixture f;
  StubNode before (f.definition), after (f.definition), own (f.definition);
  f.children->set_definition (&f.definition, &before);
  after.meanwhile = [&f] {
    f.set (0.25f);
  };
  f.children->set_definition (&f.definition, &after);
  fail_unless_equals_float (before.parameters[0]->value (), 0.25f);
  fail_unless_equals_float (after.parameters[0]->value (), 0);
  // It was set of none of the element's own.
  f.children->set_definition (&f.definition, nullptr);
  f.children->follow (&own);
  fail_unless_equals_float (own.parameters[0]->value (), 0);
}
GST_END_TEST

// The processor was set too late.
GST_START_TEST (a_child_that_is_none_of_the_node_follows_none)
{
  Fixture f;
  const StubDefinition none ({});
  StubNode own (none);
  f.children->set_definition (&f.definition, nullptr);
  f.children->follow (&own);
  f.set (0.25f);
  fail_unless_equals_float (f.get (), 0.25f);
}
GST_END_TEST

static Suite *
children_suite (void)
{
  Suite *suite = suite_create ("children");
  TCase *chain = tcase_create ("general");
  suite_add_tcase (suite, chain);
  tcase_add_test (chain, what_is_set_while_nodes_change_is_of_one_of_them);
  tcase_add_test (chain, a_child_that_is_none_of_the_node_follows_none);
  return suite;
}

GST_CHECK_MAIN (children)
