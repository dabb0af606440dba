// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_TEXT_TRACK_H__
#define __GST_WEB_TEXT_TRACK_H__

#include <gst/webmedia/prelude.h>

G_BEGIN_DECLS

#define GST_TYPE_WEB_TEXT_TRACK_KIND (gst_web_text_track_kind_get_type ())
#define GST_TYPE_WEB_TEXT_TRACK_MODE (gst_web_text_track_mode_get_type ())

typedef enum {
  GST_WEB_TEXT_TRACK_KIND_SUBTITLES,
  GST_WEB_TEXT_TRACK_KIND_CAPTIONS,
  GST_WEB_TEXT_TRACK_KIND_DESCRIPTIONS,
  GST_WEB_TEXT_TRACK_KIND_CHAPTERS,
  GST_WEB_TEXT_TRACK_KIND_METADATA,
} GstWebTextTrackKind;

typedef enum {
  GST_WEB_TEXT_TRACK_MODE_DISABLED,
  GST_WEB_TEXT_TRACK_MODE_HIDDEN,
  GST_WEB_TEXT_TRACK_MODE_SHOWING,
} GstWebTextTrackMode;

GST_WEB_API GType gst_web_text_track_kind_get_type (void);
GST_WEB_API GType gst_web_text_track_mode_get_type (void);

typedef struct _GstWebSourceBuffer GstWebSourceBuffer;

#define GST_TYPE_WEB_TEXT_TRACK (gst_web_text_track_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (
    GstWebTextTrack, gst_web_text_track, GST, WEB_TEXT_TRACK, GstObject)

GST_WEB_API const gchar *gst_web_text_track_get_id (GstWebTextTrack *self);
GST_WEB_API GstWebTextTrackKind gst_web_text_track_get_kind (
    GstWebTextTrack *self);
GST_WEB_API const gchar *gst_web_text_track_get_label (GstWebTextTrack *self);
GST_WEB_API const gchar *gst_web_text_track_get_language (
    GstWebTextTrack *self);
GST_WEB_API GstWebTextTrackMode gst_web_text_track_get_mode (
    GstWebTextTrack *self);
GST_WEB_API void gst_web_text_track_set_mode (
    GstWebTextTrack *self, GstWebTextTrackMode mode);
GST_WEB_API GstWebSourceBuffer *gst_web_text_track_get_source_buffer (
    GstWebTextTrack *self);

G_END_DECLS

#endif
