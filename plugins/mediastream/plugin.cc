// SPDX-License-Identifier: LGPL-2.1-or-later
// The plugin `webmediastream`.
#include "gstwebmediastreamsink.hh"
#include "gstwebmediastreamsrc.hh"

static gboolean
plugin_init (GstPlugin *plugin)
{
  return gst_element_register (plugin, "mediastreamsink", GST_RANK_NONE,
             GST_TYPE_WEB_MEDIA_STREAM_SINK)
         && gst_element_register (plugin, "mediastreamsrc", GST_RANK_PRIMARY,
             GST_TYPE_WEB_MEDIA_STREAM_SRC);
}

#define PACKAGE "gst-webmedia"
GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, webmediastream,
    "W3C Media Capture and Streams", plugin_init, PACKAGE_VERSION, "LGPL",
    "gst-webmedia", "https://www.w3.org/TR/mediacapture-streams/")
