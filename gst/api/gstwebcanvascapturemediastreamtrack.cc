// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/media-stream.hh"
#include "stream/canvas.hh"

#include <gst/webmedia/gstwebcanvascapturemediastreamtrack.h>

using namespace webmedia;

/**
 * GstWebCanvasCaptureMediaStreamTrack:
 *
 * A track of what is painted on a [class@Canvas]: the web's
 * [CanvasCaptureMediaStreamTrack](https://w3c.github.io/mediacapture-fromelement/#the-canvascapturemediastreamtrack).
 * Its clones are such, too, and frames are requested for each of them.
 */
struct _GstWebCanvasCaptureMediaStreamTrack {
  GstWebMediaStreamTrack parent;
  GstWebCanvas *canvas; // null: nobody can paint it any more
};

G_DEFINE_FINAL_TYPE (GstWebCanvasCaptureMediaStreamTrack,
    gst_web_canvas_capture_media_stream_track, GST_TYPE_WEB_MEDIA_STREAM_TRACK)

enum { PROP_CANVAS = 1 };

static void
gst_web_canvas_capture_media_stream_track_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  if (id == PROP_CANVAS)
    g_value_set_object (
        value, GST_WEB_CANVAS_CAPTURE_MEDIA_STREAM_TRACK (object)->canvas);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
gst_web_canvas_capture_media_stream_track_dispose (GObject *object)
{
  gst_clear_object (
      &GST_WEB_CANVAS_CAPTURE_MEDIA_STREAM_TRACK (object)->canvas);
  G_OBJECT_CLASS (gst_web_canvas_capture_media_stream_track_parent_class)
      ->dispose (object);
}

static void
gst_web_canvas_capture_media_stream_track_class_init (
    GstWebCanvasCaptureMediaStreamTrackClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  object_class->get_property =
      gst_web_canvas_capture_media_stream_track_get_property;
  object_class->dispose = gst_web_canvas_capture_media_stream_track_dispose;

  /**
   * GstWebCanvasCaptureMediaStreamTrack:canvas: (getter get_canvas)
   *
   * What it captures.
   */
  g_object_class_install_property (object_class, PROP_CANVAS,
      g_param_spec_object ("canvas", "Canvas", "What it captures",
          GST_TYPE_WEB_CANVAS,
          GParamFlags (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)));
}

static void
gst_web_canvas_capture_media_stream_track_init (
    GstWebCanvasCaptureMediaStreamTrack *)
{}

Ptr<GstWebMediaStreamTrack>
webmedia::make_canvas_track (stream::CanvasCapture &capture)
{
  auto made = GST_WEB_CANVAS_CAPTURE_MEDIA_STREAM_TRACK (gst_object_ref_sink (
      g_object_new (GST_TYPE_WEB_CANVAS_CAPTURE_MEDIA_STREAM_TRACK, nullptr)));
  if (capture.object)
    if (auto canvas = capture.object->lock ())
      made->canvas = GST_WEB_CANVAS (canvas.release ());
  return Ptr<GstWebMediaStreamTrack>::adopt (GST_WEB_MEDIA_STREAM_TRACK (made));
}

/**
 * gst_web_canvas_capture_media_stream_track_get_canvas:
 * @self: the track
 *
 * Returns: (transfer none) (nullable): what it captures; %NULL when the canvas
 *     had gone before anybody asked for this object of the track
 */
GstWebCanvas *
gst_web_canvas_capture_media_stream_track_get_canvas (
    GstWebCanvasCaptureMediaStreamTrack *self)
{
  g_return_val_if_fail (
      GST_IS_WEB_CANVAS_CAPTURE_MEDIA_STREAM_TRACK (self), nullptr);
  return self->canvas;
}

/**
 * gst_web_canvas_capture_media_stream_track_request_frame:
 * @self: the track
 *
 * Has the next painting be a frame, whatever the rate is. What is on the canvas
 * already does not count: request a frame, then paint what is complete.
 *
 * https://w3c.github.io/mediacapture-fromelement/#dom-canvascapturemediastreamtrack-requestframe
 */
void
gst_web_canvas_capture_media_stream_track_request_frame (
    GstWebCanvasCaptureMediaStreamTrack *self)
{
  g_return_if_fail (GST_IS_WEB_CANVAS_CAPTURE_MEDIA_STREAM_TRACK (self));
  if (const auto &capture = engine_of (&self->parent)->source->canvas)
    capture->request_frame ();
}
