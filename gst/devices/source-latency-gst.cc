// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/source-latency-gst.hh"

#include "base/ptr.hh"

#include <algorithm>
#include <cmath>

namespace webmedia::devices {

namespace {

// Of GstAudioBaseSrc, in microseconds: how much is read at once, and how much
// of it there is room for.
constexpr const char *kPeriod = "latency-time";
constexpr const char *kRoom = "buffer-time";
constexpr double kMicroseconds = 1e6; // of a second

// The properties begin at a microsecond, which no device does: 48 samples at
// 48 kHz are as little as is worth waking up for.
constexpr double kLeastPeriod = 0.001;
// One is read while the next one is filled.
constexpr double kLeastPeriods = 2;

// In seconds; none: it has no such property.
std::optional<double>
time_property (GstElement *source, const char *name)
{
  GParamSpec *spec =
      g_object_class_find_property (G_OBJECT_GET_CLASS (source), name);
  if (!spec || spec->value_type != G_TYPE_INT64
      || (spec->flags & G_PARAM_READWRITE) != G_PARAM_READWRITE)
    return {};
  gint64 microseconds = 0;
  g_object_get (source, name, &microseconds, nullptr);
  return double (microseconds) / kMicroseconds;
}

// Of PipeWire's own source: what it tells the server of its stream. There
// `node.latency` asks for how much is given out at once; the server takes the
// power of two below it, and what others have asked for, if that is less.
constexpr const char *kStream = "stream-properties";
constexpr const char *kTarget = "node.latency";

// As it has them unless it is configured otherwise, which nothing tells.
constexpr double kServerRate = 48000;
constexpr double kUsualFrames = 1024;
constexpr double kMostFrames = 2048;
constexpr SourceLatency kOfServer{
    {kLeastPeriod, kMostFrames / kServerRate}, kUsualFrames / kServerRate};

bool
is_of_server (GstElement *source)
{
  GParamSpec *spec =
      g_object_class_find_property (G_OBJECT_GET_CLASS (source), kStream);
  return spec && spec->value_type == GST_TYPE_STRUCTURE
         && (spec->flags & G_PARAM_READWRITE) == G_PARAM_READWRITE;
}

// Besides what it is told already. The usual one is the server's matter.
void
set_target (GstElement *source, double seconds)
{
  GstStructure *properties = nullptr;
  g_object_get (source, kStream, &properties, nullptr);
  if (!properties)
    properties = gst_structure_new_empty ("properties");
  if (seconds == kOfServer.usual) {
    gst_structure_remove_field (properties, kTarget);
  } else {
    CString frames (g_strdup_printf ("%" G_GINT64_FORMAT "/%d",
        gint64 (std::llround (seconds * kServerRate)), int (kServerRate)));
    gst_structure_set (
        properties, kTarget, G_TYPE_STRING, frames.get (), nullptr);
  }
  g_object_set (source, kStream, properties, nullptr);
  gst_structure_free (properties);
}

} // namespace

std::optional<SourceLatency>
find_latency (GstElement *source)
{
  auto usual = time_property (source, kPeriod);
  auto room = time_property (source, kRoom);
  if (!usual || !room)
    return is_of_server (source) ? std::optional (kOfServer) : std::nullopt;
  double longest = *room / kLeastPeriods;
  return SourceLatency{
      .range = {std::min (kLeastPeriod, *usual), std::max (longest, *usual)},
      .usual = *usual};
}

void
set_latency (GstElement *source, double seconds)
{
  if (time_property (source, kPeriod))
    g_object_set (source, kPeriod,
        gint64 (std::llround (seconds * kMicroseconds)), nullptr);
  else if (is_of_server (source))
    set_target (source, seconds);
}

// PipeWire's (0.3.65) says 10 ms, whatever its stream has.
Time
measure_latency (GstElement *source)
{
  if (is_of_server (source))
    return 0;
  auto query = Ptr<GstQuery>::adopt (gst_query_new_latency ());
  auto pad = Ptr<GstPad>::adopt (gst_element_get_static_pad (source, "src"));
  gboolean is_live = FALSE;
  GstClockTime least = 0;
  if (pad && gst_pad_query (pad.get (), query.get ()))
    gst_query_parse_latency (query.get (), &is_live, &least, nullptr);
  return is_live && GST_CLOCK_TIME_IS_VALID (least) ? Time (least) : 0;
}

} // namespace webmedia::devices
