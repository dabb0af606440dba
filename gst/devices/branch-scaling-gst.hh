// SPDX-License-Identifier: LGPL-2.1-or-later
// How large the pictures of a branch become.
#pragma once

#include "base/ptr.hh"
#include "devices/surface-fit.hh"

#include <gst/gst.h>

namespace webmedia::devices {

// The same for pictures of any size and rate: of what gives out others by
// itself nothing else may be asked.
Ptr<GstCaps> without_size (const GstCaps *caps);

// What a scaler is to make.
Ptr<GstCaps> scaled_caps (int width, int height);

// At the sink pad of a branch that is made for pictures of this size: others
// are left out, until there is another branch.
void keep_to_size (GstPad *first, int width, int height);

// At the sink pad of a videocrop: what comes is cropped to the ratio of what it
// is scaled to.
void crop_to_ratio (GstPad *crop, int width, int height);

// At the sink pad of a videoscale, and the capsfilter behind it: what comes is
// scaled as its size has it, from the first picture of each size on. The caps
// say so before it.
void fit_scaled (GstPad *scale, const Ptr<GstElement> &filter,
    std::shared_ptr<const SurfaceFit> fit);

} // namespace webmedia::devices
