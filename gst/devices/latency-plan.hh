// SPDX-License-Identifier: LGPL-2.1-or-later
// Which latency a device of sound has for all of its tracks: it has but one.
#pragma once

#include "devices/capture-plan.hh"

#include <vector>

namespace webmedia::devices {

// At one of these, the first ones by preference, the sum of the fitness
// distances is the least. One that is 0: the device has no such property.
std::vector<double> latencies_to_try (
    const SettingsSpace &space, std::span<const Demand> demands);

} // namespace webmedia::devices
