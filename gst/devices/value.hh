// SPDX-License-Identifier: LGPL-2.1-or-later
// Values of constrainable properties, and the dictionaries of them.
#pragma once

#include "devices/property.hh"

#include <algorithm>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace webmedia::devices {

struct Point {
  double x = 0;
  double y = 0;

  bool operator== (const Point &) const = default;
};

// Which of these a property has is said by its ValueType; numbers of both
// types are doubles, which hold every unsigned long.
using Value = std::variant<bool, double, std::string, std::vector<Point>>;

// MediaTrackSettings, and a settings dictionary of the algorithms.
using Settings = std::map<Property, Value>;

// A list means any of its values.
inline bool
contains (const std::vector<Value> &list, const Value &value)
{
  return std::find (list.begin (), list.end (), value) != list.end ();
}

} // namespace webmedia::devices
