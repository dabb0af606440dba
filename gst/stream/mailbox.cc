// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/mailbox.hh"

#include <algorithm>

namespace webmedia::stream {

static bool
depends (const TimedBuffer &timed)
{
  return GST_BUFFER_FLAG_IS_SET (
      timed.buffer.get (), GST_BUFFER_FLAG_DELTA_UNIT);
}

Mailbox::Mailbox (const Limits &limits, std::weak_ptr<Arrivals> arrivals,
    std::shared_ptr<Siblings> siblings)
    : arrivals_ (std::move (arrivals)),
      tells_ (!arrivals_.expired ()),
      siblings_ (std::move (siblings)),
      limits_ (limits)
{
  {
    MutexLocker locker (rouser_->lock_);
    rouser_->mailbox_ = this;
  }
  if (siblings_)
    siblings_->add (this);
}

Mailbox::~Mailbox ()
{
  {
    MutexLocker locker (rouser_->lock_);
    rouser_->mailbox_ = nullptr;
  }
  if (siblings_)
    siblings_->remove (this);
}

// A producer that waits for room may find some.
void
Mailbox::on_sibling_waits ()
{
  {
    MutexLocker locker (lock_); // by now it waits, or will see it
  }
  emptied_.notify_all ();
}

[[gnu::hot]] void
Mailbox::wake_consumer ()
{
  filled_.notify_all ();
  if (!tells_)
    return;
  if (auto told = arrivals_.lock ())
    told->on_arrival ();
}

[[gnu::hot]] void
Mailbox::wake_consumer (After &after)
{
  filled_.notify_all ();
  if (!tells_)
    return;
  if (auto told = arrivals_.lock ())
    after.arrivals_.push_back (std::move (told));
}

void
Mailbox::set_limits (const Limits &limits)
{
  {
    MutexLocker locker (lock_);
    limits_ = limits;
  }
  emptied_.notify_all ();
}

void
Mailbox::need_key_locked ()
{
  needs_key_ = true;
  asked_for_key_ = false;
}

void
Mailbox::require_key ()
{
  {
    MutexLocker locker (lock_);
    need_key_locked ();
  }
  wake_consumer ();
}

[[gnu::hot]] bool
Mailbox::is_full_locked (const TimedBuffer &next) const
{
  size_t stretch = siblings_ && siblings_->any_waits () ? kStretch : 1;
  return count_ > 0
         && (count_ / stretch >= limits_.buffers
             || add_saturated (time_, next.duration) / Time (stretch)
                    > limits_.time);
}

bool
Mailbox::is_crowded_locked () const
{
  return items_.size () - count_ >= kBetween;
}

bool
Mailbox::may_wait_locked () const
{
  return limits_.overflow == Overflow::producer_waits && !producer_flushing_
         && (!consumer_flushing_ || held_) && !ended_;
}

// A producer that waits is not woken for a single buffer. It is so before the
// consumer waits for it.
[[gnu::hot]] bool
Mailbox::is_half_empty_locked () const
{
  return count_ <= limits_.buffers / 2 && time_ <= limits_.time / 2
         && items_.size () - count_ <= kBetween / 2;
}

// Of those from `begin` to `end`.
void
Mailbox::drop_replaced_locked (
    const Item &newer, size_t begin, size_t &end, After &after)
{
  if (!lasts (newer))
    return;
  for (size_t i = begin; i < end; i++) {
    if (!is_same_kind (items_[i], newer))
      continue;
    after.gone_.push_back (std::move (items_[i]));
    items_.erase (items_.begin () + ptrdiff_t (i));
    end--;
    return; // there was one at most
  }
}

// The buffer behind it has lost what came before, and what stood between the
// two stands together with what was before both.
void
Mailbox::drop_oldest_locked (After &after)
{
  auto oldest = std::find_if (items_.begin (), items_.end (), is_buffer);
  time_ -= std::get<TimedBuffer> (*oldest).duration;
  count_--;
  dropped_++;
  after.gone_.push_back (std::move (*oldest));
  auto before = size_t (oldest - items_.begin ());
  items_.erase (oldest);
  for (size_t i = before; i < items_.size () && !is_buffer (items_[i]); i++) {
    size_t left = before;
    drop_replaced_locked (items_[i], 0, left, after);
    i -= before - left;
    before = left;
  }
  auto next = std::find_if (items_.begin (), items_.end (), is_buffer);
  if (next == items_.end ())
    lost_ = true;
  else
    std::get<TimedBuffer> (*next).discont = true;
}

// The oldest of what does not last.
void
Mailbox::drop_passing_locked (After &after)
{
  auto passing = std::find_if (items_.begin (), items_.end (),
      [] (const Item &item) { return !is_buffer (item) && !lasts (item); });
  if (passing == items_.end ())
    return;
  after.gone_.push_back (std::move (*passing));
  items_.erase (passing);
}

// False: it is `next` that is dropped.
[[gnu::hot]] inline bool
Mailbox::make_room_locked (const TimedBuffer &next, bool full, After &after)
{
  if (needs_key_ && depends (next))
    return false;
  if (full) {
    if (limits_.overflow == Overflow::producer_waits && !producer_flushing_) {
      need_key_locked ();
      return false;
    }
    if (limits_.overflow == Overflow::oldest)
      while (is_full_locked (next))
        drop_oldest_locked (after);
    if (limits_.overflow == Overflow::up_to_key) {
      while (count_ > 0)
        drop_oldest_locked (after);
      need_key_locked ();
      if (depends (next))
        return false;
    }
  }
  needs_key_ = false;
  return true;
}

[[gnu::hot]] bool
Mailbox::put (TimedBuffer buffer, After &after)
{
  {
    MutexLocker locker (lock_);
    bool full; // looked at once: siblings change it
    while ((full = is_full_locked (buffer)) && may_wait_locked ()
           && !(needs_key_ && depends (buffer)))
      emptied_.wait (lock_);
    if (ended_) {
      after.gone_.push_back (std::move (buffer));
      return false;
    }
    if (!make_room_locked (buffer, full, after)) {
      dropped_++;
      lost_ = true;
      after.gone_.push_back (std::move (buffer));
      return true;
    }
    buffer.discont |= std::exchange (lost_, false);
    count_++;
    time_ += buffer.duration;
    items_.emplace_back (std::move (buffer));
  }
  wake_consumer (after);
  return true;
}

void
Mailbox::put_between (Item item, After &after)
{
  {
    MutexLocker locker (lock_);
    while (may_wait_locked () && is_crowded_locked () && !lasts (item))
      emptied_.wait (lock_);
    if (ended_) {
      after.gone_.push_back (std::move (item));
      return;
    }
    size_t end = items_.size ();
    size_t begin = end;
    while (begin > 0 && !is_buffer (items_[begin - 1]))
      begin--;
    drop_replaced_locked (item, begin, end, after);
    if (is_crowded_locked ())
      drop_passing_locked (after);
    items_.push_back (std::move (item));
  }
  wake_consumer (after);
}

void
Mailbox::end ()
{
  {
    MutexLocker locker (lock_);
    ended_ = true;
  }
  wake_consumer ();
  emptied_.notify_all ();
}

// What is encoded can't go on in the middle.
void
Mailbox::clear ()
{
  After after;
  {
    MutexLocker locker (lock_);
    if (count_ > 0)
      need_key_locked ();
    while (count_ > 0)
      drop_oldest_locked (after);
  }
  wake_consumer ();
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
  wake_consumer ();
  emptied_.notify_all ();
}

void
Mailbox::set_held (bool held)
{
  {
    MutexLocker locker (lock_);
    held_ = held;
  }
  wake_consumer ();
  emptied_.notify_all (); // who waits may no more
}

void
Mailbox::rouse ()
{
  {
    MutexLocker locker (lock_);
    roused_ = true;
  }
  filled_.notify_all ();
}

void
Rouse::operator() ()
{
  MutexLocker locker (lock_);
  if (mailbox_)
    mailbox_->rouse ();
}

void
Mailbox::put_back (TimedBuffer buffer)
{
  MutexLocker locker (lock_);
  count_++;
  time_ += buffer.duration;
  delivered_--;
  items_.emplace_front (std::move (buffer));
}

[[gnu::hot]] inline Mailbox::Taken
Mailbox::take_locked (bool waits)
{
  while (items_.empty () || consumer_flushing_ || held_) {
    if (consumer_flushing_)
      return {.status = Status::flushing};
    if (!held_ && ended_)
      return {.status = Status::ended};
    if (!held_ && needs_key_ && !std::exchange (asked_for_key_, true))
      return {.status = Status::needs_key};
    if (!waits)
      return {.status = Status::none};
    if (!held_ && std::exchange (roused_, false)) [[unlikely]]
      return {.status = Status::roused};
    filled_.wait (lock_);
  }
  Taken taken{.status = Status::item, .item = std::move (items_.front ())};
  items_.pop_front ();
  taken.has_more = !items_.empty ();
  if (auto buffer = std::get_if<TimedBuffer> (&taken.item)) {
    count_--;
    time_ -= buffer->duration;
    delivered_++;
  }
  return taken;
}

// Siblings are told of a wait before it begins, without the lock.
[[gnu::hot]] Mailbox::Taken
Mailbox::take (bool waits)
{
  bool has_room = false;
  auto look = [this, &has_room] (bool to_wait) {
    MutexLocker locker (lock_);
    Taken found = take_locked (to_wait);
    has_room = is_half_empty_locked ();
    return found;
  };
  Taken taken = look (waits && !siblings_);
  if (taken.status == Status::none && waits) [[unlikely]] {
    siblings_->begin_wait ();
    taken = look (true);
    siblings_->end_wait ();
  }
  if (has_room)
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
