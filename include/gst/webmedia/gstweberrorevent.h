// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_ERROR_EVENT_H__
#define __GST_WEB_ERROR_EVENT_H__

#include <gst/webmedia/prelude.h>

G_BEGIN_DECLS

#define GST_TYPE_WEB_ERROR_EVENT (gst_web_error_event_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (
    GstWebErrorEvent, gst_web_error_event, GST, WEB_ERROR_EVENT, GObject)

GST_WEB_API
const gchar *gst_web_error_event_get_message (GstWebErrorEvent *self);
GST_WEB_API
const gchar *gst_web_error_event_get_filename (GstWebErrorEvent *self);
GST_WEB_API
guint gst_web_error_event_get_lineno (GstWebErrorEvent *self);
GST_WEB_API
guint gst_web_error_event_get_colno (GstWebErrorEvent *self);
GST_WEB_API
const gchar *gst_web_error_event_get_stack (GstWebErrorEvent *self);

G_END_DECLS

#endif
