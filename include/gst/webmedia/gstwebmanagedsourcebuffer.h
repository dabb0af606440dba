// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_MANAGED_SOURCE_BUFFER_H__
#define __GST_WEB_MANAGED_SOURCE_BUFFER_H__

#include <gst/webmedia/gstwebbufferedchangeevent.h>
#include <gst/webmedia/gstwebsourcebuffer.h>

G_BEGIN_DECLS

#define GST_TYPE_WEB_MANAGED_SOURCE_BUFFER                                     \
  (gst_web_managed_source_buffer_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (GstWebManagedSourceBuffer, gst_web_managed_source_buffer,
    GST, WEB_MANAGED_SOURCE_BUFFER, GstWebSourceBuffer)

G_END_DECLS

#endif
