// SPDX-License-Identifier: LGPL-2.1-or-later
// The append path, and the parser that it owns while it runs.
#include "mse/source-buffer.hh"

#include "base/worker-pool.hh"
#include "mse/eviction.hh"
#include "mse/media-source.hh"

namespace webmedia::mse {

// While the parser runs, here and for `source`, which has to outlast it. Those
// of a thread make a list: who hears of an append may append elsewhere.
class SourceBuffer::Parsing {
public:
  Parsing (SourceBuffer &buffer, const std::shared_ptr<MediaSource> &source)
      : buffer_ (buffer),
        outer_ (std::exchange (innermost, this)),
        outer_source_ (std::exchange (buffer.parses_for_, source.get ()))
  {}
  ~Parsing ()
  {
    buffer_.parses_for_ = outer_source_;
    innermost = outer_;
  }
  Parsing (const Parsing &) = delete;
  Parsing &operator= (const Parsing &) = delete;

  static bool is_of (const SourceBuffer &buffer)
  {
    const Parsing *each = innermost;
    while (each && &each->buffer_ != &buffer)
      each = each->outer_;
    return each;
  }

private:
  static thread_local const Parsing *innermost; // of this thread

  SourceBuffer &buffer_;
  const Parsing *const outer_;
  MediaSource *const outer_source_;
};

thread_local const SourceBuffer::Parsing *SourceBuffer::Parsing::innermost =
    nullptr;

bool
SourceBuffer::parses_here () const
{
  return Parsing::is_of (*this);
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
  notify ({SourceBufferEvent::updatestart});
  // 5. Buffer append.
  if (wait)
    return run_append (*source);
  run_in_pool ([self = shared_from_this ()] {
    (void)self->run_append (self->media_source ());
  });
  return ok;
}

// https://www.w3.org/TR/media-source-2/#sourcebuffer-prepare-append
Result<>
SourceBuffer::prepare_append (MediaSource &source, GstBuffer *data)
{
  // 3 and 4. (1 and 2 were begin().)
  if (source.element_error ())
    return make_error (ErrorCode::invalid_state,
        "appendBuffer: the element that plays the media source has failed; "
        "stop it, and attach the media source anew");
  // 5.
  source.reopen (*this);
  // 6 and 7. Coded frame eviction.
  uint64_t need = input_.size () + gst_buffer_get_size (data);
  uint64_t quota = quota_;
  if (account_->bytes () + need > quota) {
    uint64_t target = need < quota ? quota - need : 0;
    to_monitor_ = true;
    if (need > quota
        || !evict_frames (tracks (), *account_, target, source.playhead ()))
      return make_error (ErrorCode::quota_exceeded,
          "appendBuffer: there is no room for %" G_GUINT64_FORMAT
          " bytes more: %" G_GUINT64_FORMAT
          " are stored, and the quota is %" G_GUINT64_FORMAT
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
SourceBuffer::run_append (const std::shared_ptr<MediaSource> &source)
{
  // 1. Segment parser loop.
  Result<> result = [this, &source] {
    Parsing here (*this, source);
    return parser_->parse (input_, *this);
  }();
  // 2. Aborted: these are the events that abort() and removeSourceBuffer()
  // queue; whoever called that goes on with its next steps.
  if (result && has_told_end ())
    result = make_error (ErrorCode::abort,
        "appendBuffer: the source buffer was removed while it was appended to");
  if (!result && result.error ().code == ErrorCode::abort)
    settle ({SourceBufferEvent::abort, SourceBufferEvent::updateend});
  else if (!result)
    append_error (result.error ());
  else
    // 3-5.
    settle ({SourceBufferEvent::update, SourceBufferEvent::updateend});
  return result;
}

// What the parser has come to becomes what the attributes tell.
void
SourceBuffer::keep_state_locked ()
{
  processing_ = running_;
  append_state_ = parser_->state ();
}

// https://www.w3.org/TR/media-source-2/#sourcebuffer-append-error
void
SourceBuffer::append_error (const Error &error)
{
  {
    MutexLocker locker (lock_);
    keep_state_locked ();
  }
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
    auto source = source_.lock ();
    Parsing here (*this, source);
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

// What is wrong with the bytes at their end is an append error without events:
// the last append told its own already.
Result<>
SourceBuffer::drain ()
{
  auto source = begin (Operation::change, "endOfStream");
  if (!source)
    return ok;
  Result<> result = [this, &source] {
    Parsing here (*this, *source);
    return parser_->finish (*this);
  }();
  {
    MutexLocker locker (lock_);
    processing_ = running_;
  }
  bool wrong = !result && result.error ().code != ErrorCode::abort;
  if (wrong)
    reset_parser_state ();
  settle ();
  if (!wrong)
    return ok;
  (*source)->append_failed (*this, result.error ());
  return result;
}

} // namespace webmedia::mse
