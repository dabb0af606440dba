// SPDX-License-Identifier: LGPL-2.1-or-later
// Clocks of an application, which call nobody back. They stand at 0.
#pragma once

#include "base/ptr.hh"

#include <gst/gst.h>

namespace webmedia::test {

// It has no function for that.
Ptr<GstClock> make_plain_clock ();
// It has one, and refuses.
Ptr<GstClock> make_refusing_clock ();

} // namespace webmedia::test
