// SPDX-License-Identifier: LGPL-2.1-or-later
#include "bin-pad.hh"

namespace webmedia::elements {

namespace {

// What the functions of a ghost pad's inner pad know.
struct Flow {
  Flow (const BinPad &pad, std::shared_ptr<Links> bin_links,
      std::weak_ptr<HubClient> hub_client)
      : ended (pad.ended),
        links (std::move (bin_links)),
        client (std::move (hub_client)),
        member (std::make_shared<Links::Member> ())
  {
    member->src = pad.src;
    links->join (member);
  }
  ~Flow () { links->leave (member); }

  // Returns whether the whole bin has failed.
  bool report (bool taken)
  {
    if (std::exchange (linked, taken) != taken)
      member->track ().set_linked (taken);
    return links->report (*member, taken, !loose);
  }

  const std::shared_ptr<std::atomic<bool>> ended;
  const std::shared_ptr<Links> links;
  const std::weak_ptr<HubClient> client;
  const std::shared_ptr<Links::Member> member;
  // Of the streaming thread.
  bool linked = true;
  bool loose = false; // the ghost pad itself had no peer
};

} // namespace

static bool
has_peer (GstObject *ghost)
{
  return ghost && gst_pad_is_linked (GST_PAD (ghost));
}

static GstFlowReturn
chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  auto &flow = *static_cast<Flow *> (pad->chaindata);
  GstFlowReturn result = GST_FLOW_NOT_LINKED;
  // Nobody shall take the first frame after a gap without being told of it.
  if (flow.loose && !has_peer (parent)) {
    gst_buffer_unref (buffer);
  } else {
    if (flow.loose) {
      buffer = gst_buffer_make_writable (buffer);
      GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
    }
    result = gst_proxy_pad_chain_default (pad, parent, buffer);
    flow.loose = result == GST_FLOW_NOT_LINKED && !has_peer (parent);
  }
  bool taken = result != GST_FLOW_NOT_LINKED;
  if (result == GST_FLOW_FLUSHING || (taken && flow.linked))
    return result;
  return !flow.report (taken) && !taken ? GST_FLOW_OK : result;
}

// Text that has no cue tries with a GAP, and a track that has nothing at all
// with its EOS. That says nothing of who is linked beyond the next element.
static bool
report_event (Flow &flow, GstObject *ghost)
{
  bool was_loose = std::exchange (flow.loose, !has_peer (ghost));
  return (flow.loose || !flow.linked) && flow.report (was_loose && !flow.loose);
}

static gboolean
handle_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  auto &flow = *static_cast<Flow *> (pad->eventdata);
  GstEventType type = GST_EVENT_TYPE (event);
  bool failed = false;
  auto set_ended = [&] (bool ended) {
    *flow.ended = ended;
    failed |= flow.links->set_ended (*flow.member, ended);
  };
  if (type == GST_EVENT_SEGMENT)
    set_ended (false); // it goes on after a seek
  gboolean result = gst_pad_event_default (pad, parent, event);
  if (type == GST_EVENT_GAP || type == GST_EVENT_EOS)
    failed |= report_event (flow, parent);
  if (type == GST_EVENT_EOS || type == GST_EVENT_SEGMENT_DONE) {
    set_ended (true);
    if (auto client = flow.client.lock ())
      client->schedule (HubClient::change);
  }
  // As GstBaseSrc does where a frame fails.
  if (failed)
    GST_ELEMENT_FLOW_ERROR (flow.member->src.get (), GST_FLOW_NOT_LINKED);
  return result;
}

BinPad
make_bin_pad (const std::string &name, GstPadTemplate *pad_template,
    const mse::TrackInfo &info, TrackStream::Source source,
    const std::shared_ptr<Links> &links, std::weak_ptr<HubClient> client)
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
  // A track that waits with nobody linked does not hold the others.
  g_signal_connect_object (pad, "unlinked",
      G_CALLBACK (+[] (GstPad *, GstPad *, GstWebMseSrc *track) {
        gst_web_mse_src_stream (track).wake ();
      }),
      src, GConnectFlags (0));
  auto flow = new Flow (made, links, std::move (client));
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
