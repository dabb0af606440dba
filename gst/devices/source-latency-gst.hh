// SPDX-License-Identifier: LGPL-2.1-or-later
// https://w3c.github.io/mediacapture-main/#def-constraint-latency of an element
// that gives out sound.
#pragma once

#include "base/time.hh"
#include "devices/numbers.hh"

#include <gst/gst.h>

#include <optional>

namespace webmedia::devices {

// In seconds.
struct SourceLatency {
  Interval range; // what it can be set to
  double usual;   // what it is unless it is set

  bool operator== (const SourceLatency &) const = default;
};

// By the properties of GstAudioBaseSrc, or of the stream of PipeWire's source.
// None: it has none of these, so there is no telling before it runs.
std::optional<SourceLatency> find_latency (GstElement *source);

// Before it is opened. Of the range; an element of another kind stays what it
// is.
void set_latency (GstElement *source, double seconds);

// What it says as it runs; 0: nothing.
Time measure_latency (GstElement *source);

} // namespace webmedia::devices
