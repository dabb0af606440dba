// SPDX-License-Identifier: LGPL-2.1-or-later
// What a SEEK event asks for, in absolute times.
#pragma once

#include "base/ptr.hh"
#include "base/time.hh"

#include <functional>

namespace webmedia::elements {

// What a relative seek is relative to, and where key units are.
struct SeekContext {
  Time position = 0;
  Time stop = kTimeNone;
  Time duration = kTimeNone;
  std::function<Time (Time time, bool after)> key_unit;
};

// The same seek with a start and a stop of type SET; a seek to a key unit
// becomes one to that unit's exact time, so that every track gets the same.
// Null where it can't be done: a negative rate, another format.
Ptr<GstEvent> make_absolute (GstEvent *seek, const SeekContext &context);

} // namespace webmedia::elements
