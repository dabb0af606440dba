// SPDX-License-Identifier: LGPL-2.1-or-later
// All settings dictionaries that a source can have, without a list of them.
#pragma once

#include "devices/numbers.hh"
#include "devices/value.hh"

#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace webmedia::devices {

// The values that a property can have: numbers, or a list of anything else. The
// first is the one that the source prefers. Never empty: a property of which
// nothing is known has no domain.
struct Domain {
  std::vector<Value> values;
  Numbers numbers;
  size_t points = 0; // any so many points at most, besides the values
};

// Each property once; few enough to be looked through.
using Domains = std::vector<std::pair<Property, Domain>>;

const Domain *find_domain (const Domains &domains, Property property);
Domain *find_domain (Domains &domains, Property property);

// Every combination of the values of its domains. Width and height are one
// interval each; with them there is an aspect ratio, which has no domain.
struct Box {
  Domains domains;
  size_t mode = 0;             // the source's, that yields these settings
  std::optional<double> shape; // of the mode's picture, where it is scaled
  double cost = 0;             // less is better among equals
  bool keeps_shape = false;    // scaled as a whole: nothing is cropped
  bool redundant = false;      // another box has all of its settings
};

// Whether the box has these values, where it has a domain for them.
bool has_settings (const Box &box, const Settings &settings);

struct SettingsSpace {
  TrackKind kind = TrackKind::video;
  Domains common; // the same in all boxes
  std::vector<Box> boxes;
  Settings defaults;       // the device's own, where it has any
  bool of_display = false; // or of the sound that is shared with one
};

// What a camera does by itself. An interval of sizes or rates is one of which
// it does all.
struct VideoMode {
  Interval width;
  Interval height;
  std::vector<Interval> frame_rates;   // none: it has no such property
  std::optional<bool> efficient{};     // its pixel format; none: it is not told
  std::optional<std::string> cursor{}; // of a display that has other modes, too
};

// Each mode as it is; with crop_and_scale, all that can be made of it as well.
SettingsSpace video_space (
    Domains common, std::span<const VideoMode> modes, bool crop_and_scale);

// The same for the modes of a display, which all have its one size: it is
// scaled, but not cropped, and by default it is left as it is.
SettingsSpace display_space (Domains common, std::span<const VideoMode> modes);

} // namespace webmedia::devices
