// SPDX-License-Identifier: LGPL-2.1-or-later
// How the playing side comes and goes, and how the owner goes.
#include "mse/media-source.hh"

#include "mse/attachment.hh"

namespace webmedia::mse {

Result<std::shared_ptr<Attachment>>
MediaSource::attach (bool by_handle)
{
  std::shared_ptr<Attachment> attachment;
  {
    MutexLocker locker (lock_);
    while (detaching_)
      changed_.wait (lock_);
    handle_used_ |= by_handle;
    if (abandoned_)
      return make_error (ErrorCode::invalid_state,
          "the media source's owner is gone: nothing can be appended to it, "
          "so a new media source is needed");
    if (by_handle && ever_attached_)
      return make_error (ErrorCode::invalid_state,
          "the media source was attached before; a handle works once: to "
          "play again, make a new media source, or publish() one by a name");
    // https://www.w3.org/TR/media-source-2/#mediasource-object-url
    // The object URL of a worker's media source fails: there is one way to
    // attach it. Here a handle that was used makes it a worker's.
    if (!by_handle && handle_used_)
      return make_error (ErrorCode::invalid_state,
          "the media source's handle was transferred or given to an element, "
          "so only the handle attaches it: set `handle`, or make a new media "
          "source and use its name alone");
    if (ready_state_ != ReadyState::closed)
      return make_error (ErrorCode::invalid_state,
          "the media source is attached to another element");
    attachment = Attachment::create (shared_from_this ());
    attachment_ = attachment;
    attached_ = attachment.get ();
    ever_attached_ = true;
    ready_state_ = ReadyState::open;
    playhead_ = 0;
    element_error_ = false;
    notify_locked (MediaSourceEvent::sourceopen);
  }
  changed_.notify_all ();
  monitor ();
  return attachment;
}

void
MediaSource::set_handle_used ()
{
  MutexLocker locker (lock_);
  handle_used_ = true;
}

void
MediaSource::set_element_error (const Attachment *attachment)
{
  MutexLocker locker (lock_);
  if (attached_ == attachment)
    element_error_ = true;
}

// https://www.w3.org/TR/media-source-2/#mediasource-detach
void
MediaSource::detach (const Attachment *attachment)
{
  Buffers buffers, active; // these three go after the lock
  Tracks tracks;
  {
    MutexLocker locker (lock_);
    if (attached_ != attachment)
      return;
    // 3-6 and 8.
    detaching_ = true;
    attached_ = nullptr;
    attachment_.reset ();
    ready_state_ = ReadyState::closed;
    if (monitor_)
      monitor_->reset ();
    ready_monitor_.reset ();
    starving_ = false;
    duration_ = kTimeNone;
    metadata_ = false;
    active_.swap (active);
    // HTML forgets them without a word.
    tracks_.swap (tracks);
    buffers_.swap (buffers);
  }
  changed_.notify_all ();
  const Error error{
      ErrorCode::invalid_state, "the element was detached from its source"};
  for (const auto &buffer : buffers) {
    buffer->detach_from_source ();
    buffer->close_tracks (error);
  }
  {
    MutexLocker locker (lock_);
    // 7, 9 and 10. Where the lists were empty, too.
    notify_locked (MediaSourceEvent::active_removesourcebuffer);
    notify_locked (MediaSourceEvent::removesourcebuffer);
    notify_locked (MediaSourceEvent::sourceclose);
    if (listener_ && !buffers.empty ())
      listener_->on_gone (buffers);
    detaching_ = false;
  }
  changed_.notify_all ();
}

void
MediaSource::abandon (std::shared_ptr<MediaSourceListener> heir)
{
  bool incomplete;
  Playing playing;
  {
    MutexLocker locker (lock_);
    abandoned_ = true;
    listener_.swap (heir); // the old one goes after the lock
    incomplete = ready_state_ == ReadyState::open;
    playing = playing_locked ();
  }
  changed_.notify_all ();
  for (const auto &buffer : playing.buffers)
    buffer->detach_from_source ();
  if (incomplete)
    playing.fail ({ErrorCode::network,
        "the owner of the media source went away before endOfStream()"});
  // Nothing is buffered any more, unless it plays on.
  monitor ();
}

} // namespace webmedia::mse
