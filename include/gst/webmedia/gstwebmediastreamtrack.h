// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_MEDIA_STREAM_TRACK_H__
#define __GST_WEB_MEDIA_STREAM_TRACK_H__

#include <gio/gio.h>
#include <gst/webmedia/prelude.h>

G_BEGIN_DECLS

#define GST_TYPE_WEB_MEDIA_STREAM_TRACK_STATE                                  \
  (gst_web_media_stream_track_state_get_type ())

typedef enum {
  GST_WEB_MEDIA_STREAM_TRACK_STATE_LIVE,
  GST_WEB_MEDIA_STREAM_TRACK_STATE_ENDED,
} GstWebMediaStreamTrackState;

GST_WEB_API GType gst_web_media_stream_track_state_get_type (void);

#define GST_TYPE_WEB_MEDIA_STREAM_TRACK (gst_web_media_stream_track_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (GstWebMediaStreamTrack, gst_web_media_stream_track, GST,
    WEB_MEDIA_STREAM_TRACK, GstObject)

GST_WEB_API const gchar *gst_web_media_stream_track_get_kind (
    GstWebMediaStreamTrack *self);
GST_WEB_API const gchar *gst_web_media_stream_track_get_id (
    GstWebMediaStreamTrack *self);
GST_WEB_API const gchar *gst_web_media_stream_track_get_label (
    GstWebMediaStreamTrack *self);
GST_WEB_API gboolean gst_web_media_stream_track_get_enabled (
    GstWebMediaStreamTrack *self);
GST_WEB_API void gst_web_media_stream_track_set_enabled (
    GstWebMediaStreamTrack *self, gboolean enabled);
GST_WEB_API gboolean gst_web_media_stream_track_get_muted (
    GstWebMediaStreamTrack *self);
GST_WEB_API GstWebMediaStreamTrackState
gst_web_media_stream_track_get_ready_state (GstWebMediaStreamTrack *self);
GST_WEB_API const gchar *gst_web_media_stream_track_get_content_hint (
    GstWebMediaStreamTrack *self);
GST_WEB_API void gst_web_media_stream_track_set_content_hint (
    GstWebMediaStreamTrack *self, const gchar *hint);

GST_WEB_API GObject *gst_web_media_stream_track_get_stats (
    GstWebMediaStreamTrack *self);

GST_WEB_API GVariant *gst_web_media_stream_track_get_capabilities (
    GstWebMediaStreamTrack *self);
GST_WEB_API GVariant *gst_web_media_stream_track_get_constraints (
    GstWebMediaStreamTrack *self);
GST_WEB_API GVariant *gst_web_media_stream_track_get_settings (
    GstWebMediaStreamTrack *self);
GST_WEB_API gboolean gst_web_media_stream_track_apply_constraints (
    GstWebMediaStreamTrack *self, GVariant *constraints,
    GCancellable *cancellable, GError **error);
GST_WEB_API gboolean gst_web_media_stream_track_apply_constraints_json (
    GstWebMediaStreamTrack *self, const gchar *constraints,
    GCancellable *cancellable, GError **error);
GST_WEB_API void gst_web_media_stream_track_apply_constraints_async (
    GstWebMediaStreamTrack *self, GVariant *constraints,
    GCancellable *cancellable, GAsyncReadyCallback callback,
    gpointer user_data);
GST_WEB_API gboolean gst_web_media_stream_track_apply_constraints_finish (
    GstWebMediaStreamTrack *self, GAsyncResult *result, GError **error);

GST_WEB_API GstWebMediaStreamTrack *gst_web_media_stream_track_clone (
    GstWebMediaStreamTrack *self);
GST_WEB_API void gst_web_media_stream_track_stop (GstWebMediaStreamTrack *self);

G_END_DECLS

#endif
