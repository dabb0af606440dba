// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_MESSAGE_CHANNEL_H__
#define __GST_WEB_MESSAGE_CHANNEL_H__

#include <gst/webmedia/gstwebmessageport.h>
#include <gst/webmedia/prelude.h>

G_BEGIN_DECLS

#define GST_TYPE_WEB_MESSAGE_CHANNEL (gst_web_message_channel_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (GstWebMessageChannel, gst_web_message_channel, GST,
    WEB_MESSAGE_CHANNEL, GstObject)

GST_WEB_API
GstWebMessageChannel *gst_web_message_channel_new (void);
GST_WEB_API
GstWebMessagePort *gst_web_message_channel_get_port1 (
    GstWebMessageChannel *self);
GST_WEB_API
GstWebMessagePort *gst_web_message_channel_get_port2 (
    GstWebMessageChannel *self);

G_END_DECLS

#endif
