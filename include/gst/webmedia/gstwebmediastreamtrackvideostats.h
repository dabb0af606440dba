// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_MEDIA_STREAM_TRACK_VIDEO_STATS_H__
#define __GST_WEB_MEDIA_STREAM_TRACK_VIDEO_STATS_H__

#include <gst/webmedia/prelude.h>

G_BEGIN_DECLS

#define GST_TYPE_WEB_MEDIA_STREAM_TRACK_VIDEO_STATS                            \
  (gst_web_media_stream_track_video_stats_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (GstWebMediaStreamTrackVideoStats,
    gst_web_media_stream_track_video_stats, GST,
    WEB_MEDIA_STREAM_TRACK_VIDEO_STATS, GObject)

GST_WEB_API guint64
gst_web_media_stream_track_video_stats_get_delivered_frames (
    GstWebMediaStreamTrackVideoStats *self);
GST_WEB_API guint64
gst_web_media_stream_track_video_stats_get_discarded_frames (
    GstWebMediaStreamTrackVideoStats *self);
GST_WEB_API guint64 gst_web_media_stream_track_video_stats_get_total_frames (
    GstWebMediaStreamTrackVideoStats *self);
GST_WEB_API gchar *gst_web_media_stream_track_video_stats_to_json (
    GstWebMediaStreamTrackVideoStats *self);

G_END_DECLS

#endif
