// SPDX-License-Identifier: LGPL-2.1-or-later
#include "bin-pad.hh"

namespace webmedia::elements {

namespace {

// What the chain function of a ghost pad's inner pad knows.
struct Flow {
  Flow (const BinPad &pad, LinkedCount linked_pads,
      std::weak_ptr<HubClient> hub_client)
      : src (pad.src),
        ended (pad.ended),
        count (std::move (linked_pads)),
        client (std::move (hub_client))
  {
    (*count)++;
  }
  ~Flow ()
  {
    if (linked)
      (*count)--;
  }

  const Ptr<GstElement> src;
  const std::shared_ptr<std::atomic<bool>> ended;
  const LinkedCount count;
  const std::weak_ptr<HubClient> client;
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

static gboolean
handle_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  auto &flow = *static_cast<Flow *> (pad->eventdata);
  GstEventType type = GST_EVENT_TYPE (event);
  if (type == GST_EVENT_SEGMENT)
    *flow.ended = false; // it goes on after a seek
  gboolean result = gst_pad_event_default (pad, parent, event);
  if (type == GST_EVENT_EOS || type == GST_EVENT_SEGMENT_DONE) {
    *flow.ended = true;
    if (auto client = flow.client.lock ())
      client->schedule (HubClient::change);
  }
  return result;
}

BinPad
make_bin_pad (const std::string &name, GstPadTemplate *pad_template,
    const mse::TrackInfo &info, TrackStream::Source source,
    const LinkedCount &linked, std::weak_ptr<HubClient> client)
{
  BinPad made{.info = info,
      .stream = source.stream,
      .ended = std::make_shared<std::atomic<bool>> (false)};
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
  auto flow = new Flow (made, linked, std::move (client));
  gst_pad_set_chain_function_full (GST_PAD (inner.get ()), chain, flow,
      [] (gpointer data) { delete static_cast<Flow *> (data); });
  gst_pad_set_event_function_full (
      GST_PAD (inner.get ()), handle_event, flow, nullptr);
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

void
hide (const BinPad &pad, GstBin *bin)
{
  gst_element_set_locked_state (pad.src.get (), TRUE);
  gst_element_set_state (pad.src.get (), GST_STATE_NULL);
  gst_pad_set_active (pad.pad.get (), FALSE);
  gst_element_remove_pad (GST_ELEMENT (bin), pad.pad.get ());
  gst_bin_remove (bin, pad.src.get ());
}

} // namespace webmedia::elements
