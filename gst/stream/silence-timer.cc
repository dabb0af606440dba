// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/silence-timer.hh"

#include <algorithm>

namespace webmedia::stream {

namespace {

using Call = std::shared_ptr<Rouse>;

gboolean
on_time (GstClock *, GstClockTime, GstClockID, gpointer call)
{
  (**static_cast<Call *> (call)) ();
  return TRUE;
}

} // namespace

SilenceTimer::~SilenceTimer ()
{
  MutexLocker locker (lock_);
  stop_locked ();
}

void
SilenceTimer::stop_locked ()
{
  if (!id_)
    return;
  gst_clock_id_unschedule (id_);
  gst_clock_id_unref (id_);
  id_ = nullptr;
}

void
SilenceTimer::set (GstClock *clock, Time time, std::shared_ptr<Rouse> rouse)
{
  MutexLocker locker (lock_);
  stop_locked ();
  if (is_held_)
    return;
  id_ = gst_clock_new_single_shot_id (
      clock, GstClockTime (std::max<Time> (time, 0)));
  gst_clock_id_wait_async (id_, on_time, new Call (std::move (rouse)),
      [] (gpointer call) { delete static_cast<Call *> (call); });
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
