// SPDX-License-Identifier: LGPL-2.1-or-later
// Who is in the one rendering thread of a scope.
#include "worklet/render-role.hh"

#include "support/check.hh"

#include <thread>

using namespace webmedia::worklet;

GST_START_TEST (one_is_in_at_a_time)
{
  RenderRole role;
  role.begin ();
  fail_if (role.try_enter ());
  fail_if (role.is_wanted ());
  role.end ();
  fail_unless (role.try_enter ());
  fail_if (role.try_enter ());
  role.leave ();
  {
    const EnteredRole entered (role);
    fail_if (role.try_enter ());
  }
  role.begin ();
  role.end ();
}
GST_END_TEST;

// Whatever wakes it, and however long that takes.
GST_START_TEST (nobody_comes_in_before_the_audio_thread_that_waits)
{
  constexpr int kTimes = 2000;
  RenderRole role;
  std::atomic<int> asked{0}, been_in{0};
  std::thread audio ([&] {
    for (int i = 1; i <= kTimes; i++) {
      while (asked < i)
        std::this_thread::yield ();
      role.begin ();
      been_in = i;
      role.end ();
    }
  });
  int too_early = 0;
  for (int i = 1; i <= kTimes; i++) {
    role.enter ();
    asked = i;
    while (!role.is_wanted ())
      std::this_thread::yield ();
    role.leave ();
    role.enter ();
    too_early += been_in != i;
    role.leave ();
    while (been_in < i)
      std::this_thread::yield ();
  }
  audio.join ();
  fail_unless_equals_int (too_early, 0);
}
GST_END_TEST;

static Suite *
render_role_suite ()
{
  Suite *suite = suite_create ("worklet/render-role");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, one_is_in_at_a_time);
  tcase_add_test (tcase, nobody_comes_in_before_the_audio_thread_that_waits);
  return suite;
}
GST_CHECK_MAIN (render_role)
