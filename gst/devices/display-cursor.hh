// SPDX-License-Identifier: LGPL-2.1-or-later
// Whether the pointer is in the picture of a display.
// https://w3c.github.io/mediacapture-screen-share/#def-constraint-cursor
#pragma once

#include "base/ptr.hh"

#include <string>
#include <vector>

namespace webmedia::devices {

// What a device can do of the specification's words, by its `cursor` and by
// what its element can be set to: how it is chosen comes first. None: it does
// not say.
std::vector<std::string> cursors_of (const Ptr<GstDevice> &device);

// While it runs, too. "", or what can't be set: nothing happens.
void set_cursor (GstElement *source, const std::string &cursor);

} // namespace webmedia::devices
