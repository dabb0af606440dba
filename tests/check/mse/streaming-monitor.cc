// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/streaming-monitor.hh"

#include "support/check.hh"

using namespace webmedia;
using namespace webmedia::mse;

static TimeRanges
seconds (Time start, Time end)
{
  return {{start * kSecond, end * kSecond}};
}

GST_START_TEST (it_wants_data_at_first)
{
  StreamingMonitor monitor;
  fail_unless (!monitor.streaming ());
  fail_unless (monitor.update ({}, 0, kTimeNone));
  fail_unless (monitor.streaming ());
  fail_unless (!monitor.update ({}, 0, kTimeNone));
}
GST_END_TEST

GST_START_TEST (it_fetches_to_thirty_seconds_and_rests_until_ten)
{
  StreamingMonitor monitor;
  monitor.update ({}, 0, kTimeNone);
  fail_unless (!monitor.update (seconds (0, 30), 0, kTimeNone));
  fail_unless (monitor.update (seconds (0, 31), 0, kTimeNone));
  fail_unless (!monitor.streaming ());
  fail_unless (!monitor.update (seconds (0, 31), 20 * kSecond, kTimeNone));
  fail_unless (monitor.update (seconds (0, 31), 21 * kSecond, kTimeNone));
  fail_unless (monitor.streaming ());
}
GST_END_TEST

GST_START_TEST (it_is_due_where_the_playhead_changes_it)
{
  StreamingMonitor monitor;
  monitor.update ({}, 0, kTimeNone);
  monitor.update (seconds (0, 40), 5 * kSecond, kTimeNone);
  fail_unless (!monitor.streaming ());
  fail_unless (!monitor.is_due (6 * kSecond));
  fail_unless (!monitor.is_due (30 * kSecond - 1));
  fail_unless (monitor.is_due (30 * kSecond));
  fail_unless (monitor.is_due (4 * kSecond));
}
GST_END_TEST

GST_START_TEST (a_seek_to_where_nothing_is_wants_data)
{
  StreamingMonitor monitor;
  monitor.update (seconds (0, 40), 0, kTimeNone);
  fail_unless (!monitor.streaming ());
  fail_unless (monitor.is_due (60 * kSecond));
  fail_unless (monitor.update (seconds (0, 40), 60 * kSecond, kTimeNone));
  fail_unless (monitor.streaming ());
  fail_unless (monitor.is_due (0));
  fail_unless (monitor.update (seconds (0, 40), 0, kTimeNone));
  fail_unless (!monitor.streaming ());
}
GST_END_TEST

GST_START_TEST (all_of_a_short_presentation_is_enough)
{
  StreamingMonitor monitor;
  monitor.update ({}, 0, kTimeNone);
  fail_unless (monitor.update (seconds (0, 5), 0, 5 * kSecond));
  fail_unless (!monitor.streaming ());
  fail_unless (!monitor.is_due (4 * kSecond));
  fail_unless (!monitor.update (seconds (0, 5), 5 * kSecond, 5 * kSecond));
  fail_unless (!monitor.streaming ());
}
GST_END_TEST

GST_START_TEST (playback_from_zero_takes_what_begins_a_little_later)
{
  StreamingMonitor monitor;
  monitor.update ({}, 0, kTimeNone);
  fail_unless (monitor.update (seconds (1, 5), 0, 5 * kSecond));
  monitor.reset ();
  monitor.update ({}, 0, kTimeNone);
  fail_unless (!monitor.update (seconds (2, 5), 0, 5 * kSecond));
}
GST_END_TEST

GST_START_TEST (a_closed_source_wants_nothing)
{
  StreamingMonitor monitor;
  monitor.update ({}, 0, kTimeNone);
  monitor.reset ();
  fail_unless (!monitor.streaming ());
}
GST_END_TEST

static Suite *
streaming_monitor_suite ()
{
  Suite *suite = suite_create ("mse/streaming-monitor");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, it_wants_data_at_first);
  tcase_add_test (tcase, it_fetches_to_thirty_seconds_and_rests_until_ten);
  tcase_add_test (tcase, it_is_due_where_the_playhead_changes_it);
  tcase_add_test (tcase, a_seek_to_where_nothing_is_wants_data);
  tcase_add_test (tcase, all_of_a_short_presentation_is_enough);
  tcase_add_test (tcase, playback_from_zero_takes_what_begins_a_little_later);
  tcase_add_test (tcase, a_closed_source_wants_nothing);
  return suite;
}
GST_CHECK_MAIN (streaming_monitor)
