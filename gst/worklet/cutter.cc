// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/cutter.hh"

#include <algorithm>

namespace webmedia::worklet {

// Less than a quantum waits when a piece comes, and no piece is empty.
Cutter::Cutter (Renderer &renderer)
    : renderer_ (renderer),
      quantum_ (renderer.quantum ()),
      outputs_ (renderer.node->options.number_of_outputs),
      claims_ (quantum_),
      places_ (quantum_ * outputs_)
{}

Cutter::~Cutter () = default;

size_t
Cutter::push (std::span<const InputPiece> inputs,
    std::span<const Samples> outputs, size_t frames)
{
  Entered entered (renderer_);
  completed_ = 0;
  left_ = 0;
  claim (outputs, frames);
  size_t from = 0;
  while (from < frames) {
    const size_t count = std::min<size_t> (quantum_ - filled_, frames - from);
    copy_in (inputs, from, count);
    from += count;
    filled_ += count;
    if (filled_ == quantum_) {
      renderer_.render ();
      filled_ = 0;
      copy_out (quantum_);
    }
  }
  if (filled_)
    latency_ = quantum_ - 1;
  return completed_;
}

void
Cutter::claim (std::span<const Samples> outputs, size_t frames)
{
  const size_t place = (first_ + count_++) % claims_.size ();
  claims_[place] = Claim{.frames = frames};
  std::copy (outputs.begin (), outputs.end (),
      places_.begin () + static_cast<ptrdiff_t> (place * outputs_));
}

void
Cutter::copy_in (std::span<const InputPiece> inputs, size_t from, size_t count)
{
  bool is_active = false;
  for (uint32_t i = 0; i < inputs.size (); i++) {
    const Bus bus = renderer_.input (i);
    if (inputs[i].active) {
      copy_to_blocks (inputs[i].samples, from, bus.data, filled_, count);
      renderer_.activate_input (i);
      is_active = true;
    } else if (count < quantum_) {
      // Another piece may activate the input in this quantum.
      clear_blocks (bus.data, bus.channels, filled_, count);
    }
  }
  inactive_ = is_active ? 0 : inactive_ + count;
}

// The first frames of the quantum that was rendered go to the oldest pieces.
void
Cutter::copy_out (size_t count)
{
  size_t from = 0;
  while (from < count) {
    Claim &claim = claims_[first_];
    const size_t frames = std::min (count - from, claim.frames - claim.done);
    const Samples *places = places_.data () + first_ * outputs_;
    for (uint32_t i = 0; i < outputs_; i++)
      if (renderer_.is_active ())
        copy_from_blocks (
            renderer_.output (i).data, from, places[i], claim.done, frames);
      else
        clear_samples (places[i], claim.done, frames);
    claim.is_silent &= !renderer_.is_active ();
    claim.done += frames;
    from += frames;
    if (claim.done < claim.frames)
      continue;
    first_ = (first_ + 1) % claims_.size ();
    count_--;
    completed_++;
  }
}

bool
Cutter::is_silent (size_t completed) const
{
  const size_t size = claims_.size ();
  return claims_[(first_ + size - completed_ + completed) % size].is_silent;
}

size_t
Cutter::finish ()
{
  completed_ = 0;
  if (filled_ == 0)
    return 0;
  Entered entered (renderer_);
  const uint32_t filled = filled_;
  for (uint32_t i = 0; i < renderer_.node->options.number_of_inputs; i++) {
    const Bus bus = renderer_.input (i);
    clear_blocks (bus.data, bus.channels, filled, quantum_ - filled);
  }
  renderer_.render ();
  filled_ = 0;
  copy_out (filled);
  left_ = quantum_ - filled;
  return completed_;
}

void
Cutter::reset ()
{
  renderer_.deactivate_inputs ();
  filled_ = 0;
  left_ = 0;
  count_ = 0;
  completed_ = 0;
}

} // namespace webmedia::worklet
