// SPDX-License-Identifier: LGPL-2.1-or-later
// What the element of a device is told before it is opened and closed, whatever
// is asked of the device.
#pragma once

#include <gst/gst.h>

namespace webmedia::devices {

// It may be made of several.
void set_up_source (GstElement *source);
// It is closed next. May wait for some time, for PipeWire.
void stop_source (GstElement *source);

} // namespace webmedia::devices
