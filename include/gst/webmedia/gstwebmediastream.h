// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_MEDIA_STREAM_H__
#define __GST_WEB_MEDIA_STREAM_H__

#include <gst/webmedia/gstwebmediastreamtrack.h>

G_BEGIN_DECLS

#define GST_TYPE_WEB_MEDIA_STREAM (gst_web_media_stream_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (
    GstWebMediaStream, gst_web_media_stream, GST, WEB_MEDIA_STREAM, GstObject)

GST_WEB_API GstWebMediaStream *gst_web_media_stream_new (void);
GST_WEB_API GstWebMediaStream *gst_web_media_stream_new_with_id (
    const gchar *id);
GST_WEB_API GstWebMediaStream *gst_web_media_stream_new_from_stream (
    GstWebMediaStream *stream);
GST_WEB_API GstWebMediaStream *gst_web_media_stream_new_from_tracks (
    GstWebMediaStreamTrack **tracks, guint n_tracks);

GST_WEB_API const gchar *gst_web_media_stream_get_id (GstWebMediaStream *self);
GST_WEB_API gboolean gst_web_media_stream_get_active (GstWebMediaStream *self);

GST_WEB_API GPtrArray *gst_web_media_stream_get_audio_tracks (
    GstWebMediaStream *self);
GST_WEB_API GPtrArray *gst_web_media_stream_get_video_tracks (
    GstWebMediaStream *self);
GST_WEB_API GPtrArray *gst_web_media_stream_get_tracks (
    GstWebMediaStream *self);
GST_WEB_API GstWebMediaStreamTrack *gst_web_media_stream_get_track_by_id (
    GstWebMediaStream *self, const gchar *track_id);

GST_WEB_API GstWebMediaStreamTrack *gst_web_media_stream_pick_audio_track (
    GstWebMediaStream *self, GError **error);

GST_WEB_API void gst_web_media_stream_add_track (
    GstWebMediaStream *self, GstWebMediaStreamTrack *track);
GST_WEB_API void gst_web_media_stream_remove_track (
    GstWebMediaStream *self, GstWebMediaStreamTrack *track);
GST_WEB_API GstWebMediaStream *gst_web_media_stream_clone (
    GstWebMediaStream *self);

GST_WEB_API gboolean gst_web_media_stream_publish (
    GstWebMediaStream *self, const gchar *uri, GError **error);
GST_WEB_API GstWebMediaStream *gst_web_media_stream_lookup (const gchar *uri);
GST_WEB_API GstWebMediaStream *gst_web_media_stream_obtain (
    const gchar *uri, GError **error);

G_END_DECLS

#endif
