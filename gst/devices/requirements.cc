// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/requirements.hh"

#include <algorithm>

namespace webmedia::devices {

namespace {

void
narrow (Interval &bounds, double low, double high)
{
  bounds.low = std::max (bounds.low, low);
  bounds.high = std::min (bounds.high, high);
}

void
narrow (Requirement &requirement, const std::vector<Value> &exact)
{
  if (const auto *number = std::get_if<double> (&exact.front ())) {
    narrow (requirement.bounds, *number, *number);
    return;
  }
  if (requirement.listed)
    std::erase_if (requirement.values,
        [&exact] (const Value &value) { return !contains (exact, value); });
  else
    requirement.values = exact;
  requirement.listed = true;
}

} // namespace

void
require (Requirements &requirements, const ConstraintSet &set, BareValues bare)
{
  for (const auto &[property, constraint] : set) {
    if (!is_required (constraint, bare) || info (property).is (only_for_choice))
      continue;
    Requirement &requirement = requirements[property];
    if (const bool *wanted = wants_existence (property, constraint)) {
      requirement.never = requirement.never || !*wanted;
      continue;
    }
    narrow (requirement.bounds,
        constraint.min.value_or (requirement.bounds.low),
        constraint.max.value_or (requirement.bounds.high));
    if (const auto &exact = exact_values (constraint, bare); !exact.empty ())
      narrow (requirement, exact);
  }
}

} // namespace webmedia::devices
