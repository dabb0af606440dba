// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_MEDIA_STREAM_TRACK_EVENT_H__
#define __GST_WEB_MEDIA_STREAM_TRACK_EVENT_H__

#include <gst/webmedia/gstwebmediastreamtrack.h>

G_BEGIN_DECLS

#define GST_TYPE_WEB_MEDIA_STREAM_TRACK_EVENT                                  \
  (gst_web_media_stream_track_event_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (GstWebMediaStreamTrackEvent,
    gst_web_media_stream_track_event, GST, WEB_MEDIA_STREAM_TRACK_EVENT,
    GObject)

GST_WEB_API GstWebMediaStreamTrackEvent *gst_web_media_stream_track_event_new (
    const gchar *type, GstWebMediaStreamTrack *track, GError **error);

GST_WEB_API const gchar *gst_web_media_stream_track_event_get_event_type (
    GstWebMediaStreamTrackEvent *self);
GST_WEB_API GstWebMediaStreamTrack *gst_web_media_stream_track_event_get_track (
    GstWebMediaStreamTrackEvent *self);

G_END_DECLS

#endif
