// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/error.hh"
#include "api/media-stream.hh"
#include "stream/canvas.hh"

#include <gst/webmedia/gstwebcanvas.h>

using namespace webmedia;

static_assert (GST_WEB_CANVAS_EVERY_PAINTING == stream::Canvas::kEveryPainting);

namespace {

struct State {
  std::shared_ptr<stream::Canvas> engine;
};

} // namespace

/**
 * GstWebCanvas:
 *
 * What an application paints, for live tracks of pictures: it stands for the
 * web's
 * [HTMLCanvasElement](https://w3c.github.io/mediacapture-fromelement/#html-canvas-element-media-capture-extensions).
 *
 * It has no drawing functions: an application renders its pictures with
 * whatever it likes, and gives each one that is complete to
 * gst_web_canvas_paint(). What gst_web_canvas_capture_stream() returns can be
 * consumed like any other stream, by a `mediastreamsrc` for one.
 *
 * |[<!-- language="C" -->
 * canvas = gst_web_canvas_new ();
 * stream = gst_web_canvas_capture_stream (canvas,
 *     GST_WEB_CANVAS_EVERY_PAINTING, NULL);
 * gst_web_media_stream_publish (stream, "mediastream://drawing", NULL);
 * // whenever there is something new to see:
 * gst_web_canvas_paint (canvas, picture, &error);
 * ]|
 *
 * A track keeps its canvas. Its tracks end when the canvas goes. All methods
 * can be called from any thread.
 */
struct _GstWebCanvas {
  GstObject parent;
  State *state;
};

G_DEFINE_FINAL_TYPE (GstWebCanvas, gst_web_canvas, GST_TYPE_OBJECT)

enum { PROP_0, PROP_WIDTH, PROP_HEIGHT, N_PROPERTIES };
static GParamSpec *properties[N_PROPERTIES];

static void
gst_web_canvas_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  auto self = GST_WEB_CANVAS (object);
  switch (id) {
  case PROP_WIDTH:
    g_value_set_uint (value, gst_web_canvas_get_width (self));
    break;
  case PROP_HEIGHT:
    g_value_set_uint (value, gst_web_canvas_get_height (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
}

static void
gst_web_canvas_finalize (GObject *object)
{
  delete GST_WEB_CANVAS (object)->state;
  G_OBJECT_CLASS (gst_web_canvas_parent_class)->finalize (object);
}

static void
gst_web_canvas_class_init (GstWebCanvasClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  object_class->get_property = gst_web_canvas_get_property;
  object_class->finalize = gst_web_canvas_finalize;
  auto flags = GParamFlags (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * GstWebCanvas:width: (getter get_width)
   *
   * Of what was painted last, in pixels.
   */
  properties[PROP_WIDTH] = g_param_spec_uint ("width", "Width",
      "Of what was painted last, in pixels", 0, G_MAXUINT, 0, flags);
  /**
   * GstWebCanvas:height: (getter get_height)
   *
   * Of what was painted last, in pixels.
   */
  properties[PROP_HEIGHT] = g_param_spec_uint ("height", "Height",
      "Of what was painted last, in pixels", 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

// The clock that pipelines have by default: times need no conversion then.
static void
gst_web_canvas_init (GstWebCanvas *self)
{
  self->state = new State{
      stream::Canvas::create (Ptr<GstClock>::adopt (gst_system_clock_obtain ()),
          WeakRef<GObject>::create (G_OBJECT (self)))};
}

/**
 * gst_web_canvas_new:
 *
 * Returns: (transfer full): a canvas that was not painted yet
 */
GstWebCanvas *
gst_web_canvas_new (void)
{
  return GST_WEB_CANVAS (
      gst_object_ref_sink (g_object_new (GST_TYPE_WEB_CANVAS, nullptr)));
}

/**
 * gst_web_canvas_get_width:
 * @self: the canvas
 *
 * Returns: the width of what was painted last, in pixels; 0 before
 */
guint
gst_web_canvas_get_width (GstWebCanvas *self)
{
  g_return_val_if_fail (GST_IS_WEB_CANVAS (self), 0);
  return guint (self->state->engine->size ().width);
}

/**
 * gst_web_canvas_get_height:
 * @self: the canvas
 *
 * Returns: the height of what was painted last, in pixels; 0 before
 */
guint
gst_web_canvas_get_height (GstWebCanvas *self)
{
  g_return_val_if_fail (GST_IS_WEB_CANVAS (self), 0);
  return guint (self->state->engine->size ().height);
}

/**
 * gst_web_canvas_paint:
 * @self: the canvas
 * @picture: a buffer and its caps: `video/x-raw` of any format, also one with
 *     an alpha channel, and of any size
 * @error: %GST_WEB_ERROR_TYPE when @picture is no raw picture; when it has less
 *     memory than one of its caps, or than its [struct@GstVideo.VideoMeta]
 *     says; when that is of another format, of a smaller picture, or of one
 *     that is upside down (with a negative stride); or when it is `UYVP`,
 *     `NV12_10LE32` or `NV16_10LE32` of an odd width for which GStreamer lays
 *     out too short rows, such as 3 or 9
 *
 * Replaces all that is to be seen. Tracks that want a frame now get it: the
 * same memory, with the time of this call. Times and the frame rate of @picture
 * mean nothing.
 *
 * Returns: whether it was painted
 */
gboolean
gst_web_canvas_paint (GstWebCanvas *self, GstSample *picture, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_CANVAS (self), FALSE);
  g_return_val_if_fail (GST_IS_SAMPLE (picture), FALSE);
  stream::Canvas &engine = *self->state->engine;
  GstBuffer *buffer = gst_sample_get_buffer (picture);
  if (!buffer)
    return set_error (
        error, {ErrorCode::type, "A canvas is painted with a sample that has a "
                                 "buffer; this one has none."});
  auto before = engine.size ();
  if (!check (engine.paint (Ptr<GstBuffer>::share (buffer),
                  Ptr<GstCaps>::share (gst_sample_get_caps (picture))),
          error))
    return FALSE;
  auto now = engine.size ();
  if (now.width != before.width)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WIDTH]);
  if (now.height != before.height)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HEIGHT]);
  return TRUE;
}

/**
 * gst_web_canvas_capture_stream:
 * @self: the canvas
 * @frame_request_rate: how many frames a second there are at most; 0 for those
 *     alone that are requested by
 *     gst_web_canvas_capture_media_stream_track_request_frame();
 *     %GST_WEB_CANVAS_EVERY_PAINTING for each painting
 * @error: %GST_WEB_ERROR_NOT_SUPPORTED when the rate is negative,
 *     %GST_WEB_ERROR_TYPE when it is not a finite number
 *
 * Captures what is painted, from now on, in a track of its own. What was
 * painted before is its first frame, at any rate. Where more is painted than
 * the rate allows, the newest painting of each period is a frame, at the end of
 * the period.
 *
 * https://w3c.github.io/mediacapture-fromelement/#dom-htmlcanvaselement-capturestream
 *
 * Returns: (transfer full): a stream with one track, a
 *     [class@CanvasCaptureMediaStreamTrack]; its events go to the main context
 *     that is thread-default now
 */
GstWebMediaStream *
gst_web_canvas_capture_stream (
    GstWebCanvas *self, gdouble frame_request_rate, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_CANVAS (self), nullptr);
  auto track = self->state->engine->capture (frame_request_rate);
  if (!check (track, error))
    return nullptr;
  GstWebMediaStream *made = gst_web_media_stream_new ();
  engine_of (made)->add ({*track}, stream::Cause::application);
  return made;
}
