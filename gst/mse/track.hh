// SPDX-License-Identifier: LGPL-2.1-or-later
// A track of a source buffer, as the playing side sees it.
#pragma once

#include "mse/track-buffer.hh"

namespace webmedia::mse {

// Threads: thread-safe: all but the buffer is constant.
struct Track {
  Track (const TrackDescription &description, std::string stream_id,
      std::shared_ptr<MemoryAccount> account)
      : kind (description.kind),
        id (std::move (stream_id)),
        label (description.label),
        language (description.language),
        codec (description.codec),
        caps (description.config->caps),
        account_ (std::move (account)),
        buffer (*account_)
  {}

  const TrackKind kind;
  const std::string id; // unique in the media source
  const std::string label;
  const std::string language;
  const std::string codec;
  const Ptr<GstCaps> caps; // of the first initialization segment

private:
  const std::shared_ptr<MemoryAccount> account_;

public:
  TrackBuffer buffer;
};

} // namespace webmedia::mse
