// SPDX-License-Identifier: LGPL-2.1-or-later
// What the property `track` means, and what tracks are called.
#pragma once

#include "api/bridge.hh"

namespace webmedia::elements {

// "video", "audio", "text"
const char *kind_name (mse::TrackKind kind);

// The track that `name` names: a track's id, "video" (the first of its kind),
// "video:1" (the second), or "" (the first of all). Null: none of them.
const mse::TrackInfo *find_track (
    const std::vector<mse::TrackInfo> &tracks, const std::string &name);

// For a message: all tracks with the names that find_track() takes.
std::string describe_tracks (const std::vector<mse::TrackInfo> &tracks);

} // namespace webmedia::elements
