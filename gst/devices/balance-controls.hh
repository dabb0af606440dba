// SPDX-License-Identifier: LGPL-2.1-or-later
// The controls of an element that is a GstColorBalance, or has one in it.
#pragma once

#include "devices/camera-controls.hh"

namespace webmedia::devices {

// Its brightness, contrast and saturation; null: it has none of these. Keeps
// the element.
std::shared_ptr<CameraControls> make_balance_controls (
    const Ptr<GstElement> &element);

} // namespace webmedia::devices
