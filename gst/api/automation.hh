// SPDX-License-Identifier: LGPL-2.1-or-later
// Times of automation events.
#pragma once

#include <cmath>
#include <gst/webmedia/prelude.h>

namespace webmedia {

// NaN is the web's for none: no method takes it.
inline double
to_seconds (GstClockTime time)
{
  return GST_CLOCK_TIME_IS_VALID (time) ? static_cast<double> (time) / 1e9
                                        : NAN;
}

} // namespace webmedia
