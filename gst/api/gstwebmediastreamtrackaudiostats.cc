// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/media-stream.hh"

#include <gst/webmedia/gstwebmediastreamtrackaudiostats.h>

using namespace webmedia;

/**
 * GstWebMediaStreamTrackAudioStats:
 *
 * How much sound a track of a microphone has given: the web's
 * [MediaStreamTrackAudioStats](https://w3c.github.io/mediacapture-extensions/#mediastreamtrackaudiostats).
 *
 * What came while the track was disabled, muted or ended does not count. A
 * clone begins at zero. Who holds this holds the track.
 *
 * All methods can be called from any thread. Each value is that of the moment
 * at which it is asked for; gst_web_media_stream_track_audio_stats_to_json()
 * has all of one moment.
 */
struct _GstWebMediaStreamTrackAudioStats {
  GObject parent;
  std::shared_ptr<stream::Track> *track;
};

G_DEFINE_FINAL_TYPE (GstWebMediaStreamTrackAudioStats,
    gst_web_media_stream_track_audio_stats, G_TYPE_OBJECT)

enum {
  PROP_DELIVERED_FRAMES = 1,
  PROP_DELIVERED_FRAMES_DURATION,
  PROP_TOTAL_FRAMES,
  PROP_TOTAL_FRAMES_DURATION,
  PROP_LATENCY,
  PROP_AVERAGE_LATENCY,
  PROP_MINIMUM_LATENCY,
  PROP_MAXIMUM_LATENCY
};

static void
gst_web_media_stream_track_audio_stats_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  auto self = GST_WEB_MEDIA_STREAM_TRACK_AUDIO_STATS (object);
  switch (id) {
  case PROP_DELIVERED_FRAMES:
    g_value_set_uint64 (value,
        gst_web_media_stream_track_audio_stats_get_delivered_frames (self));
    break;
  case PROP_DELIVERED_FRAMES_DURATION:
    g_value_set_uint64 (value,
        gst_web_media_stream_track_audio_stats_get_delivered_frames_duration (
            self));
    break;
  case PROP_TOTAL_FRAMES:
    g_value_set_uint64 (
        value, gst_web_media_stream_track_audio_stats_get_total_frames (self));
    break;
  case PROP_TOTAL_FRAMES_DURATION:
    g_value_set_uint64 (value,
        gst_web_media_stream_track_audio_stats_get_total_frames_duration (
            self));
    break;
  case PROP_LATENCY:
    g_value_set_uint64 (
        value, gst_web_media_stream_track_audio_stats_get_latency (self));
    break;
  case PROP_AVERAGE_LATENCY:
    g_value_set_uint64 (value,
        gst_web_media_stream_track_audio_stats_get_average_latency (self));
    break;
  case PROP_MINIMUM_LATENCY:
    g_value_set_uint64 (value,
        gst_web_media_stream_track_audio_stats_get_minimum_latency (self));
    break;
  case PROP_MAXIMUM_LATENCY:
    g_value_set_uint64 (value,
        gst_web_media_stream_track_audio_stats_get_maximum_latency (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
}

static void
gst_web_media_stream_track_audio_stats_finalize (GObject *object)
{
  delete GST_WEB_MEDIA_STREAM_TRACK_AUDIO_STATS (object)->track;
  G_OBJECT_CLASS (gst_web_media_stream_track_audio_stats_parent_class)
      ->finalize (object);
}

static void
gst_web_media_stream_track_audio_stats_class_init (
    GstWebMediaStreamTrackAudioStatsClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  object_class->get_property =
      gst_web_media_stream_track_audio_stats_get_property;
  object_class->finalize = gst_web_media_stream_track_audio_stats_finalize;
  auto flags = GParamFlags (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  // clang-format off
  /**
   * GstWebMediaStreamTrackAudioStats:delivered-frames: (getter get_delivered_frames)
   *
   * How many samples of one channel came.
   */
  // clang-format on
  g_object_class_install_property (object_class, PROP_DELIVERED_FRAMES,
      g_param_spec_uint64 ("delivered-frames", "Delivered frames",
          "How many samples of one channel came", 0, G_MAXUINT64, 0, flags));
  // clang-format off
  /**
   * GstWebMediaStreamTrackAudioStats:delivered-frames-duration: (getter get_delivered_frames_duration)
   *
   * How long what came lasts, in nanoseconds.
   */
  // clang-format on
  g_object_class_install_property (object_class, PROP_DELIVERED_FRAMES_DURATION,
      g_param_spec_uint64 ("delivered-frames-duration",
          "Delivered frames duration",
          "How long what came lasts, in nanoseconds", 0, G_MAXUINT64, 0,
          flags));
  /**
   * GstWebMediaStreamTrackAudioStats:total-frames: (getter get_total_frames)
   *
   * How many samples of one channel the source gave.
   */
  g_object_class_install_property (object_class, PROP_TOTAL_FRAMES,
      g_param_spec_uint64 ("total-frames", "Total frames",
          "How many samples of one channel the source gave", 0, G_MAXUINT64, 0,
          flags));
  // clang-format off
  /**
   * GstWebMediaStreamTrackAudioStats:total-frames-duration: (getter get_total_frames_duration)
   *
   * How long what the source gave lasts, in nanoseconds.
   */
  // clang-format on
  g_object_class_install_property (object_class, PROP_TOTAL_FRAMES_DURATION,
      g_param_spec_uint64 ("total-frames-duration", "Total frames duration",
          "How long what the source gave lasts, in nanoseconds", 0, G_MAXUINT64,
          0, flags));
  // clang-format off
  /**
   * GstWebMediaStreamTrackAudioStats:latency: (getter get_latency)
   *
   * How long before it came the last sound was captured, in nanoseconds.
   */
  // clang-format on
  g_object_class_install_property (object_class, PROP_LATENCY,
      g_param_spec_uint64 ("latency", "Latency",
          "How long before it came the last sound was captured, in nanoseconds",
          0, G_MAXUINT64, 0, flags));
  // clang-format off
  /**
   * GstWebMediaStreamTrackAudioStats:average-latency: (getter get_average_latency)
   *
   * The average #GstWebMediaStreamTrackAudioStats:latency since it was reset, in
   * nanoseconds.
   */
  // clang-format on
  g_object_class_install_property (object_class, PROP_AVERAGE_LATENCY,
      g_param_spec_uint64 ("average-latency", "Average latency",
          "The average latency since it was reset, in nanoseconds", 0,
          G_MAXUINT64, 0, flags));
  // clang-format off
  /**
   * GstWebMediaStreamTrackAudioStats:minimum-latency: (getter get_minimum_latency)
   *
   * The least #GstWebMediaStreamTrackAudioStats:latency since it was reset, in
   * nanoseconds.
   */
  // clang-format on
  g_object_class_install_property (object_class, PROP_MINIMUM_LATENCY,
      g_param_spec_uint64 ("minimum-latency", "Minimum latency",
          "The least latency since it was reset, in nanoseconds", 0,
          G_MAXUINT64, 0, flags));
  // clang-format off
  /**
   * GstWebMediaStreamTrackAudioStats:maximum-latency: (getter get_maximum_latency)
   *
   * The greatest #GstWebMediaStreamTrackAudioStats:latency since it was reset, in
   * nanoseconds.
   */
  // clang-format on
  g_object_class_install_property (object_class, PROP_MAXIMUM_LATENCY,
      g_param_spec_uint64 ("maximum-latency", "Maximum latency",
          "The greatest latency since it was reset, in nanoseconds", 0,
          G_MAXUINT64, 0, flags));
}

// Those that nobody wrapped are of no track.
static void
gst_web_media_stream_track_audio_stats_init (
    GstWebMediaStreamTrackAudioStats *self)
{
  self->track = new std::shared_ptr<stream::Track>;
}

static stream::TrackStats
stats_of (GstWebMediaStreamTrackAudioStats *self)
{
  return *self->track ? (*self->track)->stats () : stream::TrackStats{};
}

static stream::Latency
latency_of (GstWebMediaStreamTrackAudioStats *self)
{
  return *self->track ? (*self->track)->latency ().read () : stream::Latency{};
}

Ptr<GObject>
webmedia::make_audio_stats (std::shared_ptr<stream::Track> track)
{
  auto self = GST_WEB_MEDIA_STREAM_TRACK_AUDIO_STATS (
      g_object_new (GST_TYPE_WEB_MEDIA_STREAM_TRACK_AUDIO_STATS, nullptr));
  *self->track = std::move (track);
  return Ptr<GObject>::adopt (G_OBJECT (self));
}

/**
 * gst_web_media_stream_track_audio_stats_get_delivered_frames:
 * @self: statistics
 *
 * Returns: how many samples of one channel came, whether or not somebody
 *     consumes the track
 */
guint64
gst_web_media_stream_track_audio_stats_get_delivered_frames (
    GstWebMediaStreamTrackAudioStats *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK_AUDIO_STATS (self), 0);
  return stats_of (self).delivered;
}

/**
 * gst_web_media_stream_track_audio_stats_get_delivered_frames_duration:
 * @self: statistics
 *
 * Returns: how long what came lasts, in nanoseconds
 */
GstClockTime
gst_web_media_stream_track_audio_stats_get_delivered_frames_duration (
    GstWebMediaStreamTrackAudioStats *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK_AUDIO_STATS (self), 0);
  return GstClockTime (stats_of (self).delivered_duration);
}

/**
 * gst_web_media_stream_track_audio_stats_get_total_frames:
 * @self: statistics
 *
 * Returns: how many samples of one channel the source gave: those that came,
 *     and those that the device has lost
 */
guint64
gst_web_media_stream_track_audio_stats_get_total_frames (
    GstWebMediaStreamTrackAudioStats *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK_AUDIO_STATS (self), 0);
  return stats_of (self).total;
}

/**
 * gst_web_media_stream_track_audio_stats_get_total_frames_duration:
 * @self: statistics
 *
 * Returns: how long what the source gave lasts, in nanoseconds
 */
GstClockTime
gst_web_media_stream_track_audio_stats_get_total_frames_duration (
    GstWebMediaStreamTrackAudioStats *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK_AUDIO_STATS (self), 0);
  return GstClockTime (stats_of (self).total_duration);
}

/**
 * gst_web_media_stream_track_audio_stats_get_latency:
 * @self: statistics
 *
 * Returns: how long before it came the last sound was captured, in
 *     nanoseconds: what the device and the library add to the way of the sound.
 *     0 before any came
 */
GstClockTime
gst_web_media_stream_track_audio_stats_get_latency (
    GstWebMediaStreamTrackAudioStats *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK_AUDIO_STATS (self), 0);
  return GstClockTime (latency_of (self).latest);
}

/**
 * gst_web_media_stream_track_audio_stats_get_average_latency:
 * @self: statistics
 *
 * Returns: the average latency since
 *     gst_web_media_stream_track_audio_stats_reset_latency(), or ever, in
 *     nanoseconds
 */
GstClockTime
gst_web_media_stream_track_audio_stats_get_average_latency (
    GstWebMediaStreamTrackAudioStats *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK_AUDIO_STATS (self), 0);
  return GstClockTime (latency_of (self).average);
}

/**
 * gst_web_media_stream_track_audio_stats_get_minimum_latency:
 * @self: statistics
 *
 * Returns: the least latency since
 *     gst_web_media_stream_track_audio_stats_reset_latency(), or ever, in
 *     nanoseconds
 */
GstClockTime
gst_web_media_stream_track_audio_stats_get_minimum_latency (
    GstWebMediaStreamTrackAudioStats *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK_AUDIO_STATS (self), 0);
  return GstClockTime (latency_of (self).minimum);
}

/**
 * gst_web_media_stream_track_audio_stats_get_maximum_latency:
 * @self: statistics
 *
 * Returns: the greatest latency since
 *     gst_web_media_stream_track_audio_stats_reset_latency(), or ever, in
 *     nanoseconds
 */
GstClockTime
gst_web_media_stream_track_audio_stats_get_maximum_latency (
    GstWebMediaStreamTrackAudioStats *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK_AUDIO_STATS (self), 0);
  return GstClockTime (latency_of (self).maximum);
}

/**
 * gst_web_media_stream_track_audio_stats_reset_latency:
 * @self: statistics
 *
 * Has the average, the least and the greatest latency begin again with the last
 * one.
 *
 * https://w3c.github.io/mediacapture-extensions/#dom-mediastreamtrackaudiostats-resetlatency
 */
void
gst_web_media_stream_track_audio_stats_reset_latency (
    GstWebMediaStreamTrackAudioStats *self)
{
  g_return_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK_AUDIO_STATS (self));
  if (*self->track)
    (*self->track)->latency ().reset ();
}

static std::string
milliseconds (Time time)
{
  CString text (g_strdup_printf ("%" G_GINT64_FORMAT ".%06" G_GINT64_FORMAT,
      time / kMillisecond, time % kMillisecond));
  return text.get ();
}

/**
 * gst_web_media_stream_track_audio_stats_to_json:
 * @self: statistics
 *
 * Returns: (transfer full): all values of one moment, as the web's `toJSON()`
 *     has them: durations are in milliseconds
 */
gchar *
gst_web_media_stream_track_audio_stats_to_json (
    GstWebMediaStreamTrackAudioStats *self)
{
  g_return_val_if_fail (
      GST_IS_WEB_MEDIA_STREAM_TRACK_AUDIO_STATS (self), nullptr);
  stream::TrackStats stats = stats_of (self);
  stream::Latency latency = latency_of (self);
  return g_strdup_printf ("{\"deliveredFrames\":%" G_GUINT64_FORMAT
                          ",\"deliveredFramesDuration\":%s"
                          ",\"totalFrames\":%" G_GUINT64_FORMAT
                          ",\"totalFramesDuration\":%s,\"latency\":%s"
                          ",\"averageLatency\":%s,\"minimumLatency\":%s"
                          ",\"maximumLatency\":%s}",
      stats.delivered, milliseconds (stats.delivered_duration).c_str (),
      stats.total, milliseconds (stats.total_duration).c_str (),
      milliseconds (latency.latest).c_str (),
      milliseconds (latency.average).c_str (),
      milliseconds (latency.minimum).c_str (),
      milliseconds (latency.maximum).c_str ());
}
