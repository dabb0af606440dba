// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/media-request.hh"

#include "api/devices.hh"
#include "api/error.hh"
#include "api/media-stream.hh"

namespace webmedia {

// Null: *error says why.
static std::unique_ptr<stream::Tracks>
get_tracks (GstWebMediaDevices *self, const GetTracks &get,
    GCancellable *cancellable, GError **error)
{
  auto tracks = get (self, cancellable);
  // What was opened all the same is let go.
  if (g_cancellable_set_error_if_cancelled (cancellable, error)
      || !check (tracks, error))
    return nullptr;
  return std::make_unique<stream::Tracks> (std::move (*tracks));
}

static GstWebMediaStream *
stream_of (const stream::Tracks &tracks)
{
  GstWebMediaStream *stream = gst_web_media_stream_new ();
  engine_of (stream)->add (tracks, stream::Cause::application);
  return stream;
}

GstWebMediaStream *
get_stream (GstWebMediaDevices *self, const GetTracks &get,
    GCancellable *cancellable, GError **error)
{
  TaskQueue::BlockingCall call (tasks_of (self));
  auto tracks = get_tracks (self, get, cancellable, error);
  return tracks ? stream_of (*tracks) : nullptr;
}

void
get_stream_async (GstWebMediaDevices *self, GetTracks get,
    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  auto task =
      Ptr<GTask>::adopt (g_task_new (self, cancellable, callback, data));
  g_task_set_source_tag (task.get (), gpointer (get_stream_async));
  g_task_set_task_data (task.get (), new GetTracks (std::move (get)),
      [] (gpointer given) { delete static_cast<GetTracks *> (given); });
  g_task_run_in_thread (task.get (),
      [] (GTask *running, gpointer source, gpointer given, GCancellable *stop) {
        GError *error = nullptr;
        auto tracks = get_tracks (GST_WEB_MEDIA_DEVICES (source),
            *static_cast<GetTracks *> (given), stop, &error);
        if (tracks)
          g_task_return_pointer (running, tracks.release (), [] (gpointer all) {
            delete static_cast<stream::Tracks *> (all);
          });
        else
          g_task_return_error (running, error);
      });
}

GstWebMediaStream *
get_stream_finish (
    GstWebMediaDevices *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), nullptr);
  std::unique_ptr<stream::Tracks> tracks (static_cast<stream::Tracks *> (
      g_task_propagate_pointer (G_TASK (result), error)));
  return tracks ? stream_of (*tracks) : nullptr;
}

} // namespace webmedia
