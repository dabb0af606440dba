// SPDX-License-Identifier: LGPL-2.1-or-later
// Inputs that go while the stream runs.
#include "stream.hh"

namespace webmedia::elements {

// The stream that this thread goes on with, or null.
static thread_local const Stream *here = nullptr;

// Not on the application's own thread, as what is downstream may wait for it.
void
Stream::leave (size_t number, bool is_released)
{
  Item item; // goes without the lock
  {
    MutexLocker locker (lock_);
    if (is_stopped_)
      return;
    Input &input = inputs_[number];
    if (is_released) {
      input.is_released = true;
      std::swap (input.item, item);
    }
    forget_flush (input.pad.get ());
    // Nobody else would end it.
    if (input.is_flushing && !input.flush_stop) {
      input.flush_stop = Ptr<GstEvent>::adopt (gst_event_new_flush_stop (TRUE));
      gst_event_set_seqnum (input.flush_stop.get (), input.flush_seqnum);
    }
    going_on_++;
    changed_.notify_all ();
  }
  using Kept = std::shared_ptr<Stream>;
  auto call = [] (GstElement *, gpointer stream) {
    (*static_cast<Kept *> (stream))->go_on ();
  };
  auto forget = [] (gpointer stream) {
    delete static_cast<Kept *> (stream);
  };
  gst_element_call_async (
      parts_.element, call, new Kept (shared_from_this ()), forget);
}

void
Stream::go_on ()
{
  here = this;
  MutexLocker locker (lock_);
  end_own_flushes_locked ();
  run_locked (nullptr);
  end_locked (nullptr);
  here = nullptr;
  going_on_--;
  changed_.notify_all ();
}

void
Stream::join ()
{
  std::unique_ptr<worklet::Rendering> over; // goes without the lock
  MutexLocker locker (lock_);
  // Who is told of something by such a thread may stop the element, on it.
  const int own = here == this;
  while (going_on_ > own)
    changed_.wait (lock_);
  // Such a thread may keep the stream for a moment; the node can be rendered
  // anew from now on.
  if (!has_role_)
    over = std::move (rendering_);
}

} // namespace webmedia::elements
