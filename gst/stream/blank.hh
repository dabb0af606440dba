// SPDX-License-Identifier: LGPL-2.1-or-later
// What a track that is not enabled shows: black, and silence.
// https://www.w3.org/TR/mediacapture-streams/#track-enabled
#pragma once

#include "base/ptr.hh"

#include <optional>

#include <gst/audio/audio.h>
#include <gst/video/video.h>

namespace webmedia::stream {

// Made once for the caps; all buffers share the memory.
// Threads: thread-bound (the consumer's streaming thread).
class Blank {
public:
  void set_caps (GstCaps *caps);
  // With the times of the buffer that it stands for. Null: of such caps nothing
  // black or silent can be made, as they are encoded, or not in memory.
  Ptr<GstBuffer> make (GstBuffer *instead_of);

private:
  Ptr<GstMemory> silence (gsize size);

  std::optional<GstVideoInfo> video_;
  std::optional<GstAudioInfo> audio_;
  Ptr<GstMemory> memory_;
};

} // namespace webmedia::stream
