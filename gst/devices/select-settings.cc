// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/select-settings.hh"

#include "devices/candidates.hh"
#include "devices/fitness.hh"

#include <algorithm>
#include <limits>
#include <tuple>

namespace webmedia::devices {

namespace {

// The best settings of a box, without a dictionary yet.
struct Offer {
  const Box *box = nullptr;
  FrameSize size;
  double distance = 0;
  double strangeness = 0;

  bool better_than (const Offer &other) const
  {
    auto order = [] (const Offer &offer) {
      return std::tuple (offer.distance, offer.box->shape.has_value (),
          offer.strangeness, offer.box->cost);
    };
    return order (*this) < order (other);
  }
};

// The part of the fitness distance that no choice changes: constraints on what
// the source lacks, and booleans for what is a number.
double
fixed_distance (
    const SettingsSpace &space, const Box &box, const ConstraintSet &basic)
{
  double sum = 0;
  for (const auto &[property, constraint] : basic) {
    bool there = find_domain (box.domains, property)
                 || find_domain (space.common, property)
                 || (property == Property::aspect_ratio && has_size (box));
    if (const bool *wanted = wants_existence (property, constraint))
      sum += *wanted == there ? 0 : 1;
    else if (!there && info (property).applies_to (space.kind)
             && !info (property).is (only_for_choice))
      sum += 1;
  }
  return sum;
}

double
strangeness_of (const SettingsSpace &space, const FrameSize &size,
    const ConstraintSet &basic)
{
  double sum = 0;
  for (auto [property, number] : {std::pair (Property::width, size.width),
           std::pair (Property::height, size.height)})
    if (!basic.contains (property))
      if (const Value *usual = default_of (space, property))
        sum += number_distance (number, *std::get_if<double> (usual));
  return sum;
}

// Looks at the boxes of a space one by one.
class Offers {
public:
  Offers (const SettingsSpace &space, const Candidates &candidates,
      const ConstraintSet &basic)
      : space_ (space),
        candidates_ (candidates),
        basic_ (basic),
        sizes_ (candidates.size_problem (basic))
  {
    if (sizes_.ratio_counts)
      common_ = candidates.choose_common_size (sizes_);
  }

  Offer best ();

private:
  bool has_common (const Box &box) const;
  std::optional<FrameSize> size_of (const Box &box, double limit);
  void consider (const Box &box);

  const SettingsSpace &space_;
  const Candidates &candidates_;
  const ConstraintSet &basic_;
  FrameSizeProblem sizes_;
  std::optional<FrameSize> common_; // no box that is scaled has a better one
  Offer best_;
};

bool
Offers::has_common (const Box &box) const
{
  auto within = [&box] (Property property, double number) {
    return find_domain (box.domains, property)
        ->numbers.any_within ({number, number});
  };
  return common_ && box.shape && within (Property::width, common_->width)
         && within (Property::height, common_->height);
}

// The best size that is at most that far away.
std::optional<FrameSize>
Offers::size_of (const Box &box, double limit)
{
  constexpr double kRounding = 1e-9; // equals are compared by other things
  if (has_common (box))
    return common_;
  if (common_ && box.shape && common_->distance >= limit)
    return {};
  sizes_.limit = limit + kRounding;
  return candidates_.choose_size (box, sizes_);
}

void
Offers::consider (const Box &box)
{
  Offer offer{.box = &box,
      .size = {},
      .distance = fixed_distance (space_, box, basic_),
      .strangeness = 0};
  bool size = has_size (box);
  for (const auto &[property, domain] : box.domains) {
    if (size && is_of_size (property))
      continue;
    Choice choice = candidates_.choose (property, domain, basic_);
    offer.distance += choice.distance;
    offer.strangeness += choice.strangeness;
  }
  double limit = best_.box ? best_.distance - offer.distance
                           : std::numeric_limits<double>::infinity ();
  if (limit < 0)
    return;
  if (size) {
    std::optional<FrameSize> chosen = size_of (box, limit);
    if (!chosen)
      return;
    offer.size = *chosen;
    offer.distance += chosen->distance;
    offer.strangeness += strangeness_of (space_, *chosen, basic_);
  }
  if (!best_.box || offer.better_than (best_))
    best_ = offer;
}

// First those for which nothing has to be searched.
Offer
Offers::best ()
{
  for (bool common : {true, false})
    for (const Box &box : space_.boxes)
      if (candidates_.within_but_size (box)
          && !(sizes_.ratio_counts && box.redundant)
          && has_common (box) == common)
        consider (box);
  return best_;
}

// A smaller mode of the same shape, that these settings can be made of as well.
size_t
cheapest_mode (
    const SettingsSpace &space, const Box &box, const Settings &settings)
{
  const Box *cheapest = &box;
  if (box.shape)
    for (const Box &other : space.boxes)
      if (other.redundant && other.shape == box.shape
          && other.cost < cheapest->cost && has_settings (other, settings))
        cheapest = &other;
  return cheapest->mode;
}

Selection
selection_of (const SettingsSpace &space, const Candidates &candidates,
    const Offer &offer, const TrackConstraints &constraints)
{
  Selection selection;
  Settings &settings = selection.settings;
  bool size = has_size (*offer.box);
  for (const Domains *domains : {&space.common, &offer.box->domains})
    for (const auto &[property, domain] : *domains) {
      if (size && is_of_size (property))
        continue;
      Choice choice = candidates.choose (property, domain, constraints.basic);
      settings[property] = choice.value ? *choice.value : Value (choice.number);
    }
  if (size) {
    settings[Property::width] = offer.size.width;
    settings[Property::height] = offer.size.height;
    settings[Property::aspect_ratio] = offer.size.ratio ();
  }
  selection.mode = cheapest_mode (space, *offer.box, settings);
  selection.distance = fitness_distance (
      settings, constraints.basic, BareValues::ideal, space.kind);
  return selection;
}

} // namespace

// https://w3c.github.io/mediacapture-main/#dfn-selectsettings
std::optional<Selection>
select_settings (
    const SettingsSpace &space, const TrackConstraints &constraints)
{
  // 1 is done where constraints are parsed, and the space is 2's copy.
  // 3. The settings with a finite distance are those that meet what the basic
  // set requires.
  Requirements requirements;
  require (requirements, constraints.basic, BareValues::ideal);
  // 4.
  if (!Candidates (space, requirements).any ())
    return {};
  // 5. An advanced set is kept if settings remain, and else ignored.
  for (const ConstraintSet &set : constraints.advanced) {
    Requirements more = requirements;
    require (more, set, BareValues::exact);
    if (Candidates (space, more).any ())
      requirements = std::move (more);
  }
  // 6. The smallest distance to the basic set.
  Candidates candidates (space, requirements);
  Offer best = Offers (space, candidates, constraints.basic).best ();
  if (!best.box)
    return {};
  return selection_of (space, candidates, best, constraints);
}

std::optional<Selection>
select_settings (const SettingsSpace &space,
    const TrackConstraints &constraints, const Settings &defaults)
{
  if (defaults.empty ())
    return select_settings (space, constraints);
  SettingsSpace own = space;
  for (const auto &[property, value] : defaults)
    own.defaults[property] = value;
  return select_settings (own, constraints);
}

// https://w3c.github.io/mediacapture-main/#dom-mediadevices-getusermedia steps
// 11.3.5 and 11.9.1
std::vector<DeviceSelection>
select_devices (
    std::span<const SettingsSpace> spaces, const TrackConstraints &constraints)
{
  std::vector<DeviceSelection> selections;
  for (size_t i = 0; i < spaces.size (); i++)
    if (auto selection = select_settings (spaces[i], constraints))
      selections.push_back ({i, std::move (*selection)});
  std::stable_sort (selections.begin (), selections.end (),
      [] (const DeviceSelection &a, const DeviceSelection &b) {
        return a.selection.distance < b.selection.distance;
      });
  return selections;
}

// https://w3c.github.io/mediacapture-main/#dfn-applyconstraints-algorithm
// step 2
std::string
failed_constraint (
    std::span<const SettingsSpace> spaces, const TrackConstraints &constraints)
{
  for (const auto &[property, constraint] : constraints.basic) {
    Requirements requirements;
    require (requirements, {{property, constraint}}, BareValues::ideal);
    if (!requirements.empty ()
        && std::none_of (spaces.begin (), spaces.end (),
            [&requirements] (const SettingsSpace &space) {
              return Candidates (space, requirements).any ();
            }))
      return info (property).name;
  }
  return {};
}

} // namespace webmedia::devices
