// SPDX-License-Identifier: LGPL-2.1-or-later
// It looks once, some time later, whatever the system's clock is.
#include "worklet/late-look.hh"

#include "support/check.hh"

#include <gst/check/gsttestclock.h>
#include <semaphore>

using webmedia::worklet::LateLook;

namespace {

// Clocks of an application, which call nobody back.
struct PlainClock {
  GstClock parent;
};
struct PlainClockClass {
  GstClockClass parent;
};
struct RefusingClock {
  GstClock parent;
};
struct RefusingClockClass {
  GstClockClass parent;
};

GstClockTime
get_time (GstClock *)
{
  return 0;
}

GstClockReturn
refuse (GstClock *, GstClockEntry *)
{
  return GST_CLOCK_UNSUPPORTED;
}

G_DEFINE_TYPE (PlainClock, plain_clock, GST_TYPE_CLOCK)

void
plain_clock_init (PlainClock *)
{}

void
plain_clock_class_init (PlainClockClass *klass)
{
  klass->parent.get_internal_time = get_time;
}

G_DEFINE_TYPE (RefusingClock, refusing_clock, GST_TYPE_CLOCK)

void
refusing_clock_init (RefusingClock *)
{}

void
refusing_clock_class_init (RefusingClockClass *klass)
{
  klass->parent.get_internal_time = get_time;
  klass->parent.wait_async = refuse;
}

// In the place of the system's clock.
class Time {
public:
  explicit Time (GstClock *clock) : clock_ (clock) // its reference
  {
    gst_system_clock_set_default (clock);
  }
  ~Time ()
  {
    gst_system_clock_set_default (nullptr);
    gst_object_unref (clock_);
  }
  Time (const Time &) = delete;
  Time &operator= (const Time &) = delete;

private:
  GstClock *const clock_;
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
  GstClock *clock = gst_test_clock_new ();
  const Time time (clock);
  const Looked looked;
  const auto late = looked.create ();
  for (int i = 0; i < 2; i++) {
    for (int n = 0; n < 3; n++)
      late->set ();
    fail_unless_equals_int (
        gst_test_clock_peek_id_count (GST_TEST_CLOCK (clock)), 1);
    fail_unless (!looked->try_acquire ());
    fail_unless (gst_test_clock_crank (GST_TEST_CLOCK (clock)));
    looked->acquire ();
  }
}
GST_END_TEST

GST_START_TEST (it_looks_where_the_clock_calls_nobody)
{
  for (GType type : {plain_clock_get_type (), refusing_clock_get_type ()}) {
    const Time time (
        GST_CLOCK (gst_object_ref_sink (g_object_new (type, nullptr))));
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
