// SPDX-License-Identifier: LGPL-2.1-or-later
// getDisplayMedia as an application calls it, with displays that are test
// sources.
#pragma once

#include "support/media-devices-fixture.hh"

namespace webmedia::test {

inline constexpr TestDeviceSpec kScreen{.classes = "Video/Source/Screen",
    .label = "Screen 1",
    .caps = "video/x-raw, format=BGRx, width=640, height=480, "
            "framerate=[1/1,60/1]",
    .properties = "props, cursor=(string)always"};

struct DisplayFixture : MediaDevicesFixture {
  DisplayFixture ()
      : MediaDevicesFixture (gst_web_media_devices_get_display_media_json)
  {
    use (make_policy (policy));
    policy.display = make_test_device (kScreen);
  }
};

inline TrackObject
picture_of (const Stream &stream)
{
  auto video = gst_web_media_stream_get_video_tracks;
  fail_unless_equals_int (number_of (video (stream.get ())), 1);
  return first_of (video (stream.get ()));
}

struct DisplaySettings {
  explicit DisplaySettings (const TrackObject &track) : all (settings (track))
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
