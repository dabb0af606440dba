// SPDX-License-Identifier: LGPL-2.1-or-later
// What getUserMedia() and getDisplayMedia() have in common: tracks that are
// waited for become a stream.
#pragma once

#include "base/result.hh"
#include "stream/media-stream.hh"

#include <gst/webmedia/gstwebmediadevices.h>

#include <functional>

namespace webmedia {

// Waits for the tracks, on any thread.
using GetTracks = std::function<Result<stream::Tracks> (
    GstWebMediaDevices *devices, GCancellable *cancellable)>;

// The stream's events go to the main context that is thread-default here. Null:
// *error says why.
GstWebMediaStream *get_stream (GstWebMediaDevices *self, const GetTracks &get,
    GCancellable *cancellable, GError **error);

// The same in two halves.
void get_stream_async (GstWebMediaDevices *self, GetTracks get,
    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
GstWebMediaStream *get_stream_finish (
    GstWebMediaDevices *self, GAsyncResult *result, GError **error);

} // namespace webmedia
