// SPDX-License-Identifier: LGPL-2.1-or-later
// A track of a source buffer, as the playing side sees it.
#pragma once

#include "mse/track-buffer.hh"

#include <atomic>

namespace webmedia::mse {

class SourceBuffer;

// Whether a track plays: `enabled` of an audio track, `selected` of a video
// track; a text track's `mode` has all three ("disabled", "hidden", "showing").
enum class TrackSelection { off, hidden, on };

// What happens at a list of tracks.
enum class TrackEvent { addtrack, removetrack, change };

// Threads: thread-safe: all but the buffer and the selection is constant.
struct Track {
  Track (const TrackDescription &description, std::string stream_id,
      std::shared_ptr<MemoryAccount> account,
      std::weak_ptr<SourceBuffer> source_buffer = {})
      : owner (std::move (source_buffer)),
        kind (description.kind),
        id (std::move (stream_id)),
        label (description.label),
        language (description.language),
        codec (description.codec),
        web_kind (description.web_kind),
        caps (description.config->caps),
        account_ (std::move (account)),
        buffer (*account_)
  {}

  const std::weak_ptr<SourceBuffer> owner;
  const TrackKind kind;
  const std::string id; // unique in the media source
  const std::string label;
  const std::string language;
  const std::string codec;
  const std::string web_kind; // "main" and the like, or empty
  const Ptr<GstCaps> caps;    // of the first initialization segment
  // Set with select_track(), but before the track is in any list.
  std::atomic<TrackSelection> selection{TrackSelection::off};

private:
  const std::shared_ptr<MemoryAccount> account_;

public:
  TrackBuffer buffer;
};

using Tracks = std::vector<std::shared_ptr<Track>>;

// With all that follows from it, for a track that is in the lists.
void select_track (
    const std::shared_ptr<Track> &track, TrackSelection selection);

} // namespace webmedia::mse
