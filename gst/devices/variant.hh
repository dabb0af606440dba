// SPDX-License-Identifier: LGPL-2.1-or-later
// Dictionaries of the specification as a{sv}.
#pragma once

#include "base/ptr.hh"
#include "base/result.hh"
#include "devices/capabilities.hh"
#include "devices/constraints.hh"

namespace webmedia::devices {

// A range is an a{sd} or a{su} of `min` and `max`, and `step` where it has one,
// by the type of the property;
// a list is an `as` or an `ab`, or an `av` where it has both; a single value is
// an `s` or a `b`.
Ptr<GVariant> to_variant (const Capabilities &capabilities);

// A number is a `d` or a `u`, by the type of the property; points are an
// aa{sd}.
Ptr<GVariant> to_variant (const Settings &settings);

// Bare values are what they are in settings, or an `as`; any other constraint
// is an a{sv} of `min`, `max`, `exact` and `ideal`; `advanced` is an aa{sv}.
Ptr<GVariant> to_variant (const TrackConstraints &constraints);

// The same as of JSON: see json.hh. Any integer or double is a number.
Result<TrackConstraints> parse_track_constraints (GVariant *dictionary);
Result<StreamConstraints> parse_user_media_constraints (GVariant *dictionary);
Result<StreamConstraints> parse_display_media_constraints (
    GVariant *dictionary);

// MediaTrackSupportedConstraints.
Ptr<GVariant> supported_constraints ();

} // namespace webmedia::devices
