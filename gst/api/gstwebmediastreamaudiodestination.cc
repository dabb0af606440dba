// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/error.hh"
#include "api/media-stream.hh"
#include "stream/audio-destination.hh"

#include <gst/webmedia/gstwebmediastreamaudiodestination.h>

using namespace webmedia;

namespace {

struct State {
  std::shared_ptr<stream::AudioDestination> engine;
  Ptr<GstWebMediaStream> stream;
};

} // namespace

/**
 * GstWebMediaStreamAudioDestination:
 *
 * A stream of the sound that an application makes: the part of the web's
 * [MediaStreamAudioDestinationNode](https://webaudio.github.io/web-audio-api/#MediaStreamAudioDestinationNode).
 * It is for who renders blocks of samples; where a pipeline makes the sound, a
 * `mediastreamsink` is the end of it.
 *
 * |[<!-- language="Python" -->
 * output = GstWebMedia.MediaStreamAudioDestination.new(Gst.Caps.from_string(
 *     "audio/x-raw,format=F32LE,rate=48000,channels=2,layout=interleaved"))
 * output.get_stream().publish("mediastream://synth")
 * while True:
 *     output.push(Gst.Buffer.new_wrapped(next_block()))
 * ]|
 *
 * The track ends with the object. All methods can be called from any thread.
 */
struct _GstWebMediaStreamAudioDestination {
  GstObject parent;
  State *state;
};

G_DEFINE_FINAL_TYPE (GstWebMediaStreamAudioDestination,
    gst_web_media_stream_audio_destination, GST_TYPE_OBJECT)

enum { PROP_0, PROP_FORMAT, PROP_STREAM };

static void
gst_web_media_stream_audio_destination_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  auto self = GST_WEB_MEDIA_STREAM_AUDIO_DESTINATION (object);
  switch (id) {
  case PROP_FORMAT:
    g_value_set_boxed (
        value, gst_web_media_stream_audio_destination_get_format (self));
    break;
  case PROP_STREAM:
    g_value_set_object (value, self->state->stream.get ());
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
}

static void
gst_web_media_stream_audio_destination_finalize (GObject *object)
{
  delete GST_WEB_MEDIA_STREAM_AUDIO_DESTINATION (object)->state;
  G_OBJECT_CLASS (gst_web_media_stream_audio_destination_parent_class)
      ->finalize (object);
}

static void
gst_web_media_stream_audio_destination_class_init (
    GstWebMediaStreamAudioDestinationClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  object_class->get_property =
      gst_web_media_stream_audio_destination_get_property;
  object_class->finalize = gst_web_media_stream_audio_destination_finalize;
  auto flags = GParamFlags (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * GstWebMediaStreamAudioDestination:format: (getter get_format)
   *
   * What blocks are of.
   */
  g_object_class_install_property (object_class, PROP_FORMAT,
      g_param_spec_boxed (
          "format", "Format", "What blocks are of", GST_TYPE_CAPS, flags));
  /**
   * GstWebMediaStreamAudioDestination:stream: (getter get_stream)
   *
   * Has the one track of this sound.
   */
  g_object_class_install_property (object_class, PROP_STREAM,
      g_param_spec_object ("stream", "Stream",
          "Has the one track of this sound", GST_TYPE_WEB_MEDIA_STREAM, flags));
}

// One that a binding has constructed has no format, and takes no sound.
static void
gst_web_media_stream_audio_destination_init (
    GstWebMediaStreamAudioDestination *self)
{
  self->state = new State{.engine = nullptr,
      .stream = Ptr<GstWebMediaStream>::adopt (gst_web_media_stream_new ())};
}

/**
 * gst_web_media_stream_audio_destination_new:
 * @format: `audio/x-raw` with a format, a rate, a number of channels and the
 *     layout `interleaved`
 * @error: %GST_WEB_ERROR_TYPE when @format is something else
 *
 * Returns: (transfer full): a destination; events of its stream go to the main
 *     context that is thread-default now
 */
GstWebMediaStreamAudioDestination *
gst_web_media_stream_audio_destination_new (GstCaps *format, GError **error)
{
  g_return_val_if_fail (GST_IS_CAPS (format), nullptr);
  auto engine = stream::AudioDestination::create (
      Ptr<GstClock>::adopt (gst_system_clock_obtain ()),
      Ptr<GstCaps>::share (format));
  if (!check (engine, error))
    return nullptr;
  auto self = GST_WEB_MEDIA_STREAM_AUDIO_DESTINATION (gst_object_ref_sink (
      g_object_new (GST_TYPE_WEB_MEDIA_STREAM_AUDIO_DESTINATION, nullptr)));
  self->state->engine = *engine;
  engine_of (self->state->stream.get ())
      ->add ({(*engine)->track ()}, stream::Cause::application);
  return self;
}

/**
 * gst_web_media_stream_audio_destination_get_format:
 * @self: the destination
 *
 * Returns: (transfer none) (nullable): what blocks are of
 */
GstCaps *
gst_web_media_stream_audio_destination_get_format (
    GstWebMediaStreamAudioDestination *self)
{
  g_return_val_if_fail (
      GST_IS_WEB_MEDIA_STREAM_AUDIO_DESTINATION (self), nullptr);
  return self->state->engine ? self->state->engine->format.get () : nullptr;
}

/**
 * gst_web_media_stream_audio_destination_get_stream:
 * @self: the destination
 *
 * https://webaudio.github.io/web-audio-api/#dom-mediastreamaudiodestinationnode-stream
 *
 * Returns: (transfer none): a stream with one track, which is of this sound
 */
GstWebMediaStream *
gst_web_media_stream_audio_destination_get_stream (
    GstWebMediaStreamAudioDestination *self)
{
  g_return_val_if_fail (
      GST_IS_WEB_MEDIA_STREAM_AUDIO_DESTINATION (self), nullptr);
  return self->state->stream.get ();
}

/**
 * gst_web_media_stream_audio_destination_push:
 * @self: the destination
 * @block: samples of the format, as many as you like; its times mean nothing
 * @error: %GST_WEB_ERROR_TYPE when @block has not a whole number of samples,
 *     %GST_WEB_ERROR_QUOTA_EXCEEDED when there is sound for more than a second
 *     already, %GST_WEB_ERROR_INVALID_STATE when all tracks have ended
 *
 * Hands out what is heard next. It never waits: push a block when its time has
 * come. Each follows the one before without a gap, whatever the moment is, but
 * for one that comes more than 40 ms late: that one is heard now. Blocks come
 * from one thread at a time.
 *
 * Returns: whether it was handed out
 */
gboolean
gst_web_media_stream_audio_destination_push (
    GstWebMediaStreamAudioDestination *self, GstBuffer *block, GError **error)
{
  g_return_val_if_fail (
      GST_IS_WEB_MEDIA_STREAM_AUDIO_DESTINATION (self), FALSE);
  g_return_val_if_fail (GST_IS_BUFFER (block), FALSE);
  if (!self->state->engine)
    return set_error (error,
        {ErrorCode::invalid_state,
            "It was constructed without a format: use its function new ()."});
  return check (
      self->state->engine->push (Ptr<GstBuffer>::share (block)), error);
}
