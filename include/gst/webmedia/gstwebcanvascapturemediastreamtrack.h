// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_CANVAS_CAPTURE_MEDIA_STREAM_TRACK_H__
#define __GST_WEB_CANVAS_CAPTURE_MEDIA_STREAM_TRACK_H__

#include <gst/webmedia/gstwebcanvas.h>
#include <gst/webmedia/gstwebmediastreamtrack.h>

G_BEGIN_DECLS

#define GST_TYPE_WEB_CANVAS_CAPTURE_MEDIA_STREAM_TRACK                         \
  (gst_web_canvas_capture_media_stream_track_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (GstWebCanvasCaptureMediaStreamTrack,
    gst_web_canvas_capture_media_stream_track, GST,
    WEB_CANVAS_CAPTURE_MEDIA_STREAM_TRACK, GstWebMediaStreamTrack)

GST_WEB_API GstWebCanvas *gst_web_canvas_capture_media_stream_track_get_canvas (
    GstWebCanvasCaptureMediaStreamTrack *self);
GST_WEB_API void gst_web_canvas_capture_media_stream_track_request_frame (
    GstWebCanvasCaptureMediaStreamTrack *self);

G_END_DECLS

#endif
