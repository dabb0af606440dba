// SPDX-License-Identifier: LGPL-2.1-or-later
// The plugin `webmediaaudioworklet`.
#include "gstwebaudioworkletelement.hh"

static gboolean
plugin_init (GstPlugin *plugin)
{
  return gst_element_register (plugin, "audioworklet", GST_RANK_NONE,
      GST_TYPE_WEB_AUDIO_WORKLET_ELEMENT);
}

#define PACKAGE "gst-webmedia"
GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, webmediaaudioworklet,
    "W3C Web Audio's AudioWorklet", plugin_init, PACKAGE_VERSION, "LGPL",
    "gst-webmedia", "https://www.w3.org/TR/webaudio/#audioworklet")
