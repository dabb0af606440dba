// SPDX-License-Identifier: LGPL-2.1-or-later
// What settings have to meet, of one ConstraintSet or several together: the
// largest and smallest values that are still allowed, instead of a list of all.
#pragma once

#include "devices/constraints.hh"
#include "devices/numbers.hh"

#include <limits>
#include <map>
#include <vector>

namespace webmedia::devices {

struct Requirement {
  Interval bounds{-std::numeric_limits<double>::infinity (),
      std::numeric_limits<double>::infinity ()};
  bool listed = false;       // only one of these will do
  std::vector<Value> values; // of what is no number
  bool never = false;        // nothing will do

  bool allows (const Value &value) const
  {
    return !never && (!listed || contains (values, value));
  }
};

// A setting has to be there for each, and be allowed by it.
using Requirements = std::map<Property, Requirement>;

// Adds what is required by these constraints.
void require (
    Requirements &requirements, const ConstraintSet &set, BareValues bare);

} // namespace webmedia::devices
