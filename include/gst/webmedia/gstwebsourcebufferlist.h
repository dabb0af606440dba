// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_SOURCE_BUFFER_LIST_H__
#define __GST_WEB_SOURCE_BUFFER_LIST_H__

#include <gst/webmedia/gstwebsourcebuffer.h>

G_BEGIN_DECLS

#define GST_TYPE_WEB_SOURCE_BUFFER_LIST (gst_web_source_buffer_list_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (GstWebSourceBufferList, gst_web_source_buffer_list, GST,
    WEB_SOURCE_BUFFER_LIST, GstObject)

GST_WEB_API guint gst_web_source_buffer_list_get_length (
    GstWebSourceBufferList *self);
GST_WEB_API GstWebSourceBuffer *gst_web_source_buffer_list_get (
    GstWebSourceBufferList *self, guint index);

G_END_DECLS

#endif
