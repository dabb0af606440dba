// SPDX-License-Identifier: LGPL-2.1-or-later
// SelectSettings: of all settings that a source can have, those that are
// nearest to what was asked for.
#pragma once

#include "devices/constraints.hh"
#include "devices/settings-space.hh"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace webmedia::devices {

struct Selection {
  Settings settings;
  size_t mode = 0;     // of the source
  double distance = 0; // the fitness distance to the basic set
};

// None where no settings meet what is required.
std::optional<Selection> select_settings (
    const SettingsSpace &space, const TrackConstraints &constraints);

// The same for a track that has defaults of its own, besides the source's.
std::optional<Selection> select_settings (const SettingsSpace &space,
    const TrackConstraints &constraints, const Settings &defaults);

struct DeviceSelection {
  size_t device = 0; // its place in the list
  Selection selection;
};

// What each device can do that meets what is required: the nearest first, and
// among equals in the order of the list. The next one is for where a device is
// busy.
std::vector<DeviceSelection> select_devices (
    std::span<const SettingsSpace> spaces, const TrackConstraints &constraints);

// Why select_settings had none for any of these: the name of a constraint that
// none of their settings meets, for OverconstrainedError; "" if there is none,
// as they do not go together.
std::string failed_constraint (
    std::span<const SettingsSpace> spaces, const TrackConstraints &constraints);

} // namespace webmedia::devices
