// SPDX-License-Identifier: LGPL-2.1-or-later
// What a source buffer is made of, and its attributes. The operations are in
// source-buffer-append.cc and source-buffer-operation.cc, the change of its
// type is in source-buffer-type.cc, what its parser finds in
// source-buffer-init.cc, its tracks are in source-buffer-tracks.cc, what only
// managed ones do is in source-buffer-managed.cc.
#include "mse/source-buffer.hh"

#include "mse/media-source.hh"

namespace webmedia::mse {

SourceBuffer::SourceBuffer (std::weak_ptr<MediaSource> source,
    const ContentType &type, std::string id, bool managed)
    : source_ (std::move (source)),
      id_ (std::move (id)),
      managed_ (managed),
      account_ (std::make_shared<MemoryAccount> ()),
      quota_ (default_quota (type)),
      type_ (type),
      parser_ (make_parser (type))
{
  processing_.generate_timestamps = type.generates_timestamps ();
  if (processing_.generate_timestamps)
    processing_.mode = AppendMode::sequence;
}

SourceBuffer::~SourceBuffer () = default;

void
SourceBuffer::set_listener (std::shared_ptr<SourceBufferListener> listener)
{
  owned_listener_ = std::move (listener);
  listener_ = owned_listener_.get ();
}

AppendMode
SourceBuffer::mode () const
{
  MutexLocker locker (lock_);
  return processing_.mode;
}

// https://www.w3.org/TR/media-source-2/#dom-sourcebuffer-mode
Result<>
SourceBuffer::set_mode (AppendMode mode)
{
  // 1 and 2.
  auto source = begin (Operation::change, "mode");
  if (!source)
    return source.error ();
  // 3 and 4.
  if (running_.generate_timestamps && mode == AppendMode::segments) {
    settle ();
    return make_error (ErrorCode::type,
        "mode: the byte stream format has no timestamps, so only \"sequence\" "
        "can place its frames");
  }
  // 5.
  (*source)->reopen (*this);
  Result<> result = ok;
  {
    MutexLocker locker (lock_);
    // 6.
    result = check_between_segments_locked ("mode");
    if (result)
      // 7 and 8.
      processing_.set_mode (mode);
  }
  settle ();
  return result;
}

bool
SourceBuffer::updating () const
{
  MutexLocker locker (lock_);
  return !told_end_
         && (operation_ == Operation::append
             || operation_ == Operation::remove);
}

bool
SourceBuffer::has_told_end () const
{
  MutexLocker locker (lock_);
  return told_end_;
}

Time
SourceBuffer::timestamp_offset () const
{
  MutexLocker locker (lock_);
  return processing_.timestamp_offset;
}

Time
SourceBuffer::append_window_start () const
{
  MutexLocker locker (lock_);
  return processing_.window_start;
}

Time
SourceBuffer::append_window_end () const
{
  MutexLocker locker (lock_);
  return processing_.window_end;
}

bool
SourceBuffer::received_init () const
{
  MutexLocker locker (lock_);
  return received_init_;
}

bool
SourceBuffer::is_removed () const
{
  MutexLocker locker (lock_);
  return removed_;
}

Result<>
SourceBuffer::check_usable_locked (const char *what) const
{
  if (removed_ || source_.expired ())
    return make_error (ErrorCode::invalid_state,
        "%s: this source buffer is no longer in its media source's "
        "sourceBuffers; use one that addSourceBuffer() gave since",
        what);
  return ok;
}

// Usable, and no operation runs: steps 1 and 2 of most.
Result<>
SourceBuffer::check_available_locked (const char *what) const
{
  if (auto usable = check_usable_locked (what); !usable)
    return usable;
  if (operation_ == Operation::append || operation_ == Operation::remove)
    return make_error (ErrorCode::invalid_state,
        "%s: the source buffer is updating; wait for updateend, or abort()",
        what);
  return ok;
}

Result<>
SourceBuffer::check_between_segments_locked (const char *what) const
{
  if (append_state_ == AppendState::parsing_media_segment)
    return make_error (ErrorCode::invalid_state,
        "%s: the last append ended inside a media segment; append its rest, "
        "or abort()",
        what);
  return ok;
}

// https://www.w3.org/TR/media-source-2/#dom-sourcebuffer-timestampoffset
Result<>
SourceBuffer::set_timestamp_offset (Time offset)
{
  // 1. It is a finite number.
  if (offset == kTimeNone || offset == kTimeInfinite)
    return make_error (
        ErrorCode::type, "timestampOffset: must be a finite time");
  // 2 and 3.
  auto source = begin (Operation::change, "timestampOffset");
  if (!source)
    return source.error ();
  // 4.
  (*source)->reopen (*this);
  Result<> result = ok;
  {
    MutexLocker locker (lock_);
    // 5.
    result = check_between_segments_locked ("timestampOffset");
    if (result) {
      // 6. and 7.
      if (processing_.mode == AppendMode::sequence)
        processing_.group_start = offset;
      processing_.timestamp_offset = offset;
    }
  }
  if (result)
    parser_->restart_timeline ();
  settle ();
  return result;
}

// Both attributes' setters.
Result<>
SourceBuffer::set_append_window (
    const char *what, Time ProcessingState::*edge, Time time)
{
  // 1 and 2.
  if (auto source = begin (Operation::change, what); !source)
    return source.error ();
  Result<> result = ok;
  {
    MutexLocker locker (lock_);
    // 3; of the end 3 and 4: NaN, kTimeNone, is less than any start.
    ProcessingState changed = processing_;
    changed.*edge = time;
    if (changed.window_start >= 0 && changed.window_start < changed.window_end)
      // 4; of the end 5.
      processing_ = changed;
    else
      result = make_error (ErrorCode::type,
          "%s: the append window must start at 0 or later and end after that",
          what);
  }
  settle ();
  return result;
}

// https://www.w3.org/TR/media-source-2/#dom-sourcebuffer-appendwindowstart
Result<>
SourceBuffer::set_append_window_start (Time start)
{
  return set_append_window (
      "appendWindowStart", &ProcessingState::window_start, start);
}

// https://www.w3.org/TR/media-source-2/#dom-sourcebuffer-appendwindowend
Result<>
SourceBuffer::set_append_window_end (Time end)
{
  return set_append_window (
      "appendWindowEnd", &ProcessingState::window_end, end);
}

} // namespace webmedia::mse
