// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/cutter.hh"

#include <algorithm>

namespace webmedia::worklet {

// How many frames of the blocks, from `from` on, there are up to the last one
// that is not zero.
static size_t
count_sounding (const Bus &bus, size_t from, size_t frames)
{
  size_t sounding = 0;
  for (uint32_t c = 0; c < bus.channels; c++)
    for (size_t i = frames; i > sounding; i--)
      if (bus.data[c][from + i - 1] != 0) {
        sounding = i;
        break;
      }
  return sounding;
}

void
Cutter::begin_tail (uint64_t limit)
{
  Entered entered (renderer_);
  const std::optional<uint64_t> known = renderer_.tail ();
  is_tail_known_ = known.has_value ();
  tail_left_ = limit;
  // It began when the last input became silent.
  if (known)
    tail_left_ = std::min (limit, *known > inactive_ ? *known - inactive_ : 0);
  // Who is done when its inputs are has nothing behind their end.
  if (!known && !renderer_.keeps_alive ())
    left_ = 0;
  silence_ = 0;
  is_tail_over_ = false;
  measure_left ();
}

// What is left of the last quantum has been rendered.
void
Cutter::measure_left ()
{
  sounding_ = 0;
  if (is_tail_known_)
    sounding_ = left_;
  else if (renderer_.is_active ())
    for (uint32_t i = 0; i < outputs_; i++)
      sounding_ = std::max<uint32_t> (sounding_,
          count_sounding (renderer_.output (i), quantum_ - left_, left_));
}

// Goes on to what is to be heard, or has to be there: false where nothing is,
// which is the end, or nothing was for a step.
bool
Cutter::find_sound ()
{
  uint32_t rendered = 0;
  while (sounding_ == 0 && silence_ < tail_left_) {
    silence_ += left_;
    left_ = 0;
    if (silence_ >= tail_left_
        || (!is_tail_known_ && !renderer_.keeps_alive ()))
      break;
    if (rendered++ == kSearchStep)
      return false;
    renderer_.render ();
    left_ = quantum_;
    measure_left ();
  }
  is_tail_over_ = sounding_ == 0 || silence_ >= tail_left_;
  return !is_tail_over_;
}

size_t
Cutter::tail (std::span<const Samples> outputs, size_t frames)
{
  Entered entered (renderer_);
  size_t done = 0;
  while (done < frames && find_sound ()) {
    const uint64_t most = std::min<uint64_t> (frames - done, tail_left_);
    const bool is_silent = silence_ > 0;
    const size_t count =
        std::min<uint64_t> (most, is_silent ? silence_ : uint64_t (sounding_));
    for (uint32_t i = 0; i < outputs_; i++)
      if (is_silent)
        clear_samples (outputs[i], done, count);
      else
        copy_from_blocks (renderer_.output (i).data, quantum_ - left_,
            outputs[i], done, count);
    done += count;
    tail_left_ -= count;
    if (is_silent) {
      silence_ -= count;
    } else {
      sounding_ -= count;
      left_ -= count;
    }
  }
  return done;
}

} // namespace webmedia::worklet
