// SPDX-License-Identifier: LGPL-2.1-or-later
// How one device runs for all of its tracks, as each is cropped, scaled and
// decimated for itself.
#pragma once

#include "devices/select-settings.hh"

namespace webmedia::devices {

// What the device itself gives out.
struct CaptureMode {
  size_t mode = 0; // of the space
  // 0: what it likes.
  double width = 0;
  double height = 0;
  double frame_rate = 0;
  double sample_rate = 0;
  double sample_size = 0;
  double channel_count = 0;
  double latency = 0;   // seconds
  std::string cursor{}; // of a display: "": as it is

  bool operator== (const CaptureMode &) const = default;
};

// What one track is to have.
struct Demand {
  TrackConstraints constraints;
  Selection selection; // for these
  Settings defaults{}; // what is remembered of its content hints
  // Whether its camera may be panned, tilted and zoomed for it.
  bool may_move = false;
};

struct CapturePlan {
  CaptureMode mode;
  std::vector<Selection> selections; // of each demand
};

// The least mode of which all of this can be made. Where there is none, the
// settings of every track are chosen anew, of what a single mode can do, as
// near to what was asked for as that goes. What a mode makes of a track that
// asked for less is "crop-and-scale". None: what tracks require does not go
// together. A mode that runs is kept for several tracks where it will do, as
// another one would interrupt all.
std::optional<CapturePlan> plan_capture (const SettingsSpace &space,
    std::span<const Demand> demands, const std::optional<CaptureMode> &running);

// What a mode that runs makes of all that. None: it will not do.
std::optional<CapturePlan> keep_mode (const SettingsSpace &space,
    std::span<const Demand> demands, const CaptureMode &running);

// The least mode of which all can be made just as it is selected. None: there
// is none, or what it has by itself is not what one of them requires.
std::optional<CapturePlan> plan_as_selected (
    const SettingsSpace &space, std::span<const Demand> demands);

// What is made of this mode alone.
SettingsSpace space_of_mode (const SettingsSpace &space, size_t mode);

// Whether this mode has enough for the settings of all: nothing is scaled up.
bool covers (const CaptureMode &mode, std::span<const Demand> demands);

// Frame rates are quotients of others: 30000/1001 and 29.97 are the same.
inline constexpr double kSameRate = 1e-3;
bool is_same_rate (double rate, double other);

// The constraint of one of them that keeps it from going together with the
// others; "": no single one does.
std::string conflict_of (
    const SettingsSpace &space, std::span<const Demand> demands, size_t index);

// The number of a setting; 0 without it.
double number_of (const Settings &settings, Property property);
bool is_on (const Settings &settings, Property property);

} // namespace webmedia::devices
