// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_SOURCE_BUFFER_H__
#define __GST_WEB_SOURCE_BUFFER_H__

#include <gst/webmedia/gstwebaudiotracklist.h>
#include <gst/webmedia/gstwebtexttracklist.h>
#include <gst/webmedia/gstwebtimeranges.h>
#include <gst/webmedia/gstwebvideotracklist.h>

G_BEGIN_DECLS

#define GST_TYPE_WEB_APPEND_MODE (gst_web_append_mode_get_type ())

typedef enum {
  GST_WEB_APPEND_MODE_SEGMENTS,
  GST_WEB_APPEND_MODE_SEQUENCE,
} GstWebAppendMode;

GST_WEB_API GType gst_web_append_mode_get_type (void);

#define GST_TYPE_WEB_SOURCE_BUFFER (gst_web_source_buffer_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (GstWebSourceBuffer, gst_web_source_buffer, GST,
    WEB_SOURCE_BUFFER, GstObject)

GST_WEB_API GstWebAppendMode gst_web_source_buffer_get_mode (
    GstWebSourceBuffer *self);
GST_WEB_API gboolean gst_web_source_buffer_set_mode (
    GstWebSourceBuffer *self, GstWebAppendMode mode, GError **error);
GST_WEB_API gboolean gst_web_source_buffer_get_updating (
    GstWebSourceBuffer *self);
GST_WEB_API GstWebTimeRanges *gst_web_source_buffer_get_buffered (
    GstWebSourceBuffer *self, GError **error);
GST_WEB_API GstClockTimeDiff gst_web_source_buffer_get_timestamp_offset (
    GstWebSourceBuffer *self);
GST_WEB_API gboolean gst_web_source_buffer_set_timestamp_offset (
    GstWebSourceBuffer *self, GstClockTimeDiff offset, GError **error);
GST_WEB_API GstClockTime gst_web_source_buffer_get_append_window_start (
    GstWebSourceBuffer *self);
GST_WEB_API gboolean gst_web_source_buffer_set_append_window_start (
    GstWebSourceBuffer *self, GstClockTime start, GError **error);
GST_WEB_API GstClockTime gst_web_source_buffer_get_append_window_end (
    GstWebSourceBuffer *self);
GST_WEB_API gboolean gst_web_source_buffer_set_append_window_end (
    GstWebSourceBuffer *self, GstClockTime end, GError **error);
GST_WEB_API guint64 gst_web_source_buffer_get_quota (GstWebSourceBuffer *self);
GST_WEB_API void gst_web_source_buffer_set_quota (
    GstWebSourceBuffer *self, guint64 bytes);
GST_WEB_API guint64 gst_web_source_buffer_get_stored_bytes (
    GstWebSourceBuffer *self);
GST_WEB_API GstWebAudioTrackList *gst_web_source_buffer_get_audio_tracks (
    GstWebSourceBuffer *self);
GST_WEB_API GstWebVideoTrackList *gst_web_source_buffer_get_video_tracks (
    GstWebSourceBuffer *self);
GST_WEB_API GstWebTextTrackList *gst_web_source_buffer_get_text_tracks (
    GstWebSourceBuffer *self);

GST_WEB_API gboolean gst_web_source_buffer_append_buffer (
    GstWebSourceBuffer *self, GstBuffer *data, GError **error);
GST_WEB_API gboolean gst_web_source_buffer_append_buffer_sync (
    GstWebSourceBuffer *self, GstBuffer *data, GError **error);
GST_WEB_API gboolean gst_web_source_buffer_remove (GstWebSourceBuffer *self,
    GstClockTime start, GstClockTime end, GError **error);
GST_WEB_API gboolean gst_web_source_buffer_remove_sync (
    GstWebSourceBuffer *self, GstClockTime start, GstClockTime end,
    GError **error);
GST_WEB_API gboolean gst_web_source_buffer_abort (
    GstWebSourceBuffer *self, GError **error);
GST_WEB_API gboolean gst_web_source_buffer_change_type (
    GstWebSourceBuffer *self, const gchar *type, GError **error);

G_END_DECLS

#endif
