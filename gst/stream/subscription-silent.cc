// SPDX-License-Identifier: LGPL-2.1-or-later
// What a subscription does while a track of sound is muted.
#include "stream/subscription.hh"

#include <algorithm>

namespace webmedia::stream {

void
Subscription::rouse ()
{
  if (is_filled_)
    mailbox.rouse ();
}

// https://w3c.github.io/mediacapture-main/#track-enabled and what follows
// "Zero-information-content, which means silence for audio": of what would have
// been captured by now. False: of that, nothing is over yet.
bool
Subscription::give_silence (Taken &taken)
{
  if (!track->source->is_silent () || !may_be_silent ())
    return false;
  if (!silence_.is_on ())
    latency ();
  Time known = known_latency_;
  Time late = std::max (Silence::late_by (known), known + own_latency_);
  Silence::Piece piece =
      silence_.next (silence_start_, times_.now () - late, late);
  if (!piece.buffer) {
    if (silence_.is_on ())
      timer_.set (times_.clock (),
          add_saturated (times_.clock_time (silence_.end ()), late),
          mailbox.rouser ());
    return false;
  }
  mailbox.rouse (); // for the next one
  give (std::move (piece), taken);
  return true;
}

// Of what has no clock, nobody knows what would follow it by now.
bool
Subscription::may_be_silent () const
{
  return times_.clock ()
         && (times_.is_timed () || silence_.is_last ()
             || silence_.end () == kTimeNone);
}

// In PAUSED, whose clock may stand, no timer waits.
void
Subscription::set_held (bool held)
{
  timer_.hold (held);
  mailbox.set_held (held);
  if (!held)
    rouse ();
}

void
Subscription::give (Silence::Piece piece, Taken &taken)
{
  resampler_.reset ();
  GstClockTime duration = GST_BUFFER_DURATION (piece.buffer.get ());
  if (Time pts = times_.pts (piece.due); pts >= 0)
    GST_BUFFER_PTS (piece.buffer.get ()) = GstClockTime (pts);
  taken.new_segment = times_.stamp (piece.buffer, piece.due);
  GST_BUFFER_DURATION (piece.buffer.get ()) = duration;
  if (piece.jumps)
    GST_BUFFER_FLAG_SET (piece.buffer.get (), GST_BUFFER_FLAG_DISCONT);
  taken.status = Status::buffer;
  taken.buffer = std::move (piece.buffer);
}

// What a producer held up is of the time of the silence; between that and what
// it captures from then on nothing is missing. Whether there is something to
// hand out instead; nothing: it goes on.
std::optional<bool>
Subscription::end_silence (TimedBuffer &timed, Time &due, Taken &taken)
{
  if (!times_.is_timed ()) {
    silence_.reset (); // they are not of one time
    return std::nullopt;
  }
  switch (silence_.let_in (timed, due, times_.has_normal_rate ())) {
  case Silence::Next::lost:
    return is_raw_ ? false : lose ();
  case Silence::Next::later:
    if (auto piece = silence_.fill (due); piece.buffer) {
      mailbox.put_back (std::move (timed));
      give (std::move (piece), taken);
      return true;
    }
    return lose (); // there is no memory
  case Silence::Next::follows:
    resampler_.follow_silence ();
    break;
  }
  return std::nullopt;
}

} // namespace webmedia::stream
