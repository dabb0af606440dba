// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/error.hh"
#include "api/media-stream.hh"
#include "devices/track-generator.hh"

#include <gst/webmedia/gstwebvideotrackgenerator.h>

using namespace webmedia;

namespace {

struct State {
  std::shared_ptr<devices::TrackGenerator> engine;
  Ptr<GstWebMediaStreamTrack> track;
};

} // namespace

/**
 * GstWebVideoTrackGenerator:
 *
 * Makes a track of pictures that an application writes, one by one: the web's
 * [VideoTrackGenerator](https://w3c.github.io/mediacapture-transform/#video-track-generator).
 * Where that has a `WritableStream`, this has methods to write and to close.
 *
 * With a [class@MediaStreamTrackProcessor] it is an effect:
 *
 * |[<!-- language="Python" -->
 * processor = GstWebMedia.MediaStreamTrackProcessor.new(camera, 1)
 * generator = GstWebMedia.VideoTrackGenerator.new()
 * stream.add_track(generator.props.track)
 * while (frame := processor.read()):
 *     generator.write(blur(frame))
 * generator.close()
 * ]|
 *
 * Its tracks, the one that is made with it and clones of that, can be
 * constrained: gst_web_media_stream_track_apply_constraints() crops, scales
 * down and leaves frames out, for each track by itself. They end when it is
 * closed, or goes; the last one that is stopped closes it.
 *
 * All methods can be called from any thread; what two threads write comes in
 * the order of the calls.
 */
struct _GstWebVideoTrackGenerator {
  GstObject parent;
  State *state;
};

G_DEFINE_FINAL_TYPE (
    GstWebVideoTrackGenerator, gst_web_video_track_generator, GST_TYPE_OBJECT)

enum { PROP_0, PROP_MUTED, PROP_TRACK, N_PROPERTIES };
static GParamSpec *properties[N_PROPERTIES];

static void
gst_web_video_track_generator_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  auto self = GST_WEB_VIDEO_TRACK_GENERATOR (object);
  switch (id) {
  case PROP_MUTED:
    g_value_set_boolean (value, gst_web_video_track_generator_get_muted (self));
    break;
  case PROP_TRACK:
    g_value_set_object (value, gst_web_video_track_generator_get_track (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
}

static void
gst_web_video_track_generator_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  auto self = GST_WEB_VIDEO_TRACK_GENERATOR (object);
  switch (id) {
  case PROP_MUTED:
    gst_web_video_track_generator_set_muted (self, g_value_get_boolean (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
}

static void
gst_web_video_track_generator_finalize (GObject *object)
{
  delete GST_WEB_VIDEO_TRACK_GENERATOR (object)->state;
  G_OBJECT_CLASS (gst_web_video_track_generator_parent_class)
      ->finalize (object);
}

static void
gst_web_video_track_generator_class_init (GstWebVideoTrackGeneratorClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  object_class->get_property = gst_web_video_track_generator_get_property;
  object_class->set_property = gst_web_video_track_generator_set_property;
  object_class->finalize = gst_web_video_track_generator_finalize;

  /**
   * GstWebVideoTrackGenerator:muted: (getter get_muted) (setter set_muted)
   *
   * Whether what is written is dropped, and its tracks are muted.
   */
  properties[PROP_MUTED] = g_param_spec_boolean ("muted", "Muted",
      "Whether what is written is dropped, and its tracks are muted", FALSE,
      GParamFlags (G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY
                   | G_PARAM_STATIC_STRINGS));
  /**
   * GstWebVideoTrackGenerator:track: (getter get_track)
   *
   * The track that was made with it.
   */
  properties[PROP_TRACK] = g_param_spec_object ("track", "Track",
      "The track that was made with it", GST_TYPE_WEB_MEDIA_STREAM_TRACK,
      GParamFlags (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

// The clock that pipelines have by default: times need no conversion then.
static void
gst_web_video_track_generator_init (GstWebVideoTrackGenerator *self)
{
  auto engine = devices::TrackGenerator::create (
      Ptr<GstClock>::adopt (gst_system_clock_obtain ()));
  auto track = object_of (engine->make_track (), TaskQueue::create ());
  self->state = new State{std::move (engine), std::move (track)};
}

/**
 * gst_web_video_track_generator_new:
 *
 * https://w3c.github.io/mediacapture-transform/#dom-videotrackgenerator-videotrackgenerator
 *
 * Returns: (transfer full): a generator with a track; the track's events go to
 *     the main context that is thread-default now
 */
GstWebVideoTrackGenerator *
gst_web_video_track_generator_new (void)
{
  return GST_WEB_VIDEO_TRACK_GENERATOR (gst_object_ref_sink (
      g_object_new (GST_TYPE_WEB_VIDEO_TRACK_GENERATOR, nullptr)));
}

/**
 * gst_web_video_track_generator_get_track:
 * @self: the generator
 *
 * Returns: (transfer none): the track that was made with it, always the same;
 *     others are its clones
 */
GstWebMediaStreamTrack *
gst_web_video_track_generator_get_track (GstWebVideoTrackGenerator *self)
{
  g_return_val_if_fail (GST_IS_WEB_VIDEO_TRACK_GENERATOR (self), nullptr);
  return self->state->track.get ();
}

/**
 * gst_web_video_track_generator_get_muted:
 * @self: the generator
 *
 * Returns: what was set by gst_web_video_track_generator_set_muted()
 */
gboolean
gst_web_video_track_generator_get_muted (GstWebVideoTrackGenerator *self)
{
  g_return_val_if_fail (GST_IS_WEB_VIDEO_TRACK_GENERATOR (self), FALSE);
  return self->state->engine->is_muted ();
}

/**
 * gst_web_video_track_generator_set_muted:
 * @self: the generator
 * @muted: whether what is written is dropped
 *
 * Mutes all of its tracks: they show black, whatever is written, until it is
 * unmuted and something is written again. Tracks have the event `mute` or
 * `unmute` where their main context runs.
 *
 * https://w3c.github.io/mediacapture-transform/#dom-videotrackgenerator-muted
 */
void
gst_web_video_track_generator_set_muted (
    GstWebVideoTrackGenerator *self, gboolean muted)
{
  g_return_if_fail (GST_IS_WEB_VIDEO_TRACK_GENERATOR (self));
  if (self->state->engine->set_muted (muted != FALSE))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MUTED]);
}

/**
 * gst_web_video_track_generator_write:
 * @self: the generator
 * @frame: a buffer and its caps: `video/x-raw` of any format and size
 * @error: %GST_WEB_ERROR_TYPE when @frame is no raw picture; when it has less
 *     memory than one of its caps, or than its [struct@GstVideo.VideoMeta]
 *     says; when that is of another format, of a smaller picture, or of one
 *     that is upside down (with a negative stride); or when it is `UYVP`,
 *     `NV12_10LE32` or `NV16_10LE32` of an odd width for which GStreamer lays
 *     out too short rows, such as 3 or 9: as on the web, nothing can be written
 *     any more then; also when @self was closed, or all of its tracks have
 *     ended
 *
 * Hands a frame to all of its live tracks: the same memory, or cropped and
 * scaled where a track has constraints that ask for it. It has the time of this
 * call. If the buffer has a PTS, that is kept as a `GstReferenceTimestampMeta`
 * of %GST_WEB_VIDEO_TRACK_GENERATOR_TIMESTAMP. While @self is muted, the frame
 * is dropped, which is no error. So it is with what threads write while a frame
 * is handed on, but for the newest two.
 *
 * https://w3c.github.io/mediacapture-transform/#writeframe
 *
 * Returns: whether it was written
 */
gboolean
gst_web_video_track_generator_write (
    GstWebVideoTrackGenerator *self, GstSample *frame, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_VIDEO_TRACK_GENERATOR (self), FALSE);
  g_return_val_if_fail (GST_IS_SAMPLE (frame), FALSE);
  return check (self->state->engine->write (
                    Ptr<GstBuffer>::share (gst_sample_get_buffer (frame)),
                    Ptr<GstCaps>::share (gst_sample_get_caps (frame))),
      error);
}

/**
 * gst_web_video_track_generator_close:
 * @self: the generator
 *
 * Ends all of its tracks; what was written before is still seen. Nothing can be
 * written any more. It is what closing or aborting its `WritableStream` is on
 * the web.
 *
 * https://w3c.github.io/mediacapture-transform/#closewritable
 */
void
gst_web_video_track_generator_close (GstWebVideoTrackGenerator *self)
{
  g_return_if_fail (GST_IS_WEB_VIDEO_TRACK_GENERATOR (self));
  self->state->engine->close ();
}
