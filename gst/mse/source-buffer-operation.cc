// SPDX-License-Identifier: LGPL-2.1-or-later
// The one operation that may run: how it begins, ends and is stopped, what it
// tells the listener; and the removal of frames.
#include "mse/source-buffer.hh"

#include "base/worker-pool.hh"
#include "mse/media-source.hh"

namespace webmedia::mse {

void
SourceBuffer::notify (
    std::initializer_list<SourceBufferEvent> events, const Error *error)
{
  SourceBufferListener *listener = listener_;
  if (listener && events.size () > 0)
    listener->on_events (events, error);
}

// Reserves the source buffer for one operation. A change of attributes that
// runs on another thread, or waits to, is waited for; an append or a removal is
// an error.
Result<std::shared_ptr<MediaSource>>
SourceBuffer::begin (Operation operation, const char *what)
{
  MutexLocker locker (lock_);
  while (operation_ == Operation::change || stoppers_ > 0)
    settled_.wait (lock_);
  if (auto available = check_available_locked (what); !available)
    return available.error ();
  auto source = source_.lock ();
  if (!source)
    return check_usable_locked (what).error ();
  operation_ = operation;
  cancelled_ = false;
  running_ = processing_;
  return source;
}

// Gives the source buffer back. The events of the operation are queued before
// another one can begin, so that they keep their order.
void
SourceBuffer::settle (
    std::initializer_list<SourceBufferEvent> events, const Error *error)
{
  BufferedChange change = take_buffered_change ();
  bool changed = !change.added.empty () || !change.removed.empty ();
  // The ready state is that of the new data when updateend comes.
  if (std::exchange (to_monitor_, false) || changed)
    if (auto source = source_.lock ())
      source->monitor ();
  {
    MutexLocker locker (lock_);
    if (std::exchange (operation_, Operation::none) == Operation::append)
      keep_state_locked ();
    if (!told_end_) {
      notify (events, error);
      SourceBufferListener *listener = listener_;
      if (changed && listener)
        listener->on_buffered_change (change);
    }
  }
  settled_.notify_all ();
}

// Ends a running append early, or waits for a removal; the caller owns the
// source buffer (as Operation::change) when it returns. No other operation
// begins in between, so at most one is cut short.
void
SourceBuffer::stop_operation ()
{
  MutexLocker locker (lock_);
  stoppers_++;
  while (operation_ != Operation::none) {
    if (operation_ != Operation::change)
      cancelled_ = true;
    settled_.wait (lock_);
  }
  stoppers_--;
  operation_ = Operation::change;
}

// https://www.w3.org/TR/media-source-2/#dom-sourcebuffer-abort
Result<>
SourceBuffer::abort ()
{
  // 1.
  {
    MutexLocker locker (lock_);
    if (auto usable = check_usable_locked ("abort"); !usable)
      return usable;
    // 3.
    if (operation_ == Operation::remove)
      return make_error (ErrorCode::invalid_state,
          "abort: a remove() is running and can't be aborted; wait for "
          "updateend");
  }
  // 2.
  auto source = source_.lock ();
  if (!source || source->ready_state () != ReadyState::open)
    return make_error (
        ErrorCode::invalid_state, "abort: the media source is not open");
  // 4.
  stop_operation ();
  // 5.
  reset_parser_state ();
  // 6 and 7.
  {
    MutexLocker locker (lock_);
    processing_.window_start = 0;
    processing_.window_end = kTimeInfinite;
  }
  settle ();
  return ok;
}

// https://www.w3.org/TR/media-source-2/#dom-mediasource-removesourcebuffer
// the steps that concern the buffer itself.
void
SourceBuffer::detach_from_source ()
{
  {
    MutexLocker locker (lock_);
    bool first = !std::exchange (removed_, true);
    // 2. What runs here, and told an observer of something, can't be waited
    // for: it ends when it comes back to us. For the listener it ends now,
    // before what the removal has to tell.
    if (parses_here ()) {
      if (!first)
        return;
      cancelled_ = true;
      if (operation_ == Operation::append)
        notify ({SourceBufferEvent::abort, SourceBufferEvent::updateend});
      told_end_ = true;
      return;
    }
  }
  // Whoever comes second, as where the owner goes meanwhile, waits, too: the
  // tracks may go when this returns.
  stop_operation ();
  input_.clear ();
  parser_->reset ();
  settle ();
}

// https://www.w3.org/TR/media-source-2/#dom-sourcebuffer-remove
Result<>
SourceBuffer::remove (Time start, Time end, bool wait)
{
  // 1 and 2.
  auto source = begin (Operation::remove, "remove");
  if (!source)
    return source.error ();
  // 3 to 5.
  Time duration = (*source)->duration ();
  const char *wrong = nullptr;
  if (duration == kTimeNone)
    wrong = "the media source has no duration yet";
  else if (start < 0 || start > duration)
    wrong = "start must be from 0 to the duration";
  else if (end <= start)
    wrong = "end must be greater than start";
  if (wrong) {
    settle ();
    return make_error (ErrorCode::type, "remove: %s", wrong);
  }
  // 6.
  (*source)->reopen (*this);
  // 7. Range removal.
  notify ({SourceBufferEvent::updatestart});
  if (wait)
    run_remove (start, end);
  else
    run_in_pool ([self = shared_from_this (), start, end] {
      self->run_remove (start, end);
    });
  return ok;
}

// https://www.w3.org/TR/media-source-2/#sourcebuffer-range-removal
void
SourceBuffer::run_remove (Time start, Time end)
{
  // 6.
  remove_frames (start, end);
  // 7-9.
  settle ({SourceBufferEvent::update, SourceBufferEvent::updateend});
}

// https://www.w3.org/TR/media-source-2/#sourcebuffer-coded-frame-removal
// for all tracks.
void
SourceBuffer::remove_frames (Time start, Time end)
{
  bool last_removed = false;
  to_monitor_ = true;
  for (const auto &track : tracks ())
    last_removed |= track->buffer.remove (start, end);
  if (last_removed) {
    processor_.last_frame_removed (running_);
    MutexLocker locker (lock_);
    processing_ = running_;
  }
}

} // namespace webmedia::mse
