// SPDX-License-Identifier: LGPL-2.1-or-later
// What one consumer hears of a track of sound that is muted, as nothing comes.
// https://w3c.github.io/mediacapture-main/#track-enabled and what follows
#pragma once

#include "stream/blank.hh"
#include "stream/time-map.hh"

#include <algorithm>
#include <functional>

namespace webmedia::stream {

// Pieces that follow what came last, and each other, by the consumer's clock:
// each when it is over. It has no thread, and a timer only while it is on.
// Times are running times of the consumer. Threads: thread-bound (the
// consumer's streaming thread).
class Silence {
public:
  Silence () = default;
  ~Silence ();
  Silence (const Silence &) = delete;
  Silence &operator= (const Silence &) = delete;

  // There is none of what is encoded.
  void set_caps (GstCaps *caps);
  // What was handed out ends then.
  [[gnu::hot]] void on_given (Time end) { end_ = end; }
  // There was a gap, up to then.
  void on_gap (Time end)
  {
    end_ = std::max (end_, end);
    is_on_ = false;
  }
  // Something has been silent since.
  bool is_on () const { return is_on_; }

  struct Piece {
    Ptr<GstBuffer> buffer; // null: none is over yet
    Time due;
    bool jumps; // it does not follow what came last
  };
  // The next one that is over at `until`. It begins with what came last, or at
  // `start` where nothing has come; with `until` where that is another time.
  Piece next (Time start, Time until);
  // Calls on a thread of the clock's when the next one is over; `late` is by
  // how much that comes later than its time. One call at a time waits.
  void await (const TimeMap &times, Time late, std::function<void ()> call);

  // What comes after it: of that, only what is after it. False: nothing is.
  bool let_in (TimedBuffer &timed, Time &due);

private:
  Time time_of (uint64_t frames) const;
  uint64_t piece () const;
  void begin (Time time);
  bool cut (TimedBuffer &timed, Time by) const;
  void stop_timer ();

  Blank blank_;
  std::optional<GstAudioInfo> info_;
  bool is_on_ = false;
  Time end_ = kTimeNone; // of what was given last, silent or not
  Time origin_ = 0;      // while it is on
  uint64_t frames_ = 0;  // since then
  Ptr<GstClock> clock_;
  GstClockID timer_ = nullptr;
};

} // namespace webmedia::stream
