// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_TEXT_TRACK_LIST_H__
#define __GST_WEB_TEXT_TRACK_LIST_H__

#include <gst/webmedia/gstwebtexttrack.h>

G_BEGIN_DECLS

#define GST_TYPE_WEB_TEXT_TRACK_LIST (gst_web_text_track_list_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (GstWebTextTrackList, gst_web_text_track_list, GST,
    WEB_TEXT_TRACK_LIST, GstObject)

GST_WEB_API guint gst_web_text_track_list_get_length (
    GstWebTextTrackList *self);
GST_WEB_API GstWebTextTrack *gst_web_text_track_list_get (
    GstWebTextTrackList *self, guint index);
GST_WEB_API GstWebTextTrack *gst_web_text_track_list_get_by_id (
    GstWebTextTrackList *self, const gchar *id);

G_END_DECLS

#endif
