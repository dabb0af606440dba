// SPDX-License-Identifier: LGPL-2.1-or-later
#include "pacer.hh"

#include <chrono>

namespace webmedia::elements {

void
Pacer::advance (Time time)
{
  Time before = position_;
  while (before < time && !position_.compare_exchange_weak (before, time)) {
  }
  if (before < time && waiting_ > 0)
    wake ();
  if (time >= next_alarm_)
    ring ();
}

void
Pacer::interrupt_at (Time time, std::weak_ptr<mse::Reader> reader)
{
  {
    MutexLocker locker (lock_);
    std::erase_if (alarms_, [&reader] (const Alarm &each) {
      return each.reader.expired ()
             || !(each.reader.owner_before (reader)
                  || reader.owner_before (each.reader));
    });
    alarms_.push_back ({time, std::move (reader)});
    next_alarm_ = std::min (next_alarm_.load (), time);
  }
  // A track may have come there before it could see the alarm.
  if (position_ >= time)
    ring ();
}

void
Pacer::ring ()
{
  std::vector<std::shared_ptr<mse::Reader>> due;
  {
    MutexLocker locker (lock_);
    Time next = kTimeInfinite;
    std::erase_if (alarms_, [&, now = position_.load ()] (const Alarm &each) {
      if (each.time > now) {
        next = std::min (next, each.time);
        return false;
      }
      if (auto reader = each.reader.lock ())
        due.push_back (std::move (reader));
      return true;
    });
    next_alarm_ = next;
  }
  for (const auto &reader : due)
    reader->set_flushing (true);
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
Pacer::pause (Time duration, const std::function<bool ()> &stopped)
{
  auto end =
      std::chrono::steady_clock::now () + std::chrono::nanoseconds (duration);
  MutexLocker locker (lock_);
  while (!stopped ()
         && moved_.wait_until (lock_, end) == std::cv_status::no_timeout) {
  }
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
