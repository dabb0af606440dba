// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/control-plan.hh"

#include "devices/fitness.hh"
#include "devices/requirements.hh"
#include "devices/words.hh"

#include <algorithm>

namespace webmedia::devices {

namespace {

// https://w3c.github.io/mediacapture-image/#mediatracksettings-members says in
// which mode each of these is significant.
struct Significance {
  Property property;
  Property mode;
  const char *value;
};
constexpr Significance kSignificances[] = {
    {Property::color_temperature, Property::white_balance_mode,
        metering_mode::kManual},
    {Property::exposure_time, Property::exposure_mode, metering_mode::kManual},
    {Property::exposure_compensation, Property::exposure_mode,
        metering_mode::kContinuous},
    {Property::focus_distance, Property::focus_mode, metering_mode::kManual},
};

template <typename Function>
bool
any_set (const TrackConstraints &constraints, const Function &function)
{
  return function (constraints.basic)
         || std::any_of (constraints.advanced.begin (),
             constraints.advanced.end (), function);
}

bool
names (const TrackConstraints &constraints, Property property)
{
  return any_set (constraints, [property] (const ConstraintSet &set) {
    auto found = set.find (property);
    return found != set.end () && !wants_existence (property, found->second);
  });
}

bool
any_common (const SettingsSpace &space, bool (*is) (Property))
{
  return std::any_of (space.common.begin (), space.common.end (),
      [is] (const auto &named) { return is (named.first); });
}

// The part of it that is within the bounds, with the steps where they were.
Numbers
cut (const Numbers &numbers, const Interval &bounds)
{
  Numbers kept = numbers;
  kept.intervals.clear ();
  for (const Interval &interval : numbers.intervals) {
    Numbers one = numbers;
    one.intervals = {interval};
    auto low = one.at_least (bounds.low);
    auto high = one.at_most (bounds.high);
    if (low && high && *low <= *high)
      kept.intervals.push_back ({*low, *high});
  }
  return kept;
}

// A camera may be set to what is at no step, or to no end of its range: it can
// stay so.
void
include (Domain &domain, const Value &now)
{
  if (domain.points > 0)
    domain.values = {now};
  const auto *number = std::get_if<double> (&now);
  if (number && !domain.numbers.any_within ({*number, *number}))
    domain.numbers.intervals.push_back ({*number, *number});
}

// What is required of it by another track.
void
narrow (Domain &domain, const Requirement &requirement)
{
  if (!domain.numbers.intervals.empty ()) {
    Numbers kept = cut (domain.numbers, requirement.bounds);
    if (!kept.intervals.empty ())
      domain.numbers = std::move (kept);
    return;
  }
  Domain kept = domain;
  std::erase_if (kept.values, [&requirement] (const Value &value) {
    return !requirement.allows (value);
  });
  if (requirement.listed && domain.points > 0) {
    kept.values = requirement.values;
    kept.points = 0;
  }
  if (!kept.values.empty ())
    domain = std::move (kept);
}

// A value that is asked for is to count, where the mode is left open.
void
choose_modes (SettingsSpace &space, const TrackConstraints &constraints)
{
  for (const auto &[property, mode, value] : kSignificances) {
    const Domain *modes = find_domain (space.common, mode);
    if (!modes || !find_domain (space.common, property)
        || !names (constraints, property) || names (constraints, mode))
      continue;
    Value wanted = std::string (value);
    bool is_time_set = property == Property::exposure_compensation
                       && names (constraints, Property::exposure_time);
    if (contains (modes->values, wanted) && !is_time_set)
      space.defaults[mode] = std::move (wanted);
  }
}

bool
is_unmet_control (
    Property property, const Constraint &constraint, const Settings &controls)
{
  if (!is_control (property) || !is_required (constraint, BareValues::ideal))
    return false;
  auto now = controls.find (property);
  return !satisfies (now == controls.end () ? nullptr : &now->second, property,
      constraint, BareValues::ideal);
}

} // namespace

bool
asks_for_movement (const TrackConstraints &constraints)
{
  return any_set (constraints, [] (const ConstraintSet &set) {
    return std::any_of (set.begin (), set.end (), [] (const auto &member) {
      const bool *exists = wants_existence (member.first, member.second);
      return is_movement (member.first) && (!exists || *exists);
    });
  });
}

void
add_controls (SettingsSpace &space, const ControlState &controls)
{
  for (const auto &[property, domain] : controls.domains) {
    Domain own = domain;
    auto now = controls.values.find (property);
    if (now != controls.values.end ())
      space.defaults[property] = now->second;
    if (own.points > 0)
      own.values = {now == controls.values.end ()
                        ? Value (std::vector<Point> ())
                        : now->second};
    space.common.emplace_back (property, std::move (own));
  }
}

bool
has_controls (const SettingsSpace &space)
{
  return any_common (space, is_control);
}

bool
has_movement (const SettingsSpace &space)
{
  return any_common (space, is_movement);
}

void
drop_movement (Settings &settings)
{
  std::erase_if (
      settings, [] (const auto &member) { return is_movement (member.first); });
}

std::shared_ptr<const SettingsSpace>
without_movement (std::shared_ptr<const SettingsSpace> space)
{
  if (!space || !has_movement (*space))
    return space;
  auto rest = std::make_shared<SettingsSpace> (*space);
  std::erase_if (rest->common,
      [] (const auto &named) { return is_movement (named.first); });
  return rest;
}

SettingsSpace
space_for (const SettingsSpace &space, const TrackConstraints &constraints,
    const Settings &now, std::span<const TrackConstraints> others)
{
  SettingsSpace own = space;
  std::erase_if (own.defaults,
      [] (const auto &member) { return is_control (member.first); });
  for (const auto &[property, value] : now) {
    own.defaults[property] = value;
    if (Domain *domain = find_domain (own.common, property))
      include (*domain, value);
  }
  Requirements required;
  for (const TrackConstraints &other : others)
    require (required, other.basic, BareValues::ideal);
  for (const auto &[property, requirement] : required)
    if (Domain *domain = is_control (property)
                             ? find_domain (own.common, property)
                             : nullptr)
      narrow (*domain, requirement);
  choose_modes (own, constraints);
  std::erase_if (own.common, [&] (const auto &named) {
    return is_control (named.first) && !names (constraints, named.first)
           && !own.defaults.contains (named.first);
  });
  return own;
}

SettingsSpace
with_fixed_controls (const SettingsSpace &space, const Settings &controls)
{
  SettingsSpace fixed = space;
  std::erase_if (fixed.common, [&controls] (const auto &named) {
    return is_control (named.first) && !controls.contains (named.first);
  });
  for (const auto &[property, value] : controls) {
    Domain *domain = find_domain (fixed.common, property);
    if (!domain)
      continue;
    if (const auto *number = std::get_if<double> (&value))
      *domain = {.values = {}, .numbers = {.intervals = {{*number, *number}}}};
    else
      *domain = {.values = {value}, .numbers = {}};
  }
  return fixed;
}

Settings
controls_to_set (const Settings &selected, const TrackConstraints &constraints,
    const Settings &now)
{
  Settings set;
  for (const auto &[property, value] : selected) {
    if (!is_control (property))
      continue;
    auto current = now.find (property);
    if (names (constraints, property) || current == now.end ()
        || current->second != value)
      set.emplace (property, value);
  }
  return set;
}

bool
is_significant (Property property, const Settings &modes)
{
  return std::none_of (std::begin (kSignificances), std::end (kSignificances),
      [&] (const Significance &each) {
        auto set = modes.find (each.mode);
        return each.property == property && set != modes.end ()
               && set->second != Value (std::string (each.value));
      });
}

Settings
with_told (Settings before, const Settings &told)
{
  for (const auto &[property, value] : told)
    before[property] = value;
  std::erase_if (before, [&before] (const auto &member) {
    return !is_significant (member.first, before);
  });
  return before;
}

std::string
unmet_control (const TrackConstraints &constraints, const Settings &controls)
{
  for (const auto &[property, constraint] : constraints.basic)
    if (is_unmet_control (property, constraint, controls))
      return info (property).name;
  return {};
}

TrackConstraints
without_unmet_controls (TrackConstraints constraints, const Settings &controls)
{
  for (auto &[property, constraint] : constraints.basic)
    if (is_unmet_control (property, constraint, controls)) {
      constraint.min.reset ();
      constraint.max.reset ();
      constraint.exact.clear ();
    }
  return constraints;
}

} // namespace webmedia::devices
