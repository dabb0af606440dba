// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/bridge.hh"

#include "api/devices.hh"
#include "api/error.hh"
#include "api/media-stream.hh"
#include "api/mse.hh"
#include "devices/json.hh"
#include "devices/user-media.hh"

#include <gst/webmedia/gstweberror.h>

using namespace webmedia;

void
gst_web_bridge_assign (GstWebMediaSourceHandle *handle)
{
  engine_of (handle)->assign ();
}

gboolean
gst_web_bridge_attach (GObject *source_or_handle,
    std::shared_ptr<mse::Player> *player, GError **error)
{
  auto attached =
      GST_IS_WEB_MEDIA_SOURCE (source_or_handle)
          ? engine_of (GST_WEB_MEDIA_SOURCE (source_or_handle))->attach (false)
          : engine_of (GST_WEB_MEDIA_SOURCE_HANDLE (source_or_handle))
                ->attach ();
  if (!check (attached, error))
    return FALSE;
  *player = *attached;
  return TRUE;
}

gboolean
gst_web_bridge_append_when_room (GstWebMediaSource *source,
    GstWebSourceBuffer *buffer, GstBuffer *data, GCancellable *cancellable,
    GError **error)
{
  mse::MediaSource &engine = *engine_of (source);
  for (;;) {
    Time playhead = engine.playhead ();
    GError *reason = nullptr;
    if (gst_web_source_buffer_append_buffer_sync (buffer, data, &reason))
      return TRUE;
    if (!g_error_matches (
            reason, GST_WEB_ERROR, GST_WEB_ERROR_QUOTA_EXCEEDED)) {
      g_propagate_error (error, reason);
      return FALSE;
    }
    g_error_free (reason);
    auto waited = wait_with_cancellable (
        engine, cancellable, [&] (const std::function<bool ()> &cancelled) {
          return engine.wait_playhead (playhead, cancelled);
        });
    if (!check (waited, error))
      return FALSE;
  }
}

const char *
gst_web_bridge_sniff_type (const guint8 *data, gsize size, gboolean *need_more)
{
  bool more = false;
  const char *type = mse::sniff_type (data, size, &more);
  *need_more = more;
  return type;
}

void
gst_web_bridge_track_set (
    GstWebMediaStream *stream, std::shared_ptr<stream::TrackSet> *set)
{
  *set = engine_of (stream);
}

void
gst_web_bridge_new_track (const stream::SourceInfo &info,
    std::weak_ptr<stream::Producer> producer, NewTrack *made)
{
  auto source = std::make_shared<stream::Source> (info);
  made->input = source->open (std::move (producer));
  made->track = stream::Track::create (std::move (source));
}

gboolean
gst_web_bridge_check_user_media (const char *constraints, GError **error)
{
  return check (
      devices::parse_user_media_constraints (std::string_view (constraints)),
      error);
}

gboolean
gst_web_bridge_get_user_media (GstWebMediaDevices *media_devices,
    const char *constraints, GCancellable *cancellable,
    std::vector<std::shared_ptr<stream::TrackView>> *tracks, GError **error)
{
  auto parsed =
      devices::parse_user_media_constraints (std::string_view (constraints));
  if (!check (parsed, error))
    return FALSE;
  auto got = devices::get_user_media (
      *engine_of (media_devices), *parsed, cancellable);
  if (!check (got, error))
    return FALSE;
  tracks->assign (got->begin (), got->end ());
  return TRUE;
}

void
gst_web_bridge_stop_track (const std::shared_ptr<stream::TrackView> &track)
{
  stop_and_post (static_cast<stream::Track &> (*track));
}

GstWebMediaStreamTrack *
gst_web_bridge_track_object (const std::shared_ptr<stream::TrackView> &track)
{
  return object_of (
      std::static_pointer_cast<stream::Track> (track), TaskQueue::create ())
      .release ();
}

void
gst_web_bridge_track_view (
    GstWebMediaStreamTrack *object, std::shared_ptr<stream::TrackView> *track)
{
  *track = engine_of (object);
}
