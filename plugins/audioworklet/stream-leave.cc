// SPDX-License-Identifier: LGPL-2.1-or-later
// Inputs that go while the stream runs.
#include "stream.hh"

namespace webmedia::elements {

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
  auto call = [] (GstElement *, gpointer stream) {
    static_cast<Stream *> (stream)->go_on ();
  };
  gst_element_call_async (parts_.element, call, this, nullptr);
}

void
Stream::go_on ()
{
  MutexLocker locker (lock_);
  run_locked ();
  end_locked ();
  going_on_--;
  changed_.notify_all ();
}

void
Stream::join ()
{
  MutexLocker locker (lock_);
  while (going_on_ > 0)
    changed_.wait (lock_);
}

} // namespace webmedia::elements
