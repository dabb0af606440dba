// SPDX-License-Identifier: LGPL-2.1-or-later
// https://www.w3.org/TR/media-source-2/#sourcebuffer
#pragma once

#include "mse/content-type.hh"
#include "mse/frame-processor.hh"

#include <functional>
#include <optional>

namespace webmedia::mse {

class MediaSource;

// What an operation has changed of `buffered`.
struct BufferedChange {
  TimeRanges added;
  TimeRanges removed;
};

enum class SourceBufferEvent { updatestart, update, updateend, error, abort };

// Queues the events of a source buffer. Called with its lock held, to keep
// their order: it must not call back.
class SourceBufferListener {
public:
  virtual ~SourceBufferListener () = default;
  // `error` says what is wrong, with SourceBufferEvent::error; else null.
  virtual void on_events (
      std::initializer_list<SourceBufferEvent> events, const Error *error) = 0;
  // Of managed source buffers.
  virtual void on_buffered_change (const BufferedChange &change) {}
  // At the list of tracks of that track's kind. This one comes with the media
  // source's lock held.
  virtual void on_track_event (
      TrackEvent event, const std::shared_ptr<Track> &track) = 0;
};

// A source buffer: attributes, the one operation (append or removal) that
// may run, and the tracks that its first initialization segment named.
//
// `updating` is the key to what only the running operation touches: the
// input buffer, the parser and the frame processor. Whoever sets it, on any
// thread, owns them until it is unset.
// Threads: thread-safe.
class SourceBuffer final : public std::enable_shared_from_this<SourceBuffer>,
                           private ByteStreamSink {
public:
  SourceBuffer (std::weak_ptr<MediaSource> source, const ContentType &type,
      std::string id, bool managed = false);
  ~SourceBuffer ();
  // At most once, before the first operation.
  void set_listener (std::shared_ptr<SourceBufferListener> listener);

  bool is_managed () const { return managed_; }

  // Attributes.
  AppendMode mode () const EXCLUDES (lock_);
  Result<> set_mode (AppendMode mode);
  bool updating () const EXCLUDES (lock_);
  Result<TimeRanges> buffered () const;
  Time timestamp_offset () const EXCLUDES (lock_);
  Result<> set_timestamp_offset (Time offset);
  Time append_window_start () const EXCLUDES (lock_);
  Result<> set_append_window_start (Time start);
  Time append_window_end () const EXCLUDES (lock_);
  Result<> set_append_window_end (Time end);

  // Methods. The first two return once the work is done or, when `wait` is
  // false, once it is handed to another thread.
  Result<> append_buffer (GstBuffer *data, bool wait);
  Result<> remove (Time start, Time end, bool wait);
  Result<> abort ();
  Result<> change_type (std::string_view type);

  // Quota, in bytes that stored and unparsed data keeps in memory.
  uint64_t quota () const { return quota_; }
  void set_quota (uint64_t bytes) { quota_ = bytes; }
  uint64_t memory () const { return account_->bytes (); }

  // For MediaSource.
  void detach_from_source ();  // it left the list: aborts
  void drop_tracks ();         // they go with their frames, their readers end
  Result<> drain ();           // nothing more comes: completes the last frames
  void set_ended (bool ended); // its tracks' readers may end, or not
  void close_tracks (const Error &error);
  void clean_memory (bool plays, Time playhead);
  void tell_buffered (); // what is buffered may have changed
  bool received_init () const EXCLUDES (lock_);
  bool is_removed () const EXCLUDES (lock_);
  std::shared_ptr<MediaSource> media_source () const { return source_.lock (); }
  void notify_track (TrackEvent event, const std::shared_ptr<Track> &track);
  Tracks tracks () const EXCLUDES (lock_);
  TimeRanges ranges (bool ended) const EXCLUDES (lock_);
  Time highest_end () const EXCLUDES (lock_);
  Time highest_pts () const EXCLUDES (lock_);

private:
  // Both append and remove are `updating`; a change of attributes is not, but
  // keeps the others out while it lasts.
  enum class Operation { none, change, append, remove };

  // ByteStreamSink
  Result<> on_initialization_segment (InitializationSegment segment) override;
  Result<> on_media_segment () override;
  Result<> on_frames (FrameBatch &batch) override;
  void on_init_data (const InitData &data) override;

  Result<> check_usable_locked (const char *what) const REQUIRES (lock_);
  Result<> check_available_locked (const char *what) const REQUIRES (lock_);
  Result<> check_between_segments_locked (const char *what) const
      REQUIRES (lock_);
  Result<> set_append_window (const char *what, Time ProcessingState::*edge,
      Time time) EXCLUDES (lock_);
  Result<std::shared_ptr<MediaSource>> begin (
      Operation operation, const char *what) EXCLUDES (lock_);
  void settle (std::initializer_list<SourceBufferEvent> events = {},
      const Error *error = nullptr) EXCLUDES (lock_);
  void stop_operation () EXCLUDES (lock_);
  BufferedChange take_buffered_change ();
  void notify (std::initializer_list<SourceBufferEvent> events,
      const Error *error = nullptr);

  Result<> prepare_append (MediaSource &source, GstBuffer *data);
  Result<> run_append (const std::shared_ptr<MediaSource> &source);
  void run_remove (Time start, Time end);
  void remove_frames (Time start, Time end);
  void append_error (const Error &error);
  void reset_parser_state ();
  bool parses_here () const; // whether this thread runs the parser
  bool has_told_end () const EXCLUDES (lock_);
  void keep_state_locked () REQUIRES (lock_);
  class Parsing;
  static uint64_t default_quota (const ContentType &type);

  Result<> check_next_init (const InitializationSegment &segment) const;
  Result<> check_codecs (const InitializationSegment &segment) const;
  void create_tracks (const InitializationSegment &segment);
  size_t track_for (const TrackDescription &description,
      const InitializationSegment &segment) const;

  const std::weak_ptr<MediaSource> source_;
  const std::string id_; // makes the ids of tracks unique
  const bool managed_;
  // Outlives us with the tracks that count in it.
  const std::shared_ptr<MemoryAccount> account_;
  std::atomic<uint64_t> quota_;
  std::atomic<bool> cancelled_{false};

  // Whoever sees the pointer sees what owns it.
  std::shared_ptr<SourceBufferListener> owned_listener_;
  std::atomic<SourceBufferListener *> listener_{nullptr};

  mutable Mutex lock_;
  Condition settled_;
  bool removed_ GUARDED_BY (lock_) = false;
  // That was inside its append, whose last events came with it.
  bool told_end_ GUARDED_BY (lock_) = false;
  int stoppers_ GUARDED_BY (lock_) = 0; // wait for the running operation
  Operation operation_ GUARDED_BY (lock_) = Operation::none;
  AppendState append_state_ GUARDED_BY (
      lock_) = AppendState::waiting_for_segment;
  ProcessingState processing_ GUARDED_BY (lock_);
  Tracks tracks_ GUARDED_BY (lock_);
  bool received_init_ GUARDED_BY (lock_) = false;

  // Owned by the running operation, or by whoever holds off others from one.
  ByteQueue input_;
  ContentType type_;
  std::unique_ptr<ByteStreamParser> parser_;
  bool pending_init_ = false; // needed since the type was changed
  FrameProcessor processor_;
  ProcessingState running_; // copy of processing_ while an append runs
  MediaSource *parses_for_ = nullptr; // while the parser runs; null: it is gone
  bool to_monitor_ = false; // the media source looks at what is buffered now
  std::vector<TrackDescription> known_; // of the first init, for the later
  TimeRanges told_; // what a managed one's listener knows to be buffered
};

} // namespace webmedia::mse
