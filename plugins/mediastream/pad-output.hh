// SPDX-License-Identifier: LGPL-2.1-or-later
// What a pad of a mediastreamsrc hands out, and when.
#pragma once

#include "base/mutex.hh"
#include "pad-consumer.hh"

namespace webmedia::elements {

// The pad has one output at a time. It is held before a flush; and what is live
// in PAUSED, but for its first picture: whether it is, or flushes, follows from
// what is guarded here, and is told to the output with the lock held, so that
// it is never left behind. Threads: thread-safe. Lock order: this, then the
// output's.
class PadOutput {
public:
  explicit PadOutput (std::shared_ptr<PadConsumer> consumer)
      : consumer_ (std::move (consumer))
  {}

  // Ends the wait for the one before it. One of an earlier turn than that is
  // not taken.
  void set (std::shared_ptr<stream::Output> output, unsigned turn)
      EXCLUDES (lock_);
  std::shared_ptr<stream::Output> get () const EXCLUDES (lock_);

  void set_flushing (bool flushing) EXCLUDES (lock_);
  bool is_flushing () const EXCLUDES (lock_);

  // Nothing is taken before the flush, not even an end: the buffers behind it
  // must not go with what came before.
  void await_flush (Ptr<GstEvent> stop) EXCLUDES (lock_);
  // The newest one, or null.
  Ptr<GstEvent> awaited_flush () const EXCLUDES (lock_);
  // Unless a newer one is awaited.
  void end_flush (const Ptr<GstEvent> &stop) EXCLUDES (lock_);

  // Whether it is silent in PAUSED; from the start on, unless it is told.
  void set_live (bool live) EXCLUDES (lock_);
  bool is_live () const EXCLUDES (lock_);
  void set_playing (bool playing) EXCLUDES (lock_);
  // The streaming thread's: downstream gets something now.
  void on_shown () EXCLUDES (lock_);

  // EOS that comes next. False, and it is not taken: that is for GstBaseSrc, as
  // no sink holds the thread for long.
  bool set_eos (Ptr<GstEvent> &eos) EXCLUDES (lock_);
  Ptr<GstEvent> take_eos () EXCLUDES (lock_);

private:
  struct Told {
    bool plays;
    bool may_show; // in PAUSED
  };

  Told tell (stream::Output &output) EXCLUDES (lock_);
  void hold_locked () REQUIRES (lock_);

  const std::shared_ptr<PadConsumer> consumer_;

  mutable Mutex lock_;
  std::shared_ptr<stream::Output> output_ GUARDED_BY (lock_);
  unsigned turn_ GUARDED_BY (lock_) = 0;
  bool is_flushing_ GUARDED_BY (lock_) = false;
  Ptr<GstEvent> flush_ GUARDED_BY (lock_); // its FLUSH_STOP, or null
  bool is_live_ GUARDED_BY (lock_) = true;
  bool plays_ GUARDED_BY (lock_) = false;
  bool has_shown_ GUARDED_BY (lock_) = false; // of any output, ever
  bool may_show_ GUARDED_BY (lock_) = false;  // this output, in PAUSED
  Ptr<GstEvent> eos_ GUARDED_BY (lock_);
  std::atomic<bool> has_eos_{false};
  bool knows_shown_ = false; // the streaming thread's: has_shown_
};

} // namespace webmedia::elements
