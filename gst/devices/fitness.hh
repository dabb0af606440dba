// SPDX-License-Identifier: LGPL-2.1-or-later
// How far settings are from what was asked for.
#pragma once

#include "devices/constraints.hh"

namespace webmedia::devices {

// The distance of two numbers, or of a number from the nearest of several
// values: 0 to 1 where both are positive.
double number_distance (double actual, double ideal);

// The same, or 0 without an ideal.
inline double
number_distance (double actual, const std::optional<double> &ideal)
{
  return ideal ? number_distance (actual, *ideal) : 0;
}

// Whether a settings dictionary meets what is required by one constraint.
bool satisfies (const Value *actual, Property property,
    const Constraint &constraint, BareValues bare);

// The fitness distance between a settings dictionary and a ConstraintSet:
// infinite where a required constraint is not met.
double fitness_distance (const Settings &settings, const ConstraintSet &set,
    BareValues bare, TrackKind kind);

} // namespace webmedia::devices
