// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/raw-info.hh"

#include "base/raw-layout.hh"

namespace webmedia::stream {

// Of a frame of sound, so that a block of them still has a size.
constexpr int kMostChannels = 4096;

bool
read_audio_info (GstCaps *caps, GstAudioInfo &info)
{
  return gst_structure_has_name (
             gst_caps_get_structure (caps, 0), "audio/x-raw")
         && gst_audio_info_from_caps (&info, caps)
         && GST_AUDIO_INFO_FORMAT (&info) > GST_AUDIO_FORMAT_ENCODED
         && GST_AUDIO_INFO_RATE (&info) > 0
         && GST_AUDIO_INFO_CHANNELS (&info) > 0
         && GST_AUDIO_INFO_CHANNELS (&info) <= kMostChannels;
}

bool
read_video_info (GstCaps *caps, GstVideoInfo &info)
{
  return gst_structure_has_name (
             gst_caps_get_structure (caps, 0), "video/x-raw")
         && gst_video_info_from_caps (&info, caps)
         && GST_VIDEO_INFO_FORMAT (&info) > GST_VIDEO_FORMAT_ENCODED
         && GST_VIDEO_INFO_WIDTH (&info) > 0
         && GST_VIDEO_INFO_HEIGHT (&info) > 0
         && GST_VIDEO_INFO_SIZE (&info) > 0;
}

bool
is_in_memory (GstCaps *caps)
{
  GstCapsFeatures *features = gst_caps_get_features (caps, 0);
  return !features
         || gst_caps_features_is_equal (
             features, GST_CAPS_FEATURES_MEMORY_SYSTEM_MEMORY);
}

Result<PictureFormat>
read_picture_format (Ptr<GstCaps> given)
{
  if (!given || !gst_caps_is_fixed (given.get ()))
    return make_error (
        ErrorCode::type, "A picture comes with caps, and these are fixed.");
  auto caps = Ptr<GstCaps>::adopt (gst_caps_copy (given.get ()));
  gst_caps_set_simple (
      caps.get (), "framerate", GST_TYPE_FRACTION, 0, 1, nullptr);
  GstVideoInfo info;
  if (!read_video_info (caps.get (), info)) {
    CString text (gst_caps_to_string (given.get ()));
    return make_error (ErrorCode::type,
        "A picture is video/x-raw that has a format, a width and a height, not "
        "%s.",
        text.get ());
  }
  auto layout =
      is_in_memory (caps.get ()) ? std::optional (info) : std::nullopt;
  return PictureFormat{.given = std::move (given),
      .caps = std::move (caps),
      .layout = layout,
      .width = GST_VIDEO_INFO_WIDTH (&info),
      .height = GST_VIDEO_INFO_HEIGHT (&info)};
}

Result<>
check_picture (const PictureFormat &format, GstBuffer *picture)
{
  return format.layout ? check_layout (picture, *format.layout) : ok;
}

} // namespace webmedia::stream
