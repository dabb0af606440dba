// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/mute-timer.hh"

#include "base/worker-pool.hh"

#include <algorithm>

namespace webmedia::stream {

MuteTimer::MuteTimer () : alarm_ (std::make_shared<Alarm> ())
{
  MutexLocker locker (alarm_->lock);
  alarm_->timer = this;
}

MuteTimer::~MuteTimer ()
{
  {
    MutexLocker locker (alarm_->lock);
    alarm_->timer = nullptr;
  }
  cancel (id_);
}

void
MuteTimer::set_target (std::weak_ptr<Target> target)
{
  MutexLocker locker (lock_);
  target_.swap (target);
}

Time
MuteTimer::now_locked () const
{
  return clock_ ? Time (gst_clock_get_time (clock_.get ())) : 0;
}

[[gnu::hot]] void
MuteTimer::start_locked ()
{
  if (id_ || !is_watched_ || !clock_ || patience_ <= 0)
    return;
  set_timer_locked (add_saturated (last_, patience_ - rest_locked ()));
}

void
MuteTimer::set_timer_locked (Time due)
{
  due_ = due;
  id_ = call_at (clock_.get (), due,
      [alarm = alarm_] (GstClockID id) { on_time (*alarm, id); });
}

// What it returns goes without the lock.
ClockId
MuteTimer::stop_locked ()
{
  cancel (id_);
  return std::move (id_);
}

void
MuteTimer::set_clock (Ptr<GstClock> clock)
{
  ClockId before;
  MutexLocker locker (lock_);
  if (clock_ == clock)
    return;
  before = stop_locked ();
  std::swap (clock_, clock);
  last_ = now_locked ();
  start_locked ();
}

// A timer that has long to go is not waited for where the new time is short; a
// little more or less makes no difference to it.
void
MuteTimer::set_patience (Time patience)
{
  ClockId before;
  MutexLocker locker (lock_);
  if (patience < patience_ / 2)
    before = stop_locked ();
  patience_ = patience;
  start_locked ();
}

void
MuteTimer::set_watch (bool watch)
{
  ClockId before;
  MutexLocker locker (lock_);
  if (is_watched_ == watch)
    return;
  is_watched_ = watch;
  if (!watch) {
    before = stop_locked ();
    return;
  }
  last_ = now_locked ();
  start_locked ();
}

[[gnu::hot]] void
MuteTimer::touch ()
{
  {
    MutexLocker locker (lock_);
    last_ = now_locked ();
    start_locked ();
    if (!is_muted_.exchange (false))
      return;
  }
  tell ();
}

void
MuteTimer::tell ()
{
  if (auto told = target ())
    told->on_silence_changed ();
}

std::shared_ptr<MuteTimer::Target>
MuteTimer::target () const
{
  MutexLocker locker (lock_);
  return target_.lock ();
}

void
MuteTimer::on_time (Alarm &alarm, GstClockID id)
{
  Ptr<GstClock> clock;
  std::shared_ptr<MuteTimer> self;
  {
    MutexLocker locker (alarm.lock);
    if (alarm.timer)
      clock = alarm.timer->take_due (id);
    if (!clock)
      return;
    self = alarm.timer->weak_from_this ().lock ();
  }
  if (self)
    self->look ();
  self.reset ();
  run_blocking ([clock = std::move (clock)] {}); // which lets go of it
}

// The clock, where there is something to look at. Null: something has come, or
// it was stopped at this moment.
Ptr<GstClock>
MuteTimer::take_due (GstClockID id)
{
  ClockId fired;
  MutexLocker locker (lock_);
  if (id_.get () != id)
    return nullptr;
  fired = std::move (id_);
  if (may_be_silent_locked ())
    return clock_;
  start_locked ();
  return nullptr;
}

void
MuteTimer::look ()
{
  auto target = this->target ();
  bool comes = is_arriving () || (target && target->is_delivering ());
  {
    MutexLocker locker (lock_);
    if (id_ || !is_watched_ || !clock_ || patience_ <= 0)
      return; // it was set anew or stopped at this moment
    if (comes)
      last_ = now_locked ();
    if (!is_silent_locked () || is_muted_.exchange (true))
      return;
  }
  if (target)
    target->on_silence_changed ();
}

bool
MuteTimer::may_be_silent_locked () const
{
  return now_locked () >= add_saturated (last_, patience_ - rest_locked ());
}

// As the timer has fired. Where it is not, or can't be said to be yet, the next
// look is set.
bool
MuteTimer::is_silent_locked ()
{
  if (!may_be_silent_locked ()) {
    start_locked ();
    return false;
  }
  Time now = now_locked ();
  bool is_in_time = now - due_ <= std::max (rest_locked (), kTurnOfThread);
  Time end = add_saturated (last_, patience_);
  if (is_in_time && now >= end)
    return true;
  set_timer_locked (std::max (end, add_saturated (now, rest_locked ())));
  return false;
}

} // namespace webmedia::stream
