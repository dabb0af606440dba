// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_MESSAGE_EVENT_H__
#define __GST_WEB_MESSAGE_EVENT_H__

#include <gst/webmedia/prelude.h>

G_BEGIN_DECLS

#define GST_TYPE_WEB_MESSAGE_EVENT (gst_web_message_event_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (
    GstWebMessageEvent, gst_web_message_event, GST, WEB_MESSAGE_EVENT, GObject)

GST_WEB_API
GVariant *gst_web_message_event_get_data (GstWebMessageEvent *self);
GST_WEB_API
GPtrArray *gst_web_message_event_get_ports (GstWebMessageEvent *self);
GST_WEB_API
GPtrArray *gst_web_message_event_get_transferred (GstWebMessageEvent *self);

G_END_DECLS

#endif
