// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/wake-on-cancel.hh"

#include "base/ptr.hh"
#include "support/check.hh"

using namespace webmedia;

namespace {

struct Fixture {
  Ptr<GCancellable> cancellable =
      Ptr<GCancellable>::adopt (g_cancellable_new ());
  int woken = 0;
};

} // namespace

GST_START_TEST (who_cancels_wakes)
{
  Fixture f;
  WakeOnCancel wake (f.cancellable.get (), [&f] { f.woken++; });
  fail_unless_equals_int (f.woken, 0);
  g_cancellable_cancel (f.cancellable.get ());
  fail_unless_equals_int (f.woken, 1);
}
GST_END_TEST

GST_START_TEST (what_was_cancelled_before_wakes_at_once)
{
  Fixture f;
  g_cancellable_cancel (f.cancellable.get ());
  WakeOnCancel wake (f.cancellable.get (), [&f] { f.woken++; });
  fail_unless_equals_int (f.woken, 1);
}
GST_END_TEST

GST_START_TEST (nothing_wakes_when_the_wait_is_over)
{
  Fixture f;
  {
    WakeOnCancel wake (f.cancellable.get (), [&f] { f.woken++; });
  }
  g_cancellable_cancel (f.cancellable.get ());
  fail_unless_equals_int (f.woken, 0);
}
GST_END_TEST

GST_START_TEST (what_cannot_be_cancelled_is_never_woken)
{
  Fixture f;
  {
    WakeOnCancel wake (nullptr, [&f] { f.woken++; });
  }
  fail_unless_equals_int (f.woken, 0);
}
GST_END_TEST

static Suite *
wake_on_cancel_suite ()
{
  Suite *suite = suite_create ("wake-on-cancel");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, who_cancels_wakes);
  tcase_add_test (tc, what_was_cancelled_before_wakes_at_once);
  tcase_add_test (tc, nothing_wakes_when_the_wait_is_over);
  tcase_add_test (tc, what_cannot_be_cancelled_is_never_woken);
  return suite;
}

GST_CHECK_MAIN (wake_on_cancel)
