// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/audio-worklet-node.hh"
#include "api/bridge.hh"

using namespace webmedia;

void
gst_web_bridge_choose_processor (GstWebAudioWorklet *worklet,
    const char *module, const char *name,
    Result<std::shared_ptr<worklet::Choice>> *choice)
{
  *choice = worklet::choose_processor (
      engine_of (worklet), module ? module : "", name ? name : "");
}

GstWebAudioWorkletNode *
gst_web_bridge_node_object (
    GstWebAudioWorklet *worklet, const worklet::NewNode *node)
{
  return wrap_node (worklet, *node).release ();
}

void
gst_web_bridge_node_view (
    GstWebAudioWorkletNode *object, std::shared_ptr<worklet::NodeView> *view)
{
  *view = view_of (object);
}

char *
gst_web_bridge_describe_processors (void)
{
  return g_strdup (worklet::describe_builtin_processors ().c_str ());
}
