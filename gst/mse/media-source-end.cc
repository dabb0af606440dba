// SPDX-License-Identifier: LGPL-2.1-or-later
// The end of stream, with and without an error, and the way back to "open".
#include "mse/media-source.hh"

#include "mse/attachment.hh"

namespace webmedia::mse {

// https://www.w3.org/TR/media-source-2/#dom-mediasource-endofstream
Result<>
MediaSource::end_of_stream (EndOfStreamError error)
{
  // 1 and 2.
  {
    MutexLocker locker (lock_);
    if (auto idle = check_open_and_idle_locked ("endOfStream"); !idle)
      return idle;
  }
  // DEVIATION: what only the end of the bytes shows to be wrong ends the source
  // with that error, and this call has it, too.
  if (error == EndOfStreamError::none)
    for (const auto &buffer : source_buffers ())
      if (auto drained = buffer->drain (); !drained)
        return drained;
  DurationChange change;
  Playing playing;
  {
    MutexLocker locker (lock_);
    // Asked again before and once it has ended: an operation that begins on
    // another thread either is seen or opens the source again.
    if (auto idle = check_open_and_idle_locked ("endOfStream"); !idle)
      return idle;
    ready_state_ = ReadyState::ended;
    if (auto idle = check_idle_locked ("endOfStream"); !idle) {
      ready_state_ = ReadyState::open;
      return idle;
    }
    // 3.
    ended_with_error_ = error != EndOfStreamError::none;
    if (error == EndOfStreamError::none)
      change = finish_locked ();
    else
      notify_locked (MediaSourceEvent::sourceended);
    playing = playing_locked ();
  }
  if (error != EndOfStreamError::none) {
    playing.fail (
        error == EndOfStreamError::network
            ? Error{ErrorCode::network,
                "the appender could not get the rest of the media"}
            : Error{ErrorCode::decode, "the appender found the media damaged"});
    return ok;
  }
  change.tell (playing.player);
  end_tracks ();
  if (auto player = playing.player.lock ())
    player->source_ended ();
  if (is_managed ())
    for (const auto &buffer : source_buffers ())
      buffer->tell_buffered ();
  monitor ();
  return ok;
}

// https://www.w3.org/TR/media-source-2/#end-of-stream-algorithm
// without an error, as far as the player has no part in it.
MediaSource::DurationChange
MediaSource::finish_locked ()
{
  // 1 and 2.
  ready_state_ = ReadyState::ended;
  notify_locked (MediaSourceEvent::sourceended);
  // 3.1. The duration is what was buffered.
  Time highest_end = 0;
  for (const auto &buffer : buffers_)
    highest_end = std::max (highest_end, buffer->highest_end ());
  auto changed = change_duration_locked (highest_end);
  return changed ? *changed : DurationChange{};
}

// 3.2. The readers may end: after the player has heard of an earlier end, to
// which it goes before it ends. Not where something has opened the source
// again.
void
MediaSource::end_tracks ()
{
  MutexLocker locker (lock_);
  if (ready_state_ != ReadyState::ended)
    return;
  for (const auto &buffer : buffers_)
    buffer->set_ended (true);
}

MediaSource::Playing
MediaSource::playing_locked () const
{
  return {.player = attachment_,
      .buffers = buffers_,
      .has_nothing =
          !metadata_ && media_ready_state () == MediaReadyState::have_nothing};
}

// https://www.w3.org/TR/media-source-2/#end-of-stream-algorithm
// Step 3, with an error: what the element has nothing of, not even metadata,
// was no media to it, whatever the reason.
// https://html.spec.whatwg.org/multipage/media.html#dedicated-media-source-failure-steps
void
MediaSource::Playing::fail (Error error) const
{
  if (has_nothing)
    error.code = ErrorCode::not_supported;
  for (const auto &buffer : buffers)
    buffer->close_tracks (error);
  if (auto hears = player.lock ())
    hears->failed (error);
}

// End of stream with "decode", unless the source has ended or was detached
// since.
void
MediaSource::append_failed (const SourceBuffer &buffer, const Error &error)
{
  Playing playing;
  {
    MutexLocker locker (lock_);
    if (ready_state_ != ReadyState::open || !is_listed_locked (buffer))
      return;
    ready_state_ = ReadyState::ended;
    ended_with_error_ = true;
    notify_locked (MediaSourceEvent::sourceended);
    playing = playing_locked ();
  }
  playing.fail (error);
}

// "ended" goes back to "open" where an algorithm of a source buffer says so:
// not of one that another thread removes meanwhile, nor where the owner goes.
void
MediaSource::reopen (const SourceBuffer &caller)
{
  if (ready_state_ != ReadyState::ended)
    return;
  MutexLocker locker (lock_);
  if (ready_state_ != ReadyState::ended || abandoned_
      || !is_listed_locked (caller))
    return;
  ready_state_ = ReadyState::open;
  for (const auto &buffer : buffers_)
    buffer->set_ended (false);
  notify_locked (MediaSourceEvent::sourceopen);
}

} // namespace webmedia::mse
