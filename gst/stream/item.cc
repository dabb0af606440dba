// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/item.hh"

namespace webmedia::stream {

bool
lasts (const Item &item)
{
  auto event = std::get_if<Ptr<GstEvent>> (&item);
  if (!event)
    return !is_buffer (item);
  GstEventType type = GST_EVENT_TYPE (event->get ());
  return gst_event_type_get_flags (type) & GST_EVENT_TYPE_STICKY;
}

// As GStreamer's pads tell sticky events apart.
bool
is_same_kind (const Item &a, const Item &b)
{
  if (a.index () != b.index ())
    return false;
  auto of_a = std::get_if<Ptr<GstEvent>> (&a);
  if (!of_a)
    return true;
  GstEvent *left = of_a->get ();
  GstEvent *right = std::get<Ptr<GstEvent>> (b).get ();
  GstEventType type = GST_EVENT_TYPE (left);
  if (type != GST_EVENT_TYPE (right))
    return false;
  if (!(gst_event_type_get_flags (type) & GST_EVENT_TYPE_STICKY_MULTI))
    return true;
  const GstStructure *named = gst_event_get_structure (left);
  return named
         && gst_event_has_name_id (right, gst_structure_get_name_id (named));
}

} // namespace webmedia::stream
