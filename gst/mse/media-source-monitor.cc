// SPDX-License-Identifier: LGPL-2.1-or-later
// What is looked at whenever the data, the playhead or the tracks that play
// have changed: is there enough to play, and to fetch?
#include "mse/attachment.hh"

namespace webmedia::mse {

// https://www.w3.org/TR/media-source-2/#buffer-monitoring
// https://www.w3.org/TR/media-source-2/#managedsourcebuffer-monitoring
// DEVIATION: the latter's text sets `streaming` when there is enough; its own
// table of events, and browsers, when there is not.
void
MediaSource::monitor ()
{
  unsigned call = ++monitored_;
  TimeRanges ranges = buffered ();
  std::shared_ptr<Attachment> player;
  bool changed = false;
  {
    MutexLocker locker (lock_);
    // Who has called since has newer ranges, and comes here, too.
    if (ready_state_ == ReadyState::closed || call != monitored_)
      return;
    Time end = duration_ == kTimeInfinite ? kTimeNone : duration_.load ();
    if (ready_state_ == ReadyState::ended && !is_lost_locked ())
      end = ranges.highest_end (0);
    if (monitor_ && monitor_->update (ranges, playhead_, end))
      notify_locked (monitor_->streaming () ? MediaSourceEvent::startstreaming
                                            : MediaSourceEvent::endstreaming);
    if (metadata_ || media_ready_state () != MediaReadyState::have_nothing)
      changed = ready_monitor_.update ({.buffered = ranges,
          .playhead = playhead_,
          .starving = starving_,
          .end = end});
    player = attachment_.lock ();
  }
  if (changed && player)
    player->ready_state_changed ();
}

bool
MediaSource::move_playhead (Time time)
{
  if (playhead_.exchange (time) == time)
    return false;
  wake_waits ();
  return ready_monitor_.is_due (time) || (monitor_ && monitor_->is_due (time));
}

void
MediaSource::set_playhead (Time time)
{
  if (move_playhead (time))
    monitor ();
}

bool
MediaSource::set_starving (bool starving)
{
  return starving_.exchange (starving) != starving;
}

} // namespace webmedia::mse
