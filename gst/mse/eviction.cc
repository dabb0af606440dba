// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/eviction.hh"

namespace webmedia::mse {

static constexpr Time kKeptBehind = 3 * kSecond;
static constexpr Time kKeptAhead = 30 * kSecond;

// Where appends have left a gap ahead, what lies farthest goes first, of all
// tracks alike.
static void
evict_ahead (const std::vector<std::shared_ptr<Track>> &tracks,
    const MemoryAccount &account, uint64_t target, Time playhead)
{
  std::vector<TrackBuffer *> open;
  for (const auto &track : tracks)
    open.push_back (&track->buffer);
  while (account.bytes () > target && !open.empty ()) {
    auto farthest = std::max_element (
        open.begin (), open.end (), [] (const auto *one, const auto *other) {
          return one->highest_key () < other->highest_key ();
        });
    if (!(*farthest)->evict_last (playhead))
      open.erase (farthest);
  }
}

bool
evict_frames (const std::vector<std::shared_ptr<Track>> &tracks,
    const MemoryAccount &account, uint64_t target, Time playhead)
{
  // A short way back stays seekable unless its memory is needed.
  for (Time kept : {kKeptBehind, Time (0)}) {
    for (const auto &track : tracks)
      if (track->buffer.evict_before (add_saturated (playhead, -kept), target))
        return true;
  }
  evict_ahead (tracks, account, target, playhead);
  // What is left of large appends may pin more than it uses.
  if (account.bytes () > target)
    for (const auto &track : tracks)
      track->buffer.reown_sparse ();
  return account.bytes () <= target;
}

void
clean_up (const std::vector<std::shared_ptr<Track>> &tracks,
    const MemoryAccount &account, Time playhead)
{
  for (const auto &track : tracks)
    (void)track->buffer.evict_before (
        add_saturated (playhead, -kKeptBehind), 0);
  evict_ahead (tracks, account, 0, add_saturated (playhead, kKeptAhead));
  for (const auto &track : tracks)
    track->buffer.reown_sparse ();
}

} // namespace webmedia::mse
