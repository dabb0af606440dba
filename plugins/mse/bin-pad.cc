// SPDX-License-Identifier: LGPL-2.1-or-later
#include "bin-pad.hh"

namespace webmedia::elements {

namespace {

// What the chain function of a ghost pad's inner pad knows.
struct Flow {
  Flow (GstElement *element, LinkedCount linked_pads)
      : src (Ptr<GstElement>::share (element)),
        count (std::move (linked_pads))
  {
    (*count)++;
  }
  ~Flow ()
  {
    if (linked)
      (*count)--;
  }

  const Ptr<GstElement> src;
  const LinkedCount count;
  bool linked = true; // of the streaming thread
};

} // namespace

static GstFlowReturn
chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  auto &flow = *static_cast<Flow *> (pad->chaindata);
  GstFlowReturn result = gst_proxy_pad_chain_default (pad, parent, buffer);
  bool linked = result != GST_FLOW_NOT_LINKED;
  if (linked != flow.linked) {
    flow.linked = linked;
    *flow.count += linked ? 1 : -1;
    gst_web_mse_src_stream (GST_WEB_MSE_SRC (flow.src.get ()))
        .set_linked (linked);
  }
  return linked || *flow.count == 0 ? result : GST_FLOW_OK;
}

BinPad
make_bin_pad (const std::string &name, GstPadTemplate *pad_template,
    const mse::TrackInfo &info, TrackStream::Source source,
    const LinkedCount &linked)
{
  BinPad made{.info = info, .stream = source.stream};
  auto src = GST_WEB_MSE_SRC (gst_object_ref_sink (
      g_object_new (GST_TYPE_WEB_MSE_SRC, "name", name.c_str (), nullptr)));
  made.src = Ptr<GstElement>::adopt (GST_ELEMENT (src));
  gst_web_mse_src_set_source (src, std::move (source));

  // gst_bin_add() unlinks what it adds: the target comes after it.
  auto pad =
      gst_ghost_pad_new_no_target_from_template (name.c_str (), pad_template);
  made.pad = Ptr<GstPad>::adopt (GST_PAD (gst_object_ref_sink (pad)));
  auto inner = Ptr<GstObject>::adopt (
      GST_OBJECT (gst_proxy_pad_get_internal (GST_PROXY_PAD (pad))));
  gst_pad_set_chain_function_full (GST_PAD (inner.get ()), chain,
      new Flow (made.src.get (), linked),
      [] (gpointer flow) { delete static_cast<Flow *> (flow); });
  return made;
}

void
show (const BinPad &pad, GstBin *bin)
{
  gst_bin_add (bin, pad.src.get ());
  gst_ghost_pad_set_target (
      GST_GHOST_PAD (pad.pad.get ()), GST_BASE_SRC_PAD (pad.src.get ()));
  gst_pad_set_active (pad.pad.get (), TRUE);
  gst_element_add_pad (GST_ELEMENT (bin), pad.pad.get ());
}

} // namespace webmedia::elements
