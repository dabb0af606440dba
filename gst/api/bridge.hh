// SPDX-License-Identifier: LGPL-2.1-or-later
// The one private door from the plugins into the library. What comes through
// has virtual functions and plain values only, so nothing else of the engine
// needs to be exported.
#pragma once

#include "mse/player.hh"

#include <gst/webmedia/gstwebmediasource.h>

extern "C" {

// Attaches what an element was given: a GstWebMediaSourceHandle (once, ever)
// or a GstWebMediaSource (whenever it is closed). The attachment lasts until
// *player goes.
GST_WEB_API gboolean gst_web_bridge_attach (GObject *source_or_handle,
    std::shared_ptr<webmedia::mse::Player> *player, GError **error);

// Appends, and waits for playback to advance wherever the quota is full.
GST_WEB_API gboolean gst_web_bridge_append_when_room (GstWebMediaSource *source,
    GstWebSourceBuffer *buffer, GstBuffer *data, GCancellable *cancellable,
    GError **error);

// The MIME type of a byte stream that begins with these bytes; null when they
// are none that is supported, or too few to tell (then *need_more is set).
GST_WEB_API const char *gst_web_bridge_sniff_type (
    const guint8 *data, gsize size, gboolean *need_more);
}
