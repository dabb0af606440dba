// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/worker-pool.hh"

#include "support/check.hh"

#include <cstdlib>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace webmedia;

static int pipes[2][2]; // to the work, and from it

static void
let_work ()
{
  fail_unless_equals_int (int (write (pipes[0][1], "x", 1)), 1);
}

// What was begun is finished before the libraries go that it uses.
GST_START_TEST (an_exit_waits_for_work)
{
  for (auto run : {run_in_pool, run_blocking}) {
    for (auto &each : pipes)
      fail_unless_equals_int (pipe (each), 0);
    pid_t child = fork ();
    if (child == 0) {
      run ([] {
        char byte;
        bool done = read (pipes[0][0], &byte, 1) == 1;
        for (int i = 0; i < 20; i++)
          std::this_thread::yield ();
        _exit (done && write (pipes[1][1], &byte, 1) == 1 ? 7 : 1);
      });
      atexit (let_work); // it is the first one that is called
      exit (0);
    }
    int status = 0;
    fail_unless_equals_int (waitpid (child, &status, 0), child);
    fail_unless (WIFEXITED (status));
    fail_unless_equals_int (WEXITSTATUS (status), 7);
    for (auto &each : pipes)
      for (int end : each)
        close (end);
  }
}
GST_END_TEST

static Suite *
worker_pool_suite ()
{
  Suite *suite = suite_create ("worker-pool");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, an_exit_waits_for_work);
  return suite;
}

GST_CHECK_MAIN (worker_pool)
