// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/frame-rate-meter.hh"

#include "support/check.hh"

using namespace webmedia;
using namespace webmedia::devices;

GST_START_TEST (two_frames_make_a_rate)
{
  FrameRateMeter meter;
  fail_if (meter.rate (0).has_value ());
  meter.add (kSecond);
  fail_if (meter.rate (kSecond).has_value ());
  meter.add (kSecond + 40 * kMillisecond);
  fail_unless_equals_float (*meter.rate (kSecond + 40 * kMillisecond), 25);
  // Two at the same time make none.
  FrameRateMeter twice;
  twice.add (kSecond);
  twice.add (kSecond);
  fail_if (twice.rate (kSecond).has_value ());
}
GST_END_TEST

GST_START_TEST (only_what_came_lately_counts)
{
  FrameRateMeter meter;
  for (int i = 0; i < 200; i++)
    meter.add (i * 40 * kMillisecond);
  Time last = 199 * 40 * kMillisecond;
  fail_unless_equals_float (*meter.rate (last), 25);
  for (int i = 1; i <= 100; i++)
    meter.add (last + i * 10 * kMillisecond);
  fail_unless_equals_float (*meter.rate (last + kSecond), 100);
  fail_if (meter.rate (last + 4 * kSecond).has_value ());
}
GST_END_TEST

static Suite *
frame_rate_meter_suite ()
{
  Suite *suite = suite_create ("devices/frame-rate-meter");
  TCase *meter = tcase_create ("meter");
  suite_add_tcase (suite, meter);
  tcase_add_test (meter, two_frames_make_a_rate);
  tcase_add_test (meter, only_what_came_lately_counts);
  return suite;
}
GST_CHECK_MAIN (frame_rate_meter)
