// SPDX-License-Identifier: LGPL-2.1-or-later
// What the files of GstWebImageCapture share.
#pragma once

#include "base/ptr.hh"
#include "stream/track.hh"

#include <gst/webmedia/gstwebimagecapture.h>

namespace webmedia {

// InvalidStateError: the track has ended.
bool check_is_live (GstWebImageCapture *self, GError **error);
// Waits for the next frame. UnknownError: the track ended first.
Ptr<GstSample> next_frame (const std::shared_ptr<stream::Track> &track,
    GCancellable *cancellable, GError **error);

} // namespace webmedia
