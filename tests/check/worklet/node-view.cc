// SPDX-License-Identifier: LGPL-2.1-or-later
// A node as elements see it: what stays while renderings come and go.
#include "support/worklet-fixture.hh"
#include "worklet/element-view.hh"

#include <gst/check/gsttestclock.h>
#include <latch>
#include <semaphore>
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
    auto made_node = create_node (worklet, "test", {});
    fail_unless (bool (made_node));
    node = made_node->node;
    view = made_node->view;
  }

  Script script;
  std::shared_ptr<AudioWorklet> worklet;
  std::shared_ptr<Node> node;
  std::shared_ptr<NodeView> view;
};

// In the place of the system's clock.
struct Time {
  Time () : clock (GST_TEST_CLOCK (gst_test_clock_new ()))
  {
    gst_system_clock_set_default (GST_CLOCK (clock));
  }
  ~Time ()
  {
    gst_system_clock_set_default (nullptr);
    gst_object_unref (clock);
  }
  // Nobody has asked for more than one time to come.
  bool is_awaited () { return gst_test_clock_peek_id_count (clock) == 1; }

  GstTestClock *const clock;
};

webmedia::port::Message
make_message ()
{
  return {webmedia::Ptr<GVariant>::adopt (
              g_variant_ref_sink (g_variant_new_int32 (1))),
      {}};
}

// Answers each message that it hears, until it has heard `most`.
struct Answering final : NodeListener {
  void on_message (const webmedia::Ptr<GVariant> &) override
  {
    if (++heard >= most)
      done.release ();
    else
      answer ();
  }
  void on_message_error (const ProcessorError &) override {}
  void on_error (const ProcessorError &) override {}

  std::function<void ()> answer;
  std::atomic<int> heard{0}, most{100};
  std::counting_semaphore<> done{0};
};

// A processor that answers each message, and who does so, too.
struct PingPong : Fixture {
  PingPong ()
  {
    script.message = [this] (const auto &) {
      handled++;
      const gint32 one = 1;
      node->port ().post_from_processor ("i", &one, sizeof one);
    };
    make ();
    view->add_listener (listener);
  }

  Time time;
  std::atomic<int> handled{0};
  const std::shared_ptr<Answering> listener = std::make_shared<Answering> ();
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

// The audio thread is in its last quantum before the pause, and has looked for
// messages already.
GST_START_TEST (a_message_is_not_left_behind_at_a_pause)
{
  Time time;
  Fixture f;
  std::binary_semaphore handled{0};
  f.script.message = [&handled] (const auto &) {
    handled.release ();
  };
  f.make ();
  auto rendering = f.view->render (kRate, {});
  fail_unless (bool (rendering));
  f.view->set_suspended (false);
  f.worklet->scope->note_rendered ();
  f.worklet->scope->role ().begin ();
  fail_unless (f.view->post_message (make_message ()));
  f.view->set_suspended (true);
  f.view->pump ();
  f.worklet->scope->role ().end ();
  fail_unless (!handled.try_acquire ());
  fail_unless (time.is_awaited ());
  fail_unless (gst_test_clock_crank (time.clock));
  handled.acquire ();
}
GST_END_TEST

// It plays, and has rendered just now, but nothing comes any more.
GST_START_TEST (a_message_is_not_left_behind_at_a_stall)
{
  Time time;
  Fixture f;
  std::atomic<bool> is_handled{false};
  f.script.message = [&is_handled] (const auto &) {
    is_handled = true;
  };
  f.make ();
  auto rendering = f.view->render (kRate, {});
  fail_unless (bool (rendering));
  f.view->set_suspended (false);
  f.worklet->scope->note_rendered ();
  fail_unless (f.view->post_message (make_message ()));
  fail_unless (f.view->post_message (make_message ()));
  fail_unless (is_handled || time.is_awaited ());
  // Until the scope is idle.
  while (!is_handled)
    if (time.is_awaited ())
      gst_test_clock_crank (time.clock);
}
GST_END_TEST

// Of the scope's port.
GST_START_TEST (a_message_of_the_scope_is_not_left_behind)
{
  Time time;
  Fixture f;
  std::binary_semaphore handled{0};
  f.make ();
  f.worklet->scope->add_message_handler (
      [&handled] (const auto &) { handled.release (); });
  f.worklet->scope->role ().begin ();
  f.worklet->scope->port ().post_to_processor (make_message ());
  f.worklet->pump ();
  f.worklet->scope->role ().end ();
  fail_unless (!handled.try_acquire ());
  fail_unless (time.is_awaited ());
  fail_unless (gst_test_clock_crank (time.clock));
  handled.acquire ();
}
GST_END_TEST

// Who posts, pauses or comes to the end does not stay for what they go on to
// say. It is said later.
GST_START_TEST (who_answers_each_other_does_not_hold_who_pumps)
{
  PingPong p;
  p.listener->answer = [&p] {
    fail_unless (p.view->post_message (make_message ()));
  };
  fail_unless (p.view->post_message (make_message ()));
  fail_unless_equals_int (p.handled, 1);
  fail_unless_equals_int (p.listener->heard, 1);
  p.view->pump ();
  fail_unless_equals_int (p.handled, 2);
  fail_unless_equals_int (p.listener->heard, 2);
  p.listener->most = 3;
  fail_unless (p.time.is_awaited ());
  fail_unless (gst_test_clock_crank (p.time.clock));
  p.listener->done.acquire ();
  fail_unless_equals_int (p.handled, 3);
}
GST_END_TEST

// The answers come from another thread, before who tells is done.
GST_START_TEST (who_answers_elsewhere_does_not_hold_who_tells)
{
  PingPong p;
  p.listener->answer = [&p] {
    std::thread ([&p] {
      fail_unless (p.view->post_message (make_message ()));
    }).join ();
  };
  fail_unless (p.view->post_message (make_message ()));
  fail_unless_equals_int (p.listener->heard, 2);
  fail_unless_equals_int (p.handled, 3);
  p.listener->most = 3;
  fail_unless (p.time.is_awaited ());
  fail_unless (gst_test_clock_crank (p.time.clock));
  p.listener->done.acquire ();
  fail_unless_equals_int (p.handled, 3);
}
GST_END_TEST

static Suite *
node_view_suite (void)
{
  Suite *suite = suite_create ("node-view");
  TCase *chain = tcase_create ("general");
  suite_add_tcase (suite, chain);
  tcase_add_test (chain, a_processor_lives_as_long_as_its_node);
  tcase_add_test (chain, a_message_is_not_left_behind_at_a_pause);
  tcase_add_test (chain, a_message_is_not_left_behind_at_a_stall);
  tcase_add_test (chain, a_message_of_the_scope_is_not_left_behind);
  tcase_add_test (chain, who_answers_each_other_does_not_hold_who_pumps);
  tcase_add_test (chain, who_answers_elsewhere_does_not_hold_who_tells);
  return suite;
}

GST_CHECK_MAIN (node_view)
