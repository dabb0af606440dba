// SPDX-License-Identifier: LGPL-2.1-or-later
// Messages while nothing renders, and who makes way for whom.
#include "worklet/pump.hh"

#include "support/worklet-fixture.hh"

#include <thread>

using namespace webmedia;
using namespace webmedia::worklet;
using namespace webmedia::test;

GST_START_TEST (messages_come_while_nothing_is_rendered)
{
  Rendering r;
  int messages = 0;
  r.script.message = [&] (const Incoming &) {
    messages++;
  };
  r.start ();
  fail_if (pump (*r.renderer));
  r.node->port ().post_to_processor ({});
  r.node->port ().post_to_processor ({});
  fail_unless_equals_int (messages, 0);
  fail_unless (pump (*r.renderer));
  fail_unless_equals_int (messages, 2);
  // The audio thread is in: that delivers.
  r.renderer->begin ();
  r.node->port ().post_to_processor ({});
  fail_if (pump (*r.renderer));
  fail_unless_equals_int (messages, 2);
  r.render ();
  r.renderer->end ();
  fail_unless_equals_int (messages, 3);
}
GST_END_TEST;

// Or it would have no end where each message causes another one.
GST_START_TEST (what_a_message_causes_is_for_the_next_time)
{
  Rendering r;
  int messages = 0;
  r.script.message = [&] (const Incoming &) {
    if (++messages < 5)
      r.node->port ().post_to_processor ({});
  };
  r.start ();
  r.node->port ().post_to_processor ({});
  r.node->port ().post_to_processor ({});
  for (int expected : {2, 4, 6}) {
    fail_unless (pump (*r.renderer));
    fail_unless_equals_int (messages, expected);
  }
  fail_unless_equals_uint64 (r.node->port ().waiting (), 0);
}
GST_END_TEST;

GST_START_TEST (without_anybody_there_messages_wait)
{
  Rendering r;
  r.start ();
  r.node->port ().post_to_processor ({});
  int asked = 0;
  fail_if (worklet::pump (
      r.scope->role (), r.node->port (), [] { return true; },
      [&] {
        asked++;
        return false;
      }));
  fail_unless_equals_int (asked, 1);
  fail_unless_equals_uint64 (r.node->port ().waiting (), 1);
  // It has left.
  fail_unless (pump (*r.renderer));
}
GST_END_TEST;

// The audio thread waits for one message at most, and takes the rest: who pumps
// does not come in again and again before that has come.
GST_START_TEST (a_pump_makes_way_for_the_audio_thread)
{
  Rendering r;
  std::atomic<bool> is_in{false}, may_go{false};
  std::vector<std::thread::id> threads;
  r.script.message = [&] (const Incoming &) {
    threads.push_back (std::this_thread::get_id ());
    is_in = true;
    while (!may_go)
      std::this_thread::yield ();
  };
  r.start ();
  for (int i = 0; i < 3; i++)
    r.node->port ().post_to_processor ({});
  int times_in = 0;
  std::thread pumping ([&] {
    worklet::pump (
        r.scope->role (), r.node->port (), [] { return true; },
        [&] {
          times_in++;
          r.renderer->deliver_messages (true);
          return true;
        });
  });
  while (!is_in)
    std::this_thread::yield ();
  std::thread audio ([&] {
    r.renderer->begin ();
    r.render ();
    r.renderer->end ();
  });
  while (!r.renderer->is_wanted ())
    std::this_thread::yield ();
  const std::thread::id audio_id = audio.get_id ();
  may_go = true;
  pumping.join ();
  audio.join ();
  fail_unless_equals_int (times_in, 1);
  fail_unless_equals_uint64 (threads.size (), 3);
  fail_unless (threads[0] != audio_id);
  fail_unless (threads[1] == audio_id && threads[2] == audio_id);
}
GST_END_TEST;

// The audio thread renders another node of the scope.
GST_START_TEST (a_pump_waits_where_the_audio_thread_does_not_deliver)
{
  Rendering r;
  std::atomic<int> messages{0};
  r.script.message = [&] (const Incoming &) {
    messages++;
  };
  r.start ();
  auto node = Node::create (r.scope, "test", {});
  auto idle = Renderer::create_idle (*node, kRate);
  fail_unless (bool (idle));
  (*node)->port ().post_to_processor ({});
  r.renderer->begin ();
  std::atomic<bool> is_waiting{false};
  std::thread pumping ([&] {
    worklet::pump (
        r.scope->role (), (*node)->port (),
        [&] {
          is_waiting = true;
          return false;
        },
        [&] {
          (*idle)->deliver_messages (true);
          return true;
        });
  });
  while (!is_waiting)
    std::this_thread::yield ();
  r.render ();
  fail_unless_equals_int (messages, 0);
  r.renderer->end ();
  pumping.join ();
  fail_unless_equals_int (messages, 1);
}
GST_END_TEST;

static Suite *
pump_suite ()
{
  Suite *suite = suite_create ("worklet/pump");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, messages_come_while_nothing_is_rendered);
  tcase_add_test (tcase, what_a_message_causes_is_for_the_next_time);
  tcase_add_test (tcase, without_anybody_there_messages_wait);
  tcase_add_test (tcase, a_pump_makes_way_for_the_audio_thread);
  tcase_add_test (tcase, a_pump_waits_where_the_audio_thread_does_not_deliver);
  return suite;
}
GST_CHECK_MAIN (pump)
