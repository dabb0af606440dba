// SPDX-License-Identifier: LGPL-2.1-or-later
// https://www.w3.org/TR/media-source-2/#sourcebuffer-coded-frame-eviction
#pragma once

#include "mse/track.hh"

namespace webmedia::mse {

// Coded frame eviction: frees whole chunks that lie behind `playhead` until
// `account` counts no more than `target` bytes. False when that is not enough.
bool evict_frames (const std::vector<std::shared_ptr<Track>> &tracks,
    const MemoryAccount &account, uint64_t target, Time playhead);

} // namespace webmedia::mse
