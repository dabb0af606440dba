// SPDX-License-Identifier: LGPL-2.1-or-later
#include "pad-output.hh"

namespace webmedia::elements {

using stream::Output;

// Whether there is something to take.
void
PadOutput::hold_locked ()
{
  if (output_)
    output_->set_held (
        flush_ || (is_live_ && !plays_ && (has_shown_ || !may_show_)));
}

// With no lock: it asks the clock.
PadOutput::Told
PadOutput::tell (Output &output)
{
  bool plays, may_show;
  {
    MutexLocker locker (lock_);
    plays = plays_;
    may_show = is_live_ && !plays_;
  }
  if (plays)
    consumer_->begin (output);
  return {plays, may_show && consumer_->pause (output)};
}

void
PadOutput::set (std::shared_ptr<Output> output, unsigned turn)
{
  for (;;) {
    Told told = output ? tell (*output) : Told{};
    MutexLocker locker (lock_);
    if (output && told.plays != plays_)
      continue;
    if (turn < turn_)
      break;
    turn_ = turn;
    output_.swap (output);
    may_show_ = told.may_show;
    hold_locked ();
    if (output_ && is_flushing_)
      output_->set_flushing (true);
    break;
  }
  if (!output)
    return;
  // In this order nothing is taken of it any more, and no producer waits for
  // that, however long somebody else has it.
  output->set_flushing (true);
  output->set_held (false);
}

[[gnu::hot]] std::shared_ptr<Output>
PadOutput::get () const
{
  MutexLocker locker (lock_);
  return output_;
}

void
PadOutput::set_flushing (bool flushing)
{
  Ptr<GstEvent> eos; // a flush drops it
  MutexLocker locker (lock_);
  is_flushing_ = flushing;
  if (output_)
    output_->set_flushing (flushing);
  if (flushing && has_eos_.exchange (false))
    std::swap (eos_, eos);
}

bool
PadOutput::is_flushing () const
{
  MutexLocker locker (lock_);
  return is_flushing_;
}

void
PadOutput::await_flush (Ptr<GstEvent> stop)
{
  MutexLocker locker (lock_);
  std::swap (flush_, stop);
  hold_locked ();
}

Ptr<GstEvent>
PadOutput::awaited_flush () const
{
  MutexLocker locker (lock_);
  return flush_;
}

void
PadOutput::end_flush (const Ptr<GstEvent> &stop)
{
  Ptr<GstEvent> ended;
  MutexLocker locker (lock_);
  if (flush_ == stop)
    std::swap (flush_, ended);
  hold_locked ();
}

void
PadOutput::set_live (bool live)
{
  MutexLocker locker (lock_);
  is_live_ = live;
  hold_locked ();
}

bool
PadOutput::is_live () const
{
  MutexLocker locker (lock_);
  return is_live_;
}

// It is held before it is told to pause, and told to play before it is not held
// any more: so what is taken has the time of the state that it is taken in.
void
PadOutput::set_playing (bool playing)
{
  std::shared_ptr<Output> output;
  {
    MutexLocker locker (lock_);
    plays_ = playing;
    may_show_ = false;
    output = output_;
    if (!playing)
      hold_locked ();
  }
  if (!playing)
    consumer_->set_playing (false);
  Told told = output ? tell (*output) : Told{};
  if (playing)
    consumer_->set_playing (true);
  MutexLocker locker (lock_);
  if (output == output_) // else it was told by who has set it
    may_show_ = told.may_show;
  hold_locked ();
}

[[gnu::hot]] void
PadOutput::on_shown ()
{
  if (std::exchange (knows_shown_, true))
    return;
  MutexLocker locker (lock_);
  has_shown_ = true;
  hold_locked ();
}

bool
PadOutput::set_eos (Ptr<GstEvent> &eos)
{
  MutexLocker locker (lock_);
  if (plays_ || !is_live_)
    return false;
  std::swap (eos_, eos);
  has_eos_ = true;
  if (output_)
    output_->set_flushing (true); // so that the thread looks
  return true;
}

[[gnu::hot]] Ptr<GstEvent>
PadOutput::take_eos ()
{
  if (!has_eos_)
    return nullptr;
  MutexLocker locker (lock_);
  has_eos_ = false;
  return std::move (eos_);
}

} // namespace webmedia::elements
