// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_CANVAS_H__
#define __GST_WEB_CANVAS_H__

#include <gst/webmedia/gstwebmediastream.h>

G_BEGIN_DECLS

/**
 * GST_WEB_CANVAS_EVERY_PAINTING:
 *
 * A rate for gst_web_canvas_capture_stream(): each painting is a frame, as
 * where the web's `captureStream()` is called without an argument.
 */
#define GST_WEB_CANVAS_EVERY_PAINTING 1.7976931348623157e308

#define GST_TYPE_WEB_CANVAS (gst_web_canvas_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (GstWebCanvas, gst_web_canvas, GST, WEB_CANVAS, GstObject)

GST_WEB_API GstWebCanvas *gst_web_canvas_new (void);

GST_WEB_API guint gst_web_canvas_get_width (GstWebCanvas *self);
GST_WEB_API guint gst_web_canvas_get_height (GstWebCanvas *self);

GST_WEB_API gboolean gst_web_canvas_paint (
    GstWebCanvas *self, GstSample *picture, GError **error);
GST_WEB_API GstWebMediaStream *gst_web_canvas_capture_stream (
    GstWebCanvas *self, gdouble frame_request_rate, GError **error);

G_END_DECLS

#endif
