// SPDX-License-Identifier: LGPL-2.1-or-later
// Decoders that leave out what a GstAudioClippingMeta says.
#pragma once

#include "base/ptr.hh"
#include "base/time.hh"

namespace webmedia::elements {

// Has the decoder behind `pad` leave out the beginning and the end of the sound
// of `buffer`, which has the times of the rest. False: it is none of those that
// do.
bool clip_in_decoder (GstPad *pad, GstBuffer *buffer, Time before, Time after);

} // namespace webmedia::elements
