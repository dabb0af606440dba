// SPDX-License-Identifier: LGPL-2.1-or-later
// What caps say of sound and pictures that are not encoded.
#pragma once

#include <gst/audio/audio.h>
#include <gst/video/video.h>

namespace webmedia::stream {

// False: they are of something else, or of samples and pictures that can't be:
// GStreamer reads a rate of 0, and sizes that overflow, without a word.
bool read_audio_info (GstCaps *caps, GstAudioInfo &info);
bool read_video_info (GstCaps *caps, GstVideoInfo &info);

} // namespace webmedia::stream
