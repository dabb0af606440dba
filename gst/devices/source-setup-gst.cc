// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/source-setup-gst.hh"

#include "base/clock-id.hh"
#include "base/ptr.hh"

#include <functional>
#include <memory>

namespace webmedia::devices {

namespace {

struct IteratorFree {
  void operator() (GstIterator *iterator) const
  {
    gst_iterator_free (iterator);
  }
};

bool
is_made_by (GstElement *element, const char *name)
{
  GstElementFactory *factory = gst_element_get_factory (element);
  return factory && g_str_equal (GST_OBJECT_NAME (factory), name);
}

// What pipewiresrc hands out is the memory of its stream. That goes when the
// source is closed or the device goes, also from who still has a buffer, and
// with 0.3.65 such a buffer calls its source when it is let go of. A track's
// consumers keep buffers as long as they like, and a device is closed and
// opened again while they do: so they get copies.
void
set_up (GstElement *source)
{
  GParamSpec *copies =
      g_object_class_find_property (G_OBJECT_GET_CLASS (source), "always-copy");
  if (is_made_by (source, "pipewiresrc") && copies
      && copies->value_type == G_TYPE_BOOLEAN)
    g_object_set (source, "always-copy", TRUE, nullptr);
}

// Of itself and, where it is made of several, of them.
void
for_each_of (
    GstElement *source, const std::function<void (GstElement *)> &function)
{
  function (source);
  if (!GST_IS_BIN (source))
    return;
  std::unique_ptr<GstIterator, IteratorFree> all (
      gst_bin_iterate_recurse (GST_BIN_CAST (source)));
  auto each = [] (const GValue *element, gpointer data) {
    (*static_cast<const std::function<void (GstElement *)> *> (data)) (
        GST_ELEMENT_CAST (g_value_get_object (element)));
  };
  auto data = const_cast<std::function<void (GstElement *)> *> (&function);
  while (gst_iterator_foreach (all.get (), each, data) == GST_ITERATOR_RESYNC)
    gst_iterator_resync (all.get ());
}

void
wait_for (GstClockTime time)
{
  auto clock = Ptr<GstClock>::adopt (gst_system_clock_obtain ());
  auto id = make_clock_id (
      clock.get (), Time (gst_clock_get_time (clock.get ()) + time));
  gst_clock_id_wait (id.get (), nullptr);
}

} // namespace

void
set_up_source (GstElement *source)
{
  for_each_of (source, set_up);
}

// PipeWire up to 1.5 does not take back what its thread has to hand on still
// when a stream goes, and then uses it. A stream that is told to stop gets no
// more, and its thread the time to come to the end of that: nothing tells when.
// There is a stream from PAUSED on, and it may be active where PLAYING has
// failed, or comes by and by to what the source is a part of.
void
stop_source (GstElement *source)
{
  bool has_stream = false;
  for_each_of (source, [&] (GstElement *element) {
    has_stream |= is_made_by (element, "pipewiresrc")
                  && GST_STATE (element) >= GST_STATE_PAUSED;
  });
  if (GST_STATE (source) >= GST_STATE_PAUSED)
    gst_element_set_state (source, GST_STATE_PAUSED);
  if (has_stream)
    wait_for (50 * GST_MSECOND);
}

} // namespace webmedia::devices
