// SPDX-License-Identifier: LGPL-2.1-or-later
// What a managed media source does by itself: it says when it wants data, and
// gives memory back.
#include "mse/media-source.hh"

namespace webmedia::mse {

// https://www.w3.org/TR/media-source-2/#managedsourcebuffer-monitoring
// DEVIATION: the text sets `streaming` when there is enough; its own table of
// events, and browsers, when there is not.
void
MediaSource::monitor ()
{
  if (!monitor_)
    return;
  TimeRanges ranges = buffered ();
  MutexLocker locker (lock_);
  if (ready_state_ == ReadyState::closed)
    return;
  Time end = duration_ == kTimeInfinite ? kTimeNone : duration_.load ();
  if (ready_state_ == ReadyState::ended)
    end = ranges.highest_end (0);
  if (monitor_->update (ranges, playhead_, end))
    notify_locked (monitor_->streaming () ? MediaSourceEvent::startstreaming
                                          : MediaSourceEvent::endstreaming);
}

// https://www.w3.org/TR/media-source-2/#dom-managedmediasource-memory-cleanup
void
MediaSource::clean_memory ()
{
  Buffers active = active_source_buffers ();
  for (const auto &buffer : source_buffers ()) {
    bool plays =
        std::find (active.begin (), active.end (), buffer) != active.end ();
    buffer->clean_memory (plays, playhead ());
  }
  monitor ();
}

} // namespace webmedia::mse
