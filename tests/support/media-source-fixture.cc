// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/media-source-fixture.hh"

namespace webmedia::mse {

void
EventLog::add (const char *name)
{
  {
    MutexLocker locker (lock_);
    if (!events_.empty ())
      events_ += ' ';
    events_ += name;
    ends_ += g_str_equal (name, "updateend");
  }
  added_.notify_all ();
}

void
EventLog::on_event (MediaSourceEvent event)
{
  static const char *const names[] = {"sourceopen", "sourceended",
      "sourceclose", "add", "remove", "active-add", "active-remove",
      "startstreaming", "endstreaming"};
  add (names[int (event)]);
}

void
EventLog::on_events (
    std::initializer_list<SourceBufferEvent> events, const Error *error)
{
  static const char *const names[] = {
      "updatestart", "update", "updateend", "error", "abort"};
  bool failed = false;
  for (SourceBufferEvent event : events) {
    failed |= event == SourceBufferEvent::error;
    add (names[int (event)]);
  }
  fail_unless ((error != nullptr) == failed);
}

void
EventLog::on_buffered_change (const BufferedChange &change)
{
  add (("bufferedchange +" + change.added.to_string () + " -"
        + change.removed.to_string ())
           .c_str ());
}

void
EventLog::on_track_event (TrackEvent event, const std::shared_ptr<Track> &track)
{
  static const char *const names[] = {"addtrack", "removetrack", "change"};
  static const char *const kinds[] = {"video", "audio", "text"};
  MutexLocker locker (lock_);
  if (!track_events_.empty ())
    track_events_ += ' ';
  track_events_ += names[int (event)];
  track_events_ += ':';
  track_events_ += kinds[int (track->kind)];
}

std::string
EventLog::take_tracks ()
{
  MutexLocker locker (lock_);
  return std::exchange (track_events_, {});
}

std::string
EventLog::take ()
{
  MutexLocker locker (lock_);
  return std::exchange (events_, {});
}

void
EventLog::wait_updateend ()
{
  MutexLocker locker (lock_);
  while (ends_ == 0)
    added_.wait (lock_);
  ends_ = 0;
}

MediaSourceFixture::MediaSourceFixture (bool managed)
    : source (std::make_shared<MediaSource> (managed)),
      log (std::make_shared<EventLog> ()),
      observer (std::make_shared<ObserverLog> ([this] { log_ready_state (); }))
{
  source->set_listener (log);
}

void
MediaSourceFixture::attach ()
{
  auto attached = source->attach (false);
  fail_unless (bool (attached));
  player = *attached;
  player->set_observer (observer);
}

std::shared_ptr<SourceBuffer>
MediaSourceFixture::add (const char *type)
{
  auto buffer = source->add_source_buffer (type);
  fail_unless (
      bool (buffer), "%s", buffer ? "" : buffer.error ().message.c_str ());
  (*buffer)->set_listener (log);
  return *buffer;
}

void
MediaSourceFixture::log_ready_state ()
{
  static const char *const kNames[] = {
      "nothing", "metadata", "current", "future", "enough"};
  MediaReadyState state = source->media_ready_state ();
  {
    MutexLocker locker (lock_);
    if (!ready_states_.empty ())
      ready_states_ += ' ';
    ready_states_ += kNames[int (state)];
  }
  if (on_ready_state)
    on_ready_state (state);
}

void
MediaSourceFixture::expect_ready_states (const char *states)
{
  std::string told;
  {
    MutexLocker locker (lock_);
    told.swap (ready_states_);
  }
  fail_unless_equals_string (told.c_str (), states);
}

void
MediaSourceFixture::expect_events (const char *events)
{
  std::string queued = log->take ();
  fail_unless_equals_string (queued.c_str (), events);
}

BufferFixture::BufferFixture (const char *type)
{
  attach ();
  buffer = add (type);
  log->take ();
}

Result<>
BufferFixture::try_append (const std::vector<uint8_t> &bytes, bool wait)
{
  return buffer->append_buffer (make_data (bytes).get (), wait);
}

void
BufferFixture::append (const std::vector<uint8_t> &bytes)
{
  fail_unless_ok (try_append (bytes));
}

void
BufferFixture::append_all (const char *file)
{
  append (read_media (file));
  end ();
}

void
BufferFixture::end ()
{
  fail_unless_ok (source->end_of_stream (EndOfStreamError::none));
}

TimeRanges
BufferFixture::track_ranges (size_t track) const
{
  return buffer->tracks ()[track]->buffer.buffered ();
}

Ptr<GstBuffer>
make_data (const uint8_t *bytes, size_t size)
{
  return Ptr<GstBuffer>::adopt (
      size > 0 ? gst_buffer_new_memdup (bytes, size) : gst_buffer_new ());
}

Ptr<GstBuffer>
make_data (const std::vector<uint8_t> &bytes)
{
  return make_data (bytes.data (), bytes.size ());
}

Ptr<GstBuffer>
media_data (const char *name)
{
  return make_data (read_media (name));
}

void
fail_unless_ok (const Result<> &result)
{
  fail_unless (
      bool (result), "%s", result ? "" : result.error ().message.c_str ());
}

} // namespace webmedia::mse
