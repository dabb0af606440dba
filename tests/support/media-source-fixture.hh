// SPDX-License-Identifier: LGPL-2.1-or-later
// A media source with an attached player and a record of all events.
#pragma once

#include "mse/attachment.hh"
#include "mse/media-source-handle.hh"
#include "support/check.hh"
#include "support/parse-recorder.hh"

namespace webmedia::mse {

// Events in the order in which they were queued: "sourceopen", and for source
// buffers "updatestart", …, "bufferedchange +[0.000, 2.000) -". They may come
// from several threads.
// Threads: thread-safe.
class EventLog final : public MediaSourceListener, public SourceBufferListener {
public:
  void on_event (MediaSourceEvent event) override;
  void on_events (std::initializer_list<SourceBufferEvent> events,
      const Error *error) override;
  void on_buffered_change (const BufferedChange &change) override;
  void on_track_event (TrackEvent event,
      const std::shared_ptr<Track> &track) override EXCLUDES (lock_);
  void on_gone (const MediaSource::Buffers &) override {}

  // All since the last call, with spaces between.
  std::string take () EXCLUDES (lock_);
  // The same for lists of tracks, of source buffers and the element alike:
  // "addtrack:audio".
  std::string take_tracks () EXCLUDES (lock_);
  // Waits for the next updateend, if none came since the last call.
  void wait_updateend () EXCLUDES (lock_);

private:
  void add (const char *name) EXCLUDES (lock_);

  Mutex lock_;
  Condition added_;
  std::string events_ GUARDED_BY (lock_);
  std::string track_events_ GUARDED_BY (lock_);
  unsigned ends_ GUARDED_BY (lock_) = 0;
};

// What the playing side heard. To be read while nobody appends.
class ObserverLog final : public PlayerObserver {
public:
  // Calls `function` whenever the ready state has changed.
  explicit ObserverLog (std::function<void ()> function = [] {})
      : on_ready_state_ (std::move (function))
  {}

  void on_ready_state () override { on_ready_state_ (); }
  void on_tracks () override { tracks++; }
  void on_init_data (const InitData &data) override
  {
    MutexLocker locker (lock_);
    tracks_before_init_data.push_back (tracks);
    init_data.push_back (data);
  }
  void on_duration () override { durations++; }
  void on_ended () override { ended++; }
  void on_error (const Error &error) override
  {
    errors++;
    MutexLocker locker (lock_);
    last_error = error;
  }

  std::atomic<int> tracks{0}, durations{0}, ended{0}, errors{0};
  Error last_error{};
  std::vector<InitData> init_data;
  std::vector<int> tracks_before_init_data;

private:
  const std::function<void ()> on_ready_state_;
  Mutex lock_; // of writers
};

struct MediaSourceFixture {
  explicit MediaSourceFixture (bool managed = false);

  void attach ();
  std::shared_ptr<SourceBuffer> add (const char *type);
  // The events since the last call are these, with spaces between.
  void expect_events (const char *events);
  // The same for the ready states of the media element: "metadata enough".
  void expect_ready_states (const char *states);
  // Hears of each of these, on the thread that makes it happen.
  std::function<void (MediaReadyState state)> on_ready_state;

  std::shared_ptr<MediaSource> source;
  std::shared_ptr<EventLog> log;
  std::shared_ptr<ObserverLog> observer;
  std::shared_ptr<Attachment> player;

private:
  void log_ready_state () EXCLUDES (lock_);

  Mutex lock_;
  std::string ready_states_ GUARDED_BY (lock_);
};

// A file of the test media, and the type that it is given.
struct MediaFile {
  const char *type;
  const char *name;
};

// An attached media source with one source buffer.
// Threads: thread-bound (the test's).
struct BufferFixture : MediaSourceFixture {
  explicit BufferFixture (const char *type = "video/mp4");
  explicit BufferFixture (const MediaFile &file) : BufferFixture (file.type) {}

  Result<> try_append (const std::vector<uint8_t> &bytes, bool wait = true);
  void append (const std::vector<uint8_t> &bytes);
  // A whole file, and the end: the last frame of WebM has its duration then.
  void append_all (const char *file);
  void end ();
  TimeRanges ranges () const { return *buffer->buffered (); }
  TimeRanges track_ranges (size_t track) const;

  std::shared_ptr<SourceBuffer> buffer;
};

// Acts in the middle of an append, on its thread, when tracks are known.
struct Interrupter : PlayerObserver {
  explicit Interrupter (std::function<void ()> act = {})
      : interrupt (std::move (act))
  {}
  void on_tracks () override
  {
    if (interrupt)
      interrupt ();
  }
  void on_duration () override {}
  void on_ended () override {}
  void on_error (const Error &) override {}

  std::function<void ()> interrupt;
};

Ptr<GstBuffer> make_data (const uint8_t *bytes, size_t size);
Ptr<GstBuffer> make_data (const std::vector<uint8_t> &bytes);
// A file of the test media.
Ptr<GstBuffer> media_data (const char *name);

// The two halves of most tests of errors.
void fail_unless_ok (const Result<> &result);
template <typename T>
void
fail_unless_error (const Result<T> &result, ErrorCode code)
{
  fail_unless (!result, "no error");
  fail_unless (result.error ().code == code, "another error: %s",
      result.error ().message.c_str ());
  fail_unless (result.error ().message.size () > 15);
}

} // namespace webmedia::mse
