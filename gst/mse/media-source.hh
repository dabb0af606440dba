// SPDX-License-Identifier: LGPL-2.1-or-later
// https://www.w3.org/TR/media-source-2/#mediasource
#pragma once

#include "mse/ready-state-monitor.hh"
#include "mse/source-buffer.hh"
#include "mse/streaming-monitor.hh"

namespace webmedia::mse {

class Attachment;

enum class ReadyState { closed, open, ended };
// What endOfStream() reports, if anything.
enum class EndOfStreamError { none, network, decode };

enum class MediaSourceEvent {
  sourceopen,
  sourceended,
  sourceclose,
  // A list changed: of all source buffers, or of the active ones.
  addsourcebuffer,
  removesourcebuffer,
  active_addsourcebuffer,
  active_removesourcebuffer,
  // Of managed media sources.
  startstreaming,
  endstreaming,
};

// Queues the events of a media source. Called with its lock held, to keep
// their order: it must not call back.
class MediaSourceListener {
public:
  virtual ~MediaSourceListener () = default;
  virtual void on_event (MediaSourceEvent event) = 0;
  // At the media element's list of tracks of that track's kind.
  virtual void on_track_event (
      TrackEvent event, const std::shared_ptr<Track> &track) = 0;
  // The removal of these is over: no list leads to them any more, and their
  // last events have been queued.
  virtual void on_gone (
      const std::vector<std::shared_ptr<SourceBuffer>> &buffers) = 0;
};

// A media source. Its owner appends; at most one Attachment plays.
// Threads: thread-safe. Lock order: MediaSource, SourceBuffer, TrackBuffer.
class MediaSource final : public std::enable_shared_from_this<MediaSource> {
public:
  using Buffers = std::vector<std::shared_ptr<SourceBuffer>>;

  // `managed`: a ManagedMediaSource, whose source buffers are managed, too.
  explicit MediaSource (bool managed = false);
  void set_listener (std::shared_ptr<MediaSourceListener> listener)
      EXCLUDES (lock_);

  ReadyState ready_state () const EXCLUDES (lock_);
  Buffers source_buffers () const EXCLUDES (lock_);
  Buffers active_source_buffers () const EXCLUDES (lock_);
  // The media element's lists of all kinds, in the order of addition.
  Tracks tracks () const EXCLUDES (lock_);
  void select_track (const std::shared_ptr<Track> &track,
      TrackSelection selection) EXCLUDES (lock_);
  // These tracks, and no others: see Player::select().
  void select_tracks (const std::vector<std::string> &ids) EXCLUDES (lock_);
  Time duration () const EXCLUDES (lock_);
  Result<> set_duration (Time duration);
  Result<> set_live_seekable_range (Time start, Time end);
  Result<> clear_live_seekable_range ();
  // `prepare` is called with the new one while nobody else knows of it.
  using Prepare = std::function<void (const std::shared_ptr<SourceBuffer> &)>;
  Result<std::shared_ptr<SourceBuffer>> add_source_buffer (
      std::string_view type, const Prepare &prepare = {});
  Result<> remove_source_buffer (const std::shared_ptr<SourceBuffer> &buffer);
  Result<> end_of_stream (EndOfStreamError error);

  // Of managed media sources.
  bool is_managed () const { return bool (monitor_); }
  bool streaming () const { return monitor_ && monitor_->streaming (); }
  // Memory cleanup; waits for running appends and removals.
  void clean_memory ();

  // Waits until the ready state is not `closed`: an error when `cancelled`
  // says so (ask it again with wake_waits()), or when it closed again.
  Result<> wait_open (const std::function<bool ()> &cancelled);
  // Waits until the playhead is no longer at `known`, with the same ends.
  Result<> wait_playhead (Time known, const std::function<bool ()> &cancelled);
  void wake_waits () EXCLUDES (lock_);

  // The playing side. `by_handle`: at most once ever.
  Result<std::shared_ptr<Attachment>> attach (bool by_handle);
  // Its handle was transferred or given to an element: nothing else attaches it
  // from now on.
  void set_handle_used () EXCLUDES (lock_);
  void detach (const Attachment *attachment);
  bool was_attached () const EXCLUDES (lock_);
  void set_element_error (const Attachment *attachment) EXCLUDES (lock_);

  // The owner is gone: what is complete plays on, else playing ends with an
  // error. `heir` is the listener from now on, if anybody is.
  void abandon (std::shared_ptr<MediaSourceListener> heir = nullptr);

  // How far reading has come; the data before it may be evicted.
  Time playhead () const { return playhead_; }
  void set_playhead (Time time) EXCLUDES (lock_);
  // The same for who holds a lock: true when monitor() is to be called then.
  bool move_playhead (Time time) EXCLUDES (lock_);
  // Whether a track that plays has no more to read; the same.
  bool set_starving (bool starving);

  // For SourceBuffer: the parts of its algorithms that concern us.
  bool element_error () const { return element_error_; }
  void reopen (const SourceBuffer &caller); // "ended" becomes "open"
  void set_initial_duration (const SourceBuffer &buffer, Time duration);
  void init_received (const std::shared_ptr<SourceBuffer> &buffer);
  void init_data_encountered (const InitData &data);
  void extend_duration (const SourceBuffer &buffer, Time end);
  void append_failed (const SourceBuffer &buffer, const Error &error);
  bool is_ended () const EXCLUDES (lock_);
  // The same, and not with an error.
  bool is_complete () const EXCLUDES (lock_);
  // What is buffered may have changed.
  void monitor () EXCLUDES (lock_);
  // Whether monitor() could find something new when data was only added.
  bool monitors_additions () const
  {
    return monitor_ || ready_monitor_.may_rise ();
  }

  // For Attachment.
  MediaReadyState media_ready_state () const { return ready_monitor_.state (); }
  bool has_metadata () const EXCLUDES (lock_);
  bool has_failed () const EXCLUDES (lock_);
  // Whether its owner has gone, as a worker that is terminated does, and left
  // nothing that plays on.
  bool is_lost () const EXCLUDES (lock_);
  Tracks playable_tracks () const EXCLUDES (lock_);
  TimeRanges buffered () const;
  std::optional<TimeRange> seekable () const; // none, or one

private:
  void notify (MediaSourceEvent event) EXCLUDES (lock_);
  Result<> check_open_locked (const char *what) const REQUIRES (lock_);
  Result<> check_open_and_idle_locked (const char *what) const REQUIRES (lock_);
  Result<> wait_until (const char *what, const std::function<bool ()> &reached,
      const std::function<bool ()> &cancelled) EXCLUDES (lock_);
  Result<> check_idle_locked (const char *what) const REQUIRES (lock_);
  Result<> check_addable_locked () const REQUIRES (lock_);
  bool has_failed_locked () const REQUIRES (lock_);
  bool is_lost_locked () const REQUIRES (lock_);
  bool is_listed_locked (const SourceBuffer &buffer) const REQUIRES (lock_);
  bool all_have_init_locked () const REQUIRES (lock_);
  void notify_locked (MediaSourceEvent event) REQUIRES (lock_);
  void tell_track_locked (SourceBuffer &buffer, TrackEvent event,
      const std::shared_ptr<Track> &track) REQUIRES (lock_);
  void list_tracks_locked (SourceBuffer &buffer) REQUIRES (lock_);
  void unlist_tracks_locked (SourceBuffer &buffer) REQUIRES (lock_);
  void update_active_locked () REQUIRES (lock_);
  struct DurationChange {
    bool made = false;
    Time cut = kTimeInfinite; // the end, where it is before the old one

    void tell (const std::weak_ptr<Attachment> &player) const;
  };
  // An attachment and what it plays. What a change means for it is told without
  // the lock, when another one may be there already: so it is looked up with
  // the lock with which the change is made.
  struct Playing {
    std::weak_ptr<Attachment> player;
    Buffers buffers;
    bool has_nothing; // the media element's HAVE_NOTHING

    void fail (Error error) const;
  };
  Playing playing_locked () const REQUIRES (lock_);
  DurationChange finish_locked () REQUIRES (lock_);
  void end_tracks () EXCLUDES (lock_);
  Result<DurationChange> change_duration_locked (Time duration)
      REQUIRES (lock_);
  std::shared_ptr<Attachment> attachment () const EXCLUDES (lock_);

  std::atomic<Time> playhead_{0};
  std::atomic<bool> starving_{false};
  // Counts the calls of monitor(): the last one has the newest ranges.
  std::atomic<unsigned> monitored_{0};
  const std::unique_ptr<StreamingMonitor> monitor_; // null: not managed
  ReadyStateMonitor ready_monitor_;                 // updated with lock_ held

  mutable Mutex lock_;
  Condition changed_;
  std::shared_ptr<MediaSourceListener> listener_ GUARDED_BY (lock_);
  // Every append asks for these three: they are written with the lock held, and
  // read without it where nothing else must agree with them.
  std::atomic<ReadyState> ready_state_{ReadyState::closed};
  std::atomic<Time> duration_{kTimeNone};
  std::atomic<bool> element_error_{false};
  std::optional<TimeRange> live_seekable_ GUARDED_BY (lock_);
  Buffers buffers_ GUARDED_BY (lock_);
  Buffers active_ GUARDED_BY (lock_);
  Tracks tracks_ GUARDED_BY (lock_);
  std::weak_ptr<Attachment> attachment_ GUARDED_BY (lock_);
  // The same, to be compared with: it may be on its way out already.
  const Attachment *attached_ GUARDED_BY (lock_) = nullptr;
  bool ever_attached_ GUARDED_BY (lock_) = false;
  bool handle_used_ GUARDED_BY (lock_) = false;
  bool detaching_ GUARDED_BY (lock_) = false; // from closed to sourceclose
  bool abandoned_ GUARDED_BY (lock_) = false;
  bool ended_with_error_ GUARDED_BY (lock_) = false; // the last time
  bool metadata_ GUARDED_BY (lock_) = false;
  unsigned next_id_ GUARDED_BY (lock_) = 0;
};

} // namespace webmedia::mse
