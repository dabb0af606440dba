// SPDX-License-Identifier: LGPL-2.1-or-later
#include "thumbnails.hh"

#include <algorithm>
#include <cmath>
#include <gst/video/video.h>

namespace demo {

namespace {

constexpr double kGap = 6;

// Twice as large as it is shown, for screens with fine pixels.
constexpr int kScale = 2;

} // namespace

std::vector<PlacedThumbnail>
place_thumbnails (const std::vector<Thumbnail> &thumbnails,
    const std::vector<double> &xs, double left, double right)
{
  std::vector<PlacedThumbnail> placed;
  if (thumbnails.empty ())
    return placed;
  double step = kThumbnailWidth + kGap;
  double end =
      std::clamp (xs.back () + kThumbnailWidth / 2, left + step, right);
  int places = std::max (1, int ((end - left + kGap) / step));
  auto center = [&] (int place) {
    return left + place * step + kThumbnailWidth / 2;
  };
  for (int place = 0; place < places; place++) {
    // The first of a span within reach, else whatever is nearest.
    const Thumbnail *best = nullptr;
    double best_distance = 0;
    for (size_t i = 0; i < thumbnails.size (); i++) {
      double distance = std::abs (xs[i] - center (place));
      if (thumbnails[i].first_of_span && distance <= step / 2)
        distance = -1;
      if (!best || distance < best_distance) {
        best = &thumbnails[i];
        best_distance = distance;
      }
    }
    placed.push_back ({best, left + place * step});
  }
  return placed;
}

std::vector<guint8>
encode_png (GstSample *picture)
{
  Ptr<GstCaps> caps (gst_caps_new_simple ("image/png", "width", G_TYPE_INT,
      int (kThumbnailWidth) * kScale, "height", G_TYPE_INT,
      int (kThumbnailHeight) * kScale, nullptr));
  Ptr<GstSample> png (gst_video_convert_sample (
      picture, caps.get (), 10 * GST_SECOND, nullptr));
  std::vector<guint8> data;
  GstMapInfo map;
  if (png
      && gst_buffer_map (
          gst_sample_get_buffer (png.get ()), &map, GST_MAP_READ)) {
    data.assign (map.data, map.data + map.size);
    gst_buffer_unmap (gst_sample_get_buffer (png.get ()), &map);
  }
  return data;
}

} // namespace demo
