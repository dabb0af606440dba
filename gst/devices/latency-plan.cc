// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/latency-plan.hh"

#include "devices/candidates.hh"

namespace webmedia::devices {

namespace {

// The numbers that a constraint names.
void
add_named (std::vector<double> &all, const Constraint &constraint)
{
  for (const auto &bound : {constraint.min, constraint.max})
    if (bound)
      all.push_back (*bound);
  for (const auto *list :
      {&constraint.exact, &constraint.ideal, &constraint.bare})
    for (const Value &value : *list)
      if (const double *number = std::get_if<double> (&value))
        all.push_back (*number);
}

} // namespace

// Up to its ideal value the distance of a track falls in a straight line, and
// beyond it rises less and less: so the least sum of all is at one of the
// numbers that are named, or at an end of what the source can do.
std::vector<double>
latencies_to_try (const SettingsSpace &space, std::span<const Demand> demands)
{
  const Domain *domain = find_domain (space.common, Property::latency);
  if (!domain)
    return {0};
  std::vector<double> all;
  for (const Demand &demand : demands)
    all.push_back (number_of (demand.selection.settings, Property::latency));
  if (const Value *usual = default_of (space, Property::latency))
    all.push_back (*std::get_if<double> (usual));
  for (const Demand &demand : demands)
    if (auto found = demand.constraints.basic.find (Property::latency);
        found != demand.constraints.basic.end ())
      add_named (all, found->second);
  for (const Interval &interval : domain->numbers.intervals)
    all.insert (all.end (), {interval.low, interval.high});
  std::erase_if (all, [domain] (double number) {
    return !domain->numbers.any_within ({number, number});
  });
  return all;
}

} // namespace webmedia::devices
