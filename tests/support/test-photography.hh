// SPDX-License-Identifier: LGPL-2.1-or-later
// A camera that is a GstPhotography: what it is told it keeps as long as it is
// there.
#pragma once

#include "base/ptr.hh"

#include <gst/interfaces/photography.h>

namespace webmedia::test {

// From then on one claims to be able to do this, and answers for that: of each
// property what the flag of its capability says.
void make_photography (guint claims, guint answers);
// Of a source of its own, floating. It answers from READY on, as its camera is
// open then. Its ISO is rounded down to hundreds. It has ranges of its own for
// the exposure time, from 100 to 500000 microseconds, and for the color
// temperature, from 2800 to 6500; else they are those of the interface.
GstElement *make_test_photography (const char *name);

// Of one: what it is set to, and how often it has been told to focus.
GstPhotographySettings &photography_settings (const Ptr<GstElement> &element);
int times_focused (const Ptr<GstElement> &element);

} // namespace webmedia::test
