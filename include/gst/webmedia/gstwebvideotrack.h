// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_VIDEO_TRACK_H__
#define __GST_WEB_VIDEO_TRACK_H__

#include <gst/webmedia/prelude.h>

G_BEGIN_DECLS

typedef struct _GstWebSourceBuffer GstWebSourceBuffer;

#define GST_TYPE_WEB_VIDEO_TRACK (gst_web_video_track_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (
    GstWebVideoTrack, gst_web_video_track, GST, WEB_VIDEO_TRACK, GstObject)

GST_WEB_API const gchar *gst_web_video_track_get_id (GstWebVideoTrack *self);
GST_WEB_API const gchar *gst_web_video_track_get_kind (GstWebVideoTrack *self);
GST_WEB_API const gchar *gst_web_video_track_get_label (GstWebVideoTrack *self);
GST_WEB_API const gchar *gst_web_video_track_get_language (
    GstWebVideoTrack *self);
GST_WEB_API gboolean gst_web_video_track_get_selected (GstWebVideoTrack *self);
GST_WEB_API void gst_web_video_track_set_selected (
    GstWebVideoTrack *self, gboolean selected);
GST_WEB_API GstWebSourceBuffer *gst_web_video_track_get_source_buffer (
    GstWebVideoTrack *self);

G_END_DECLS

#endif
