// SPDX-License-Identifier: LGPL-2.1-or-later
// The plugin `webmediamse`. gst-plugins-bad, from 1.24 on, has an msesrc too:
// the README says which one a pipeline gets. `webmsesrc` is ours always.
#include "gstwebaudiosplice.hh"
#include "gstwebmsebin.hh"
#include "gstwebmsesink.hh"
#include "gstwebmsesrc.hh"

static gboolean
plugin_init (GstPlugin *plugin)
{
  // Before other elements that say that they play mse://.
  const guint bin_rank = GST_RANK_PRIMARY + 1;
  return gst_element_register (
             plugin, "msesrc", GST_RANK_NONE, GST_TYPE_WEB_MSE_SRC)
         && gst_element_register (
             plugin, "webmsesrc", GST_RANK_NONE, GST_TYPE_WEB_MSE_SRC)
         && gst_element_register (
             plugin, "msebin", bin_rank, GST_TYPE_WEB_MSE_BIN)
         && gst_element_register (
             plugin, "msesink", GST_RANK_NONE, GST_TYPE_WEB_MSE_SINK)
         && gst_element_register (
             plugin, "audiosplice", GST_RANK_NONE, GST_TYPE_WEB_AUDIO_SPLICE);
}

#define PACKAGE "gst-webmedia"
GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, webmediamse,
    "W3C Media Source Extensions", plugin_init, PACKAGE_VERSION, "LGPL",
    "gst-webmedia", "https://www.w3.org/TR/media-source-2/")
