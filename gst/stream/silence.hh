// SPDX-License-Identifier: LGPL-2.1-or-later
// What one consumer hears of a track of sound that is muted, as nothing comes.
// https://w3c.github.io/mediacapture-main/#track-enabled and what follows
#pragma once

#include "stream/blank.hh"
#include "stream/time-map.hh"

#include <functional>

namespace webmedia::stream {

// Pieces that follow what came last, and each other, by the consumer's clock:
// each at a time to come. It has no thread, and a timer only while it is on.
// Times are running times of the consumer. Threads: thread-bound (the
// consumer's streaming thread).
class Silence {
public:
  static constexpr Time kPiece = 20 * kMillisecond; // at most

  Silence () = default;
  ~Silence ();
  Silence (const Silence &) = delete;
  Silence &operator= (const Silence &) = delete;

  // There is none of what is encoded.
  void set_caps (GstCaps *caps);
  // The running time begins anew: nothing was given.
  void reset ();
  // What was handed out ends then.
  [[gnu::hot]] void on_given (Time end) { end_ = end; }
  // What was given last is silent: what comes is to be asked about.
  bool is_last () const { return is_last_; }
  // One is counted, in the caps of now.
  bool is_on () const { return is_on_; }

  struct Piece {
    Ptr<GstBuffer> buffer; // null: there is none
    Time due;
    bool jumps; // it does not follow what came last
  };
  // The next one, where it has begun at `until`. It begins with what came last,
  // or at `start` where nothing has come; with `until` where that is long ago.
  Piece next (Time start, Time until);
  // Calls on a thread of the clock's when the next one begins; `late` is by how
  // much that comes later than its time. One call at a time waits.
  void await (const TimeMap &times, Time late, std::function<void ()> call);

  enum class Next {
    follows, // to the sample; or it is of long after
    later,   // first comes a piece that fills what is between
    lost,    // it is of before the end
  };
  // What comes after it: of that, only what is after it, however far that goes
  // back. With what follows it is over.
  Next let_in (TimedBuffer &timed, Time &due);
  // The next piece of what is missing up to then.
  Piece fill (Time due);
  // A gap is silent, too: it goes on from the end. False: it is of before.
  bool let_in_gap (Time &due, Time duration);

private:
  Time time_of (uint64_t frames) const;
  uint64_t piece () const;
  uint64_t missing (Time due);
  void begin (Time time);
  Piece make (uint64_t frames);
  bool cut (TimedBuffer &timed, Time by) const;
  void stop_timer ();

  Blank blank_;
  std::optional<GstAudioInfo> info_;
  bool is_on_ = false;
  bool is_last_ = false;
  bool jumps_ = false;   // its first piece does
  Time end_ = kTimeNone; // of what was given last, silent or not
  Time origin_ = 0;      // while it is on
  uint64_t frames_ = 0;  // since then
  GstClockID timer_ = nullptr;
};

} // namespace webmedia::stream
