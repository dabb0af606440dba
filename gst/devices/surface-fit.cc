// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/surface-fit.hh"

#include "devices/device-modes.hh"

#include <algorithm>

namespace webmedia::devices {

namespace {

bool
is_of_size (const ConstraintSet &set)
{
  return set.contains (Property::width) || set.contains (Property::height)
         || set.contains (Property::aspect_ratio)
         || set.contains (Property::resize_mode);
}

// Of constraints that do not go together, any one is at fault: the last.
Constraint *
find_culprit (const SettingsSpace &space, TrackConstraints &constraints)
{
  std::string name = failed_constraint (std::span (&space, 1), constraints);
  Constraint *culprit = nullptr;
  for (auto &[property, constraint] : constraints.basic)
    if (is_required (constraint, BareValues::ideal)
        && (name.empty () || name == info (property).name))
      culprit = &constraint;
  return culprit;
}

Interval
only (double number)
{
  return {number, number};
}

// By its size, and its rate where it says one.
bool
is_mode_of (const Box &box, const CaptureMode &mode)
{
  auto has = [&box] (Property property, double number, double tolerance) {
    const Domain *domain = find_domain (box.domains, property);
    return !domain || number == 0
           || domain->numbers.any_within (
               {number * (1 - tolerance), number * (1 + tolerance)});
  };
  return !box.shape && has (Property::width, mode.width, 0)
         && has (Property::height, mode.height, 0)
         && has (Property::frame_rate, mode.frame_rate, kSameRate);
}

} // namespace

bool
find_own_mode (const SettingsSpace &space, CaptureMode &mode)
{
  const Box *found = nullptr;
  for (const Box &box : space.boxes)
    if (is_mode_of (box, mode) && (!found || box.mode == mode.mode))
      found = &box;
  if (found)
    mode.mode = found->mode;
  return found;
}

SettingsSpace
camera_as_it_is (const SettingsSpace &space, const CaptureMode &mode)
{
  VideoMode now{.width = only (mode.width),
      .height = only (mode.height),
      .frame_rates = {}};
  if (mode.frame_rate > 0)
    now.frame_rates.push_back (only (mode.frame_rate));
  for (const Box &box : space.boxes)
    if (const Domain *domain =
            find_domain (box.domains, Property::power_efficient_pixel_format);
        domain && box.mode == mode.mode)
      now.efficient = *std::get_if<bool> (&domain->values.front ());
  SettingsSpace made = video_space (space.common, std::span (&now, 1), true);
  made.defaults = space.defaults;
  for (Box &box : made.boxes)
    box.mode = mode.mode;
  return made;
}

// https://w3c.github.io/mediacapture-screen-share/#constrainable-properties,
// what follows the table
Demand
demand_in_force (const SettingsSpace &space, TrackConstraints constraints)
{
  for (;;) {
    if (auto selection = select_settings (space, constraints))
      return {std::move (constraints), std::move (*selection)};
    Constraint *culprit = find_culprit (space, constraints);
    if (!culprit) // a space of nothing, which no track is of
      return {std::move (constraints), {}};
    culprit->min.reset ();
    culprit->max.reset ();
    culprit->exact.clear ();
  }
}

bool
are_of_size (const TrackConstraints &constraints)
{
  return is_of_size (constraints.basic)
         || std::any_of (constraints.advanced.begin (),
             constraints.advanced.end (), is_of_size);
}

FrameSize
SurfaceFit::size_of (double width, double height) const
{
  Settings settings =
      demand_in_force (resized_display (*space, width, height), constraints)
          .selection.settings;
  return {number_of (settings, Property::width),
      number_of (settings, Property::height), 0};
}

} // namespace webmedia::devices
