// SPDX-License-Identifier: LGPL-2.1-or-later
// Flushes: several inputs, and one for all outputs.
#include "stream.hh"

namespace webmedia::elements {

// Of a pad that is not linked any more: nobody ends it, and who is linked next
// has not begun it.
void
Stream::forget_flush (GstPad *pad)
{
  GST_OBJECT_LOCK (pad);
  if (!GST_PAD_PEER (pad) && GST_PAD_MODE (pad) != GST_PAD_MODE_NONE)
    GST_PAD_UNSET_FLUSHING (pad);
  GST_OBJECT_UNLOCK (pad);
}

// That of an input which is released, or not linked any more, is none: it was
// on its way.
void
Stream::begin_flush (size_t number, Ptr<GstEvent> event)
{
  bool is_first = true;
  Item item; // goes without the lock
  {
    MutexLocker locker (lock_);
    Input &flushed = inputs_[number];
    if (!is_connected_locked (flushed)) {
      forget_flush (flushed.pad.get ());
      return;
    }
    for (const Input &input : inputs_)
      is_first &= !input.is_flushing;
    flushed.is_flushing = true;
    flushed.flush_seqnum = gst_event_get_seqnum (event.get ());
    flushed.flush_stop.reset ();
    std::swap (flushed.item, item);
    changed_.notify_all ();
  }
  // Pads of outputs flush as one.
  if (is_first)
    outputs_.push_event (event);
}

// It is over when this comes back, unless who has the role is in a handler: one
// that flushes this input, on this thread or on one that it waits for. Then
// that one ends the flush, when it gives the role back.
void
Stream::end_flush (size_t number, Ptr<GstEvent> event)
{
  MutexLocker locker (lock_);
  inputs_[number].is_flushing = true;
  inputs_[number].flush_stop = std::move (event);
  while (has_role_ && !is_telling_ && !is_stopped_ && !has_own_role_locked ())
    changed_.wait (lock_);
  end_own_flushes_locked ();
  // What other inputs have has waited for this.
  run_locked (&inputs_[number]);
}

void
Stream::end_own_flushes_locked ()
{
  if (has_role_ || !take_role_locked (nullptr))
    return;
  give_role_locked ();
}

// Those that have come to their end; with the role. Of inputs that flush at the
// same time the last one ends it.
void
Stream::end_flushes_locked ()
{
  while (!is_stopped_) {
    Ptr<GstEvent> event;
    for (Input &input : inputs_)
      if (input.flush_stop) {
        event = std::move (input.flush_stop);
        round_.held.push_back (std::move (input.item.buffer));
        input.item = {};
        input.is_flushing = input.has_ended = has_ended_ = false;
        input.next = kNowhere;
        gst_segment_init (&input.segment, GST_FORMAT_TIME);
      }
    if (!event)
      return;
    changed_.notify_all ();
    const bool is_last = !is_any_flushing_locked ();
    if (is_last)
      flow_ = GST_FLOW_OK;
    lock_.unlock ();
    round_.let_go (); // buffers go without the lock
    if (is_last)
      reset (event);
    lock_.lock ();
  }
}

void
Stream::reset (const Ptr<GstEvent> &flush_stop)
{
  if (rendering_)
    rendering_->reset ();
  pieces_out_ = pieces_in_;
  held_.clear ();
  next_at_ = kNowhere;
  next_pts_ = GST_CLOCK_TIME_NONE;
  outputs_.reset_flow ();
  outputs_.push_event (flush_stop);
  restore_events ();
  set_finished (false);
}

} // namespace webmedia::elements
