// SPDX-License-Identifier: LGPL-2.1-or-later
// It looks once, some time later, whatever the system's clock is.
#include "worklet/late-look.hh"

#include "support/check.hh"
#include "support/clocks.hh"

#include <gst/check/gsttestclock.h>
#include <semaphore>

using namespace webmedia;
using webmedia::worklet::LateLook;

namespace {

// In the place of the system's clock.
class SystemClock {
public:
  explicit SystemClock (const Ptr<GstClock> &clock)
  {
    gst_system_clock_set_default (clock.get ());
  }
  ~SystemClock () { gst_system_clock_set_default (nullptr); }
  SystemClock (const SystemClock &) = delete;
  SystemClock &operator= (const SystemClock &) = delete;
};

// Counts the looks of what it creates, also when the last one ends late.
class Looked {
public:
  std::shared_ptr<LateLook> create () const
  {
    return LateLook::create ([times = times_] { times->release (); });
  }
  std::counting_semaphore<> *operator->() const { return times_.get (); }

private:
  const std::shared_ptr<std::counting_semaphore<>> times_ =
      std::make_shared<std::counting_semaphore<>> (0);
};

} // namespace

GST_START_TEST (it_looks_once_however_often_it_is_asked)
{
  const auto clock = Ptr<GstClock>::adopt (gst_test_clock_new ());
  const auto test_clock = GST_TEST_CLOCK (clock.get ());
  const SystemClock system_clock (clock);
  const Looked looked;
  const auto late = looked.create ();
  for (int i = 0; i < 2; i++) {
    for (int n = 0; n < 3; n++)
      late->set ();
    fail_unless_equals_int (gst_test_clock_peek_id_count (test_clock), 1);
    fail_unless (!looked->try_acquire ());
    fail_unless (gst_test_clock_crank (test_clock));
    looked->acquire ();
  }
}
GST_END_TEST

GST_START_TEST (it_looks_where_the_clock_calls_nobody)
{
  for (auto make : {test::make_plain_clock, test::make_refusing_clock}) {
    const SystemClock system_clock (make ());
    const Looked looked;
    const auto late = looked.create ();
    for (int i = 0; i < 2; i++) {
      late->set ();
      looked->acquire ();
    }
  }
}
GST_END_TEST

static Suite *
late_look_suite (void)
{
  Suite *suite = suite_create ("late-look");
  TCase *chain = tcase_create ("general");
  suite_add_tcase (suite, chain);
  tcase_add_test (chain, it_looks_once_however_often_it_is_asked);
  tcase_add_test (chain, it_looks_where_the_clock_calls_nobody);
  return suite;
}

GST_CHECK_MAIN (late_look)
