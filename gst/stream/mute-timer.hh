// SPDX-License-Identifier: LGPL-2.1-or-later
// When a live source is muted, as nothing comes from it.
// https://www.w3.org/TR/mediacapture-streams/#track-muted
#pragma once

#include "base/clock-id.hh"
#include "base/mutex.hh"
#include "base/ptr.hh"
#include "base/time.hh"

#include <memory>

namespace webmedia::stream {

// After so many frames that did not come. Sound comes in shorter pieces, and
// unevenly.
inline constexpr int kFramesUntilMuted = 25;
inline constexpr Time kSoundUntilMuted = 250 * kMillisecond;
// Of what a pipeline plays, as a seek takes a while.
inline constexpr Time kPlayedUntilMuted = kSecond;
// What a thread may wait for its turn, though it is one of many.
inline constexpr Time kTurnOfThread = 10 * kMillisecond;

// One single-shot timer of a clock, which is set anew only when it fires: what
// comes costs a look at the clock.
//
// Nothing is missing only because this process did not get to it. What is on
// its way when the timer fires has come. There are two looks: one after most of
// the time, and a last one for the rest of it. A look that is itself later than
// that says that threads of this process did not run, nor may the producer's:
// it is taken once more.
//
// Threads: thread-safe. It calls its clock with its lock held. The clock does
// not end on its own thread, which that waits for, whatever is let go of there.
class MuteTimer final : public std::enable_shared_from_this<MuteTimer> {
public:
  class Target {
  public:
    virtual ~Target () = default;
    // is_muted() has changed. On the clock's thread, or on that of touch(),
    // with no lock held.
    virtual void on_silence_changed () = 0;
    // Something is between the producer and here: it will come to touch().
    // Asked on the clock's thread, with no lock held.
    virtual bool is_delivering () = 0;
  };

  MuteTimer ();
  ~MuteTimer ();
  void set_target (std::weak_ptr<Target> target) EXCLUDES (lock_);
  void set_clock (Ptr<GstClock> clock) EXCLUDES (lock_);
  // How long nothing may come; 0: for ever.
  void set_patience (Time patience) EXCLUDES (lock_);
  // Whether something should come. It counts from now.
  void set_watch (bool watch) EXCLUDES (lock_);
  bool is_watched () const { return is_watched_; }
  // Something has come.
  void touch () EXCLUDES (lock_);
  // Something comes for as long as this is there, however long it is held up.
  class Arrival {
  public:
    explicit Arrival (MuteTimer &timer) : timer_ (timer) { timer.arriving_++; }
    ~Arrival () { timer_.arriving_--; }
    Arrival (const Arrival &) = delete;
    Arrival &operator= (const Arrival &) = delete;

  private:
    MuteTimer &timer_;
  };

  bool is_arriving () const { return arriving_ > 0; }
  bool is_muted () const { return is_muted_; }

private:
  // What the clock has: it keeps nothing alive.
  struct Alarm {
    Mutex lock; // before that of the timer
    MuteTimer *timer GUARDED_BY (lock);
  };

  static void on_time (Alarm &alarm, GstClockID id);
  Ptr<GstClock> take_due (GstClockID id) EXCLUDES (lock_);
  std::shared_ptr<Target> target () const EXCLUDES (lock_);
  void look () EXCLUDES (lock_);
  Time now_locked () const REQUIRES (lock_);
  // What is left for the last look.
  Time rest_locked () const REQUIRES (lock_) { return patience_ / 5; }
  void start_locked () REQUIRES (lock_);
  void set_timer_locked (Time due) REQUIRES (lock_);
  bool may_be_silent_locked () const REQUIRES (lock_);
  bool is_silent_locked () REQUIRES (lock_);
  ClockId stop_locked () REQUIRES (lock_);
  void tell () EXCLUDES (lock_);

  const std::shared_ptr<Alarm> alarm_;
  mutable Mutex lock_;
  std::weak_ptr<Target> target_ GUARDED_BY (lock_);
  Ptr<GstClock> clock_ GUARDED_BY (lock_);
  Time patience_ GUARDED_BY (lock_) = 0;
  Time last_ GUARDED_BY (lock_) = 0; // by the clock: when something came
  ClockId id_ GUARDED_BY (lock_);    // while the timer runs
  Time due_ GUARDED_BY (lock_) = 0;  // when it fires
  std::atomic<int> arriving_{0};
  std::atomic<bool> is_watched_{false}; // written with the lock held
  std::atomic<bool> is_muted_{false};   // written with the lock held
};

} // namespace webmedia::stream
