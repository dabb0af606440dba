// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_MEDIA_STREAM_AUDIO_DESTINATION_H__
#define __GST_WEB_MEDIA_STREAM_AUDIO_DESTINATION_H__

#include <gst/webmedia/gstwebmediastream.h>

G_BEGIN_DECLS

#define GST_TYPE_WEB_MEDIA_STREAM_AUDIO_DESTINATION                            \
  (gst_web_media_stream_audio_destination_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (GstWebMediaStreamAudioDestination,
    gst_web_media_stream_audio_destination, GST,
    WEB_MEDIA_STREAM_AUDIO_DESTINATION, GstObject)

GST_WEB_API GstWebMediaStreamAudioDestination *
gst_web_media_stream_audio_destination_new (GstCaps *format, GError **error);

GST_WEB_API GstCaps *gst_web_media_stream_audio_destination_get_format (
    GstWebMediaStreamAudioDestination *self);
GST_WEB_API GstWebMediaStream *
gst_web_media_stream_audio_destination_get_stream (
    GstWebMediaStreamAudioDestination *self);

GST_WEB_API gboolean gst_web_media_stream_audio_destination_push (
    GstWebMediaStreamAudioDestination *self, GstBuffer *block, GError **error);

G_END_DECLS

#endif
