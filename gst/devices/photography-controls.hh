// SPDX-License-Identifier: LGPL-2.1-or-later
// The controls of an element that is a GstPhotography, or has one in it.
#pragma once

#include "devices/camera-controls.hh"

namespace webmedia::devices {

// Whether it is one. What it can do is known from READY on.
bool is_photography (const Ptr<GstElement> &element);

// Null: it has no control that the web has a name for. Keeps the element.
std::shared_ptr<CameraControls> make_photography_controls (
    const Ptr<GstElement> &element);

} // namespace webmedia::devices
