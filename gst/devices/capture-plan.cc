// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/capture-plan.hh"

#include "devices/fitness.hh"
#include "devices/latency-plan.hh"
#include "devices/words.hh"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace webmedia::devices {

namespace {

using Selections = std::vector<Selection>;

double
largest (const Selections &all, Property property)
{
  double most = 0;
  for (const Selection &selection : all)
    most = std::max (most, number_of (selection.settings, property));
  return most;
}

bool
divides (double rate, double by)
{
  double times = rate / by;
  return std::abs (times - std::round (times)) < kSameRate * times;
}

// Whether leaving out frames at regular distances makes all of these.
bool
divides_into_all (double rate, const Selections &all)
{
  return std::all_of (all.begin (), all.end (), [rate] (const auto &selection) {
    double part = number_of (selection.settings, Property::frame_rate);
    return part <= 0 || divides (rate, part);
  });
}

// The lowest rate of these from which all can be had, best with frames at
// regular distances. None: all are too low.
std::optional<double>
covering_rate (const Numbers &rates, const Selections &all)
{
  double most = largest (all, Property::frame_rate);
  std::optional<std::pair<bool, double>> best;
  auto consider = [&] (double rate) {
    if (rate < most * (1 - kSameRate))
      return;
    std::pair candidate (!divides_into_all (rate, all), rate);
    if (!best || candidate < *best)
      best = candidate;
  };
  for (const Interval &interval : rates.intervals) {
    consider (interval.nearest (most));
    if (most > 0) // and its multiples, as far as they are few
      for (int times = 2; times <= 8 && times * most <= interval.high; times++)
        if (times * most >= interval.low)
          consider (times * most);
  }
  return best ? std::optional (best->second) : std::nullopt;
}

// What a mode has by itself, and is no matter of what is made of it.
constexpr Property kOfMode[] = {
    Property::power_efficient_pixel_format, Property::cursor};

const Value *
find_value (const Box &box, Property property)
{
  const Domain *domain = find_domain (box.domains, property);
  return domain && !domain->values.empty () ? &domain->values.front ()
                                            : nullptr;
}

// How this mode, which is a box that is not scaled, gives all of it.
std::optional<CaptureMode>
video_mode (const Box &box, const Selections &all)
{
  CaptureMode mode{.mode = box.mode};
  if (const Value *cursor = find_value (box, Property::cursor))
    mode.cursor = *std::get_if<std::string> (cursor);
  auto cover = [&] (Property property, double &side) {
    double most = largest (all, property);
    const Domain *domain = find_domain (box.domains, property);
    if (!domain)
      return most == 0;
    const Interval &sides = domain->numbers.intervals.front ();
    side = std::max (most, sides.low);
    return side <= sides.high;
  };
  if (!cover (Property::width, mode.width)
      || !cover (Property::height, mode.height))
    return {};
  const Domain *rates = find_domain (box.domains, Property::frame_rate);
  if (!rates)
    return largest (all, Property::frame_rate) == 0 ? std::optional (mode)
                                                    : std::nullopt;
  auto rate = covering_rate (rates->numbers, all);
  if (!rate)
    return {};
  mode.frame_rate = *rate;
  return mode;
}

bool
is_mode (const Box &box)
{
  return !box.shape;
}

auto
cost_of (const CaptureMode &mode)
{
  return std::tuple (mode.width * mode.height, mode.frame_rate);
}

// Of equal ones, that which was selected.
std::optional<CaptureMode>
least_video_mode (const SettingsSpace &space, const Selections &all)
{
  std::optional<CaptureMode> best;
  auto is_selected = [&all] (const CaptureMode &mode) {
    return std::any_of (all.begin (), all.end (),
        [&mode] (const auto &each) { return each.mode == mode.mode; });
  };
  for (const Box &box : space.boxes) {
    auto mode = is_mode (box) ? video_mode (box, all) : std::nullopt;
    if (!mode)
      continue;
    bool is_better = !best || cost_of (*mode) < cost_of (*best)
                     || (cost_of (*mode) == cost_of (*best)
                         && is_selected (*mode) && !is_selected (*best));
    if (is_better)
      best = mode;
  }
  return best;
}

// Sound can be made of any other: it runs at the best that is asked for, as far
// as the mode goes that was selected first. Its latency is planned by itself.
CaptureMode
audio_mode (const SettingsSpace &space, const Selections &all)
{
  CaptureMode mode{.mode = all.front ().mode};
  auto box = std::find_if (space.boxes.begin (), space.boxes.end (),
      [&mode] (const Box &each) { return each.mode == mode.mode; });
  auto cover = [&] (Property property) {
    double most = largest (all, property);
    const Domain *domain = box == space.boxes.end ()
                               ? nullptr
                               : find_domain (box->domains, property);
    if (!domain || most == 0)
      return 0.;
    return domain->numbers.at_least (most).value_or (
        domain->numbers.at_most (most).value_or (0));
  };
  mode.sample_rate = cover (Property::sample_rate);
  mode.sample_size = cover (Property::sample_size);
  mode.channel_count = cover (Property::channel_count);
  return mode;
}

std::optional<CaptureMode>
least_mode (const SettingsSpace &space, const Selections &all)
{
  if (space.kind == TrackKind::audio)
    return audio_mode (space, all);
  return least_video_mode (space, all);
}

bool
will_do (const CaptureMode &running, const SettingsSpace &space,
    const Selections &all)
{
  if (space.kind == TrackKind::audio)
    return running.sample_rate >= largest (all, Property::sample_rate)
           && running.sample_size >= largest (all, Property::sample_size)
           && running.channel_count >= largest (all, Property::channel_count);
  return running.width >= largest (all, Property::width)
         && running.height >= largest (all, Property::height)
         && running.frame_rate >= largest (all, Property::frame_rate)
         && divides_into_all (running.frame_rate, all);
}

// Whether these settings are made of more than that: scaled, cropped, or with
// frames left out.
bool
is_resized (const Settings &settings, const CaptureMode &mode)
{
  double rate = number_of (settings, Property::frame_rate);
  return number_of (settings, Property::width) != mode.width
         || number_of (settings, Property::height) != mode.height
         || (rate > 0 && rate < mode.frame_rate * (1 - kSameRate));
}

// What the mode makes of these settings.
// https://w3c.github.io/mediacapture-main/#def-constraint-resizeMode: "none" is
// what the device does by itself, for nobody else.
void
settle (Settings &settings, const SettingsSpace &space, const CaptureMode &mode)
{
  static const Value kNone = std::string (resize_mode::kNone);
  auto resize = settings.find (Property::resize_mode);
  if (resize != settings.end () && resize->second == kNone
      && is_resized (settings, mode))
    resize->second = std::string (resize_mode::kCropAndScale);
  for (Property property : kOfMode)
    if (auto setting = settings.find (property); setting != settings.end ())
      for (const Box &box : space.boxes)
        if (box.mode == mode.mode)
          if (const Value *value = find_value (box, property))
            setting->second = *value;
  auto latency = settings.find (Property::latency);
  if (latency != settings.end () && mode.latency > 0)
    latency->second = mode.latency;
}

struct Offer {
  CapturePlan plan;
  double distance = 0; // of all
  bool is_as_selected = true;
};

// None: it is not what one of them requires.
std::optional<Offer>
offer_of (const SettingsSpace &space, CapturePlan plan,
    std::span<const Demand> demands)
{
  Offer offer{.plan = std::move (plan)};
  for (size_t i = 0; i < demands.size (); i++) {
    Selection &selection = offer.plan.selections[i];
    settle (selection.settings, space, offer.plan.mode);
    double distance = fitness_distance (selection.settings,
        demands[i].constraints.basic, BareValues::ideal, space.kind);
    if (std::isinf (distance))
      return {};
    offer.is_as_selected =
        offer.is_as_selected && distance <= selection.distance;
    selection.distance = distance;
    offer.distance += distance;
  }
  return offer;
}

Selections
selections_of (std::span<const Demand> demands)
{
  Selections all;
  for (const Demand &demand : demands)
    all.push_back (demand.selection);
  return all;
}

// All of one mode.
std::optional<Offer>
compromise (const SettingsSpace &only, std::span<const Demand> demands)
{
  CapturePlan plan;
  for (const Demand &demand : demands) {
    auto selection =
        select_settings (only, demand.constraints, demand.defaults);
    if (!selection)
      return {};
    plan.selections.push_back (std::move (*selection));
  }
  auto mode = least_mode (only, plan.selections);
  if (!mode)
    return {};
  plan.mode = *mode;
  return offer_of (only, std::move (plan), demands);
}

} // namespace

SettingsSpace
space_of_mode (const SettingsSpace &space, size_t mode)
{
  SettingsSpace only = space;
  std::erase_if (
      only.boxes, [mode] (const Box &box) { return box.mode != mode; });
  for (Box &box : only.boxes)
    box.redundant = false;
  return only;
}

double
number_of (const Settings &settings, Property property)
{
  auto found = settings.find (property);
  const double *number =
      found == settings.end () ? nullptr : std::get_if<double> (&found->second);
  return number ? *number : 0;
}

bool
is_on (const Settings &settings, Property property)
{
  auto found = settings.find (property);
  const bool *on =
      found == settings.end () ? nullptr : std::get_if<bool> (&found->second);
  return on && *on;
}

bool
is_same_rate (double rate, double other)
{
  return std::abs (rate - other) < kSameRate * other;
}

bool
covers (const CaptureMode &mode, std::span<const Demand> demands)
{
  Selections all = selections_of (demands);
  auto has = [&all] (double what, Property property) {
    return what == 0 || largest (all, property) <= what;
  };
  return has (mode.width, Property::width)
         && has (mode.height, Property::height)
         && has (mode.frame_rate * (1 + kSameRate), Property::frame_rate);
}

std::optional<CapturePlan>
keep_mode (const SettingsSpace &space, std::span<const Demand> demands,
    const CaptureMode &running)
{
  Selections all = selections_of (demands);
  auto offer = will_do (running, space, all)
                   ? offer_of (space, {running, all}, demands)
                   : std::nullopt;
  return offer ? std::optional (std::move (offer->plan)) : std::nullopt;
}

std::optional<CapturePlan>
plan_as_selected (const SettingsSpace &space, std::span<const Demand> demands)
{
  Selections all = selections_of (demands);
  auto mode = least_mode (space, all);
  auto offer = mode ? offer_of (space, {*mode, all}, demands) : std::nullopt;
  return offer ? std::optional (std::move (offer->plan)) : std::nullopt;
}

std::optional<CapturePlan>
plan_capture (const SettingsSpace &space, std::span<const Demand> demands,
    const std::optional<CaptureMode> &running)
{
  Selections all = selections_of (demands);
  std::optional<Offer> best;
  auto consider = [&best] (std::optional<Offer> offer) {
    if (offer && (!best || offer->distance < best->distance))
      best = std::move (offer);
    return best && best->is_as_selected;
  };
  if (running && demands.size () > 1 && will_do (*running, space, all)
      && consider (offer_of (space, {*running, all}, demands)))
    return std::move (best->plan);
  for (double latency : latencies_to_try (space, demands))
    if (auto mode = least_mode (space, all)) {
      mode->latency = latency;
      if (consider (offer_of (space, {*mode, all}, demands)))
        return std::move (best->plan);
    }
  for (const Box &box : space.boxes)
    if (is_mode (box) && space.kind == TrackKind::video)
      consider (compromise (space_of_mode (space, box.mode), demands));
  return best ? std::optional (std::move (best->plan)) : std::nullopt;
}

std::string
conflict_of (
    const SettingsSpace &space, std::span<const Demand> demands, size_t index)
{
  if (space.kind == TrackKind::audio) // all else is made for each of them
    return info (Property::latency).name;
  // What the others leave.
  std::vector<Demand> others (demands.begin (), demands.end ());
  others.erase (others.begin () + std::ptrdiff_t (index));
  std::vector<SettingsSpace> left;
  for (const Box &box : space.boxes)
    if (is_mode (box))
      if (SettingsSpace only = space_of_mode (space, box.mode);
          compromise (only, others))
        left.push_back (std::move (only));
  return failed_constraint (left, demands[index].constraints);
}

} // namespace webmedia::devices
