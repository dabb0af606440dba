// SPDX-License-Identifier: LGPL-2.1-or-later
// A node as elements see it: what stays while renderings come and go.
#include "support/worklet-fixture.hh"
#include "worklet/element-view.hh"

#include <latch>
#include <thread>

using namespace webmedia::worklet;
using webmedia::test::kRate;
using webmedia::test::Script;

namespace {

// A node of the processor "test", in an AudioWorklet of one rate.
struct Fixture {
  void make ()
  {
    auto made = AudioWorklet::create (kDefaultQuantum, kRate);
    fail_unless (bool (made));
    worklet = *made;
    fail_unless (bool (worklet->scope->register_processor (
        std::make_shared<webmedia::test::ScriptedDefinition> (
            "test", script))));
    auto node = create_node (worklet, "test", {});
    fail_unless (bool (node));
    view = node->view;
  }

  Script script;
  std::shared_ptr<AudioWorklet> worklet;
  std::shared_ptr<NodeView> view;
};

} // namespace

// Who comes while another one lets go of it gets the same one or none.
GST_START_TEST (a_processor_lives_as_long_as_its_node)
{
  constexpr int kRenderings = 10000; // of each thread
  Fixture f;
  std::atomic<int> constructed{0};
  f.script.construct = [&constructed] (const Construction &) {
    constructed++;
    return true;
  };
  f.make ();
  std::vector<std::thread> threads;
  std::latch start (2);
  for (int i = 0; i < 2; i++)
    threads.emplace_back ([&f, &start] {
      start.arrive_and_wait ();
      for (int n = 0; n < kRenderings;)
        if (auto rendering = f.view->render (kRate, {}))
          n++;
        else
          fail_unless (
              rendering.error ().code == webmedia::ErrorCode::invalid_state);
    });
  for (auto &thread : threads)
    thread.join ();
  fail_unless_equals_int (constructed, 1);
}
GST_END_TEST

static Suite *
node_view_suite (void)
{
  Suite *suite = suite_create ("node-view");
  TCase *chain = tcase_create ("general");
  suite_add_tcase (suite, chain);
  tcase_add_test (chain, a_processor_lives_as_long_as_its_node);
  return suite;
}

GST_CHECK_MAIN (node_view)
