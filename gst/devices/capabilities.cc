// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/capabilities.hh"

#include "devices/candidates.hh"
#include "devices/json-write.hh"

#include <algorithm>

namespace webmedia::devices {

namespace {

void
widen (Capability &capability, const Interval &interval)
{
  if (!capability.range)
    capability.range = interval;
  capability.range->low = std::min (capability.range->low, interval.low);
  capability.range->high = std::max (capability.range->high, interval.high);
}

// https://w3c.github.io/mediacapture-image/#mediasettingsrange-section: the
// least difference of two values that follow each other. None: they are as near
// as one likes.
std::optional<double>
step_of (const Numbers &numbers)
{
  std::optional<double> least;
  if (numbers.step > 0)
    least = numbers.step;
  for (size_t i = 1; i < numbers.intervals.size (); i++) {
    double gap = numbers.intervals[i].low - numbers.intervals[i - 1].high;
    least = std::min (least.value_or (gap), gap);
  }
  return least;
}

void
add (Capabilities &capabilities, Property property, const Domain &domain)
{
  if (info (property).is (no_capability)
      || info (property).type == ValueType::points)
    return;
  Capability &capability = capabilities[property];
  for (const Interval &interval : domain.numbers.intervals)
    widen (capability,
        {domain.numbers.decimated ? 0 : interval.low, interval.high});
  if (info (property).is (controlled))
    capability.step = step_of (domain.numbers);
  for (const Value &value : domain.values)
    if (!contains (capability.values, value))
      capability.values.push_back (value);
}

void
add_ratio (Capabilities &capabilities, const Box &box)
{
  const Interval &width =
      find_domain (box.domains, Property::width)->numbers.intervals.front ();
  const Interval &height =
      find_domain (box.domains, Property::height)->numbers.intervals.front ();
  if (box.keeps_shape)
    return; // that of the box that it is scaled from
  widen (capabilities[Property::aspect_ratio],
      {round_to_tenth_decimal (width.low / height.high),
          round_to_tenth_decimal (width.high / height.low)});
}

} // namespace

// https://w3c.github.io/mediacapture-main/#dfn-capabilities and the notes of
// #constrainable-properties: the width of what can be scaled is from 1 on, its
// frame rate from 0 on.
Capabilities
capabilities_of (const SettingsSpace &space)
{
  Capabilities capabilities;
  for (const auto &[property, domain] : space.common)
    add (capabilities, property, domain);
  for (const Box &box : space.boxes) {
    for (const auto &[property, domain] : box.domains)
      add (capabilities, property, domain);
    if (has_size (box))
      add_ratio (capabilities, box);
  }
  return capabilities;
}

std::string
to_json (const Capabilities &capabilities)
{
  JsonText object ('{', '}');
  for (const auto &[property, capability] : capabilities) {
    const PropertyInfo &known = info (property);
    if (capability.range) {
      JsonText range ('{', '}');
      range.add ("min", json_of (capability.range->low));
      range.add ("max", json_of (capability.range->high));
      if (capability.step)
        range.add ("step", json_of (*capability.step));
      object.add (known.name, range.text ());
    } else if (known.is (single) && !capability.values.empty ()) {
      object.add (known.name, json_of (capability.values.front ()));
    } else {
      JsonText list ('[', ']');
      for (const Value &value : capability.values)
        list.add (json_of (value));
      object.add (known.name, list.text ());
    }
  }
  return object.text ();
}

} // namespace webmedia::devices
