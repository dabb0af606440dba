// SPDX-License-Identifier: LGPL-2.1-or-later
// Times of GStreamer, which counts them without a sign.
#pragma once

#include "base/time.hh"

#include <gst/gst.h>

namespace webmedia::stream {

// What is later than all times is of the last one.
inline Time
to_time (GstClockTime time)
{
  return time > GstClockTime (kTimeLimit) ? kTimeLimit : Time (time);
}

} // namespace webmedia::stream
