// SPDX-License-Identifier: LGPL-2.1-or-later
// The caps of what a device gives out, and of what a track is to have.
#pragma once

#include "base/ptr.hh"
#include "devices/capture-plan.hh"

namespace webmedia::devices {

// These caps of a mode, held to its numbers: raw data where there is any. Never
// empty.
Ptr<GstCaps> caps_of (const Ptr<GstCaps> &caps, const CaptureMode &mode);

// Caps that are fixed, with other numbers.
Ptr<GstCaps> with_mode (const Ptr<GstCaps> &caps, const CaptureMode &mode);

// Caps of fixed ones that a test source can have, which stands in for a device:
// in plain memory, and with a frame rate.
Ptr<GstCaps> blank_caps (const Ptr<GstCaps> &caps);

// What makes raw data of these caps; null where that is what they are.
Ptr<GstElementFactory> decoder_of (const Ptr<GstCaps> &caps, bool &is_missing);

} // namespace webmedia::devices
