// SPDX-License-Identifier: LGPL-2.1-or-later
// Of which size photos of a track can be.
#pragma once

#include "devices/track-constraints.hh"
#include "stream/photo.hh"

namespace webmedia::devices {

struct PhotoSizes {
  Interval width, height;
  bool is_one = false; // nothing but what the track has

  bool operator== (const PhotoSizes &) const = default;
};

// What its source can do, or the one size that it has.
PhotoSizes photo_sizes (
    const stream::Track &track, const stream::PhotoSize &now);

// What a clone of the track needs for a photo of the nearest size that there
// is; a side that is left open follows from the other one. None: the track has
// that size itself.
std::optional<TrackConstraints> photo_constraints (const stream::Track &track,
    const stream::PhotoSize &now, const stream::PhotoSettings &settings);

} // namespace webmedia::devices
