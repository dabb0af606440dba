// SPDX-License-Identifier: LGPL-2.1-or-later
#include "splice-signal.hh"

namespace webmedia::elements {

static constexpr const char *kName = "GstWebAudioSplice";
static constexpr const char *kTrimName = "GstWebAudioTrim";

static bool
is_named (GstEvent *event, const char *name)
{
  GstEventType type = GST_EVENT_TYPE (event);
  return (type == GST_EVENT_CUSTOM_DOWNSTREAM
             || type == GST_EVENT_CUSTOM_DOWNSTREAM_STICKY)
         && gst_event_has_name (event, name);
}

Ptr<GstEvent>
make_splice_event (const SpliceSignal &signal)
{
  return Ptr<GstEvent>::adopt (
      gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
          gst_structure_new (kName, "time", G_TYPE_INT64, signal.time, "end",
              G_TYPE_INT64, signal.end, nullptr)));
}

std::optional<SpliceSignal>
parse_splice_event (GstEvent *event)
{
  if (!is_named (event, kName))
    return std::nullopt;
  SpliceSignal signal;
  if (!gst_structure_get (gst_event_get_structure (event), "time", G_TYPE_INT64,
          &signal.time, "end", G_TYPE_INT64, &signal.end, nullptr))
    return std::nullopt;
  return signal;
}

Ptr<GstEvent>
make_trim_event (const TrimSignal &signal, bool kept)
{
  return Ptr<GstEvent>::adopt (gst_event_new_custom (
      kept ? GST_EVENT_CUSTOM_DOWNSTREAM_STICKY : GST_EVENT_CUSTOM_DOWNSTREAM,
      gst_structure_new (kTrimName, "start", G_TYPE_INT64, signal.start,
          "first", G_TYPE_INT64, signal.first, "last", G_TYPE_INT64,
          signal.last, "end", G_TYPE_INT64, signal.end, nullptr)));
}

std::optional<TrimSignal>
parse_trim_event (GstEvent *event)
{
  if (!is_named (event, kTrimName))
    return std::nullopt;
  TrimSignal signal;
  if (!gst_structure_get (gst_event_get_structure (event), "start",
          G_TYPE_INT64, &signal.start, "first", G_TYPE_INT64, &signal.first,
          "last", G_TYPE_INT64, &signal.last, "end", G_TYPE_INT64, &signal.end,
          nullptr))
    return std::nullopt;
  return signal;
}

bool
query_crossfades (GstPad *pad)
{
  GstQuery *query =
      gst_query_new_custom (GST_QUERY_CUSTOM, gst_structure_new_empty (kName));
  bool crossfades = gst_pad_peer_query (pad, query);
  gst_query_unref (query);
  return crossfades;
}

bool
is_crossfades_query (GstQuery *query)
{
  const GstStructure *structure = gst_query_get_structure (query);
  return GST_QUERY_TYPE (query) == GST_QUERY_CUSTOM && structure
         && gst_structure_has_name (structure, kName);
}

} // namespace webmedia::elements
