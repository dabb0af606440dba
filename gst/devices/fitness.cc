// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/fitness.hh"

#include <cmath>
#include <limits>

namespace webmedia::devices {

namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity ();

// https://w3c.github.io/mediacapture-main/#dfn-fitness-distance, for one
// member of the set. Step 1, names that are not supported, is done where
// constraints are parsed: they are dropped there.
double
member_distance (const Value *actual, Property property,
    const Constraint &constraint, BareValues bare, TrackKind kind)
{
  // https://w3c.github.io/mediacapture-screen-share/#def-constraint-displaySurface
  // "ignored for all other purposes"
  if (info (property).is (only_for_choice))
    return 0;
  // 2. Required and not satisfied, or not there. This comes before step 3: in
  // applyConstraints, a required width of sound cannot be satisfied.
  if (is_required (constraint, bare)
      && !satisfies (actual, property, constraint, bare))
    return kInfinite;
  // 3. Does not apply to this kind of track.
  if (!info (property).applies_to (kind))
    return 0;
  // 4. A boolean for what is not one.
  if (const bool *wanted = wants_existence (property, constraint))
    return *wanted == (actual != nullptr) ? 0 : 1;
  // 5. The setting is not there.
  if (!actual)
    return 1;
  // 6. No ideal value.
  const std::vector<Value> &ideals = ideal_values (constraint, bare);
  if (ideals.empty ())
    return 0;
  // 7. Numbers.
  if (const auto *number = std::get_if<double> (actual))
    if (const auto *ideal = std::get_if<double> (&ideals.front ()))
      return number_distance (*number, *ideal);
  // 8. Strings, enumerations and booleans. There is no rule for points of
  // interest; this is theirs, too.
  return contains (ideals, *actual) ? 0 : 1;
}

} // namespace

double
number_distance (double actual, double ideal)
{
  if (actual == ideal)
    return 0;
  return std::abs (actual - ideal)
         / std::max (std::abs (actual), std::abs (ideal));
}

bool
satisfies (const Value *actual, Property property, const Constraint &constraint,
    BareValues bare)
{
  if (!actual)
    return false;
  // A bare boolean that is exact: having the setting is `true`, so `false` can
  // never be satisfied.
  if (const bool *wanted = wants_existence (property, constraint))
    return *wanted;
  const std::vector<Value> &exact = exact_values (constraint, bare);
  if (!exact.empty () && !contains (exact, *actual))
    return false;
  const auto *number = std::get_if<double> (actual);
  return !number
         || ((!constraint.min || *number >= *constraint.min)
             && (!constraint.max || *number <= *constraint.max));
}

double
fitness_distance (const Settings &settings, const ConstraintSet &set,
    BareValues bare, TrackKind kind)
{
  double sum = 0;
  for (const auto &[property, constraint] : set) {
    auto actual = settings.find (property);
    sum +=
        member_distance (actual == settings.end () ? nullptr : &actual->second,
            property, constraint, bare, kind);
  }
  return sum;
}

} // namespace webmedia::devices
