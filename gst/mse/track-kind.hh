// SPDX-License-Identifier: LGPL-2.1-or-later
// What the web calls the `kind` of a sound or video track: what it is for.
// https://dev.w3.org/html5/html-sourcing-inband-tracks/
#pragma once

#include "mse/byte-stream-parser.hh"
#include "mse/mpegts-tables.hh"

namespace webmedia::mse {

// Each is asked for the next track of an initialization segment that has
// `before` it. Text tracks have kinds of their own: "" here.
std::string isobmff_web_kind (
    const std::vector<TrackDescription> &before, TrackKind kind);
std::string webm_web_kind (const std::vector<TrackDescription> &before,
    TrackKind kind, bool flag_default);
std::string mpegts_web_kind (const std::vector<TrackDescription> &before,
    TrackKind kind, const MpegtsEntry &entry);

} // namespace webmedia::mse
