// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_MEDIA_SOURCE_HANDLE_H__
#define __GST_WEB_MEDIA_SOURCE_HANDLE_H__

#include <gst/webmedia/prelude.h>

G_BEGIN_DECLS

#define GST_TYPE_WEB_MEDIA_SOURCE_HANDLE                                       \
  (gst_web_media_source_handle_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (GstWebMediaSourceHandle, gst_web_media_source_handle, GST,
    WEB_MEDIA_SOURCE_HANDLE, GstObject)

G_END_DECLS

#endif
