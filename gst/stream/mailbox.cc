// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/mailbox.hh"

#include <algorithm>

namespace webmedia::stream {

static bool
is_buffer (const Item &item)
{
  return std::holds_alternative<TimedBuffer> (item);
}

Mailbox::Mailbox (const Limits &limits) : limits_ (limits) {}

void
Mailbox::set_limits (const Limits &limits)
{
  MutexLocker locker (lock_);
  limits_ = limits;
}

void
Mailbox::require_key ()
{
  MutexLocker locker (lock_);
  needs_key_ = true;
}

bool
Mailbox::is_full_locked (const TimedBuffer &next) const
{
  return count_ > 0
         && (count_ >= limits_.buffers
             || add_saturated (time_, next.duration) > limits_.time);
}

// The buffer behind it has lost what came before.
void
Mailbox::drop_oldest_locked (Gone &gone)
{
  auto oldest = std::find_if (items_.begin (), items_.end (), is_buffer);
  time_ -= std::get<TimedBuffer> (*oldest).duration;
  count_--;
  dropped_++;
  gone.push_back (std::move (*oldest));
  oldest = items_.erase (oldest);
  auto next = std::find_if (oldest, items_.end (), is_buffer);
  if (next == items_.end ())
    lost_ = true;
  else
    std::get<TimedBuffer> (*next).discont = true;
}

// False: it is `next` that is dropped.
bool
Mailbox::make_room_locked (const TimedBuffer &next, Gone &gone)
{
  bool encoded = limits_.overflow == Overflow::up_to_key;
  if (is_full_locked (next)) {
    needs_key_ = encoded;
    do
      drop_oldest_locked (gone);
    while (encoded ? count_ > 0 : is_full_locked (next));
  }
  bool depends =
      GST_BUFFER_FLAG_IS_SET (next.buffer.get (), GST_BUFFER_FLAG_DELTA_UNIT);
  if (needs_key_ && depends) {
    dropped_++;
    return false;
  }
  needs_key_ = false;
  return true;
}

bool
Mailbox::put (TimedBuffer buffer)
{
  Gone gone;
  {
    MutexLocker locker (lock_);
    bool waits = limits_.overflow == Overflow::producer_waits;
    while (waits && is_full_locked (buffer) && !producer_flushing_
           && !consumer_flushing_ && !ended_)
      emptied_.wait (lock_);
    if (consumer_flushing_ || ended_)
      return false;
    if (!waits && !make_room_locked (buffer, gone))
      return true;
    buffer.discont |= std::exchange (lost_, false);
    count_++;
    time_ += buffer.duration;
    items_.push_back (std::move (buffer));
  }
  filled_.notify_all ();
  return true;
}

void
Mailbox::put_between (Item item)
{
  {
    MutexLocker locker (lock_);
    if (ended_)
      return;
    items_.push_back (std::move (item));
  }
  filled_.notify_all ();
}

void
Mailbox::end ()
{
  {
    MutexLocker locker (lock_);
    ended_ = true;
  }
  filled_.notify_all ();
  emptied_.notify_all ();
}

void
Mailbox::clear ()
{
  Gone gone;
  {
    MutexLocker locker (lock_);
    while (count_ > 0)
      drop_oldest_locked (gone);
  }
  emptied_.notify_all ();
}

void
Mailbox::set_producer_flushing (bool flushing)
{
  {
    MutexLocker locker (lock_);
    producer_flushing_ = flushing;
  }
  emptied_.notify_all ();
}

void
Mailbox::set_consumer_flushing (bool flushing)
{
  {
    MutexLocker locker (lock_);
    consumer_flushing_ = flushing;
  }
  filled_.notify_all ();
  emptied_.notify_all ();
}

Mailbox::Taken
Mailbox::take ()
{
  Taken taken{.status = Status::item};
  {
    MutexLocker locker (lock_);
    while (items_.empty () && !ended_ && !consumer_flushing_)
      filled_.wait (lock_);
    if (consumer_flushing_)
      return {.status = Status::flushing};
    if (items_.empty ())
      return {.status = Status::ended};
    taken.item = std::move (items_.front ());
    items_.pop_front ();
    if (!is_buffer (taken.item))
      return taken;
    count_--;
    time_ -= std::get<TimedBuffer> (taken.item).duration;
    delivered_++;
  }
  emptied_.notify_all ();
  return taken;
}

Mailbox::Stats
Mailbox::stats () const
{
  MutexLocker locker (lock_);
  return {.delivered = delivered_, .dropped = dropped_, .waiting = count_};
}

} // namespace webmedia::stream
