// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/image-capture.hh"

#include "api/error.hh"
#include "api/frame-reading.hh"
#include "api/media-stream.hh"

using namespace webmedia;

/**
 * GstWebImageCapture:
 *
 * Takes single pictures of a track: the web's
 * [ImageCapture](https://w3c.github.io/mediacapture-image/#imagecaptureapi).
 *
 * gst_web_image_capture_grab_frame() gives a frame of any track as it is.
 * gst_web_image_capture_take_photo() gives a JPEG file, of the track of a
 * camera: of a frame of its stream, as GStreamer knows no other way to take
 * one.
 *
 * All methods can be called from any thread.
 */
struct _GstWebImageCapture {
  GstObject parent;
  GstWebMediaStreamTrack *track;
};

G_DEFINE_FINAL_TYPE (GstWebImageCapture, gst_web_image_capture, GST_TYPE_OBJECT)

enum { PROP_TRACK = 1 };

static void
gst_web_image_capture_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  if (id == PROP_TRACK)
    g_value_set_object (value, GST_WEB_IMAGE_CAPTURE (object)->track);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
gst_web_image_capture_dispose (GObject *object)
{
  gst_clear_object (&GST_WEB_IMAGE_CAPTURE (object)->track);
  G_OBJECT_CLASS (gst_web_image_capture_parent_class)->dispose (object);
}

static void
gst_web_image_capture_class_init (GstWebImageCaptureClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  object_class->get_property = gst_web_image_capture_get_property;
  object_class->dispose = gst_web_image_capture_dispose;

  /**
   * GstWebImageCapture:track: (getter get_track)
   *
   * What pictures are taken of.
   */
  g_object_class_install_property (object_class, PROP_TRACK,
      g_param_spec_object ("track", "Track", "What pictures are taken of",
          GST_TYPE_WEB_MEDIA_STREAM_TRACK,
          GParamFlags (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)));
}

static void
gst_web_image_capture_init (GstWebImageCapture *)
{}

/**
 * gst_web_image_capture_new:
 * @track: a track of pictures
 * @error: %GST_WEB_ERROR_NOT_SUPPORTED when @track is one of sound
 *
 * https://w3c.github.io/mediacapture-image/#dom-imagecapture-imagecapture
 *
 * Returns: (transfer full): what takes pictures of @track
 */
GstWebImageCapture *
gst_web_image_capture_new (GstWebMediaStreamTrack *track, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK (track), nullptr);
  if (engine_of (track)->kind () != stream::Kind::video) {
    set_error (error, {ErrorCode::not_supported,
                          "There are pictures of a video track, not of one of "
                          "sound."});
    return nullptr;
  }
  auto self = GST_WEB_IMAGE_CAPTURE (
      gst_object_ref_sink (g_object_new (GST_TYPE_WEB_IMAGE_CAPTURE, nullptr)));
  self->track = GST_WEB_MEDIA_STREAM_TRACK (gst_object_ref (track));
  return self;
}

/**
 * gst_web_image_capture_get_track:
 * @self: what takes pictures
 *
 * Returns: (transfer none): what it takes them of
 */
GstWebMediaStreamTrack *
gst_web_image_capture_get_track (GstWebImageCapture *self)
{
  g_return_val_if_fail (GST_IS_WEB_IMAGE_CAPTURE (self), nullptr);
  return self->track;
}

// One that a binding has constructed has no track.
bool
webmedia::check_is_live (GstWebImageCapture *self, GError **error)
{
  if (self->track && !engine_of (self->track)->is_ended ())
    return true;
  return set_error (error, {ErrorCode::invalid_state,
                               "The track has ended: take pictures of one that "
                               "is live."});
}

static bool
check_has_come (const Ptr<GstSample> &frame, GError **error)
{
  return frame ? true
               : set_error (error,
                   {ErrorCode::unknown, "The track has ended before a frame "
                                        "came."});
}

static std::shared_ptr<stream::FrameReader>
make_reader (const std::shared_ptr<stream::Track> &track)
{
  return stream::FrameReader::create (track, 1);
}

Ptr<GstSample>
webmedia::next_frame (const std::shared_ptr<stream::Track> &track,
    GCancellable *cancellable, GError **error)
{
  GError *reason = nullptr;
  auto frame = read_frame (*make_reader (track), cancellable, &reason);
  if (reason)
    g_propagate_error (error, reason);
  else
    check_has_come (frame, error);
  return frame;
}

/**
 * gst_web_image_capture_grab_frame:
 * @self: what takes pictures
 * @cancellable: (nullable): to end the wait
 * @error: %GST_WEB_ERROR_INVALID_STATE when the track has ended,
 *     %GST_WEB_ERROR_UNKNOWN when it ends before there is a frame,
 *     %G_IO_ERROR_CANCELLED when cancelled
 *
 * Takes a frame of the track: of a camera or a display the next one that comes,
 * and none while it is muted; of any other source the last one, if one has
 * come. A frame that came while the track was not enabled or its source was
 * muted is black, and so is the last one once it is muted. A main loop calls
 * gst_web_image_capture_grab_frame_async().
 *
 * The buffer is the track's own, in its size and format, and must not be
 * written to; gst_video_convert_sample() makes another format of it, or a file.
 *
 * https://w3c.github.io/mediacapture-image/#dom-imagecapture-grabframe
 *
 * Returns: (transfer full): the frame and its caps: of the track, raw pictures
 *     mostly
 */
GstSample *
gst_web_image_capture_grab_frame (
    GstWebImageCapture *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_IMAGE_CAPTURE (self), nullptr);
  if (!check_is_live (self, error))
    return nullptr;
  return next_frame (engine_of (self->track), cancellable, error).release ();
}

static void
return_grabbed (GTask *task, Ptr<GstSample> frame)
{
  GError *error = nullptr;
  if (check_has_come (frame, &error))
    return_frame (task, std::move (frame));
  else
    g_task_return_error (task, error);
}

/**
 * gst_web_image_capture_grab_frame_async:
 * @self: what takes pictures
 * @cancellable: (nullable): to end it
 * @callback: (scope async): what to call when it is done
 * @user_data: what to call it with
 *
 * The same as gst_web_image_capture_grab_frame(), without a wait.
 */
void
gst_web_image_capture_grab_frame_async (GstWebImageCapture *self,
    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (GST_IS_WEB_IMAGE_CAPTURE (self));
  auto task =
      Ptr<GTask>::adopt (g_task_new (self, cancellable, callback, user_data));
  g_task_set_source_tag (
      task.get (), gpointer (gst_web_image_capture_grab_frame_async));
  GError *error = nullptr;
  if (check_is_live (self, &error))
    read_frame_async (make_reader (engine_of (self->track)), std::move (task),
        return_grabbed);
  else
    g_task_return_error (task.get (), error);
}

/**
 * gst_web_image_capture_grab_frame_finish:
 * @self: what takes pictures
 * @result: what the callback was called with
 * @error: as gst_web_image_capture_grab_frame()
 *
 * Returns: (transfer full): the frame and its caps
 */
GstSample *
gst_web_image_capture_grab_frame_finish (
    GstWebImageCapture *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), nullptr);
  return static_cast<GstSample *> (
      g_task_propagate_pointer (G_TASK (result), error));
}
