// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_MEDIA_STREAM_TRACK_AUDIO_STATS_H__
#define __GST_WEB_MEDIA_STREAM_TRACK_AUDIO_STATS_H__

#include <gst/webmedia/prelude.h>

G_BEGIN_DECLS

#define GST_TYPE_WEB_MEDIA_STREAM_TRACK_AUDIO_STATS                            \
  (gst_web_media_stream_track_audio_stats_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (GstWebMediaStreamTrackAudioStats,
    gst_web_media_stream_track_audio_stats, GST,
    WEB_MEDIA_STREAM_TRACK_AUDIO_STATS, GObject)

GST_WEB_API guint64
gst_web_media_stream_track_audio_stats_get_delivered_frames (
    GstWebMediaStreamTrackAudioStats *self);
GST_WEB_API GstClockTime
gst_web_media_stream_track_audio_stats_get_delivered_frames_duration (
    GstWebMediaStreamTrackAudioStats *self);
GST_WEB_API guint64 gst_web_media_stream_track_audio_stats_get_total_frames (
    GstWebMediaStreamTrackAudioStats *self);
GST_WEB_API GstClockTime
gst_web_media_stream_track_audio_stats_get_total_frames_duration (
    GstWebMediaStreamTrackAudioStats *self);
GST_WEB_API GstClockTime gst_web_media_stream_track_audio_stats_get_latency (
    GstWebMediaStreamTrackAudioStats *self);
GST_WEB_API GstClockTime
gst_web_media_stream_track_audio_stats_get_average_latency (
    GstWebMediaStreamTrackAudioStats *self);
GST_WEB_API GstClockTime
gst_web_media_stream_track_audio_stats_get_minimum_latency (
    GstWebMediaStreamTrackAudioStats *self);
GST_WEB_API GstClockTime
gst_web_media_stream_track_audio_stats_get_maximum_latency (
    GstWebMediaStreamTrackAudioStats *self);
GST_WEB_API void gst_web_media_stream_track_audio_stats_reset_latency (
    GstWebMediaStreamTrackAudioStats *self);

GST_WEB_API gchar *gst_web_media_stream_track_audio_stats_to_json (
    GstWebMediaStreamTrackAudioStats *self);

G_END_DECLS

#endif
