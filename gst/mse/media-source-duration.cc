// SPDX-License-Identifier: LGPL-2.1-or-later
// The duration: set, learnt from an initialization segment, and extended.
#include "mse/media-source.hh"

#include "mse/attachment.hh"

namespace webmedia::mse {

// https://www.w3.org/TR/media-source-2/#dom-mediasource-duration
Result<>
MediaSource::set_duration (Time duration)
{
  // 1. NaN is kTimeNone: less than 0.
  if (duration < 0)
    return make_error (
        ErrorCode::type, "duration: must be a time of at least 0");
  {
    MutexLocker locker (lock_);
    // 2 and 3.
    if (auto idle = check_open_and_idle_locked ("duration"); !idle)
      return idle;
    // 4.
    if (auto changed = change_duration_locked (duration); !changed)
      return changed.error ();
    else if (!*changed)
      return ok;
  }
  tell_duration ();
  return ok;
}

// https://www.w3.org/TR/media-source-2/#duration-change-algorithm
// Steps 1 to 5; when it returns true, tell_duration() is step 6.
Result<bool>
MediaSource::change_duration_locked (Time duration)
{
  // 1.
  if (duration == duration_)
    return false;
  // 2-4.
  Time highest_end = 0;
  for (const auto &buffer : buffers_) {
    if (duration < buffer->highest_pts ())
      return make_error (ErrorCode::invalid_state,
          "duration: frames are buffered that begin later; remove() them "
          "first");
    highest_end = std::max (highest_end, buffer->highest_end ());
  }
  duration = std::max (duration, highest_end);
  // 5.
  return duration_.exchange (duration) != duration;
}

void
MediaSource::tell_duration ()
{
  if (auto player = attachment ())
    player->duration_changed ();
}

// Initialization segment received, step 1.
void
MediaSource::set_initial_duration (const SourceBuffer &buffer, Time duration)
{
  {
    MutexLocker locker (lock_);
    if (duration_ != kTimeNone || !is_listed_locked (buffer))
      return;
    if (auto changed = change_duration_locked (duration); !changed || !*changed)
      return;
  }
  tell_duration ();
}

// Coded frame processing, step 5.
void
MediaSource::extend_duration (const SourceBuffer &buffer, Time end)
{
  if (end <= duration_)
    return;
  {
    MutexLocker locker (lock_);
    if (end <= duration_ || !is_listed_locked (buffer))
      return;
    if (auto changed = change_duration_locked (end); !changed || !*changed)
      return;
  }
  tell_duration ();
}

} // namespace webmedia::mse
