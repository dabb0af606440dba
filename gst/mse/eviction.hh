// SPDX-License-Identifier: LGPL-2.1-or-later
// https://www.w3.org/TR/media-source-2/#sourcebuffer-coded-frame-eviction
#pragma once

#include "mse/track.hh"

namespace webmedia::mse {

// Coded frame eviction: frees whole chunks until `account` counts no more than
// `target` bytes. Those behind `playhead` go first, then those far ahead of it,
// from the end backwards; never one that is being read, the first one after the
// playhead, or the one that was appended last, and nothing that lies between
// that one and the playhead. False when this is not enough.
bool evict_frames (const std::vector<std::shared_ptr<Track>> &tracks,
    const MemoryAccount &account, uint64_t target, Time playhead);

// Frees what playback can do without for a while: all but what lies from a
// little behind the playhead to half a minute ahead of it.
void clean_up (const std::vector<std::shared_ptr<Track>> &tracks,
    const MemoryAccount &account, Time playhead);

} // namespace webmedia::mse
