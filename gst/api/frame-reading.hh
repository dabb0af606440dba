// SPDX-License-Identifier: LGPL-2.1-or-later
// What the objects that read frames of a track share.
#pragma once

#include "stream/frame-reader.hh"

#include <gio/gio.h>

namespace webmedia {

// Waits for a frame; null without an error: at the end.
Ptr<GstSample> read_frame (
    stream::FrameReader &reader, GCancellable *cancellable, GError **error);

// Calls `done` with a frame, or null at the end, which makes the task return;
// when it is cancelled, it returns without that. Keeps the reader as long.
using FrameDone = void (*) (GTask *task, Ptr<GstSample> frame);
void read_frame_async (std::shared_ptr<stream::FrameReader> reader,
    Ptr<GTask> task, FrameDone done);
// A `done`: returns what it is given.
void return_frame (GTask *task, Ptr<GstSample> frame);

} // namespace webmedia
