// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/eviction.hh"

namespace webmedia::mse {

bool
evict_frames (const std::vector<std::shared_ptr<Track>> &tracks,
    const MemoryAccount &account, uint64_t target, Time playhead)
{
  // A short way back stays seekable unless its memory is needed.
  for (Time kept : {3 * kSecond, Time (0)}) {
    for (const auto &track : tracks)
      if (track->buffer.evict_before (add_saturated (playhead, -kept), target))
        return true;
  }
  // What is left of large appends may pin more than it uses.
  for (const auto &track : tracks)
    track->buffer.reown_sparse ();
  return account.bytes () <= target;
}

} // namespace webmedia::mse
