// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_AUDIO_TRACK_LIST_H__
#define __GST_WEB_AUDIO_TRACK_LIST_H__

#include <gst/webmedia/gstwebaudiotrack.h>

G_BEGIN_DECLS

#define GST_TYPE_WEB_AUDIO_TRACK_LIST (gst_web_audio_track_list_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (GstWebAudioTrackList, gst_web_audio_track_list, GST,
    WEB_AUDIO_TRACK_LIST, GstObject)

GST_WEB_API guint gst_web_audio_track_list_get_length (
    GstWebAudioTrackList *self);
GST_WEB_API GstWebAudioTrack *gst_web_audio_track_list_get (
    GstWebAudioTrackList *self, guint index);
GST_WEB_API GstWebAudioTrack *gst_web_audio_track_list_get_by_id (
    GstWebAudioTrackList *self, const gchar *id);

G_END_DECLS

#endif
