// SPDX-License-Identifier: LGPL-2.1-or-later
// The element `audiosplice`.
#pragma once

#include <gst/gst.h>

#define GST_TYPE_WEB_AUDIO_SPLICE (gst_web_audio_splice_get_type ())
G_DECLARE_FINAL_TYPE (
    GstWebAudioSplice, gst_web_audio_splice, GST, WEB_AUDIO_SPLICE, GstElement)
