// SPDX-License-Identifier: LGPL-2.1-or-later
// A module for a version of the interface that is not there yet: no code of it
// may run.
#include <gst/webmedia/gstwebaudioprocessor.h>

static void
evaluate (GstWebAudioScope *scope)
{
  g_error ("evaluated");
}

const GstWebAudioModule gst_web_audio_module = {
    GST_WEB_AUDIO_MODULE_MAGIC, GST_WEB_AUDIO_ABI_VERSION + 1, evaluate};
