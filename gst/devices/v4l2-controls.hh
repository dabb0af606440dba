// SPDX-License-Identifier: LGPL-2.1-or-later
// The controls of a camera of V4L2.
// https://docs.kernel.org/userspace-api/media/v4l/control.html
#pragma once

#include "devices/camera-controls.hh"

#include <functional>
#include <string>

namespace webmedia::devices {

// ioctl() of one device: 0, or the number of an error.
using Ioctl = std::function<int (unsigned long request, void *argument)>;

// Of a descriptor that somebody else closes, later.
Ioctl ioctl_of (int descriptor);
// Of a device node, which stays open as long as this does.
Ioctl ioctl_of_node (const std::string &node);

// Null: the device has none that the web has a name for. Points of interest are
// not among them: V4L2 has regions, and only for some cameras.
std::shared_ptr<CameraControls> make_v4l2_controls (Ioctl ioctl);

} // namespace webmedia::devices
