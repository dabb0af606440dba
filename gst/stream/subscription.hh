// SPDX-License-Identifier: LGPL-2.1-or-later
// One consumer of one track.
#pragma once

#include "stream/blank.hh"
#include "stream/mailbox.hh"
#include "stream/resampler.hh"
#include "stream/silence-timer.hh"
#include "stream/silence.hh"
#include "stream/time-map.hh"
#include "stream/track.hh"

namespace webmedia::stream {

// What its consumer wants of its mailbox.
struct Queue {
  size_t buffers = 0;  // at most; 0: as many as suit the track
  size_t pictures = 0; // the same of raw pictures
  // Each has the time at which it was captured. Of a source that is of now,
  // nothing is of before, or comes while it is muted.
  bool as_captured = false;
  std::weak_ptr<Arrivals> arrivals{};
};

// It owns its track and a mailbox. The source owns it until leave().
// Threads: thread-safe; what is not locked is the consumer's streaming
// thread's.
class Subscription final : public Output {
  // They decide on the mailbox's limits.
  const Delivery delivery_;
  const size_t most_, most_pictures_; // as Queue has it
  const bool as_captured_;
  const bool is_live_video_; // and not for a reader
  const bool is_filled_;     // live sound: with silence, while that is muted

  std::shared_ptr<Siblings> siblings_of (
      const std::weak_ptr<Consumer> &consumer) const;
  static std::shared_ptr<Time> shown_of (
      const std::weak_ptr<Consumer> &consumer);

public:
  Subscription (std::shared_ptr<Track> track, Delivery delivery,
      std::weak_ptr<Consumer> consumer, const Queue &queue = {});

  // For the source.
  const std::shared_ptr<Track> track;
  Mailbox mailbox;
  std::shared_ptr<Consumer> consumer () const { return consumer_.lock (); }
  Mailbox::Limits limits (bool raw) const;
  // Of a source that is of now: only what is new.
  bool takes_new_alone () const { return as_captured_; }

  // Has it look whether there is a silence to give now.
  void rouse ();
  // Nothing more comes.
  void leave ();

  Delivery delivery () const override { return delivery_; }
  void set_clock (Ptr<GstClock> clock, Time base_time) override;
  void change_clock (GstClock *clock, Time base_time) override;
  bool pause (Time running_time) override;
  void set_held (bool held) override;
  Taken take () override { return take (true); }
  Taken try_take () override { return take (false); }
  void set_flushing (bool flushing) override;
  Ptr<GstCaps> caps () const override;
  Ptr<GstCaps> possible_caps (GstCaps *filter) override;
  bool can_change_caps () override;
  bool query (GstQuery *query) override;
  void send_event (Ptr<GstEvent> event) override;
  Stats stats () const override;

private:
  // When it went to PLAYING, or to PAUSED.
  struct Start {
    bool plays;
    Ptr<GstClock> clock;
    Time base_time;
    Time begin; // running time of then
  };

  Taken take (bool waits) EXCLUDES (lock_);
  void set_start (Start start) EXCLUDES (lock_);
  void take_clock () EXCLUDES (lock_);
  void look_at_clock () EXCLUDES (lock_);
  bool give (Item &item, Taken &taken); // takes it
  bool give (TimedBuffer buffer, Taken &taken);
  bool give (Ptr<GstEvent> event, Taken &taken);
  bool is_early (const TimedBuffer &timed, Time due) const;
  bool shows_early () const;
  Time due_at_start (Time due);
  Time due_after_shown (Time due);
  bool find_own_due (const TimedBuffer &timed, Time &due);
  bool find_due (const TimedBuffer &timed, Time &due);
  bool follows (const TimedBuffer &timed);
  bool resample (TimedBuffer &timed, Time &due, Taken &taken);
  bool may_be_silent () const;
  bool give_silence (Taken &taken);
  void give (Silence::Piece piece, Taken &taken);
  std::optional<bool> end_silence (TimedBuffer &timed, Time &due, Taken &taken);
  bool lose ();
  void ask_for_key ();
  Ptr<GstEvent> stamp_gap (GstEvent *gap);
  Time latency ();
  void know_latency (Time latency);
  Time held () const;

  // What each picture needs lies together: a thread that slept finds none of it
  // in the processor's caches.
  const std::shared_ptr<Time> shown_; // Consumer::shown, or its own
  const std::weak_ptr<Consumer> consumer_;
  std::atomic<bool> has_clock_{false}; // one that was not looked at yet
  std::atomic<bool> flushed_{false};   // since it was looked at
  bool was_enabled_ = true;
  bool is_raw_ = true;
  bool has_lost_ = false;
  bool needs_key_ = false; // of what is encoded, what came before was lost
  bool asked_for_key_ = false;
  bool asks_latency_ = true;      // as what comes next is captured
  Time start_ = 0;                // running time at which it went to PLAYING
  std::optional<Time> paused_at_; // running time, while it does not play
  TimeMap times_;

  Silence silence_;
  Time silence_start_ = 0;             // where nothing was given
  std::atomic<Time> known_latency_{0}; // what it last said while it had one
  std::atomic<Time> own_latency_{0};
  Resampler resampler_;
  Blank blank_;
  mutable Mutex lock_;
  std::optional<Start> clock_ GUARDED_BY (lock_);
  SilenceTimer timer_; // after the mailbox, which it rouses
};

} // namespace webmedia::stream
