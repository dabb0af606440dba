// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/frame-reading.hh"
#include "api/media-stream.hh"

#include <gst/webmedia/gstwebmediastreamtrackprocessor.h>

using namespace webmedia;

namespace {

struct State {
  Ptr<GstWebMediaStreamTrack> track;
  guint max_buffer_size = 0;
  std::shared_ptr<stream::FrameReader> reader;
};

} // namespace

/**
 * GstWebMediaStreamTrackProcessor:
 *
 * Reads a track buffer by buffer, without a pipeline: the web's
 * [MediaStreamTrackProcessor](https://w3c.github.io/mediacapture-transform/#track-processor).
 * Where that has a `ReadableStream`, this has methods to read and to close.
 *
 * Who reads slower than the track delivers loses the oldest buffers, and the
 * next one has %GST_BUFFER_FLAG_DISCONT. Nothing that the producer or another
 * consumer does waits for it.
 *
 * |[<!-- language="Python" -->
 * processor = GstWebMedia.MediaStreamTrackProcessor.new(track, 1)
 * while (frame := processor.read()):
 *     look_at(frame.get_buffer(), frame.get_caps())
 * ]|
 *
 * All methods can be called from any thread.
 */
struct _GstWebMediaStreamTrackProcessor {
  GstObject parent;
  State *state;
};

G_DEFINE_FINAL_TYPE (GstWebMediaStreamTrackProcessor,
    gst_web_media_stream_track_processor, GST_TYPE_OBJECT)

enum { PROP_0, PROP_TRACK, PROP_MAX_BUFFER_SIZE, N_PROPERTIES };

static void
gst_web_media_stream_track_processor_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  State *state = GST_WEB_MEDIA_STREAM_TRACK_PROCESSOR (object)->state;
  switch (id) {
  case PROP_TRACK:
    g_value_set_object (value, state->track.get ());
    break;
  case PROP_MAX_BUFFER_SIZE:
    g_value_set_uint (value, state->max_buffer_size);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
}

static void
gst_web_media_stream_track_processor_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  State *state = GST_WEB_MEDIA_STREAM_TRACK_PROCESSOR (object)->state;
  switch (id) {
  case PROP_TRACK:
    state->track = Ptr<GstWebMediaStreamTrack>::share (
        static_cast<GstWebMediaStreamTrack *> (g_value_get_object (value)));
    break;
  case PROP_MAX_BUFFER_SIZE:
    state->max_buffer_size = g_value_get_uint (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
}

// Constructed without a track, it reads nothing.
static void
gst_web_media_stream_track_processor_constructed (GObject *object)
{
  G_OBJECT_CLASS (gst_web_media_stream_track_processor_parent_class)
      ->constructed (object);
  State *state = GST_WEB_MEDIA_STREAM_TRACK_PROCESSOR (object)->state;
  if (!state->track)
    state->track = Ptr<GstWebMediaStreamTrack>::adopt (
        GST_WEB_MEDIA_STREAM_TRACK (gst_object_ref_sink (
            g_object_new (GST_TYPE_WEB_MEDIA_STREAM_TRACK, nullptr))));
  state->reader = stream::FrameReader::create (
      engine_of (state->track.get ()), state->max_buffer_size);
}

static void
gst_web_media_stream_track_processor_finalize (GObject *object)
{
  delete GST_WEB_MEDIA_STREAM_TRACK_PROCESSOR (object)->state;
  G_OBJECT_CLASS (gst_web_media_stream_track_processor_parent_class)
      ->finalize (object);
}

static void
gst_web_media_stream_track_processor_class_init (
    GstWebMediaStreamTrackProcessorClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  object_class->get_property =
      gst_web_media_stream_track_processor_get_property;
  object_class->set_property =
      gst_web_media_stream_track_processor_set_property;
  object_class->constructed = gst_web_media_stream_track_processor_constructed;
  object_class->finalize = gst_web_media_stream_track_processor_finalize;
  auto flags = GParamFlags (
      G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * GstWebMediaStreamTrackProcessor:track: (getter get_track)
   *
   * What it reads.
   */
  g_object_class_install_property (object_class, PROP_TRACK,
      g_param_spec_object ("track", "Track", "What it reads",
          GST_TYPE_WEB_MEDIA_STREAM_TRACK, flags));
  // clang-format off
  /**
   * GstWebMediaStreamTrackProcessor:max-buffer-size: (getter get_max_buffer_size)
   *
   * How many buffers are kept for a slow reader, at most; 0: the newest
   * picture, or the newest fifth of a second of sound.
   */
  // clang-format on
  g_object_class_install_property (object_class, PROP_MAX_BUFFER_SIZE,
      g_param_spec_uint ("max-buffer-size", "Maximum buffer size",
          "How many buffers are kept for a slow reader, at most", 0, 65535, 0,
          flags));
}

static void
gst_web_media_stream_track_processor_init (
    GstWebMediaStreamTrackProcessor *self)
{
  self->state = new State;
}

/**
 * gst_web_media_stream_track_processor_new:
 * @track: the track
 * @max_buffer_size: how many buffers are kept for a slow reader, at most 65535;
 *     0: the newest picture, or the newest fifth of a second of sound
 *
 * Begins to consume @track.
 *
 * https://w3c.github.io/mediacapture-transform/#dom-mediastreamtrackprocessor-mediastreamtrackprocessor
 *
 * Returns: (transfer full): a processor
 */
GstWebMediaStreamTrackProcessor *
gst_web_media_stream_track_processor_new (
    GstWebMediaStreamTrack *track, guint max_buffer_size)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK (track), nullptr);
  g_return_val_if_fail (max_buffer_size <= 65535, nullptr);
  return GST_WEB_MEDIA_STREAM_TRACK_PROCESSOR (gst_object_ref_sink (
      g_object_new (GST_TYPE_WEB_MEDIA_STREAM_TRACK_PROCESSOR, "track", track,
          "max-buffer-size", max_buffer_size, nullptr)));
}

/**
 * gst_web_media_stream_track_processor_get_track:
 * @self: the processor
 *
 * Returns: (transfer none): what it reads
 */
GstWebMediaStreamTrack *
gst_web_media_stream_track_processor_get_track (
    GstWebMediaStreamTrackProcessor *self)
{
  g_return_val_if_fail (
      GST_IS_WEB_MEDIA_STREAM_TRACK_PROCESSOR (self), nullptr);
  return self->state->track.get ();
}

/**
 * gst_web_media_stream_track_processor_get_max_buffer_size:
 * @self: the processor
 *
 * Returns: how many buffers are kept for a slow reader, at most; 0: the newest
 *     picture, or the newest fifth of a second of sound
 */
guint
gst_web_media_stream_track_processor_get_max_buffer_size (
    GstWebMediaStreamTrackProcessor *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK_PROCESSOR (self), 0);
  return self->state->max_buffer_size;
}

/**
 * gst_web_media_stream_track_processor_read:
 * @self: the processor
 * @cancellable: (nullable): to end the wait
 * @error: %G_IO_ERROR_CANCELLED when cancelled
 *
 * Takes the next buffer, and waits for it. A main loop calls
 * gst_web_media_stream_track_processor_read_async().
 *
 * The sample has the caps of the buffer, and a segment: the running time of the
 * buffer is when it was captured, by GStreamer's system clock.
 *
 * Returns: (transfer full) (nullable): the buffer; %NULL without an error when
 *     the track has ended and all of it was read, or when @self was closed
 */
GstSample *
gst_web_media_stream_track_processor_read (
    GstWebMediaStreamTrackProcessor *self, GCancellable *cancellable,
    GError **error)
{
  g_return_val_if_fail (
      GST_IS_WEB_MEDIA_STREAM_TRACK_PROCESSOR (self), nullptr);
  return read_frame (*self->state->reader, cancellable, error).release ();
}

/**
 * gst_web_media_stream_track_processor_read_async:
 * @self: the processor
 * @cancellable: (nullable): to end it
 * @callback: (scope async): what to call when there is a buffer
 * @user_data: what to call it with
 *
 * The same as gst_web_media_stream_track_processor_read(), without a wait.
 * Several can be under way: they are served in their order. The main context
 * that was thread-default where @self was made must run.
 */
void
gst_web_media_stream_track_processor_read_async (
    GstWebMediaStreamTrackProcessor *self, GCancellable *cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK_PROCESSOR (self));
  auto task =
      Ptr<GTask>::adopt (g_task_new (self, cancellable, callback, user_data));
  g_task_set_source_tag (
      task.get (), gpointer (gst_web_media_stream_track_processor_read_async));
  read_frame_async (self->state->reader, std::move (task), return_frame);
}

/**
 * gst_web_media_stream_track_processor_read_finish:
 * @self: the processor
 * @result: what the callback was called with
 * @error: %G_IO_ERROR_CANCELLED when cancelled
 *
 * Returns: (transfer full) (nullable): as
 *     gst_web_media_stream_track_processor_read()
 */
GstSample *
gst_web_media_stream_track_processor_read_finish (
    GstWebMediaStreamTrackProcessor *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), nullptr);
  return static_cast<GstSample *> (
      g_task_propagate_pointer (G_TASK (result), error));
}

/**
 * gst_web_media_stream_track_processor_close:
 * @self: the processor
 *
 * Stops consuming the track, which goes on, and drops what was not read. All
 * reads that wait come to the end, and so do later ones. It is what cancelling
 * its `ReadableStream` is on the web.
 */
void
gst_web_media_stream_track_processor_close (
    GstWebMediaStreamTrackProcessor *self)
{
  g_return_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK_PROCESSOR (self));
  self->state->reader->close ();
}
