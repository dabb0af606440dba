// SPDX-License-Identifier: LGPL-2.1-or-later
// Parameters of a node as objects.
#pragma once

#include "base/ptr.hh"
#include "worklet/node-param.hh"

#include <gst/webmedia/gstwebaudioparammap.h>

namespace webmedia {

worklet::NodeParam &engine_of (GstWebAudioParam *self);

// Its source is a NodeParam.
Ptr<GstWebAudioParam> wrap_param (std::shared_ptr<worklet::Param> param);
Ptr<GstWebAudioParamMap> wrap_params (
    const std::vector<std::shared_ptr<worklet::Param>> &params);

} // namespace webmedia
