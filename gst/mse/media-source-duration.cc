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
  std::weak_ptr<Attachment> player;
  DurationChange change;
  {
    MutexLocker locker (lock_);
    // 2 and 3.
    if (auto idle = check_open_and_idle_locked ("duration"); !idle)
      return idle;
    // 4.
    auto done = change_duration_locked (duration);
    if (!done)
      return done.error ();
    change = *done;
    player = attachment_;
  }
  change.tell (player);
  monitor ();
  return ok;
}

// https://www.w3.org/TR/media-source-2/#duration-change-algorithm
// Steps 1 to 5; DurationChange::tell() is step 6.
Result<MediaSource::DurationChange>
MediaSource::change_duration_locked (Time duration)
{
  // 1.
  if (duration == duration_)
    return DurationChange{};
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
  Time before = duration_.exchange (duration);
  return DurationChange{.made = before != duration,
      .cut =
          before == kTimeNone || duration < before ? duration : kTimeInfinite};
}

// 6.1 and 6.2. Playback beyond the end goes there, by HTML's words:
// https://html.spec.whatwg.org/multipage/media.html#offsets-into-the-media-resource
// The player knows where it is.
void
MediaSource::DurationChange::tell (
    const std::weak_ptr<Attachment> &player) const
{
  if (auto hears = made ? player.lock () : nullptr)
    hears->duration_changed (cut);
}

// Initialization segment received, step 1.
void
MediaSource::set_initial_duration (const SourceBuffer &buffer, Time duration)
{
  std::weak_ptr<Attachment> player;
  DurationChange change;
  {
    MutexLocker locker (lock_);
    if (duration_ != kTimeNone || !is_listed_locked (buffer))
      return;
    if (auto done = change_duration_locked (duration))
      change = *done;
    player = attachment_;
  }
  change.tell (player);
}

// Coded frame processing, step 5.
void
MediaSource::extend_duration (const SourceBuffer &buffer, Time end)
{
  if (end <= duration_)
    return;
  std::weak_ptr<Attachment> player;
  DurationChange change;
  {
    MutexLocker locker (lock_);
    if (end <= duration_ || !is_listed_locked (buffer))
      return;
    if (auto done = change_duration_locked (end))
      change = *done;
    player = attachment_;
  }
  change.tell (player);
}

} // namespace webmedia::mse
