// SPDX-License-Identifier: LGPL-2.1-or-later
// A child of the element: one AudioParam of its processor.
#pragma once

#include "controlled-param.hh"

#define GST_TYPE_WEB_AUDIO_WORKLET_PARAM                                       \
  (gst_web_audio_worklet_param_get_type ())
GType gst_web_audio_worklet_param_get_type (void);

// Its type has the parameter's range. (transfer full)
GstObject *gst_web_audio_worklet_param_new (
    const webmedia::worklet::ParamDescriptor &descriptor);
std::shared_ptr<webmedia::elements::ControlledParam>
gst_web_audio_worklet_param_source (GstObject *param);
