// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_MEDIA_SOURCE_H__
#define __GST_WEB_MEDIA_SOURCE_H__

#include <gio/gio.h>
#include <gst/webmedia/gstwebmediasourcehandle.h>
#include <gst/webmedia/gstwebsourcebufferlist.h>

G_BEGIN_DECLS

/**
 * GST_WEB_CLOCK_TIME_INFINITE:
 *
 * The web's +Infinity as a #GstClockTime: the duration of a live presentation,
 * the end of an append window that has none.
 */
#define GST_WEB_CLOCK_TIME_INFINITE ((GstClockTime)G_MAXINT64)

#define GST_TYPE_WEB_READY_STATE (gst_web_ready_state_get_type ())
#define GST_TYPE_WEB_END_OF_STREAM_ERROR                                       \
  (gst_web_end_of_stream_error_get_type ())

typedef enum {
  GST_WEB_READY_STATE_CLOSED,
  GST_WEB_READY_STATE_OPEN,
  GST_WEB_READY_STATE_ENDED,
} GstWebReadyState;

typedef enum {
  GST_WEB_END_OF_STREAM_ERROR_NONE,
  GST_WEB_END_OF_STREAM_ERROR_NETWORK,
  GST_WEB_END_OF_STREAM_ERROR_DECODE,
} GstWebEndOfStreamError;

GST_WEB_API GType gst_web_ready_state_get_type (void);
GST_WEB_API GType gst_web_end_of_stream_error_get_type (void);

#define GST_TYPE_WEB_MEDIA_SOURCE (gst_web_media_source_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (
    GstWebMediaSource, gst_web_media_source, GST, WEB_MEDIA_SOURCE, GstObject)

GST_WEB_API GstWebMediaSource *gst_web_media_source_new (void);
GST_WEB_API gboolean gst_web_media_source_is_type_supported (const gchar *type);
GST_WEB_API gboolean gst_web_media_source_can_construct_in_dedicated_worker (
    void);

GST_WEB_API GstWebMediaSourceHandle *gst_web_media_source_get_handle (
    GstWebMediaSource *self);
GST_WEB_API GstWebSourceBufferList *gst_web_media_source_get_source_buffers (
    GstWebMediaSource *self);
GST_WEB_API GstWebSourceBufferList *
gst_web_media_source_get_active_source_buffers (GstWebMediaSource *self);
GST_WEB_API GstWebAudioTrackList *gst_web_media_source_get_audio_tracks (
    GstWebMediaSource *self);
GST_WEB_API GstWebVideoTrackList *gst_web_media_source_get_video_tracks (
    GstWebMediaSource *self);
GST_WEB_API GstWebTextTrackList *gst_web_media_source_get_text_tracks (
    GstWebMediaSource *self);
GST_WEB_API GstWebReadyState gst_web_media_source_get_ready_state (
    GstWebMediaSource *self);
GST_WEB_API GstClockTime gst_web_media_source_get_duration (
    GstWebMediaSource *self);
GST_WEB_API gboolean gst_web_media_source_set_duration (
    GstWebMediaSource *self, GstClockTime duration, GError **error);
GST_WEB_API gboolean gst_web_media_source_set_live_seekable_range (
    GstWebMediaSource *self, GstClockTime start, GstClockTime end,
    GError **error);
GST_WEB_API gboolean gst_web_media_source_clear_live_seekable_range (
    GstWebMediaSource *self, GError **error);

GST_WEB_API GstWebSourceBuffer *gst_web_media_source_add_source_buffer (
    GstWebMediaSource *self, const gchar *type, GError **error);
GST_WEB_API gboolean gst_web_media_source_remove_source_buffer (
    GstWebMediaSource *self, GstWebSourceBuffer *source_buffer, GError **error);
GST_WEB_API gboolean gst_web_media_source_end_of_stream (
    GstWebMediaSource *self, GstWebEndOfStreamError reason, GError **error);
GST_WEB_API gboolean gst_web_media_source_wait_open (
    GstWebMediaSource *self, GCancellable *cancellable, GError **error);

GST_WEB_API gboolean gst_web_media_source_publish (
    GstWebMediaSource *self, const gchar *uri, GError **error);
GST_WEB_API GstWebMediaSource *gst_web_media_source_lookup (const gchar *uri);
GST_WEB_API GstWebMediaSource *gst_web_media_source_obtain (
    const gchar *uri, GError **error);

G_END_DECLS

#endif
