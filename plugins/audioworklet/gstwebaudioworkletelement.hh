// SPDX-License-Identifier: LGPL-2.1-or-later
// The element `audioworklet`.
#pragma once

#include <gst/gst.h>

#define GST_TYPE_WEB_AUDIO_WORKLET_ELEMENT                                     \
  (gst_web_audio_worklet_element_get_type ())
G_DECLARE_FINAL_TYPE (GstWebAudioWorkletElement, gst_web_audio_worklet_element,
    GST, WEB_AUDIO_WORKLET_ELEMENT, GstElement)
