// SPDX-License-Identifier: LGPL-2.1-or-later
// What msesink does with the bytes that it gets.
#pragma once

#include "append-group.hh"
#include "settings.hh"

namespace webmedia::elements {

// Appends one stream of bytes to a source buffer of its own. It owns a
// reference to the media source from open() to close().
// Members that one thread feeds (behind a tee) are resumed by that thread, by
// the event that is_resume_event() knows.
// Threads: start() to stop() as GStreamer serialises them: append() and end()
// on the streaming thread, flush() while that stands still; cancel() is
// thread-safe.
class Appender {
public:
  enum class Status { ok, cancelled, failed };

  // An error message is the caller's to post. What fails once fails again
  // without an error, until flush() or start().
  bool open (const Settings &settings, GError **error);
  void close ();

  // What an earlier run appended makes room for this one.
  void start (GstPad *pad);
  // Tells the player when more was to come.
  void stop ();

  Status append (Ptr<GstBuffer> data, GError **error);
  // All was appended: when it is for the whole group, the stream ends.
  Status end (GError **error);
  // Forgets what was appended in part; goes on after a cancel().
  void flush ();
  // The thread that will bring the data tells that it is the one.
  void announce_thread ();
  // Appends what was held back while others of this thread were not ready.
  Status resume (GError **error);
  // Ends all waits, until flush() or start(); `stopping`: until start().
  void cancel (bool stopping) EXCLUDES (lock_);

private:
  Status append_next (Ptr<GstBuffer> data, GError **error);
  Status append_held (GError **error);
  Status append_pieces (GstBuffer *data, GError **error);
  Status finish (GError **error);
  void resume_others ();
  Status begin (const std::string &type, GError **error);
  Status find_type (std::string *type, GError **error);
  Status result (bool success) const;
  void reopen ();
  void allow_locked () REQUIRES (lock_);
  Ptr<GCancellable> cancellable () const EXCLUDES (lock_);

  Settings settings_;
  Ptr<GstWebMediaSource> source_;
  std::shared_ptr<AppendGroup> group_; // changes with the lock held
  std::shared_ptr<AppendGroup::Member> member_;
  Ptr<GstWebSourceBuffer> buffer_;     // stays after stop()
  Ptr<GstBuffer> head_;                // before the type is known
  std::vector<Ptr<GstBuffer>> held_;   // see AppendGroup::Turn
  bool ending_ = false;                // end() comes after held_
  bool running_ = false;               // buffer_ is of this run
  bool failed_ = false;                // the end of the stream is no news then
  std::atomic<bool> cancelled_{false}; // written with the lock held

  mutable Mutex lock_;
  bool stopping_ GUARDED_BY (lock_) = false;
  Ptr<GCancellable> cancellable_ GUARDED_BY (lock_);
};

bool is_resume_event (GstEvent *event);

} // namespace webmedia::elements
