// SPDX-License-Identifier: LGPL-2.1-or-later
// The objects of AudioWorklet as the rest of api/ makes them.
#pragma once

#include "base/ptr.hh"
#include "worklet/element-view.hh"

#include <gst/webmedia/gstwebaudioworklet.h>

namespace webmedia {

const std::shared_ptr<worklet::AudioWorklet> &engine_of (
    GstWebAudioWorklet *self);

// One object of each engine's.
Ptr<GstWebAudioWorklet> wrap_worklet (
    std::shared_ptr<worklet::AudioWorklet> engine);
Ptr<GstWebAudioWorkletGlobalScope> wrap_global_scope (
    std::shared_ptr<worklet::AudioWorklet> engine);

} // namespace webmedia
