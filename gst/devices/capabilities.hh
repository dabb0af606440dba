// SPDX-License-Identifier: LGPL-2.1-or-later
// What getCapabilities tells of a source: for each property the range or the
// list of what it can be.
#pragma once

#include "devices/settings-space.hh"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace webmedia::devices {

struct Capability {
  std::optional<Interval> range;
  std::vector<Value> values;    // of what is no number, each once
  std::optional<double> step{}; // the least between two values; none: any

  bool operator== (const Capability &) const = default;
};

using Capabilities = std::map<Property, Capability>;

Capabilities capabilities_of (const SettingsSpace &space);

std::string to_json (const Capabilities &capabilities);

} // namespace webmedia::devices
