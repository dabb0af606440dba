// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/clocks.hh"

namespace {

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

webmedia::Ptr<GstClock>
make_clock (GType type)
{
  return webmedia::Ptr<GstClock>::adopt (
      GST_CLOCK (gst_object_ref_sink (g_object_new (type, nullptr))));
}

} // namespace

namespace webmedia::test {

Ptr<GstClock>
make_plain_clock ()
{
  return make_clock (plain_clock_get_type ());
}

Ptr<GstClock>
make_refusing_clock ()
{
  return make_clock (refusing_clock_get_type ());
}

} // namespace webmedia::test
