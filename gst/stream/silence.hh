// SPDX-License-Identifier: LGPL-2.1-or-later
// What one consumer hears of a track of sound that is muted, as nothing comes.
// https://w3c.github.io/mediacapture-main/#track-enabled and what follows
#pragma once

#include "stream/blank.hh"
#include "stream/item.hh"

#include <optional>

namespace webmedia::stream {

// Pieces that follow what came last, and each other. It has no clock: times are
// running times of the consumer. Threads: thread-bound (the consumer's
// streaming thread).
class Silence {
public:
  // What a piece has at first, at most, and where no latency is known.
  static constexpr Time kPiece = 20 * kMillisecond;

  // By how much a piece is handed out later than it begins.
  static Time late_by (Time latency);

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
  // Of what was given last; kTimeNone: nothing was.
  Time end () const { return end_; }

  struct Piece {
    Ptr<GstBuffer> buffer; // null: there is none
    Time due;
    bool jumps; // it does not follow what came last
  };
  // The next one, where it has begun at `until`, which is `late` ago. It begins
  // with what came last, or at `start` where nothing has come; with `until`
  // where that is long ago. It is no longer than `late`.
  Piece next (Time start, Time until, Time late = kPiece);

  enum class Next {
    follows, // to the sample; or it is of long after
    later,   // first comes a piece that fills what is between
    lost,    // it is of before the end
  };
  // What comes after it: of that, only what is after it, however far that goes
  // back. With what follows it is over. What can't be cut, as its samples are
  // not those of its running time, is lost where only a part of it is later.
  Next let_in (TimedBuffer &timed, Time &due, bool can_cut = true);
  // The next piece of what is missing up to then.
  Piece fill (Time due);
  // A gap is silent, too: it goes on from the end. False: it is of before.
  bool let_in_gap (Time &due, Time duration);

private:
  Time time_of (uint64_t frames) const;
  uint64_t frames_in (Time length) const;
  uint64_t missing (Time due) const;
  void begin (Time time);
  Piece make (uint64_t frames);
  bool cut (TimedBuffer &timed, Time by, bool can_cut) const;

  Blank blank_;
  std::optional<GstAudioInfo> info_;
  bool is_on_ = false;
  bool is_last_ = false;
  bool jumps_ = false;   // its first piece does
  Time end_ = kTimeNone; // of what was given last, silent or not
  Time origin_ = 0;      // while it is on
  uint64_t frames_ = 0;  // since then
};

} // namespace webmedia::stream
