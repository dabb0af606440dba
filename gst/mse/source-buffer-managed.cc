// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/eviction.hh"
#include "mse/media-source.hh"

namespace webmedia::mse {

// https://www.w3.org/TR/media-source-2/#managedsourcebuffer-buffered-change
// Runs with the operation owned, at its end.
BufferedChange
SourceBuffer::take_buffered_change ()
{
  if (!managed_)
    return {};
  auto source = source_.lock ();
  TimeRanges now = ranges (source && source->is_ended ());
  TimeRanges before = std::exchange (told_, now);
  return {now.difference (before), before.difference (now)};
}

void
SourceBuffer::tell_buffered ()
{
  if (begin (Operation::change, "buffered"))
    settle ();
}

// https://www.w3.org/TR/media-source-2/#managedsourcebuffer-memory-cleanup
void
SourceBuffer::clean_memory (bool plays, Time playhead)
{
  // What runs is waited for, not cut short.
  {
    MutexLocker locker (lock_);
    while (operation_ != Operation::none || stoppers_ > 0)
      settled_.wait (lock_);
    if (removed_)
      return;
    operation_ = Operation::change;
    running_ = processing_;
  }
  // 1.
  if (!plays)
    remove_frames (0, kTimeInfinite);
  // 2 and 3.
  else
    clean_up (tracks (), *account_, playhead);
  to_monitor_ = true;
  settle ();
}

} // namespace webmedia::mse
