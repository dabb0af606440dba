// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_BUFFERED_CHANGE_EVENT_H__
#define __GST_WEB_BUFFERED_CHANGE_EVENT_H__

#include <gst/webmedia/gstwebtimeranges.h>

G_BEGIN_DECLS

#define GST_TYPE_WEB_BUFFERED_CHANGE_EVENT                                     \
  (gst_web_buffered_change_event_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (GstWebBufferedChangeEvent, gst_web_buffered_change_event,
    GST, WEB_BUFFERED_CHANGE_EVENT, GObject)

GST_WEB_API GstWebTimeRanges *gst_web_buffered_change_event_get_added_ranges (
    GstWebBufferedChangeEvent *self);
GST_WEB_API GstWebTimeRanges *gst_web_buffered_change_event_get_removed_ranges (
    GstWebBufferedChangeEvent *self);

G_END_DECLS

#endif
