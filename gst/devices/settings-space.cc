// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/settings-space.hh"

#include "devices/words.hh"

#include "devices/frame-size.hh"

#include <algorithm>
#include <string>

namespace webmedia::devices {

namespace {

Domain
side (double low, double high)
{
  return {.values = {},
      .numbers = {
          .intervals = {{std::max (low, 1.), std::min (high, kMaxSide)}},
          .whole = true}};
}

// https://w3c.github.io/mediacapture-main/#def-constraint-resizeMode: a picture
// is scaled down or cropped, or frames are left out; nothing is made up.
Box
make_box (const VideoMode &mode, size_t index, bool scaled)
{
  Box box;
  box.mode = index;
  auto add = [&box] (Property property, Domain domain) {
    box.domains.emplace_back (property, std::move (domain));
  };
  add (Property::width, side (scaled ? 1 : mode.width.low, mode.width.high));
  add (Property::height, side (scaled ? 1 : mode.height.low, mode.height.high));
  if (!mode.frame_rates.empty ())
    add (Property::frame_rate,
        {.values = {},
            .numbers = {.intervals = mode.frame_rates, .decimated = scaled}});
  if (mode.efficient)
    add (Property::power_efficient_pixel_format,
        {.values = {*mode.efficient}, .numbers = {}});
  if (mode.cursor)
    add (Property::cursor, {.values = {*mode.cursor}, .numbers = {}});
  add (Property::resize_mode,
      {.values = {std::string (
           scaled ? resize_mode::kCropAndScale : resize_mode::kNone)},
          .numbers = {}});
  if (scaled) {
    box.shape = mode.width.high / mode.height.high;
    box.cost = mode.width.high * mode.height.high;
  }
  return box;
}

bool
lies_in (const Numbers &inner, const Numbers &outer)
{
  return std::all_of (inner.intervals.begin (), inner.intervals.end (),
      [&outer] (const Interval &a) {
        return std::any_of (outer.intervals.begin (), outer.intervals.end (),
            [&a] (const Interval &b) {
              return b.low <= a.low && a.high <= b.high;
            });
      });
}

// Of two boxes that are made of modes in the same way.
bool
lies_in (const Box &inner, const Box &outer)
{
  for (const auto &[property, domain] : outer.domains) {
    const Domain *other = find_domain (inner.domains, property);
    if (!other || !lies_in (other->numbers, domain.numbers)
        || other->values != domain.values)
      return false;
  }
  return inner.domains.size () == outer.domains.size ();
}

// What is made of a mode can be made of a larger one as well.
void
mark_redundant (std::span<Box> boxes)
{
  for (Box &box : boxes)
    box.redundant =
        std::any_of (boxes.begin (), boxes.end (), [&box] (const Box &other) {
          return &box != &other && !other.redundant && lies_in (box, other);
        });
}

} // namespace

bool
has_settings (const Box &box, const Settings &settings)
{
  return std::all_of (box.domains.begin (), box.domains.end (),
      [&settings] (const auto &named) {
        auto found = settings.find (named.first);
        if (found == settings.end ())
          return false;
        const auto *number = std::get_if<double> (&found->second);
        return number ? named.second.numbers.any_within ({*number, *number})
                      : contains (named.second.values, found->second);
      });
}

const Domain *
find_domain (const Domains &domains, Property property)
{
  for (const auto &[name, domain] : domains)
    if (name == property)
      return &domain;
  return nullptr;
}

Domain *
find_domain (Domains &domains, Property property)
{
  return const_cast<Domain *> (find_domain (std::as_const (domains), property));
}

SettingsSpace
video_space (
    Domains common, std::span<const VideoMode> modes, bool crop_and_scale)
{
  SettingsSpace space{.kind = TrackKind::video,
      .common = std::move (common),
      .boxes = {},
      .defaults = {}};
  for (size_t i = 0; i < modes.size (); i++)
    space.boxes.push_back (make_box (modes[i], i, false));
  if (crop_and_scale) {
    for (size_t i = 0; i < modes.size (); i++)
      space.boxes.push_back (make_box (modes[i], i, true));
    mark_redundant (std::span (space.boxes).subspan (modes.size ()));
  }
  return space;
}

// https://w3c.github.io/mediacapture-screen-share/#downscaling-and-frame-decimation
SettingsSpace
display_space (Domains common, std::span<const VideoMode> modes)
{
  SettingsSpace space = video_space (std::move (common), modes, true);
  space.of_display = true;
  for (Box &box : space.boxes)
    box.keeps_shape = box.shape.has_value ();
  if (!modes.empty ())
    space.defaults = {{Property::width, modes.front ().width.high},
        {Property::height, modes.front ().height.high}};
  return space;
}

} // namespace webmedia::devices
