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

} // namespace

std::optional<SourceLatency>
find_latency (GstElement *source)
{
  auto usual = time_property (source, kPeriod);
  auto room = time_property (source, kRoom);
  if (!usual || !room)
    return {};
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
}

Time
measure_latency (GstElement *source)
{
  auto query = Ptr<GstQuery>::adopt (gst_query_new_latency ());
  auto pad = Ptr<GstPad>::adopt (gst_element_get_static_pad (source, "src"));
  gboolean is_live = FALSE;
  GstClockTime least = 0;
  if (pad && gst_pad_query (pad.get (), query.get ()))
    gst_query_parse_latency (query.get (), &is_live, &least, nullptr);
  return is_live && GST_CLOCK_TIME_IS_VALID (least) ? Time (least) : 0;
}

} // namespace webmedia::devices
