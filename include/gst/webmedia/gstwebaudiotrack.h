// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_AUDIO_TRACK_H__
#define __GST_WEB_AUDIO_TRACK_H__

#include <gst/webmedia/prelude.h>

G_BEGIN_DECLS

typedef struct _GstWebSourceBuffer GstWebSourceBuffer;

#define GST_TYPE_WEB_AUDIO_TRACK (gst_web_audio_track_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (
    GstWebAudioTrack, gst_web_audio_track, GST, WEB_AUDIO_TRACK, GstObject)

GST_WEB_API const gchar *gst_web_audio_track_get_id (GstWebAudioTrack *self);
GST_WEB_API const gchar *gst_web_audio_track_get_kind (GstWebAudioTrack *self);
GST_WEB_API const gchar *gst_web_audio_track_get_label (GstWebAudioTrack *self);
GST_WEB_API const gchar *gst_web_audio_track_get_language (
    GstWebAudioTrack *self);
GST_WEB_API gboolean gst_web_audio_track_get_enabled (GstWebAudioTrack *self);
GST_WEB_API void gst_web_audio_track_set_enabled (
    GstWebAudioTrack *self, gboolean enabled);
GST_WEB_API GstWebSourceBuffer *gst_web_audio_track_get_source_buffer (
    GstWebAudioTrack *self);

G_END_DECLS

#endif
