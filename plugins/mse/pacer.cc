// SPDX-License-Identifier: LGPL-2.1-or-later
#include "pacer.hh"

namespace webmedia::elements {

void
Pacer::advance (Time time)
{
  Time before = position_;
  while (before < time && !position_.compare_exchange_weak (before, time)) {
  }
  if (before < time && waiting_ > 0)
    wake ();
}

void
Pacer::restart (Time time)
{
  position_ = time;
  wake ();
}

void
Pacer::wait (Time time, const std::function<bool ()> &stopped)
{
  MutexLocker locker (lock_);
  waiting_++;
  while (position_ < time && !stopped ())
    moved_.wait (lock_);
  waiting_--;
}

void
Pacer::wake ()
{
  // With the lock taken once, no waiter is between its test and its wait.
  {
    MutexLocker locker (lock_);
  }
  moved_.notify_all ();
}

} // namespace webmedia::elements
