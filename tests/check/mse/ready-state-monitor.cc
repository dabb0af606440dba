// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/ready-state-monitor.hh"

#include "support/check.hh"

using namespace webmedia;
using namespace webmedia::mse;

namespace {

struct Fixture {
  // The state at `playhead`, in milliseconds, with [0, end) buffered, in
  // seconds.
  MediaReadyState update (
      Time playhead, Time end, bool starving = false, Time of_all = kTimeNone)
  {
    TimeRanges ranges{{0, end * kSecond}};
    monitor.update ({.buffered = ranges,
        .playhead = playhead * kMillisecond,
        .starving = starving,
        .end = of_all});
    return monitor.state ();
  }

  ReadyStateMonitor monitor;
};

} // namespace

GST_START_TEST (without_data_at_the_playhead_there_are_metadata)
{
  Fixture f;
  fail_unless (f.monitor.state () == MediaReadyState::have_nothing);
  fail_unless (f.update (0, 0) == MediaReadyState::have_metadata);
  fail_unless (f.update (5000, 5) == MediaReadyState::have_metadata);
  fail_unless (f.update (5000, 5, true) == MediaReadyState::have_metadata);
}
GST_END_TEST

GST_START_TEST (a_track_without_more_leaves_the_current_data)
{
  Fixture f;
  fail_unless (f.update (4980, 5) == MediaReadyState::have_future_data);
  fail_unless (f.update (4980, 5, true) == MediaReadyState::have_current_data);
  fail_unless (f.update (4980, 20, true) == MediaReadyState::have_current_data);
  fail_unless (f.update (4980, 20) == MediaReadyState::have_enough_data);
}
GST_END_TEST

GST_START_TEST (enough_is_three_seconds_until_one_is_left)
{
  Fixture f;
  fail_unless (f.update (0, 2) == MediaReadyState::have_future_data);
  fail_unless (f.monitor.may_rise ());
  fail_unless (f.update (0, 3) == MediaReadyState::have_enough_data);
  fail_unless (!f.monitor.may_rise ());
  fail_unless (f.update (2000, 3) == MediaReadyState::have_enough_data);
  fail_unless (f.update (2001, 3) == MediaReadyState::have_future_data);
  fail_unless (f.update (2001, 5) == MediaReadyState::have_future_data);
}
GST_END_TEST

GST_START_TEST (all_of_the_presentation_is_enough)
{
  Fixture f;
  fail_unless (
      f.update (0, 2, false, 2 * kSecond) == MediaReadyState::have_enough_data);
  fail_unless (f.update (1990, 2, false, 2 * kSecond)
               == MediaReadyState::have_enough_data);
  // HTML: at the end is no more to come.
  fail_unless (f.update (2000, 2, false, 2 * kSecond)
               == MediaReadyState::have_current_data);
}
GST_END_TEST

GST_START_TEST (it_is_due_where_the_playhead_changes_it)
{
  Fixture f;
  fail_unless (!f.monitor.is_due (kSecond));
  f.update (1000, 5);
  fail_unless (!f.monitor.is_due (4 * kSecond));
  fail_unless (f.monitor.is_due (4 * kSecond + 1));
  fail_unless (f.monitor.is_due (kSecond - 1));
  f.update (4001, 5);
  fail_unless (!f.monitor.is_due (5 * kSecond - 1));
  fail_unless (f.monitor.is_due (5 * kSecond));
}
GST_END_TEST

GST_START_TEST (playback_from_zero_begins_with_what_comes_soon)
{
  ReadyStateMonitor monitor;
  TimeRanges late{{kStartSlack, 9 * kSecond}};
  monitor.update (
      {.buffered = late, .playhead = 0, .starving = false, .end = kTimeNone});
  fail_unless (monitor.state () == MediaReadyState::have_enough_data);
  TimeRanges later{{kStartSlack + 1, 9 * kSecond}};
  monitor.update (
      {.buffered = later, .playhead = 0, .starving = false, .end = kTimeNone});
  fail_unless (monitor.state () == MediaReadyState::have_metadata);
}
GST_END_TEST

GST_START_TEST (a_playhead_beyond_all_is_one)
{
  ReadyStateMonitor monitor;
  TimeRanges ranges{{0, kSecond}};
  monitor.update ({.buffered = ranges,
      .playhead = kTimeInfinite,
      .starving = false,
      .end = kTimeNone});
  fail_unless (monitor.state () == MediaReadyState::have_metadata);
}
GST_END_TEST

GST_START_TEST (it_says_whether_the_state_has_changed)
{
  ReadyStateMonitor monitor;
  fail_unless (!monitor.reset ());
  ReadyStateMonitor::Facts none{
      .buffered = {}, .playhead = 0, .starving = false, .end = kTimeNone};
  fail_unless (monitor.update (none));
  fail_unless (!monitor.update (none));
  fail_unless (monitor.reset ());
  fail_unless (monitor.state () == MediaReadyState::have_nothing);
}
GST_END_TEST

static Suite *
ready_state_monitor_suite ()
{
  Suite *suite = suite_create ("mse/ready-state-monitor");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, without_data_at_the_playhead_there_are_metadata);
  tcase_add_test (tcase, a_track_without_more_leaves_the_current_data);
  tcase_add_test (tcase, enough_is_three_seconds_until_one_is_left);
  tcase_add_test (tcase, all_of_the_presentation_is_enough);
  tcase_add_test (tcase, it_is_due_where_the_playhead_changes_it);
  tcase_add_test (tcase, playback_from_zero_begins_with_what_comes_soon);
  tcase_add_test (tcase, a_playhead_beyond_all_is_one);
  tcase_add_test (tcase, it_says_whether_the_state_has_changed);
  return suite;
}
GST_CHECK_MAIN (ready_state_monitor)
