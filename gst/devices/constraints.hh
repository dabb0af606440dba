// SPDX-License-Identifier: LGPL-2.1-or-later
// What an application asks of a track: MediaTrackConstraints and
// MediaStreamConstraints.
#pragma once

#include "devices/value.hh"

#include <map>
#include <optional>
#include <vector>

namespace webmedia::devices {

// The value of one member of a ConstraintSet. It is either bare, which means
// ideal in a basic set and exact in an advanced one, or has some of the others.
// An empty list is a member that was not given.
struct Constraint {
  std::optional<double> min;
  std::optional<double> max;
  std::vector<Value> exact;
  std::vector<Value> ideal;
  std::vector<Value> bare;

  bool operator== (const Constraint &) const = default;

  bool empty () const
  {
    return !min && !max && exact.empty () && ideal.empty () && bare.empty ();
  }
};

using ConstraintSet = std::map<Property, Constraint>;

struct TrackConstraints {
  ConstraintSet basic;
  std::vector<ConstraintSet> advanced;
  bool has_advanced = false; // the member is there, be it empty

  bool operator== (const TrackConstraints &) const = default;
};

// The argument of getUserMedia and getDisplayMedia. What is not requested has
// no value.
struct StreamConstraints {
  std::optional<TrackConstraints> audio;
  std::optional<TrackConstraints> video;

  bool operator== (const StreamConstraints &) const = default;
};

// What bare values of a ConstraintSet are.
enum class BareValues { ideal, exact };

inline const std::vector<Value> &
exact_values (const Constraint &constraint, BareValues bare)
{
  return bare == BareValues::exact && !constraint.bare.empty ()
             ? constraint.bare
             : constraint.exact;
}

inline const std::vector<Value> &
ideal_values (const Constraint &constraint, BareValues bare)
{
  return bare == BareValues::ideal && !constraint.bare.empty ()
             ? constraint.bare
             : constraint.ideal;
}

inline bool
is_required (const Constraint &constraint, BareValues bare)
{
  return constraint.min || constraint.max
         || !exact_values (constraint, bare).empty ();
}

// A boolean for a property that is a number: whether the source has it at all.
inline const bool *
wants_existence (Property property, const Constraint &constraint)
{
  if (info (property).type != ValueType::real_or_boolean
      || constraint.bare.empty ())
    return nullptr;
  return std::get_if<bool> (&constraint.bare.front ());
}

} // namespace webmedia::devices
