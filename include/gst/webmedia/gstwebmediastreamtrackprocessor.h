// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_MEDIA_STREAM_TRACK_PROCESSOR_H__
#define __GST_WEB_MEDIA_STREAM_TRACK_PROCESSOR_H__

#include <gio/gio.h>
#include <gst/webmedia/gstwebmediastreamtrack.h>

G_BEGIN_DECLS

#define GST_TYPE_WEB_MEDIA_STREAM_TRACK_PROCESSOR                              \
  (gst_web_media_stream_track_processor_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (GstWebMediaStreamTrackProcessor,
    gst_web_media_stream_track_processor, GST, WEB_MEDIA_STREAM_TRACK_PROCESSOR,
    GstObject)

GST_WEB_API GstWebMediaStreamTrackProcessor *
gst_web_media_stream_track_processor_new (
    GstWebMediaStreamTrack *track, guint max_buffer_size);

GST_WEB_API GstWebMediaStreamTrack *
gst_web_media_stream_track_processor_get_track (
    GstWebMediaStreamTrackProcessor *self);
GST_WEB_API guint gst_web_media_stream_track_processor_get_max_buffer_size (
    GstWebMediaStreamTrackProcessor *self);

GST_WEB_API GstSample *gst_web_media_stream_track_processor_read (
    GstWebMediaStreamTrackProcessor *self, GCancellable *cancellable,
    GError **error);
GST_WEB_API void gst_web_media_stream_track_processor_read_async (
    GstWebMediaStreamTrackProcessor *self, GCancellable *cancellable,
    GAsyncReadyCallback callback, gpointer user_data);
GST_WEB_API GstSample *gst_web_media_stream_track_processor_read_finish (
    GstWebMediaStreamTrackProcessor *self, GAsyncResult *result,
    GError **error);

GST_WEB_API void gst_web_media_stream_track_processor_close (
    GstWebMediaStreamTrackProcessor *self);

G_END_DECLS

#endif
