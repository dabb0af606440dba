// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_VIDEO_TRACK_LIST_H__
#define __GST_WEB_VIDEO_TRACK_LIST_H__

#include <gst/webmedia/gstwebvideotrack.h>

G_BEGIN_DECLS

#define GST_TYPE_WEB_VIDEO_TRACK_LIST (gst_web_video_track_list_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (GstWebVideoTrackList, gst_web_video_track_list, GST,
    WEB_VIDEO_TRACK_LIST, GstObject)

GST_WEB_API guint gst_web_video_track_list_get_length (
    GstWebVideoTrackList *self);
GST_WEB_API GstWebVideoTrack *gst_web_video_track_list_get (
    GstWebVideoTrackList *self, guint index);
GST_WEB_API GstWebVideoTrack *gst_web_video_track_list_get_by_id (
    GstWebVideoTrackList *self, const gchar *id);
GST_WEB_API gint gst_web_video_track_list_get_selected_index (
    GstWebVideoTrackList *self);

G_END_DECLS

#endif
