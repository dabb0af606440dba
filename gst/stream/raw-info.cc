// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/raw-info.hh"

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

} // namespace webmedia::stream
