// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/ready-state-monitor.hh"

namespace webmedia::mse {

// https://www.w3.org/TR/media-source-2/#buffer-monitoring
// Also says until where the playhead may go on before it changes.
MediaReadyState
ReadyStateMonitor::find_state (const Facts &facts)
{
  from_ = facts.playhead;
  to_ = add_saturated (facts.playhead, 1);
  const TimeRange *range = facts.buffered.find_playable (facts.playhead);
  bool has_end = facts.end != kTimeNone;
  if (!range)
    // At the end is no more to come, HTML says.
    return has_end && facts.playhead >= facts.end
               ? MediaReadyState::have_current_data
               : MediaReadyState::have_metadata;
  if (facts.starving)
    return MediaReadyState::have_current_data;
  if (has_end && range->end >= facts.end) {
    to_ = range->end;
    return MediaReadyState::have_enough_data;
  }
  bool had_enough = state_ == MediaReadyState::have_enough_data;
  if (range->end - facts.playhead < (had_enough ? kLow : kEnough)) {
    to_ = range->end;
    return MediaReadyState::have_future_data;
  }
  to_ = range->end - kLow + 1;
  return MediaReadyState::have_enough_data;
}

bool
ReadyStateMonitor::update (const Facts &facts)
{
  MediaReadyState state = find_state (facts);
  return state_.exchange (state) != state;
}

bool
ReadyStateMonitor::reset ()
{
  from_ = 0;
  to_ = kTimeInfinite;
  return state_.exchange (MediaReadyState::have_nothing)
         != MediaReadyState::have_nothing;
}

} // namespace webmedia::mse
