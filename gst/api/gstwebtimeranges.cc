// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/mse.hh"

using namespace webmedia;

/**
 * GstWebTimeRanges:
 *
 * Sorted, disjoint ranges of time: the web's
 * [TimeRanges](https://html.spec.whatwg.org/multipage/media.html#time-ranges).
 * Times are in nanoseconds. It is a snapshot, and never changes; any thread
 * may use it.
 */
struct _GstWebTimeRanges {
  std::atomic<int> references{1};
  mse::TimeRanges ranges;
};

G_DEFINE_BOXED_TYPE (GstWebTimeRanges, gst_web_time_ranges,
    gst_web_time_ranges_ref, gst_web_time_ranges_unref)

GstWebTimeRanges *
webmedia::wrap_time_ranges (const mse::TimeRanges &ranges)
{
  auto self = new GstWebTimeRanges;
  self->ranges = ranges;
  return self;
}

/**
 * gst_web_time_ranges_ref:
 * @self: the ranges
 *
 * Returns: (transfer full): @self, with one reference more
 */
GstWebTimeRanges *
gst_web_time_ranges_ref (GstWebTimeRanges *self)
{
  self->references++;
  return self;
}

/**
 * gst_web_time_ranges_unref:
 * @self: (transfer full): the ranges
 *
 * Gives a reference back.
 */
void
gst_web_time_ranges_unref (GstWebTimeRanges *self)
{
  if (--self->references == 0)
    delete self;
}

/**
 * gst_web_time_ranges_get_length:
 * @self: the ranges
 *
 * Returns: the number of ranges
 */
guint
gst_web_time_ranges_get_length (const GstWebTimeRanges *self)
{
  return guint (self->ranges.size ());
}

/**
 * gst_web_time_ranges_start:
 * @self: the ranges
 * @index: which one, from 0; less than the length
 *
 * Returns: when the range starts, in nanoseconds
 */
GstClockTime
gst_web_time_ranges_start (const GstWebTimeRanges *self, guint index)
{
  g_return_val_if_fail (index < self->ranges.size (), GST_CLOCK_TIME_NONE);
  return from_time (self->ranges[index].start);
}

/**
 * gst_web_time_ranges_end:
 * @self: the ranges
 * @index: which one, from 0; less than the length
 *
 * Returns: when the range ends, in nanoseconds; it does not hold this time
 */
GstClockTime
gst_web_time_ranges_end (const GstWebTimeRanges *self, guint index)
{
  g_return_val_if_fail (index < self->ranges.size (), GST_CLOCK_TIME_NONE);
  return from_time (self->ranges[index].end);
}

/**
 * gst_web_time_ranges_contains:
 * @self: the ranges
 * @time: a time, in nanoseconds
 *
 * Returns: whether one of the ranges holds @time
 */
gboolean
gst_web_time_ranges_contains (const GstWebTimeRanges *self, GstClockTime time)
{
  return self->ranges.find (to_time (time)) != nullptr;
}

/**
 * gst_web_time_ranges_equal:
 * @self: ranges
 * @other: other ranges
 *
 * Returns: whether both are the same times
 */
gboolean
gst_web_time_ranges_equal (
    const GstWebTimeRanges *self, const GstWebTimeRanges *other)
{
  return self->ranges == other->ranges;
}

/**
 * gst_web_time_ranges_to_string:
 * @self: the ranges
 *
 * For people: `[0.000, 2.000) [3.000, 4.000)`, in seconds.
 *
 * Returns: (transfer full): the text
 */
gchar *
gst_web_time_ranges_to_string (const GstWebTimeRanges *self)
{
  return g_strdup (self->ranges.to_string ().c_str ());
}
