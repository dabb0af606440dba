// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/silence-timer.hh"

namespace webmedia::stream {

SilenceTimer::~SilenceTimer ()
{
  MutexLocker locker (lock_);
  stop_locked ();
}

void
SilenceTimer::stop_locked ()
{
  cancel (id_);
  id_.reset ();
}

void
SilenceTimer::set (GstClock *clock, Time time, std::shared_ptr<Rouse> rouse)
{
  MutexLocker locker (lock_);
  stop_locked ();
  if (is_held_)
    return;
  id_ = call_at (
      clock, time, [rouse = std::move (rouse)] (GstClockID) { (*rouse) (); });
}

void
SilenceTimer::hold (bool held)
{
  MutexLocker locker (lock_);
  is_held_ = held;
  if (held)
    stop_locked ();
}

} // namespace webmedia::stream
