// SPDX-License-Identifier: LGPL-2.1-or-later
// What caps say of sound and pictures that are not encoded.
#pragma once

#include "base/ptr.hh"
#include "base/result.hh"

#include <gst/audio/audio.h>
#include <gst/video/video.h>
#include <optional>

namespace webmedia::stream {

// False: they are of something else, or of samples and pictures that can't be:
// GStreamer reads a rate of 0, and sizes that overflow, without a word.
bool read_audio_info (GstCaps *caps, GstAudioInfo &info);
bool read_video_info (GstCaps *caps, GstVideoInfo &info);

// Whether what has these caps is in plain memory.
bool is_in_memory (GstCaps *caps);

// What the pictures are that an application makes, one by one.
struct PictureFormat {
  Ptr<GstCaps> given{};
  Ptr<GstCaps> caps{}; // those, with no frame rate: each comes when it does
  std::optional<GstVideoInfo> layout{}; // where it is in memory
  int width = 0, height = 0;
};

// TypeError: they are not those of a raw picture.
Result<PictureFormat> read_picture_format (Ptr<GstCaps> caps);
// TypeError: it has less memory than a picture of these caps, or its
// GstVideoMeta says where there is none.
Result<> check_picture (const PictureFormat &format, GstBuffer *picture);

} // namespace webmedia::stream
