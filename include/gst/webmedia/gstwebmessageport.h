// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_MESSAGE_PORT_H__
#define __GST_WEB_MESSAGE_PORT_H__

#include <gio/gio.h>
#include <gst/webmedia/gstwebmessageevent.h>
#include <gst/webmedia/prelude.h>

G_BEGIN_DECLS

#define GST_TYPE_WEB_MESSAGE_PORT (gst_web_message_port_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (
    GstWebMessagePort, gst_web_message_port, GST, WEB_MESSAGE_PORT, GstObject)

GST_WEB_API
gboolean gst_web_message_port_post_message (GstWebMessagePort *self,
    GVariant *message, GObject **transfer, guint n_transfer, GError **error);
GST_WEB_API
void gst_web_message_port_start (GstWebMessagePort *self);
GST_WEB_API
void gst_web_message_port_close (GstWebMessagePort *self);
GST_WEB_API
GstWebMessageEvent *gst_web_message_port_receive (
    GstWebMessagePort *self, GCancellable *cancellable, GError **error);

G_END_DECLS

#endif
