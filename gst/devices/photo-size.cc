// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/photo-size.hh"

#include <algorithm>
#include <cmath>

namespace webmedia::devices {

PhotoSizes
photo_sizes (const stream::Track &track, const stream::PhotoSize &now)
{
  Capabilities all = track_capabilities (track);
  auto width = all.find (Property::width), height = all.find (Property::height);
  auto is_known = [&] (auto found) {
    return found != all.end () && found->second.range
           && std::isfinite (found->second.range->high);
  };
  if (is_known (width) && is_known (height))
    return {*width->second.range, *height->second.range};
  auto only = [] (int side) {
    return Interval{double (side), double (side)};
  };
  return {only (now.width), only (now.height), true};
}

// https://w3c.github.io/mediacapture-image/#dom-photosettings-imagewidth: the
// closest one that there is.
std::optional<TrackConstraints>
photo_constraints (const stream::Track &track, const stream::PhotoSize &now,
    const stream::PhotoSettings &settings)
{
  PhotoSizes sizes = photo_sizes (track, now);
  if (sizes.is_one || now.width <= 0 || now.height <= 0)
    return std::nullopt;
  double ratio = double (now.width) / now.height;
  double width = settings.image_width.value_or (
      settings.image_height ? *settings.image_height * ratio : now.width);
  double height = settings.image_height.value_or (
      settings.image_width ? *settings.image_width / ratio : now.height);
  auto nearest = [] (double side, const Interval &allowed) {
    return int (std::lround (
        std::clamp (side, std::max (allowed.low, 1.), allowed.high)));
  };
  int photo_width = nearest (width, sizes.width);
  int photo_height = nearest (height, sizes.height);
  if (photo_width == now.width && photo_height == now.height)
    return std::nullopt;
  auto ideally = [] (int side) {
    Constraint constraint;
    constraint.ideal = {double (side)};
    return constraint;
  };
  TrackConstraints wanted;
  wanted.basic = {{Property::width, ideally (photo_width)},
      {Property::height, ideally (photo_height)}};
  return wanted;
}

} // namespace webmedia::devices
