// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/media-stream.hh"

#include <gst/webmedia/gstwebmediastreamtrackvideostats.h>

using namespace webmedia;

/**
 * GstWebMediaStreamTrackVideoStats:
 *
 * How many pictures a track of a camera or screen has given: the web's
 * [MediaStreamTrackVideoStats](https://w3c.github.io/mediacapture-extensions/#mediastreamtrackvideostats).
 *
 * What came while the track was disabled, muted or ended does not count. A
 * clone begins at zero. Who holds this holds the track.
 *
 * All methods can be called from any thread. Each value is that of the moment
 * at which it is asked for; gst_web_media_stream_track_video_stats_to_json()
 * has all of one moment.
 */
struct _GstWebMediaStreamTrackVideoStats {
  GObject parent;
  std::shared_ptr<stream::Track> *track;
};

G_DEFINE_FINAL_TYPE (GstWebMediaStreamTrackVideoStats,
    gst_web_media_stream_track_video_stats, G_TYPE_OBJECT)

enum { PROP_DELIVERED_FRAMES = 1, PROP_DISCARDED_FRAMES, PROP_TOTAL_FRAMES };

static void
gst_web_media_stream_track_video_stats_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  auto self = GST_WEB_MEDIA_STREAM_TRACK_VIDEO_STATS (object);
  switch (id) {
  case PROP_DELIVERED_FRAMES:
    g_value_set_uint64 (value,
        gst_web_media_stream_track_video_stats_get_delivered_frames (self));
    break;
  case PROP_DISCARDED_FRAMES:
    g_value_set_uint64 (value,
        gst_web_media_stream_track_video_stats_get_discarded_frames (self));
    break;
  case PROP_TOTAL_FRAMES:
    g_value_set_uint64 (
        value, gst_web_media_stream_track_video_stats_get_total_frames (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
}

static void
gst_web_media_stream_track_video_stats_finalize (GObject *object)
{
  delete GST_WEB_MEDIA_STREAM_TRACK_VIDEO_STATS (object)->track;
  G_OBJECT_CLASS (gst_web_media_stream_track_video_stats_parent_class)
      ->finalize (object);
}

static void
gst_web_media_stream_track_video_stats_class_init (
    GstWebMediaStreamTrackVideoStatsClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  object_class->get_property =
      gst_web_media_stream_track_video_stats_get_property;
  object_class->finalize = gst_web_media_stream_track_video_stats_finalize;
  auto flags = GParamFlags (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  // clang-format off
  /**
   * GstWebMediaStreamTrackVideoStats:delivered-frames: (getter get_delivered_frames)
   *
   * How many pictures came.
   */
  // clang-format on
  g_object_class_install_property (object_class, PROP_DELIVERED_FRAMES,
      g_param_spec_uint64 ("delivered-frames", "Delivered frames",
          "How many pictures came", 0, G_MAXUINT64, 0, flags));
  // clang-format off
  /**
   * GstWebMediaStreamTrackVideoStats:discarded-frames: (getter get_discarded_frames)
   *
   * How many pictures were left out, to reach a frame rate.
   */
  // clang-format on
  g_object_class_install_property (object_class, PROP_DISCARDED_FRAMES,
      g_param_spec_uint64 ("discarded-frames", "Discarded frames",
          "How many pictures were left out, to reach a frame rate", 0,
          G_MAXUINT64, 0, flags));
  /**
   * GstWebMediaStreamTrackVideoStats:total-frames: (getter get_total_frames)
   *
   * How many pictures the source gave.
   */
  g_object_class_install_property (object_class, PROP_TOTAL_FRAMES,
      g_param_spec_uint64 ("total-frames", "Total frames",
          "How many pictures the source gave", 0, G_MAXUINT64, 0, flags));
}

// Those that nobody wrapped are of no track.
static void
gst_web_media_stream_track_video_stats_init (
    GstWebMediaStreamTrackVideoStats *self)
{
  self->track = new std::shared_ptr<stream::Track>;
}

static stream::TrackStats
stats_of (GstWebMediaStreamTrackVideoStats *self)
{
  return *self->track ? (*self->track)->stats () : stream::TrackStats{};
}

Ptr<GObject>
webmedia::make_video_stats (std::shared_ptr<stream::Track> track)
{
  auto self = GST_WEB_MEDIA_STREAM_TRACK_VIDEO_STATS (
      g_object_new (GST_TYPE_WEB_MEDIA_STREAM_TRACK_VIDEO_STATS, nullptr));
  *self->track = std::move (track);
  return Ptr<GObject>::adopt (G_OBJECT (self));
}

/**
 * gst_web_media_stream_track_video_stats_get_delivered_frames:
 * @self: statistics
 *
 * Returns: how many pictures came, whether or not somebody consumes the track
 */
guint64
gst_web_media_stream_track_video_stats_get_delivered_frames (
    GstWebMediaStreamTrackVideoStats *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK_VIDEO_STATS (self), 0);
  return stats_of (self).delivered;
}

/**
 * gst_web_media_stream_track_video_stats_get_discarded_frames:
 * @self: statistics
 *
 * Returns: how many pictures were left out for the track to have its frame rate
 */
guint64
gst_web_media_stream_track_video_stats_get_discarded_frames (
    GstWebMediaStreamTrackVideoStats *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK_VIDEO_STATS (self), 0);
  return stats_of (self).discarded;
}

/**
 * gst_web_media_stream_track_video_stats_get_total_frames:
 * @self: statistics
 *
 * Returns: how many pictures the source gave: those that came, those that were
 *     left out, and those that were lost
 */
guint64
gst_web_media_stream_track_video_stats_get_total_frames (
    GstWebMediaStreamTrackVideoStats *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK_VIDEO_STATS (self), 0);
  return stats_of (self).total;
}

/**
 * gst_web_media_stream_track_video_stats_to_json:
 * @self: statistics
 *
 * Returns: (transfer full): all values of one moment, as the web's `toJSON()`
 *     has them
 */
gchar *
gst_web_media_stream_track_video_stats_to_json (
    GstWebMediaStreamTrackVideoStats *self)
{
  g_return_val_if_fail (
      GST_IS_WEB_MEDIA_STREAM_TRACK_VIDEO_STATS (self), nullptr);
  stream::TrackStats stats = stats_of (self);
  return g_strdup_printf ("{\"deliveredFrames\":%" G_GUINT64_FORMAT
                          ",\"discardedFrames\":%" G_GUINT64_FORMAT
                          ",\"totalFrames\":%" G_GUINT64_FORMAT "}",
      stats.delivered, stats.discarded, stats.total);
}
