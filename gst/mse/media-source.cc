// SPDX-License-Identifier: LGPL-2.1-or-later
// The state of a media source and waits for it. Its algorithms are in
// media-source-attach.cc, media-source-buffers.cc, media-source-duration.cc,
// media-source-end.cc, media-source-managed.cc, media-source-seekable.cc and
// media-source-tracks.cc.
#include "mse/media-source.hh"

#include "mse/attachment.hh"

namespace webmedia::mse {

MediaSource::MediaSource (bool managed)
    : monitor_ (managed ? std::make_unique<StreamingMonitor> () : nullptr)
{}

void
MediaSource::set_listener (std::shared_ptr<MediaSourceListener> listener)
{
  MutexLocker locker (lock_);
  listener_.swap (listener); // the old one goes after the lock
}

void
MediaSource::notify_locked (MediaSourceEvent event)
{
  if (listener_)
    listener_->on_event (event);
}

void
MediaSource::notify (MediaSourceEvent event)
{
  MutexLocker locker (lock_);
  notify_locked (event);
}

ReadyState
MediaSource::ready_state () const
{
  MutexLocker locker (lock_);
  return ready_state_;
}

bool
MediaSource::is_ended () const
{
  return ready_state () == ReadyState::ended;
}

bool
MediaSource::is_complete () const
{
  MutexLocker locker (lock_);
  return ready_state_ == ReadyState::ended && !ended_with_error_;
}

// Whether an error has ended a track that is there.
bool
MediaSource::has_failed () const
{
  MutexLocker locker (lock_);
  return has_failed_locked ();
}

bool
MediaSource::has_failed_locked () const
{
  return std::any_of (tracks_.begin (), tracks_.end (),
      [] (const auto &track) { return track->buffer.is_closed (); });
}

// DEVIATION: not after endOfStream(): the attachment keeps what the owner left,
// and it plays on, unless an error has ended that.
bool
MediaSource::is_lost () const
{
  MutexLocker locker (lock_);
  return is_lost_locked ();
}

bool
MediaSource::is_lost_locked () const
{
  return abandoned_
         && (ready_state_ != ReadyState::ended || has_failed_locked ());
}

Time
MediaSource::duration () const
{
  MutexLocker locker (lock_);
  return ready_state_ == ReadyState::closed ? kTimeNone : duration_.load ();
}

bool
MediaSource::has_metadata () const
{
  MutexLocker locker (lock_);
  return metadata_;
}

bool
MediaSource::was_attached () const
{
  MutexLocker locker (lock_);
  return ever_attached_;
}

std::shared_ptr<Attachment>
MediaSource::attachment () const
{
  MutexLocker locker (lock_);
  return attachment_.lock ();
}

Result<>
MediaSource::check_open_locked (const char *what) const
{
  if (ready_state_ != ReadyState::open)
    return make_error (ErrorCode::invalid_state,
        "%s: readyState is \"%s\" and must be \"open\"", what,
        ready_state_ == ReadyState::ended ? "ended" : "closed");
  return ok;
}

Result<>
MediaSource::check_open_and_idle_locked (const char *what) const
{
  auto open = check_open_locked (what);
  if (!open)
    return open;
  return check_idle_locked (what);
}

Result<>
MediaSource::check_idle_locked (const char *what) const
{
  for (const auto &buffer : buffers_)
    if (buffer->updating ())
      return make_error (ErrorCode::invalid_state,
          "%s: a source buffer is updating; wait for its updateend", what);
  return ok;
}

Result<>
MediaSource::wait_until (const char *what,
    const std::function<bool ()> &reached,
    const std::function<bool ()> &cancelled)
{
  MutexLocker locker (lock_);
  for (;;) {
    if (reached ())
      return ok;
    if (abandoned_ || (ever_attached_ && ready_state_ == ReadyState::closed))
      return make_error (ErrorCode::invalid_state,
          "%s: the media source was detached from its element", what);
    if (cancelled ())
      return make_error (ErrorCode::abort, "%s: cancelled", what);
    changed_.wait (lock_);
  }
}

Result<>
MediaSource::wait_open (const std::function<bool ()> &cancelled)
{
  return wait_until (
      "wait_open",
      [this] () NO_THREAD_SAFETY_ANALYSIS {
        return ready_state_ != ReadyState::closed;
      },
      cancelled);
}

Result<>
MediaSource::wait_playhead (Time known, const std::function<bool ()> &cancelled)
{
  return wait_until (
      "wait_playhead", [this, known] { return playhead_ != known; }, cancelled);
}

void
MediaSource::wake_waits ()
{
  // With the lock taken once, no waiter is between its test and its wait.
  {
    MutexLocker locker (lock_);
  }
  changed_.notify_all ();
}

} // namespace webmedia::mse
