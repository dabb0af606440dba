// SPDX-License-Identifier: LGPL-2.1-or-later
// What makes it safe to open and to close X displays on several threads.
#pragma once

#include <gst/gst.h>

namespace webmedia::devices {

// Opens a display of its own, once in a process, and never closes it: blocks.
// libXext (1.3.4) takes no lock when it forgets what it knows of all displays,
// with the last one that is closed: who opens another one on another thread
// meanwhile writes into memory that is free by then. With this one there is no
// last one. `source` is an ximagesrc: it is the Xlib of that which counts. A
// display that can't be opened is tried again by the next call. Threads: any.
void keep_x_display (GstElement *source, const char *name);

} // namespace webmedia::devices
