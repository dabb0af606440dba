// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/photo-plan.hh"

#include "devices/surface-fit.hh"

#include <algorithm>
#include <tuple>

namespace webmedia::devices {

namespace {

double
highest_rate (const SettingsSpace &only)
{
  double highest = 0;
  for (const Box &box : only.boxes)
    if (const Domain *rates = find_domain (box.domains, Property::frame_rate))
      for (const Interval &interval : rates->numbers.intervals)
        highest = std::max (highest, interval.high);
  return highest;
}

// One picture has no rate.
std::optional<Demand>
photo_of (const SettingsSpace &space, const TrackConstraints &photo)
{
  auto selection = select_settings (space, photo);
  if (!selection)
    return {};
  selection->settings.erase (Property::frame_rate);
  return Demand{.constraints = photo, .selection = std::move (*selection)};
}

std::optional<CapturePlan>
plan_with_mode (const SettingsSpace &only, std::span<const Demand> others,
    const TrackConstraints &photo)
{
  auto taken = photo_of (only, photo);
  if (!taken)
    return {};
  std::vector<Demand> all (others.begin (), others.end ());
  double highest = highest_rate (only);
  for (Demand &demand : all) {
    auto rate = demand.selection.settings.find (Property::frame_rate);
    if (rate != demand.selection.settings.end ())
      rate->second = std::min (
          highest, number_of (demand.selection.settings, Property::frame_rate));
  }
  all.push_back (std::move (*taken));
  return plan_as_selected (only, all);
}

// Nothing changes for anybody.
CapturePlan
plan_as_it_runs (const SettingsSpace &space, std::span<const Demand> others,
    const TrackConstraints &photo, const CaptureMode &running)
{
  CapturePlan plan{running, {}};
  for (const Demand &demand : others)
    plan.selections.push_back (demand.selection);
  auto taken = photo_of (
      space.of_display ? space : camera_as_it_is (space, running), photo);
  plan.selections.push_back (
      taken ? std::move (taken->selection) : Selection ());
  return plan;
}

} // namespace

CapturePlan
plan_photo (const SettingsSpace &space, std::span<const Demand> others,
    const TrackConstraints &photo, const CaptureMode &running)
{
  CapturePlan best = plan_as_it_runs (space, others, photo, running);
  double most = 0; // that others have
  for (const Demand &demand : others)
    most = std::max (
        most, number_of (demand.selection.settings, Property::frame_rate));
  auto cost_of = [most] (const CapturePlan &plan) {
    return std::tuple (plan.selections.back ().distance,
        -std::min (plan.mode.frame_rate, most),
        plan.mode.width * plan.mode.height);
  };
  double nearest = best.selections.back ().distance;
  for (const Box &box : space.boxes) {
    if (box.shape)
      continue;
    auto plan = plan_with_mode (space_of_mode (space, box.mode), others, photo);
    if (plan && plan->selections.back ().distance < nearest
        && cost_of (*plan) < cost_of (best))
      best = std::move (*plan);
  }
  return best;
}

} // namespace webmedia::devices
