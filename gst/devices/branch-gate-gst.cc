// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/branch-gate-gst.hh"

namespace webmedia::devices {

namespace {

GQuark
health_quark ()
{
  return g_quark_from_static_string ("webmedia-branch-health");
}

using Held = std::shared_ptr<BranchHealth>;

// Null: the pad is in no branch any more.
Held *
held_by (gpointer object)
{
  return object ? static_cast<Held *> (
             g_object_get_qdata (G_OBJECT (object), health_quark ()))
                : nullptr;
}

GstFlowReturn
keep (GstObject *parent, GstFlowReturn result)
{
  Held *health = held_by (parent);
  if (result < GST_FLOW_FLUSHING && health)
    (*health)->fail (make_error (ErrorCode::abort,
        "What makes a track's data of what the device gives out does not take "
        "it (%s)",
        gst_flow_get_name (result)));
  return GST_FLOW_OK;
}

bool
is_shut (GstObject *parent)
{
  Held *health = held_by (parent);
  return !health || (*health)->has_failed ();
}

GstFlowReturn
chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  if (!is_shut (parent))
    return keep (parent, gst_proxy_pad_chain_default (pad, parent, buffer));
  gst_buffer_unref (buffer);
  return GST_FLOW_OK;
}

GstFlowReturn
chain_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  if (!is_shut (parent))
    return keep (parent, gst_proxy_pad_chain_list_default (pad, parent, list));
  gst_buffer_list_unref (list);
  return GST_FLOW_OK;
}

// What an event comes to is seen by the next buffer.
gboolean
on_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  gst_pad_event_default (pad, parent, event);
  return TRUE;
}

gboolean
on_query (GstPad *pad, GstObject *parent, GstQuery *query)
{
  if (GST_QUERY_TYPE (query) != GST_QUERY_ACCEPT_CAPS)
    return gst_pad_query_default (pad, parent, query);
  gst_query_set_accept_caps_result (query, TRUE);
  return TRUE;
}

} // namespace

void
BranchHealth::fail (Error error)
{
  {
    MutexLocker locker (lock_);
    if (has_failed_.exchange (true))
      return;
    failure_ = std::move (error);
  }
  on_failure_ ();
}

std::optional<Error>
BranchHealth::failure () const
{
  MutexLocker locker (lock_);
  return failure_;
}

std::shared_ptr<BranchHealth>
BranchHealth::of (GstObject *object)
{
  auto at = Ptr<GstObject>::share (object);
  while (at) {
    if (Held *health = held_by (at.get ()))
      return *health;
    at = Ptr<GstObject>::adopt (gst_object_get_parent (at.get ()));
  }
  return nullptr;
}

Ptr<GstElement>
make_branch_bin (std::shared_ptr<BranchHealth> health)
{
  auto bin = Ptr<GstElement>::adopt (
      GST_ELEMENT_CAST (gst_object_ref_sink (gst_bin_new (nullptr))));
  g_object_set_qdata_full (G_OBJECT (bin.get ()), health_quark (),
      new Held (std::move (health)),
      [] (gpointer held) { delete static_cast<Held *> (held); });
  return bin;
}

bool
add_gate (GstElement *bin, GstPad *first)
{
  GstPad *gate = gst_ghost_pad_new ("sink", first);
  if (!gate)
    return false;
  gst_pad_set_chain_function (gate, chain);
  gst_pad_set_chain_list_function (gate, chain_list);
  gst_pad_set_event_function (gate, on_event);
  gst_pad_set_query_function (gate, on_query);
  return gst_element_add_pad (bin, gate);
}

} // namespace webmedia::devices
