// SPDX-License-Identifier: LGPL-2.1-or-later
// Nodes of AudioWorklet as the rest of api/ makes them.
#pragma once

#include "api/audio-worklet.hh"

#include <gst/webmedia/gstwebaudioworkletnode.h>

namespace webmedia {

const std::shared_ptr<worklet::NodeView> &view_of (
    GstWebAudioWorkletNode *self);

// Its events go to the main context that is thread-default here. One object a
// node.
Ptr<GstWebAudioWorkletNode> wrap_node (
    GstWebAudioWorklet *worklet, worklet::NewNode node);

Ptr<GstWebErrorEvent> wrap_error (const worklet::ProcessorError &error);

} // namespace webmedia
