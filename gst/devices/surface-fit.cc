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

} // namespace

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
