// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_MANAGED_MEDIA_SOURCE_H__
#define __GST_WEB_MANAGED_MEDIA_SOURCE_H__

#include <gst/webmedia/gstwebmanagedsourcebuffer.h>
#include <gst/webmedia/gstwebmediasource.h>

G_BEGIN_DECLS

#define GST_TYPE_WEB_MANAGED_MEDIA_SOURCE                                      \
  (gst_web_managed_media_source_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (GstWebManagedMediaSource, gst_web_managed_media_source,
    GST, WEB_MANAGED_MEDIA_SOURCE, GstWebMediaSource)

GST_WEB_API GstWebManagedMediaSource *gst_web_managed_media_source_new (void);
GST_WEB_API gboolean gst_web_managed_media_source_get_streaming (
    GstWebManagedMediaSource *self);
GST_WEB_API void gst_web_managed_media_source_clean_memory (
    GstWebManagedMediaSource *self);

G_END_DECLS

#endif
