// SPDX-License-Identifier: LGPL-2.1-or-later
// getUserMedia and getDisplayMedia as an application calls them, with devices
// that are test sources.
#pragma once

#include "support/check.hh"
#include "support/media-stream-fixture.hh"
#include "support/test-devices.hh"
#include "support/test-policy.hh"

#include <string>

namespace webmedia::test {

using Stream = Ptr<GstWebMediaStream>;
using Dictionary = Ptr<GVariant>;

inline TrackObject
first_of (GPtrArray *tracks)
{
  fail_unless (tracks->len > 0);
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

// The devices, and the call that a test is of.
struct MediaDevicesFixture {
  using Call = decltype (&gst_web_media_devices_get_user_media_json);

  explicit MediaDevicesFixture (Call of) : call (of) {}
  ~MediaDevicesFixture () { g_clear_error (&error); }

  Stream get (const char *json)
  {
    g_clear_error (&error);
    return own (call (devices.get (), json, cancellable.get (), &error));
  }
  Stream gets (const char *json)
  {
    auto stream = get (json);
    fail_unless (stream && !error, "%s: %s", json, error ? error->message : "");
    return stream;
  }
  // Its first track.
  TrackObject open (const char *json)
  {
    return first_of (gst_web_media_stream_get_tracks (gets (json).get ()));
  }
  void fails (const char *json, int code, const char *constraint = nullptr)
  {
    fail_unless (!get (json));
    fail_unless (g_error_matches (error, GST_WEB_ERROR, code), "%s: %s", json,
        error->message);
    fail_unless_equals_string (
        gst_web_error_get_constraint (error), constraint);
  }
  bool apply (const TrackObject &track, const char *json)
  {
    g_clear_error (&error);
    return gst_web_media_stream_track_apply_constraints_json (
        track.get (), json, nullptr, &error);
  }
  void overconstrains (
      const TrackObject &track, const char *json, const char *constraint)
  {
    fail_if (apply (track, json), "%s", json);
    fail_unless_equals_string (
        gst_web_error_get_constraint (error), constraint);
  }
  void use (const Ptr<GstWebPermissionPolicy> &chosen)
  {
    gst_web_media_devices_set_permission_policy (devices.get (), chosen.get ());
  }

  const Call call;
  PolicyState policy;
  Ptr<GstWebMediaDevices> devices =
      own (gst_web_media_devices_new_with_monitor (
          make_test_monitor ().get (), "salt"));
  Ptr<GCancellable> cancellable = own (g_cancellable_new ());
  GError *error = nullptr;
};

// There before who lists them, and as long.
struct Plugged {
  explicit Plugged (const TestDeviceSpec &camera)
  {
    plug (camera);
    plug (kMicrophone);
  }
  ~Plugged () { unplug_all (); }
};

struct UserMediaFixture : Plugged, MediaDevicesFixture {
  explicit UserMediaFixture (const TestDeviceSpec &camera = kRawCamera)
      : Plugged (camera),
        MediaDevicesFixture (gst_web_media_devices_get_user_media_json)
  {}
};

// Of a track

inline Dictionary
settings (const TrackObject &track)
{
  return own (gst_web_media_stream_track_get_settings (track.get ()));
}

inline Dictionary
capabilities (const TrackObject &track)
{
  return own (gst_web_media_stream_track_get_capabilities (track.get ()));
}

inline std::string
text_of (const Dictionary &dictionary)
{
  return CString (g_variant_print (dictionary.get (), TRUE)).get ();
}

inline std::string
string (const Dictionary &dictionary, const char *name)
{
  const char *value = "";
  fail_unless (g_variant_lookup (dictionary.get (), name, "&s", &value) == TRUE,
      "no %s", name);
  return value;
}

} // namespace webmedia::test
