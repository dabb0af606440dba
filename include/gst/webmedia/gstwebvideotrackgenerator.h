// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_VIDEO_TRACK_GENERATOR_H__
#define __GST_WEB_VIDEO_TRACK_GENERATOR_H__

#include <gst/webmedia/gstwebmediastreamtrack.h>

G_BEGIN_DECLS

/**
 * GST_WEB_VIDEO_TRACK_GENERATOR_TIMESTAMP:
 *
 * The name of the caps by which a buffer's `GstReferenceTimestampMeta` tells
 * the PTS that its frame had when it was written to a
 * [class@VideoTrackGenerator].
 */
#define GST_WEB_VIDEO_TRACK_GENERATOR_TIMESTAMP "timestamp/x-video-frame"

#define GST_TYPE_WEB_VIDEO_TRACK_GENERATOR                                     \
  (gst_web_video_track_generator_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (GstWebVideoTrackGenerator, gst_web_video_track_generator,
    GST, WEB_VIDEO_TRACK_GENERATOR, GstObject)

GST_WEB_API GstWebVideoTrackGenerator *gst_web_video_track_generator_new (void);

GST_WEB_API GstWebMediaStreamTrack *gst_web_video_track_generator_get_track (
    GstWebVideoTrackGenerator *self);
GST_WEB_API gboolean gst_web_video_track_generator_get_muted (
    GstWebVideoTrackGenerator *self);
GST_WEB_API void gst_web_video_track_generator_set_muted (
    GstWebVideoTrackGenerator *self, gboolean muted);

GST_WEB_API gboolean gst_web_video_track_generator_write (
    GstWebVideoTrackGenerator *self, GstSample *frame, GError **error);
GST_WEB_API void gst_web_video_track_generator_close (
    GstWebVideoTrackGenerator *self);

G_END_DECLS

#endif
