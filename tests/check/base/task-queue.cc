// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/task-queue.hh"
#include "support/check.hh"

#include <array>
#include <atomic>
#include <deque>
#include <string>
#include <thread>

using namespace webmedia;

static void
run_context (GMainContext *context = nullptr)
{
  while (g_main_context_iteration (context, FALSE)) {
  }
}

// Makes a context of its own thread-default for the length of a scope.
class OwnContext {
public:
  OwnContext () : context_ (Ptr<GMainContext>::adopt (g_main_context_new ()))
  {
    g_main_context_push_thread_default (context_.get ());
  }
  ~OwnContext () { g_main_context_pop_thread_default (context_.get ()); }
  GMainContext *get () const { return context_.get (); }

private:
  const Ptr<GMainContext> context_;
};

GST_START_TEST (tasks_run_in_order_and_not_before_the_loop)
{
  auto queue = TaskQueue::create ();
  std::string log;
  for (char letter : {'a', 'b', 'c'})
    queue->post ([&log, letter] { log += letter; });
  fail_unless_equals_string (log.c_str (), "");
  run_context ();
  fail_unless_equals_string (log.c_str (), "abc");
}
GST_END_TEST

GST_START_TEST (tasks_run_on_the_context_of_construction)
{
  OwnContext own;
  auto queue = TaskQueue::create ();
  OwnContext later;
  std::thread::id ran_on;
  std::thread ([&] {
    queue->post ([&] { ran_on = std::this_thread::get_id (); });
  }).join ();
  run_context ();
  run_context (later.get ());
  fail_unless (ran_on == std::thread::id ());
  run_context (own.get ());
  fail_unless (ran_on == std::this_thread::get_id ());
}
GST_END_TEST

GST_START_TEST (an_idle_queue_leaves_the_context_asleep)
{
  OwnContext own;
  auto queue = TaskQueue::create ();
  fail_if (g_main_context_pending (own.get ()));
  queue->post ([] {});
  fail_unless (g_main_context_pending (own.get ()));
  run_context (own.get ());
  fail_if (g_main_context_pending (own.get ()));
  queue->post ([] {});
  fail_unless (g_main_context_pending (own.get ()));
}
GST_END_TEST

GST_START_TEST (other_sources_get_their_turn_between_tasks)
{
  OwnContext own;
  auto one = TaskQueue::create ();
  auto two = TaskQueue::create ();
  std::string log;
  for (int i = 0; i < 3; i++) {
    one->post ([&log] { log += '1'; });
    two->post ([&log] { log += '2'; });
  }
  run_context (own.get ());
  fail_unless_equals_string (log.c_str (), "121212");
}
GST_END_TEST

GST_START_TEST (a_task_may_post_and_may_run_the_loop)
{
  auto queue = TaskQueue::create ();
  std::string log;
  queue->post ([&] {
    queue->post ([&] { log += 'c'; });
    log += 'a';
    run_context ();
    log += 'd';
  });
  queue->post ([&] { log += 'b'; });
  run_context ();
  fail_unless_equals_string (log.c_str (), "abcd");
}
GST_END_TEST

GST_START_TEST (tasks_go_with_their_queue)
{
  auto queue = TaskQueue::create ();
  auto captured = std::make_shared<int> (0);
  queue->post ([captured] { ++*captured; });
  queue.reset ();
  fail_unless_equals_int (captured.use_count (), 1);
  run_context ();
  fail_unless_equals_int (*captured, 0);
}
GST_END_TEST

GST_START_TEST (a_task_may_drop_its_queue)
{
  auto queue = TaskQueue::create ();
  int ran = 0;
  queue->post ([&] {
    ran++;
    queue.reset ();
  });
  queue->post ([&] { ran++; });
  run_context ();
  fail_unless_equals_int (ran, 1);
}
GST_END_TEST

GST_START_TEST (a_blocking_call_runs_its_tasks_before_it_ends)
{
  auto queue = TaskQueue::create ();
  std::string log;
  {
    TaskQueue::BlockingCall outer (queue);
    queue->post ([&] { log += 'a'; });
    run_context ();
    fail_unless_equals_string (log.c_str (), "");
    {
      TaskQueue::BlockingCall inner (queue);
      queue->post ([&] { log += 'b'; });
    }
    fail_unless_equals_string (log.c_str (), "ab");
    queue->post ([&] { queue->post ([&] { log += 'd'; }); });
    queue->post ([&] { log += 'c'; });
  }
  fail_unless_equals_string (log.c_str (), "abcd");
  queue->post ([&] { log += 'e'; });
  run_context ();
  fail_unless_equals_string (log.c_str (), "abcde");
}
GST_END_TEST

GST_START_TEST (a_nested_blocking_call_goes_on_with_the_tasks_of_the_outer_one)
{
  auto queue = TaskQueue::create ();
  std::string log;
  {
    TaskQueue::BlockingCall outer (queue);
    queue->post ([&] { log += 'a'; });
    queue->post ([&] {
      log += 'b';
      {
        TaskQueue::BlockingCall inner (queue);
        queue->post ([&] { log += 'e'; });
      }
      log += 'g';
    });
    queue->post ([&] {
      log += 'c';
      queue->post ([&] { log += 'f'; });
    });
    queue->post ([&] { log += 'd'; });
  }
  fail_unless_equals_string (log.c_str (), "abcdefg");
}
GST_END_TEST

GST_START_TEST (what_a_task_holds_goes_before_the_next_task_runs)
{
  auto queue = TaskQueue::create ();
  auto held = std::make_shared<int> ();
  std::string counts;
  {
    TaskQueue::BlockingCall call (queue);
    for (int i = 0; i < 3; i++)
      queue->post ([&counts, held, weak = std::weak_ptr<int> (held)] {
        counts += std::to_string (weak.use_count ());
      });
    held.reset ();
  }
  fail_unless_equals_string (counts.c_str (), "321");
}
GST_END_TEST

// An object, and a weak reference to it.
struct Named {
  explicit Named (const char *name)
      : object (Ptr<GObject>::adopt (
          G_OBJECT (g_object_new (G_TYPE_OBJECT, nullptr)))),
        weak (WeakRef<GObject>::create (object.get ()))
  {
    g_object_set_data (object.get (), "name", const_cast<char *> (name));
  }
  Ptr<GObject> object;
  const std::shared_ptr<WeakRef<GObject>> weak;
};

GST_START_TEST (tasks_of_objects_get_theirs_and_go_with_it)
{
  auto queue = TaskQueue::create ();
  Named one ("1"), two ("2"), gone ("gone");
  std::string log;
  auto note = [&log] (GObject *object, char letter) {
    log += static_cast<char *> (g_object_get_data (object, "name"));
    log += letter;
  };
  for (bool blocking : {true, false}) {
    gone.object.reset ();
    {
      auto call = blocking ? std::make_unique<TaskQueue::BlockingCall> (queue)
                           : nullptr;
      queue->post_to (one.weak, {'a', 'b'}, note);
      queue->post_to (gone.weak, {'c', 'd'}, note);
      queue->post_to (two.weak, {'e'}, note);
      queue->post ([&log] { log += '-'; });
      queue->post_to (two.weak, {'f'}, note);
      queue->post_to (one.weak, {'g'}, note);
    }
    run_context ();
    fail_unless_equals_string (log.c_str (), "1a1b2e-2f1g");
    log.clear ();
  }
}
GST_END_TEST

GST_START_TEST (an_object_that_its_task_lets_go_goes_before_the_call_ends)
{
  auto queue = TaskQueue::create ();
  Named named ("1");
  std::string log;
  g_object_weak_ref (
      named.object.get (),
      [] (gpointer data, GObject *) {
        *static_cast<std::string *> (data) += "gone";
      },
      &log);
  {
    TaskQueue::BlockingCall call (queue);
    queue->post_to (named.weak, {'a', 'b'}, [&] (GObject *, char letter) {
      log += letter;
      named.object.reset ();
    });
  }
  fail_unless_equals_string (log.c_str (), "abgone");
}
GST_END_TEST

// What waits for the loop already stays the loop's, too, until it has run.
GST_START_TEST (a_loop_inside_a_blocking_call_runs_what_waited_for_it)
{
  OwnContext own;
  auto queue = TaskQueue::create ();
  std::string log;
  queue->post ([&] {
    log += 'a';
    run_context (own.get ());
    log += 'd';
  });
  queue->post ([&] { log += 'b'; });
  queue->post ([&] { log += g_main_context_pending (own.get ()) ? 'C' : 'c'; });
  {
    TaskQueue::BlockingCall call (queue);
  }
  fail_unless_equals_string (log.c_str (), "abcd");
  fail_if (g_main_context_pending (own.get ()));
}
GST_END_TEST

GST_START_TEST (the_last_task_of_a_blocking_call_finds_the_context_asleep)
{
  OwnContext own;
  auto queue = TaskQueue::create ();
  int pending = -1;
  for (int i = 0; i < 2; i++)
    queue->post ([&] { pending = g_main_context_pending (own.get ()); });
  {
    TaskQueue::BlockingCall call (queue);
  }
  fail_unless_equals_int (pending, FALSE);
  fail_if (g_main_context_pending (own.get ()));
}
GST_END_TEST

GST_START_TEST (a_blocking_call_leaves_tasks_to_a_loop_that_runs)
{
  OwnContext own;
  auto queue = TaskQueue::create ();
  bool ran = false;
  fail_unless (g_main_context_acquire (own.get ()));
  std::thread ([&] {
    TaskQueue::BlockingCall call (queue);
    queue->post ([&] { ran = true; });
  }).join ();
  fail_if (ran);
  fail_unless (g_main_context_pending (own.get ()));
  run_context (own.get ());
  fail_unless (ran);
  g_main_context_release (own.get ());
}
GST_END_TEST

GST_START_TEST (every_thread_keeps_its_order)
{
  const int count = 5000;
  OwnContext own;
  auto queue = TaskQueue::create ();
  std::array<int, 4> next{};
  std::array<std::thread, 4> threads;
  int ran = 0, misplaced = 0;
  for (size_t t = 0; t < threads.size (); t++)
    threads[t] = std::thread ([&, t] {
      for (int i = 0; i < count; i++)
        queue->post ([&, t, i] {
          misplaced += next[t] != i;
          next[t] = i + 1;
          ran++;
        });
    });
  while (ran < count * int (threads.size ()))
    g_main_context_iteration (own.get (), TRUE);
  for (auto &thread : threads)
    thread.join ();
  fail_unless_equals_int (misplaced, 0);
}
GST_END_TEST

// Each task runs in a blocking call or is left to the loop, wherever in the
// call it was posted.
GST_START_TEST (what_is_posted_while_a_blocking_call_ends_is_not_lost)
{
  const int count = 5000;
  OwnContext own;
  auto queue = TaskQueue::create ();
  int next = 0, misplaced = 0;
  for (int round = 0; round < 20; round++) {
    next = 0;
    std::atomic<bool> posted{false};
    std::thread poster ([&] {
      for (int i = 0; i < count; i++)
        queue->post ([&, i] {
          misplaced += next != i;
          next = i + 1;
        });
      posted = true;
    });
    while (!posted) {
      TaskQueue::BlockingCall call (queue);
    }
    poster.join ();
    run_context (own.get ());
    fail_unless_equals_int (next, count);
  }
  fail_unless_equals_int (misplaced, 0);
}
GST_END_TEST

// Another thread drops the queue while the loop here dispatches its tasks.
GST_START_TEST (dropping_a_queue_while_its_loop_runs_is_safe)
{
  Mutex lock;
  std::deque<std::shared_ptr<TaskQueue>> queues;
  bool done = false;
  std::thread dropper ([&] {
    while (true) {
      std::shared_ptr<TaskQueue> queue;
      MutexLocker locker (lock);
      if (queues.empty () && done)
        return;
      if (!queues.empty ()) {
        std::swap (queue, queues.front ());
        queues.pop_front ();
      }
    }
  });
  auto counter = std::make_shared<int> (0);
  for (int i = 0; i < 5000; i++) {
    auto queue = TaskQueue::create ();
    for (int task = 0; task < 3; task++)
      queue->post ([counter] { ++*counter; });
    {
      MutexLocker locker (lock);
      queues.push_back (std::move (queue));
    }
    g_main_context_iteration (nullptr, FALSE);
  }
  {
    MutexLocker locker (lock);
    done = true;
  }
  dropper.join ();
  run_context ();
  fail_unless_equals_int (counter.use_count (), 1);
}
GST_END_TEST

static Suite *
task_queue_suite ()
{
  Suite *suite = suite_create ("base/task-queue");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, tasks_run_in_order_and_not_before_the_loop);
  tcase_add_test (tcase, tasks_run_on_the_context_of_construction);
  tcase_add_test (tcase, an_idle_queue_leaves_the_context_asleep);
  tcase_add_test (tcase, other_sources_get_their_turn_between_tasks);
  tcase_add_test (tcase, a_task_may_post_and_may_run_the_loop);
  tcase_add_test (tcase, tasks_go_with_their_queue);
  tcase_add_test (tcase, a_task_may_drop_its_queue);
  tcase_add_test (tcase, a_blocking_call_runs_its_tasks_before_it_ends);
  tcase_add_test (
      tcase, a_nested_blocking_call_goes_on_with_the_tasks_of_the_outer_one);
  tcase_add_test (tcase, what_a_task_holds_goes_before_the_next_task_runs);
  tcase_add_test (tcase, tasks_of_objects_get_theirs_and_go_with_it);
  tcase_add_test (
      tcase, an_object_that_its_task_lets_go_goes_before_the_call_ends);
  tcase_add_test (tcase, a_loop_inside_a_blocking_call_runs_what_waited_for_it);
  tcase_add_test (
      tcase, the_last_task_of_a_blocking_call_finds_the_context_asleep);
  tcase_add_test (tcase, a_blocking_call_leaves_tasks_to_a_loop_that_runs);
  tcase_add_test (tcase, every_thread_keeps_its_order);
  tcase_add_test (tcase, what_is_posted_while_a_blocking_call_ends_is_not_lost);
  tcase_add_test (tcase, dropping_a_queue_while_its_loop_runs_is_safe);
  return suite;
}
GST_CHECK_MAIN (task_queue)
