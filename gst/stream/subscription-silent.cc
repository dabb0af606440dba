// SPDX-License-Identifier: LGPL-2.1-or-later
// What a subscription does while a track of sound is muted.
#include "stream/subscription.hh"

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
  if (!track->source->is_silent () || !times_.clock ())
    return false;
  if (!silence_.is_on ())
    silence_latency_ = latency () + own_latency_;
  Silence::Piece piece =
      silence_.next (start_, times_.now () - silence_latency_);
  if (!piece.buffer) {
    silence_.await (times_, silence_latency_, [weak = weak_from_this ()] {
      if (auto self = weak.lock ())
        self->rouse ();
    });
    return false;
  }
  mailbox.rouse (); // for the next one
  resampler_.reset ();
  GstClockTime duration = GST_BUFFER_DURATION (piece.buffer.get ());
  if (Time pts = times_.pts (piece.due); pts >= 0)
    GST_BUFFER_PTS (piece.buffer.get ()) = GstClockTime (pts);
  taken.new_segment = times_.stamp (piece.buffer, piece.due);
  if (taken.new_segment)
    taken.segment = times_.segment ();
  GST_BUFFER_DURATION (piece.buffer.get ()) = duration;
  if (std::exchange (has_lost_, false) || piece.jumps)
    GST_BUFFER_FLAG_SET (piece.buffer.get (), GST_BUFFER_FLAG_DISCONT);
  taken.status = Status::buffer;
  taken.buffer = std::move (piece.buffer);
  return true;
}

} // namespace webmedia::stream
