// SPDX-License-Identifier: LGPL-2.1-or-later
// What was cut from sound at the append window.
#include "mse/track-buffer.hh"

namespace webmedia::mse {

static bool
is_before (const Trim &trim, Time pts)
{
  return trim.pts < pts;
}

// A splice may have made the frame end earlier since.
Cuts
TrackBuffer::find_cuts_locked (const CodedFrame &frame) const
{
  auto found =
      std::lower_bound (trims_.begin (), trims_.end (), frame.pts, is_before);
  if (found == trims_.end () || found->pts != frame.pts)
    return {};
  return {.before = frame.pts - found->start,
      .after = std::max<Time> (0, found->end - frame.end ())};
}

void
TrackBuffer::add_trim_locked (const Trim &trim)
{
  auto at =
      std::lower_bound (trims_.begin (), trims_.end (), trim.pts, is_before);
  if (at != trims_.end () && at->pts == trim.pts)
    *at = trim;
  else
    trims_.insert (at, trim);
}

void
TrackBuffer::drop_trims_locked (Time start, Time end)
{
  auto first =
      std::lower_bound (trims_.begin (), trims_.end (), start, is_before);
  auto last = std::lower_bound (first, trims_.end (), end, is_before);
  trims_.erase (std::remove_if (first, last,
                    [this] (const Trim &trim) NO_THREAD_SAFETY_ANALYSIS {
                      return !is_stored_locked (trim.pts, kTimeNone);
                    }),
      last);
}

void
TrackBuffer::Commit::add_trim (const Trim &trim) NO_THREAD_SAFETY_ANALYSIS
{
  buffer_.add_trim_locked (trim);
}

} // namespace webmedia::mse
