// SPDX-License-Identifier: LGPL-2.1-or-later
// getDisplayMedia as an application calls it, with displays that are test
// sources.
#pragma once

#include "support/check.hh"
#include "support/media-stream-fixture.hh"
#include "support/test-devices.hh"
#include "support/test-policy.hh"

#include <string>

namespace webmedia::test {

inline constexpr TestDeviceSpec kScreen{.classes = "Video/Source/Screen",
    .label = "Screen 1",
    .caps = "video/x-raw, format=BGRx, width=640, height=480, "
            "framerate=[1/1,60/1]",
    .properties = "props, cursor=(string)always"};

using Stream = Ptr<GstWebMediaStream>;

struct DisplayFixture {
  DisplayFixture ()
  {
    devices = own (gst_web_media_devices_new_with_monitor (
        make_test_monitor ().get (), "salt"));
    gst_web_media_devices_set_permission_policy (
        devices.get (), make_policy (policy).get ());
    policy.display = make_test_device (kScreen);
  }
  ~DisplayFixture () { g_clear_error (&error); }

  Stream get (const char *json)
  {
    g_clear_error (&error);
    return own (gst_web_media_devices_get_display_media_json (
        devices.get (), json, cancellable.get (), &error));
  }
  Stream gets (const char *json)
  {
    auto stream = get (json);
    fail_unless (stream && !error, "%s: %s", json, error ? error->message : "");
    return stream;
  }
  void fails (const char *json, int code, const char *constraint = nullptr)
  {
    fail_unless (!get (json));
    fail_unless (g_error_matches (error, GST_WEB_ERROR, code), "%s: %s", json,
        error->message);
    fail_unless_equals_string (
        gst_web_error_get_constraint (error), constraint);
  }

  PolicyState policy;
  Ptr<GstWebMediaDevices> devices;
  Ptr<GCancellable> cancellable = own (g_cancellable_new ());
  GError *error = nullptr;
};

inline TrackObject
first_of (GPtrArray *tracks)
{
  fail_unless_equals_int (tracks->len, 1);
  auto track = TrackObject::share (
      GST_WEB_MEDIA_STREAM_TRACK (g_ptr_array_index (tracks, 0)));
  g_ptr_array_unref (tracks);
  return track;
}

inline int
number_of (GPtrArray *tracks)
{
  int number = int (tracks->len);
  g_ptr_array_unref (tracks);
  return number;
}

inline TrackObject
picture_of (const Stream &stream)
{
  return first_of (gst_web_media_stream_get_video_tracks (stream.get ()));
}

struct DisplaySettings {
  explicit DisplaySettings (const TrackObject &track)
      : all (own (gst_web_media_stream_track_get_settings (track.get ())))
  {}
  explicit DisplaySettings (const Stream &stream)
      : DisplaySettings (picture_of (stream))
  {}

  bool has (const char *name) const
  {
    return bool (own (g_variant_lookup_value (all.get (), name, nullptr)));
  }
  double number (const char *name) const
  {
    guint32 whole = 0;
    double number = 0;
    fail_unless (g_variant_lookup (all.get (), name, "u", &whole)
                     || g_variant_lookup (all.get (), name, "d", &number),
        "no %s", name);
    return number + whole;
  }
  std::string text (const char *name) const
  {
    const char *text = "";
    fail_unless (
        g_variant_lookup (all.get (), name, "&s", &text), "no %s", name);
    return text;
  }

  Ptr<GVariant> all;
};

} // namespace webmedia::test
