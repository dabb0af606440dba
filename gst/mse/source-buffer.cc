// SPDX-License-Identifier: LGPL-2.1-or-later
// The attributes and the running operation; what an initialization segment
// does is in source-buffer-init.cc.
#include "mse/source-buffer.hh"

#include "base/worker-pool.hh"
#include "mse/eviction.hh"
#include "mse/media-source.hh"

namespace webmedia::mse {

// What browsers allow. A video type's byte stream may carry sound as well.
static constexpr uint64_t kAudioQuota = uint64_t (12) << 20;
static constexpr uint64_t kVideoQuota = uint64_t (150) << 20;

// The source buffer whose parser this thread runs, the innermost one.
static thread_local const SourceBuffer *parsing_here = nullptr;

namespace {
struct ParsingHere {
  explicit ParsingHere (const SourceBuffer *buffer)
      : outer (std::exchange (parsing_here, buffer))
  {}
  ~ParsingHere () { parsing_here = outer; }
  const SourceBuffer *const outer;
};
} // namespace

SourceBuffer::SourceBuffer (
    std::weak_ptr<MediaSource> source, const ContentType &type, std::string id)
    : source_ (std::move (source)),
      type_ (type),
      id_ (std::move (id)),
      account_ (std::make_shared<MemoryAccount> ()),
      quota_ (type.kind == TrackKind::audio ? kAudioQuota : kVideoQuota),
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
  listener_ = std::move (listener);
}

void
SourceBuffer::notify (SourceBufferEvent event, const Error *error)
{
  if (listener_)
    listener_->on_event (event, error);
}

// Attributes

AppendMode
SourceBuffer::mode () const
{
  MutexLocker locker (lock_);
  return processing_.mode;
}

bool
SourceBuffer::updating () const
{
  MutexLocker locker (lock_);
  return operation_ == Operation::append || operation_ == Operation::remove;
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

std::vector<std::shared_ptr<Track>>
SourceBuffer::tracks () const
{
  MutexLocker locker (lock_);
  return tracks_;
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

Result<>
SourceBuffer::check_idle_locked (const char *what) const
{
  if (operation_ == Operation::append || operation_ == Operation::remove)
    return make_error (ErrorCode::invalid_state,
        "%s: the source buffer is updating; wait for updateend, or abort()",
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
  (*source)->reopen ();
  Result<> result = ok;
  {
    MutexLocker locker (lock_);
    // 5.
    if (append_state_ == AppendState::parsing_media_segment) {
      result = make_error (ErrorCode::invalid_state,
          "timestampOffset: the last append ended inside a media segment; "
          "append its rest, or abort()");
    } else {
      // 6. and 7.
      if (processing_.mode == AppendMode::sequence)
        processing_.group_start = offset;
      processing_.timestamp_offset = offset;
    }
  }
  settle ();
  return result;
}

// https://www.w3.org/TR/media-source-2/#dom-sourcebuffer-appendwindowstart
Result<>
SourceBuffer::set_append_window_start (Time start)
{
  MutexLocker locker (lock_);
  // 1 and 2.
  if (auto usable = check_usable_locked ("appendWindowStart"); !usable)
    return usable;
  if (auto idle = check_idle_locked ("appendWindowStart"); !idle)
    return idle;
  // 3.
  if (start < 0 || start >= processing_.window_end)
    return make_error (ErrorCode::type,
        "appendWindowStart: must be at least 0 and less than "
        "appendWindowEnd");
  // 4.
  processing_.window_start = start;
  return ok;
}

// https://www.w3.org/TR/media-source-2/#dom-sourcebuffer-appendwindowend
Result<>
SourceBuffer::set_append_window_end (Time end)
{
  MutexLocker locker (lock_);
  // 1 and 2.
  if (auto usable = check_usable_locked ("appendWindowEnd"); !usable)
    return usable;
  if (auto idle = check_idle_locked ("appendWindowEnd"); !idle)
    return idle;
  // 3 and 4. NaN, kTimeNone, is less than any start.
  if (end <= processing_.window_start)
    return make_error (ErrorCode::type,
        "appendWindowEnd: must be a time greater than appendWindowStart");
  // 5.
  processing_.window_end = end;
  return ok;
}

Time
SourceBuffer::highest_end () const
{
  Time highest = 0;
  for (const auto &track : tracks ())
    highest = std::max (highest, track->buffer.buffered ().highest_end (0));
  return highest;
}

Time
SourceBuffer::highest_pts () const
{
  Time highest = kTimeNone;
  for (const auto &track : tracks ())
    highest = std::max (highest, track->buffer.highest_pts ());
  return highest;
}

// https://www.w3.org/TR/media-source-2/#dom-sourcebuffer-buffered
TimeRanges
SourceBuffer::ranges (bool ended) const
{
  auto all = tracks ();
  bool audio_video = std::any_of (all.begin (), all.end (),
      [] (const auto &track) { return track->kind != TrackKind::text; });
  std::vector<TimeRanges> each;
  // 2. Highest end time, of text too.
  Time highest = 0;
  for (const auto &track : all) {
    TimeRanges of_track = track->buffer.buffered ();
    highest = std::max (highest, of_track.highest_end (0));
    // DEVIATION: where there is only text, that is what is buffered.
    if (!audio_video || track->kind != TrackKind::text)
      each.push_back (std::move (of_track));
  }
  // 3 and 4.
  TimeRanges intersection{{0, highest}};
  for (TimeRanges &track : each) {
    if (ended)
      track.extend_last (highest);
    intersection = intersection.intersection (track);
  }
  return intersection;
}

Result<TimeRanges>
SourceBuffer::buffered () const
{
  // 1.
  {
    MutexLocker locker (lock_);
    if (auto usable = check_usable_locked ("buffered"); !usable)
      return usable.error ();
  }
  auto source = source_.lock ();
  return ranges (source && source->is_ended ());
}

// The running operation

// Reserves the source buffer for one operation. A change of attributes that
// runs on another thread, or waits to, is waited for; an append or a removal is
// an error.
Result<std::shared_ptr<MediaSource>>
SourceBuffer::begin (Operation operation, const char *what)
{
  MutexLocker locker (lock_);
  while (operation_ == Operation::change || stoppers_ > 0)
    settled_.wait (lock_);
  if (auto usable = check_usable_locked (what); !usable)
    return usable.error ();
  if (auto idle = check_idle_locked (what); !idle)
    return idle.error ();
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
  {
    MutexLocker locker (lock_);
    operation_ = Operation::none;
    for (SourceBufferEvent event : events)
      notify (event, event == SourceBufferEvent::error ? error : nullptr);
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

// https://www.w3.org/TR/media-source-2/#dom-sourcebuffer-appendbuffer
Result<>
SourceBuffer::append_buffer (GstBuffer *data, bool wait)
{
  // 1. Prepare append.
  auto source = begin (Operation::append, "appendBuffer");
  if (!source)
    return source.error ();
  auto prepared = prepare_append (**source, data);
  if (!prepared) {
    settle ();
    return prepared;
  }
  // 2-4. The data is in the input buffer, updating is true.
  notify (SourceBufferEvent::updatestart);
  // 5. Buffer append.
  if (wait)
    return run_append ();
  run_in_pool ([self = shared_from_this ()] { (void)self->run_append (); });
  return ok;
}

// https://www.w3.org/TR/media-source-2/#sourcebuffer-prepare-append
Result<>
SourceBuffer::prepare_append (MediaSource &source, GstBuffer *data)
{
  // 5. (1 and 2 were begin().) DEVIATION: without 3 and 4: an error of the
  // element does not refuse an append.
  source.reopen ();
  // 6 and 7. Coded frame eviction.
  uint64_t need = input_.size () + gst_buffer_get_size (data);
  uint64_t quota = quota_;
  if (account_->bytes () + need > quota) {
    uint64_t target = need < quota ? quota - need : 0;
    if (need > quota
        || !evict_frames (tracks (), *account_, target, source.playhead ()))
      return make_error (ErrorCode::quota_exceeded,
          "appendBuffer: %" G_GUINT64_FORMAT
          " bytes more than the %" G_GUINT64_FORMAT
          " that are stored would exceed the quota of %" G_GUINT64_FORMAT
          "; remove() what was played, append less at a "
          "time, or let playback advance",
          need, account_->bytes (), quota);
  }
  if (!input_.push (data))
    return make_error (ErrorCode::type,
        "appendBuffer: the memory of the buffer can't be mapped for reading");
  return ok;
}

// https://www.w3.org/TR/media-source-2/#sourcebuffer-buffer-append
Result<>
SourceBuffer::run_append ()
{
  // 1. Segment parser loop.
  Result<> result = [this] {
    ParsingHere here (this);
    return parser_->parse (input_, *this);
  }();
  {
    MutexLocker locker (lock_);
    processing_ = running_;
    append_state_ = parser_->state ();
  }
  // 2. Aborted: these are the events that abort() and removeSourceBuffer()
  // queue; whoever called that goes on with its next steps.
  if (!result && result.error ().code == ErrorCode::abort)
    settle ({SourceBufferEvent::abort, SourceBufferEvent::updateend});
  else if (!result)
    append_error (result.error ());
  else
    // 3-5.
    settle ({SourceBufferEvent::update, SourceBufferEvent::updateend});
  return result;
}

// https://www.w3.org/TR/media-source-2/#sourcebuffer-append-error
void
SourceBuffer::append_error (const Error &error)
{
  // 1.
  reset_parser_state ();
  // 2-4.
  settle ({SourceBufferEvent::error, SourceBufferEvent::updateend}, &error);
  // 5.
  if (auto source = source_.lock ())
    source->append_failed (*this, error);
}

// https://www.w3.org/TR/media-source-2/#sourcebuffer-reset-parser-state
// Runs with the operation owned.
void
SourceBuffer::reset_parser_state ()
{
  bool in_media_segment;
  {
    MutexLocker locker (lock_);
    running_ = processing_;
    in_media_segment = append_state_ == AppendState::parsing_media_segment;
  }
  // 1. Frames that are complete are kept.
  if (in_media_segment) {
    cancelled_ = false;
    ParsingHere here (this);
    (void)parser_->drain (*this);
  }
  // 2-5.
  processor_.reset ();
  // 6.
  if (running_.mode == AppendMode::sequence)
    running_.group_start = running_.group_end;
  // 7 and 8.
  input_.clear ();
  parser_->reset ();
  MutexLocker locker (lock_);
  processing_ = running_;
  append_state_ = AppendState::waiting_for_segment;
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
  (*source)->reopen ();
  // 7. Range removal.
  notify (SourceBufferEvent::updatestart);
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
  bool last_removed = false;
  for (const auto &track : tracks ())
    last_removed |= track->buffer.remove (start, end);
  if (last_removed) {
    processor_.last_frame_removed (running_);
    MutexLocker locker (lock_);
    processing_ = running_;
  }
  // 7-9.
  settle ({SourceBufferEvent::update, SourceBufferEvent::updateend});
}

// For the media source

// https://www.w3.org/TR/media-source-2/#dom-mediasource-removesourcebuffer
// the steps that concern the buffer itself.
void
SourceBuffer::detach_from_source ()
{
  {
    MutexLocker locker (lock_);
    if (std::exchange (removed_, true))
      return;
    // What runs here, and told an observer of something, can't be waited for:
    // it ends when it comes back to us.
    if (parsing_here == this) {
      cancelled_ = true;
      return;
    }
  }
  stop_operation ();
  input_.clear ();
  parser_->reset ();
  settle ();
}

void
SourceBuffer::drain ()
{
  if (!begin (Operation::change, "endOfStream"))
    return;
  {
    ParsingHere here (this);
    (void)parser_->drain (*this);
  }
  {
    MutexLocker locker (lock_);
    processing_ = running_;
  }
  settle ();
}

void
SourceBuffer::drop_tracks ()
{
  for (const auto &track : tracks ()) {
    track->buffer.set_ended (true);
    track->buffer.remove (kTimeNone, kTimeInfinite);
  }
}

void
SourceBuffer::set_ended (bool ended)
{
  for (const auto &track : tracks ())
    track->buffer.set_ended (ended);
}

void
SourceBuffer::close_tracks (const Error &error)
{
  for (const auto &track : tracks ())
    track->buffer.close (error);
}

} // namespace webmedia::mse
