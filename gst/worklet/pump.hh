// SPDX-License-Identifier: LGPL-2.1-or-later
// Delivering messages while nothing renders.
#pragma once

#include "worklet/processor-port.hh"
#include "worklet/render-role.hh"

namespace webmedia::worklet {

// Any thread but the audio thread: delivers what waits at a port in the place
// of that one, as it is delivered while a context is suspended. Those that are
// there at the start: what a handler causes, or comes meanwhile, is for who
// posts it.
// `is_taken`: whether the audio thread delivers it, when that is in: then it is
// left to that one; else who pumps waits until that has gone.
// `deliver` is called in the role, and stops where that is wanted; false: there
// is nobody to deliver to.
// Whether `deliver` was called, with somebody there.
bool pump (RenderRole &role, const ProcessorPort &port,
    const std::function<bool ()> &is_taken,
    const std::function<bool ()> &deliver);

} // namespace webmedia::worklet
