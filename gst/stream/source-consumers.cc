// SPDX-License-Identifier: LGPL-2.1-or-later
// What a source has to do with those who consume it.
#include "stream/source.hh"

#include "stream/asking.hh"
#include "stream/subscription.hh"

#include <algorithm>

namespace webmedia::stream {

// With the lock held, so that put() neither forgets it nor tells it twice.
void
Source::add (const std::shared_ptr<Subscription> &subscription)
{
  {
    Mailbox::After after;
    MutexLocker locker (lock_);
    Mailbox &mailbox = subscription->mailbox;
    mailbox.set_limits (subscription->limits (raw_));
    mailbox.put_between (timeline_, after);
    for (const auto &event : sticky_)
      mailbox.put_between (event, after);
    bool wants_kept = subscription->delivery () == Delivery::live
                      && !(is_of_now && subscription->takes_new_alone ());
    if (picture_.buffer && wants_kept)
      mailbox.put (picture_for_locked (*subscription->track), after);
    if (!raw_)
      mailbox.require_key ();
    mailbox.set_producer_flushing (flushing_);
    if (ended_)
      mailbox.end ();
    auto all = std::make_shared<Subscriptions> (*subscriptions_);
    auto place = all->end ();
    if (subscription->delivery () == Delivery::live)
      place = std::find_if (all->begin (), place, [] (const auto &each) {
        return each->delivery () == Delivery::lossless;
      });
    all->insert (place, subscription);
    subscriptions_ = std::move (all);
  }
  changed_.notify_all ();
  if (subscription->consumer ())
    renegotiate ();
}

// What came while its track was not enabled stays unseen.
TimedBuffer
Source::picture_for_locked (const Track &track) const
{
  auto live = std::ranges::find (tracks_, &track, &LiveTrack::track);
  TimedBuffer picture = picture_;
  picture.is_hidden = live == tracks_.end () || live->hides_picture;
  return picture;
}

void
Source::remove (const Subscription *subscription)
{
  std::shared_ptr<const Subscriptions> before; // goes without the lock
  {
    MutexLocker locker (lock_);
    auto all = std::make_shared<Subscriptions> (*subscriptions_);
    size_t removed = std::erase_if (*all, [subscription] (const auto &each) {
      return each.get () == subscription;
    });
    if (removed == 0)
      return;
    before = std::exchange (subscriptions_, std::move (all));
    if (ended_ || stopped_)
      return;
  }
  if (subscription->consumer ())
    renegotiate ();
}

// What consumers say together may be something else now.
void
Source::renegotiate ()
{
  send_upstream (Ptr<GstEvent>::adopt (gst_event_new_reconfigure ()));
}

// The last one of all gets the reference: alone, it has a buffer of its own.
[[gnu::hot]] static TimedBuffer
buffer_for (const std::shared_ptr<Subscription> &subscription,
    const std::shared_ptr<Subscription> &last, TimedBuffer &timed)
{
  bool enabled = subscription->track->enabled ();
  TimedBuffer given = subscription == last ? std::move (timed) : timed;
  given.is_hidden |= !enabled;
  return given;
}

[[gnu::hot]] void
Source::put_live_locked (
    TimedBuffer &timed, bool to_readers, Mailbox::After &after)
{
  for (const auto &subscription : *subscriptions_) {
    if (subscription->delivery () != Delivery::live)
      return; // these come last
    if (to_readers || !subscription->takes_new_alone ())
      subscription->mailbox.put (
          buffer_for (subscription, subscriptions_->back (), timed), after);
  }
}

void
Source::put_live_locked (const Ptr<GstEvent> &event, Mailbox::After &after)
{
  for (const auto &subscription : *subscriptions_) {
    if (subscription->delivery () != Delivery::live)
      return;
    subscription->mailbox.put_between (event, after);
  }
}

[[gnu::hot]] void
Source::put_lossless (const Subscriptions &all, TimedBuffer &timed)
{
  for (const auto &subscription : all)
    if (subscription->delivery () == Delivery::lossless)
      subscription->mailbox.put (buffer_for (subscription, all.back (), timed));
}

std::shared_ptr<Producer>
Source::producer () const
{
  MutexLocker locker (lock_);
  return producer_.lock ();
}

std::shared_ptr<const Source::Subscriptions>
Source::subscriptions () const
{
  MutexLocker locker (lock_);
  return subscriptions_;
}

bool
Source::query_producer (GstQuery *query)
{
  Asking asking (this, Asking::What::producer);
  auto asked = producer ();
  return asked && !asking.comes_back () && asked->query (query);
}

void
Source::send_upstream (Ptr<GstEvent> event)
{
  Asking asking (this, Asking::What::event);
  auto told = producer ();
  if (told && !asking.comes_back ())
    told->send_event (std::move (event));
}

} // namespace webmedia::stream
