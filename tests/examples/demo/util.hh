// SPDX-License-Identifier: LGPL-2.1-or-later
// What every file of the demo uses: owners of GLib's things, formatted text,
// time in seconds.
#pragma once

#include <gst/webmedia/webmedia.h>

#include <memory>
#include <string>
#include <vector>

namespace demo {

struct Release {
  void operator() (gpointer object) const { g_object_unref (object); }
  void operator() (GBytes *bytes) const { g_bytes_unref (bytes); }
  void operator() (GError *error) const { g_error_free (error); }
  void operator() (GVariant *variant) const { g_variant_unref (variant); }
  void operator() (GstBuffer *buffer) const { gst_buffer_unref (buffer); }
  void operator() (GstCaps *caps) const { gst_caps_unref (caps); }
  void operator() (GstMessage *message) const { gst_message_unref (message); }
  void operator() (GstSample *sample) const { gst_sample_unref (sample); }
  void operator() (GstWebTimeRanges *r) const { gst_web_time_ranges_unref (r); }
  void operator() (gchar *text) const { g_free (text); }
};

// Owns one reference (or one string of GLib's).
template <typename T> using Ptr = std::unique_ptr<T, Release>;

template <typename T>
Ptr<T>
share (T *object)
{
  return Ptr<T> (static_cast<T *> (g_object_ref (object)));
}

std::string format (const char *pattern, ...) G_GNUC_PRINTF (1, 2);

inline double
seconds (GstClockTime time)
{
  return double (time) / GST_SECOND;
}

inline GstClockTime
clock_time (double time)
{
  return GstClockTime (time * GST_SECOND + 0.5);
}

// What all wall times of the demo count from.
inline double
monotonic ()
{
  return double (g_get_monotonic_time ()) / G_USEC_PER_SEC;
}

// Presentation time, in seconds.
struct Range {
  double start;
  double end;
};

} // namespace demo
