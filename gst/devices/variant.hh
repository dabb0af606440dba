// SPDX-License-Identifier: LGPL-2.1-or-later
// Dictionaries of the specification as a{sv}.
#pragma once

#include "base/ptr.hh"
#include "devices/capabilities.hh"

namespace webmedia::devices {

// A range is an a{sd} or a{su} of `min` and `max`, by the type of the property;
// a list is an `as` or an `ab`, or an `av` where it has both; a single value is
// an `s` or a `b`.
Ptr<GVariant> to_variant (const Capabilities &capabilities);

// MediaTrackSupportedConstraints.
Ptr<GVariant> supported_constraints ();

} // namespace webmedia::devices
