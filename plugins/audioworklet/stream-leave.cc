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
  {
    MutexLocker locker (lock_);
    if (is_stopped_)
      return;
    if (is_released) {
      inputs_[number].is_released = true;
      inputs_[number].item = {};
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

// Of inputs that were released in the middle of one: their pads hear no more.
void
Stream::end_left_flushes ()
{
  for (size_t i = 0; i < inputs_.size (); i++) {
    bool is_left;
    {
      MutexLocker locker (lock_);
      is_left = inputs_[i].is_released && inputs_[i].is_flushing;
    }
    if (is_left)
      end_flush (
          i, Ptr<GstEvent>::adopt (gst_event_new_flush_stop (TRUE)), nullptr);
  }
}

void
Stream::go_on ()
{
  here = this;
  end_left_flushes ();
  MutexLocker locker (lock_);
  run_locked ();
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
