// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/media-source.hh"

#include "mse/attachment.hh"

#include <algorithm>

namespace webmedia::mse {

void
MediaSource::set_listener (std::shared_ptr<MediaSourceListener> listener)
{
  MutexLocker locker (lock_);
  listener_ = std::move (listener);
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

// Attributes

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

MediaSource::Buffers
MediaSource::source_buffers () const
{
  MutexLocker locker (lock_);
  return buffers_;
}

MediaSource::Buffers
MediaSource::active_source_buffers () const
{
  MutexLocker locker (lock_);
  return active_;
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
MediaSource::check_open_and_idle_locked (const char *what) const
{
  if (ready_state_ != ReadyState::open)
    return make_error (ErrorCode::invalid_state,
        "%s: readyState is \"%s\" and must be \"open\"", what,
        ready_state_ == ReadyState::ended ? "ended" : "closed");
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

bool
MediaSource::is_listed_locked (const SourceBuffer &buffer) const
{
  return std::any_of (buffers_.begin (), buffers_.end (),
      [&buffer] (const auto &each) { return each.get () == &buffer; });
}

// https://www.w3.org/TR/media-source-2/#dom-mediasource-addsourcebuffer
Result<std::shared_ptr<SourceBuffer>>
MediaSource::add_source_buffer (std::string_view type)
{
  // 1 and 2.
  auto checked = check_supported (type);
  if (!checked)
    return checked.error ();
  std::shared_ptr<SourceBuffer> buffer;
  {
    MutexLocker locker (lock_);
    // 4. (3, QuotaExceededError, is for engines with few decoders.)
    if (ready_state_ != ReadyState::open)
      return make_error (ErrorCode::invalid_state,
          "addSourceBuffer: readyState is \"%s\" and must be \"open\"%s",
          ready_state_ == ReadyState::ended ? "ended" : "closed",
          ready_state_ == ReadyState::ended
              ? ""
              : "; wait for sourceopen, after an element has attached");
    // 5-7.
    buffer = std::make_shared<SourceBuffer> (
        weak_from_this (), *checked, std::to_string (next_id_++));
    // 8 and 9.
    buffers_.push_back (buffer);
    notify_locked (MediaSourceEvent::addsourcebuffer);
  }
  // 10.
  return buffer;
}

// https://www.w3.org/TR/media-source-2/#dom-mediasource-removesourcebuffer
Result<>
MediaSource::remove_source_buffer (const std::shared_ptr<SourceBuffer> &buffer)
{
  bool was_active;
  // 1, 9 and 10. Out of the lists first: nobody else can remove it too.
  {
    MutexLocker locker (lock_);
    auto found = std::find (buffers_.begin (), buffers_.end (), buffer);
    if (found == buffers_.end ())
      return make_error (ErrorCode::not_found,
          "removeSourceBuffer: the source buffer is not in sourceBuffers");
    buffers_.erase (found);
    was_active = std::erase (active_, buffer) > 0;
    // Without any, the next ones are waited for as the first ones were.
    metadata_ = metadata_ && !buffers_.empty ();
  }
  // 2.
  buffer->detach_from_source ();
  // 3-8. Its tracks.
  buffer->drop_tracks ();
  if (was_active)
    notify (MediaSourceEvent::active_removesourcebuffer);
  notify (MediaSourceEvent::removesourcebuffer);
  if (auto player = attachment (); player && was_active)
    player->tracks_changed ();
  return ok;
}

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
  for (const auto &buffer : source_buffers ())
    buffer->drain ();
  bool duration_changed = false;
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
    if (error == EndOfStreamError::none)
      duration_changed = finish_locked ();
    else
      notify_locked (MediaSourceEvent::sourceended);
  }
  if (error != EndOfStreamError::none) {
    fail_player (
        error == EndOfStreamError::network
            ? Error{ErrorCode::network,
                "the appender could not get the rest of the media"}
            : Error{ErrorCode::decode, "the appender found the media damaged"});
    return ok;
  }
  if (duration_changed)
    tell_duration ();
  if (auto player = attachment ())
    player->source_ended ();
  return ok;
}

// https://www.w3.org/TR/media-source-2/#end-of-stream-algorithm
// without an error, as far as the player has no part in it. Returns whether
// the duration has changed.
bool
MediaSource::finish_locked ()
{
  // 1 and 2.
  ready_state_ = ReadyState::ended;
  notify_locked (MediaSourceEvent::sourceended);
  // 3.1. The duration is what was buffered, and the readers may end.
  Time highest_end = 0;
  for (const auto &buffer : buffers_)
    highest_end = std::max (highest_end, buffer->highest_end ());
  auto changed = change_duration_locked (highest_end);
  for (const auto &buffer : buffers_)
    buffer->set_ended (true);
  return changed && *changed;
}

void
MediaSource::fail_player (const Error &error)
{
  for (const auto &buffer : source_buffers ())
    buffer->close_tracks (error);
  if (auto player = attachment ())
    player->failed (error);
}

// End of stream with "decode", unless the source has ended or was detached
// since.
void
MediaSource::append_failed (const SourceBuffer &buffer, const Error &error)
{
  {
    MutexLocker locker (lock_);
    if (ready_state_ != ReadyState::open || !is_listed_locked (buffer))
      return;
    ready_state_ = ReadyState::ended;
    notify_locked (MediaSourceEvent::sourceended);
  }
  fail_player (error);
}

// "ended" goes back to "open" where an algorithm says so.
void
MediaSource::reopen ()
{
  if (ready_state_ != ReadyState::ended)
    return;
  MutexLocker locker (lock_);
  if (ready_state_ != ReadyState::ended)
    return;
  ready_state_ = ReadyState::open;
  for (const auto &buffer : buffers_)
    buffer->set_ended (false);
  notify_locked (MediaSourceEvent::sourceopen);
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

// Initialization segment received, the steps after the tracks were made.
void
MediaSource::init_received (const std::shared_ptr<SourceBuffer> &buffer)
{
  {
    MutexLocker locker (lock_);
    if (!is_listed_locked (*buffer))
      return;
    // In the order of sourceBuffers.
    Buffers active;
    for (const auto &each : buffers_)
      if (each == buffer || each->received_init ())
        active.push_back (each);
    active_ = std::move (active);
    metadata_ = metadata_ || active_.size () == buffers_.size ();
    notify_locked (MediaSourceEvent::active_addsourcebuffer);
  }
  if (auto player = attachment (); player && has_metadata ())
    player->tracks_changed ();
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

// The playing side

Result<std::shared_ptr<Attachment>>
MediaSource::attach (bool by_handle)
{
  std::shared_ptr<Attachment> attachment;
  {
    MutexLocker locker (lock_);
    while (detaching_)
      changed_.wait (lock_);
    if (abandoned_)
      return make_error (ErrorCode::invalid_state,
          "the media source's owner is gone: nothing can be appended to it");
    if (by_handle && ever_attached_)
      return make_error (ErrorCode::invalid_state,
          "the media source was attached before; a handle works once");
    if (ready_state_ != ReadyState::closed)
      return make_error (ErrorCode::invalid_state,
          "the media source is attached to another element");
    attachment = Attachment::create (shared_from_this ());
    attachment_ = attachment;
    attached_ = attachment.get ();
    ever_attached_ = true;
    ready_state_ = ReadyState::open;
    notify_locked (MediaSourceEvent::sourceopen);
  }
  changed_.notify_all ();
  return attachment;
}

// https://www.w3.org/TR/media-source-2/#mediasource-detach
void
MediaSource::detach (const Attachment *attachment)
{
  Buffers buffers;
  bool had_active;
  {
    MutexLocker locker (lock_);
    if (attached_ != attachment)
      return;
    // 3-6 and 8.
    detaching_ = true;
    attached_ = nullptr;
    attachment_.reset ();
    ready_state_ = ReadyState::closed;
    duration_ = kTimeNone;
    metadata_ = false;
    had_active = !std::exchange (active_, {}).empty ();
    buffers = std::exchange (buffers_, {});
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
    // 7, 9 and 10.
    if (had_active)
      notify_locked (MediaSourceEvent::active_removesourcebuffer);
    if (!buffers.empty ())
      notify_locked (MediaSourceEvent::removesourcebuffer);
    notify_locked (MediaSourceEvent::sourceclose);
    detaching_ = false;
  }
  changed_.notify_all ();
}

void
MediaSource::abandon ()
{
  bool incomplete;
  Buffers buffers;
  {
    MutexLocker locker (lock_);
    abandoned_ = true;
    listener_ = nullptr;
    incomplete = ready_state_ == ReadyState::open;
    buffers = buffers_;
  }
  changed_.notify_all ();
  for (const auto &buffer : buffers)
    buffer->detach_from_source ();
  if (incomplete)
    fail_player ({ErrorCode::network,
        "the owner of the media source went away before endOfStream()"});
}

TimeRanges
MediaSource::buffered () const
{
  bool ended = is_ended ();
  std::vector<TimeRanges> each;
  Time highest = 0;
  for (const auto &buffer : active_source_buffers ()) {
    each.push_back (buffer->ranges (ended));
    highest = std::max (highest, each.back ().highest_end (0));
  }
  TimeRanges intersection{{0, highest}};
  for (TimeRanges &ranges : each) {
    if (ended)
      ranges.extend_last (highest);
    intersection = intersection.intersection (ranges);
  }
  return intersection;
}

// Waits

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

void
MediaSource::set_playhead (Time time)
{
  if (playhead_.exchange (time) != time)
    wake_waits ();
}

} // namespace webmedia::mse
