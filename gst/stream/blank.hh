// SPDX-License-Identifier: LGPL-2.1-or-later
// What a track that is not enabled shows: black, and silence.
// https://www.w3.org/TR/mediacapture-streams/#track-enabled
#pragma once

#include "base/ptr.hh"

#include <optional>

#include <gst/audio/audio.h>
#include <gst/video/video.h>

namespace webmedia::stream {

// Made once for the caps; all buffers share the memory. Of pictures whose
// memory is not the system's (DMABuf, GL) that is of the pool that they come
// from. Threads: thread-bound (the consumer's streaming thread).
class Blank {
public:
  void set_caps (GstCaps *caps);
  // With the times of the buffer that it stands for. Null: nothing black or
  // silent can be made, as the caps are of what is encoded, or the memory is
  // not the system's and its pool has none, or none that can be written.
  Ptr<GstBuffer> make (GstBuffer *instead_of);
  // So many frames of silence in plain memory, with no time. Null: as above.
  Ptr<GstBuffer> make_sound (gsize frames);
  // What is a pool's goes back to it, once nobody shows it any more.
  void let_go () { black_.reset (); }

private:
  Ptr<GstMemory> silence (gsize size);
  Ptr<GstBuffer> of_system_memory (gsize size);
  void mark_silent (GstBuffer *blank, bool needs_meta, gsize frames) const;
  Ptr<GstBuffer> of_pool (GstBuffer *instead_of);

  std::optional<GstVideoInfo> video_;
  std::optional<GstAudioInfo> audio_;
  bool is_in_memory_ = true; // the system's
  Ptr<GstMemory> memory_;
  Ptr<GstBuffer> black_; // a pool's
};

} // namespace webmedia::stream
