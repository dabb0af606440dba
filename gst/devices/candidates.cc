// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/candidates.hh"

#include "devices/fitness.hh"
#include "devices/scaled-size.hh"

#include <algorithm>
#include <cmath>

namespace webmedia::devices {

namespace {

const Requirement kNothing;

const Requirement &
find_requirement (const Requirements &requirements, Property property)
{
  auto found = requirements.find (property);
  return found == requirements.end () ? kNothing : found->second;
}

const double *
find_ideal_number (const ConstraintSet &set, Property property)
{
  auto found = set.find (property);
  if (found == set.end ())
    return nullptr;
  const auto &ideals = ideal_values (found->second, BareValues::ideal);
  return ideals.empty () ? nullptr : std::get_if<double> (&ideals.front ());
}

// Any other is as far from all sizes.
std::optional<double>
positive (const double *number)
{
  return number && *number > 0 ? std::optional (*number) : std::nullopt;
}

double
default_number (const SettingsSpace &space, Property property)
{
  const Value *value = default_of (space, property);
  return value ? *std::get_if<double> (value) : 0;
}

// Any points will do that are not too many.
bool
takes (const Domain &domain, const Value &value)
{
  const auto *points = std::get_if<std::vector<Point>> (&value);
  return contains (domain.values, value)
         || (points && points->size () <= domain.points);
}

bool
meets (const Domain &domain, Property property, const Requirement &requirement)
{
  if (requirement.never)
    return false;
  if (info (property).is_number ())
    return domain.numbers.any_within (requirement.bounds);
  if (requirement.listed && domain.points > 0)
    return std::any_of (requirement.values.begin (), requirement.values.end (),
        [&domain] (const Value &value) { return takes (domain, value); });
  return std::any_of (domain.values.begin (), domain.values.end (),
      [&requirement] (const Value &v) { return requirement.allows (v); });
}

Interval
cut (const Domain &domain, const Interval &bounds)
{
  const Interval &all = domain.numbers.intervals.front ();
  return {std::ceil (std::max (all.low, bounds.low)),
      std::floor (std::min (all.high, bounds.high))};
}

FrameSizeProblem
cut_to (const Box &box, FrameSizeProblem problem)
{
  problem.width =
      cut (*find_domain (box.domains, Property::width), problem.width);
  problem.height =
      cut (*find_domain (box.domains, Property::height), problem.height);
  problem.shape = box.shape;
  return problem;
}

} // namespace

// https://w3c.github.io/mediacapture-main/#dfn-selectsettings, behind step 6.
// Of sound it is the system's default: what sound servers take where nobody
// says otherwise.
const Value *
default_of (const SettingsSpace &space, Property property)
{
  static const Settings kDefaults{{Property::width, 640.},
      {Property::height, 480.}, {Property::frame_rate, 30.},
      {Property::sample_rate, 48000.}, {Property::sample_size, 16.},
      {Property::channel_count, 2.}, {Property::echo_cancellation, true}};
  for (const Settings *defaults : {&space.defaults, &kDefaults})
    if (auto found = defaults->find (property); found != defaults->end ())
      return &found->second;
  return nullptr;
}

bool
has_size (const Box &box)
{
  return find_domain (box.domains, Property::width)
         && find_domain (box.domains, Property::height);
}

bool
is_of_size (Property property)
{
  return property == Property::width || property == Property::height
         || property == Property::aspect_ratio;
}

Candidates::Candidates (
    const SettingsSpace &space, const Requirements &requirements)
    : space_ (space),
      requirements_ (requirements)
{
  for (const auto &[property, requirement] : requirements)
    if (const Domain *domain = find_domain (space.common, property))
      common_within_ = common_within_ && meets (*domain, property, requirement);
    else
      of_boxes_.emplace_back (property, &requirement);
  size_counts_ = std::any_of (of_boxes_.begin (), of_boxes_.end (),
      [] (const auto &named) { return is_of_size (named.first); });
}

bool
Candidates::within_but_size (const Box &box) const
{
  bool size = has_size (box);
  return common_within_
         && std::all_of (
             of_boxes_.begin (), of_boxes_.end (), [&] (const auto &named) {
               const auto &[property, requirement] = named;
               if (size && is_of_size (property))
                 return true;
               const Domain *domain = find_domain (box.domains, property);
               return domain && meets (*domain, property, *requirement);
             });
}

bool
Candidates::any () const
{
  FrameSizeProblem sizes = size_problem ({});
  return std::any_of (
      space_.boxes.begin (), space_.boxes.end (), [&] (const Box &box) {
        return !box.redundant && within_but_size (box)
               && (!size_counts_ || !has_size (box)
                   || choose_size (box, sizes));
      });
}

Choice
Candidates::choose (
    Property property, const Domain &domain, const ConstraintSet &ideals) const
{
  const Requirement &requirement = find_requirement (requirements_, property);
  const Value *usual = default_of (space_, property);
  Choice choice;
  if (info (property).is_number ()) {
    const double *ideal = find_ideal_number (ideals, property);
    const double *target = ideal   ? ideal
                           : usual ? std::get_if<double> (usual)
                                   : nullptr;
    choice.number =
        domain.numbers
            .best (requirement.bounds,
                target ? *target : domain.numbers.intervals.front ().low)
            .value_or (0);
    if (target)
      (ideal ? choice.distance : choice.strangeness) =
          number_distance (choice.number, *target);
    return choice;
  }
  auto constraint = ideals.find (property);
  const std::vector<Value> *wanted =
      constraint == ideals.end ()
          ? nullptr
          : &ideal_values (constraint->second, BareValues::ideal);
  bool has_ideal = wanted && !wanted->empty ();
  auto consider = [&] (const Value &value) {
    bool fits =
        has_ideal ? contains (*wanted, value) : usual && value == *usual;
    if (requirement.allows (value) && (fits || !choice.value))
      choice.value = &value;
    return choice.value == &value && fits;
  };
  bool is_done =
      std::any_of (domain.values.begin (), domain.values.end (), consider);
  // Of points, what was asked for is the list of what there is.
  for (const auto *listed : {has_ideal ? wanted : nullptr,
           requirement.listed ? &requirement.values : nullptr})
    if (listed && domain.points > 0 && !is_done)
      is_done = std::any_of (
          listed->begin (), listed->end (), [&] (const Value &value) {
            return takes (domain, value) && consider (value);
          });
  bool fits = choice.value
              && (has_ideal ? contains (*wanted, *choice.value)
                            : !usual || *choice.value == *usual);
  if (!fits)
    (has_ideal ? choice.distance : choice.strangeness) = 1;
  return choice;
}

bool
Candidates::ratio_counts (const ConstraintSet &ideals) const
{
  return requirements_.contains (Property::aspect_ratio)
         || positive (find_ideal_number (ideals, Property::aspect_ratio));
}

FrameSizeProblem
Candidates::size_problem (const ConstraintSet &ideals) const
{
  auto required = [&] (Property property) {
    return find_requirement (requirements_, property).bounds;
  };
  auto ideal = [&] (Property property) {
    return positive (find_ideal_number (ideals, property));
  };
  return {.width = required (Property::width),
      .height = required (Property::height),
      .ratio = required (Property::aspect_ratio),
      .ideal_width = ideal (Property::width),
      .ideal_height = ideal (Property::height),
      .ideal_ratio = ideal (Property::aspect_ratio),
      .ratio_counts = ratio_counts (ideals),
      .default_width = default_number (space_, Property::width),
      .default_height = default_number (space_, Property::height),
      .shape = {}};
}

std::optional<FrameSize>
Candidates::choose_size (const Box &box, const FrameSizeProblem &problem) const
{
  FrameSizeProblem own = cut_to (box, problem);
  if (!box.keeps_shape)
    return best_frame_size (own);
  auto whole = [&box] (Property property) {
    return find_domain (box.domains, property)->numbers.intervals.front ().high;
  };
  return best_scaled_size (
      own, whole (Property::width), whole (Property::height));
}

std::optional<FrameSize>
Candidates::choose_common_size (const FrameSizeProblem &problem) const
{
  std::optional<FrameSizeProblem> common;
  auto widen = [] (Interval &all, const Interval &one) {
    all = {std::min (all.low, one.low), std::max (all.high, one.high)};
  };
  for (const Box &box : space_.boxes) {
    if (!box.shape || box.keeps_shape || box.redundant
        || !within_but_size (box))
      continue;
    FrameSizeProblem own = cut_to (box, problem);
    if (!common)
      common = own;
    widen (common->width, own.width);
    widen (common->height, own.height);
  }
  return common ? best_frame_size (*common) : std::nullopt;
}

} // namespace webmedia::devices
