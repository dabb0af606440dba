// SPDX-License-Identifier: LGPL-2.1-or-later
// Which frames become thumbnails, where they go, and their PNG.
#pragma once

#include "timeline.hh"

namespace demo {

constexpr double kThumbnailWidth = 128;
constexpr double kThumbnailHeight = 72;

struct PlacedThumbnail {
  const Thumbnail *thumbnail;
  double left;
};

// Side by side from `left` on, at most to `right`, each near its x of `xs`. The
// first frame after a seek is always there.
std::vector<PlacedThumbnail> place_thumbnails (
    const std::vector<Thumbnail> &thumbnails, const std::vector<double> &xs,
    double left, double right);

std::vector<guint8> encode_png (GstSample *picture);

} // namespace demo
