// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/capture-waits.hh"

#include "devices/capture.hh"

namespace webmedia::devices {

void
wake_open_waits ()
{
  {
    MutexLocker locker (capture_waits_lock);
    capture_wakes++;
  }
  capture_waits.notify_all ();
}

void
CaptureHealth::begin (bool is_awaited)
{
  MutexLocker locker (capture_waits_lock);
  is_running_ = true;
  is_awaited_ = is_awaited;
  has_data_ = false;
  error_.reset ();
}

void
CaptureHealth::stop ()
{
  MutexLocker locker (capture_waits_lock);
  is_running_ = false;
}

void
CaptureHealth::on_data ()
{
  {
    MutexLocker locker (capture_waits_lock);
    if (!is_running_)
      return;
    has_data_ = true;
  }
  capture_waits.notify_all ();
}

bool
CaptureHealth::on_error (Error error)
{
  bool is_ours;
  {
    MutexLocker locker (capture_waits_lock);
    if (!is_running_ || error_)
      return false;
    error_ = std::move (error);
    is_ours = has_data_ || !is_awaited_;
  }
  capture_waits.notify_all ();
  return is_ours;
}

void
CaptureHealth::fail (Error error)
{
  {
    MutexLocker locker (capture_waits_lock);
    if (!failure_)
      failure_ = std::move (error);
    capture_wakes++; // who waits for work that is held up looks at it, too
  }
  capture_waits.notify_all ();
}

std::optional<Error>
CaptureHealth::failure () const
{
  MutexLocker locker (capture_waits_lock);
  return failure_;
}

bool
CaptureHealth::has_data () const
{
  MutexLocker locker (capture_waits_lock);
  return is_running_ && has_data_;
}

std::optional<Error>
CaptureHealth::error () const
{
  MutexLocker locker (capture_waits_lock);
  return error_;
}

Result<>
CaptureHealth::wait (const Cancelled &cancelled)
{
  for (;;) {
    uint64_t wakes = wakes_until_now ();
    bool is_cancelled = cancelled && cancelled ();
    MutexLocker locker (capture_waits_lock);
    while (!has_data_ && !error_ && !failure_ && !is_cancelled
           && wakes == capture_wakes)
      capture_waits.wait (capture_waits_lock);
    if (failure_)
      return *failure_;
    if (error_) // also one that came right before the data: it is told here
      return *error_;
    if (has_data_)
      return ok;
    if (is_cancelled)
      return make_error (ErrorCode::abort,
          "The device has given nothing out by the time that it was cancelled");
  }
}

} // namespace webmedia::devices
