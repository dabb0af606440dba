// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_TIME_RANGES_H__
#define __GST_WEB_TIME_RANGES_H__

#include <gst/webmedia/prelude.h>

G_BEGIN_DECLS

#define GST_TYPE_WEB_TIME_RANGES (gst_web_time_ranges_get_type ())
typedef struct _GstWebTimeRanges GstWebTimeRanges;

GST_WEB_API GType gst_web_time_ranges_get_type (void);
GST_WEB_API GstWebTimeRanges *gst_web_time_ranges_ref (GstWebTimeRanges *self);
GST_WEB_API void gst_web_time_ranges_unref (GstWebTimeRanges *self);
GST_WEB_API guint gst_web_time_ranges_get_length (const GstWebTimeRanges *self);
GST_WEB_API GstClockTime gst_web_time_ranges_start (
    const GstWebTimeRanges *self, guint index);
GST_WEB_API GstClockTime gst_web_time_ranges_end (
    const GstWebTimeRanges *self, guint index);
GST_WEB_API gboolean gst_web_time_ranges_contains (
    const GstWebTimeRanges *self, GstClockTime time);
GST_WEB_API gboolean gst_web_time_ranges_equal (
    const GstWebTimeRanges *self, const GstWebTimeRanges *other);
GST_WEB_API gchar *gst_web_time_ranges_to_string (const GstWebTimeRanges *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstWebTimeRanges, gst_web_time_ranges_unref)

G_END_DECLS

#endif
