// SPDX-License-Identifier: LGPL-2.1-or-later
// What the controls of a camera are to be set to. One camera has one value for
// all of its tracks: what each of them requires holds, and of what that leaves
// who asks now has its choice. What nobody asks for stays as it is.
#pragma once

#include "devices/camera-controls.hh"
#include "devices/constraints.hh"

#include <span>

namespace webmedia::devices {

inline bool
is_control (Property property)
{
  return info (property).is (controlled);
}

// Of pan, tilt and zoom, for which the user's permission is needed.
inline bool
is_movement (Property property)
{
  return info (property).type == ValueType::real_or_boolean;
}

// Whether they ask for any of these, by anything but `false`.
bool asks_for_movement (const TrackConstraints &constraints);

// The space of a camera with these controls, that are set so.
void add_controls (SettingsSpace &space, const ControlState &controls);
bool has_controls (const SettingsSpace &space);
bool has_movement (const SettingsSpace &space);

// Nothing of the sort.
void drop_movement (Settings &settings);
std::shared_ptr<const SettingsSpace> without_movement (
    std::shared_ptr<const SettingsSpace> space);

// What can be selected from for these constraints: each control as it is now,
// unless they ask for another value, and within what other tracks require. One
// that can't be read is left alone, unless they ask for it.
SettingsSpace space_for (const SettingsSpace &space,
    const TrackConstraints &constraints, const Settings &now,
    std::span<const TrackConstraints> others);

// The same with each of these controls as it will be for all, and no others.
SettingsSpace with_fixed_controls (
    const SettingsSpace &space, const Settings &controls);

// What has to be set for these constraints, of what was selected for them: what
// they name, and what is another value than now.
Settings controls_to_set (const Settings &selected,
    const TrackConstraints &constraints, const Settings &now);

// Whether it counts in the modes that these are.
bool is_significant (Property property, const Settings &modes);

// What a camera was told: all that, and then this. A value is nothing to
// remember in a mode in which it does not count.
Settings with_told (Settings before, const Settings &told);

// The name of the first required constraint on a control that these do not
// meet; "": they meet all.
std::string unmet_control (
    const TrackConstraints &constraints, const Settings &controls);

// The same constraints, without what these do not meet.
TrackConstraints without_unmet_controls (
    TrackConstraints constraints, const Settings &controls);

} // namespace webmedia::devices
