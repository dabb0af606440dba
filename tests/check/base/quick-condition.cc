// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/quick-condition.hh"

#include "support/check.hh"

#include <thread>
#include <vector>

using namespace webmedia;

namespace {

// A number that threads wait for.
class Number {
public:
  void wait (int least) EXCLUDES (lock_)
  {
    MutexLocker locker (lock_);
    while (number_ < least)
      changed_.wait (lock_);
  }
  void add () EXCLUDES (lock_)
  {
    {
      MutexLocker locker (lock_);
      number_++;
    }
    changed_.notify_all ();
  }

private:
  Mutex lock_;
  QuickCondition changed_;
  int number_ GUARDED_BY (lock_) = 0;
};

} // namespace

// Whoever is between its look and its wait as it is woken would wait for ever.
GST_START_TEST (no_wake_up_is_lost)
{
  constexpr int kTurns = 20000;
  Number there, back;
  std::thread other ([&] {
    for (int i = 1; i <= kTurns; i++) {
      there.wait (i);
      back.add ();
    }
  });
  for (int i = 1; i <= kTurns; i++) {
    there.add ();
    back.wait (i);
  }
  other.join ();
}
GST_END_TEST

GST_START_TEST (all_who_wait_are_woken)
{
  constexpr int kTurns = 500, kThreads = 4;
  Number turn, done;
  std::vector<std::thread> threads;
  for (int n = 0; n < kThreads; n++)
    threads.emplace_back ([&] {
      for (int i = 1; i <= kTurns; i++) {
        turn.wait (i);
        done.add ();
      }
    });
  for (int i = 1; i <= kTurns; i++) {
    turn.add ();
    done.wait (i * kThreads);
  }
  for (std::thread &each : threads)
    each.join ();
}
GST_END_TEST

static Suite *
quick_condition_suite ()
{
  Suite *suite = suite_create ("quick-condition");
  TCase *all = tcase_create ("all");
  suite_add_tcase (suite, all);
  tcase_add_test (all, no_wake_up_is_lost);
  tcase_add_test (all, all_who_wait_are_woken);
  return suite;
}

GST_CHECK_MAIN (quick_condition)
