// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/subscription.hh"

namespace webmedia::stream {

namespace {

constexpr Time kSound = 200 * kMillisecond; // of sound that nobody took yet
constexpr size_t kPictures = 2;
constexpr size_t kEncoded = 300;
// Each wake-up of a thread is for many buffers where nothing is lost.
constexpr Mailbox::Limits kLossless = {Overflow::producer_waits, 200, kSecond};
constexpr Mailbox::Limits kLosslessPictures = {Overflow::producer_waits, 4};

} // namespace

Subscription::Subscription (std::shared_ptr<Track> of, Delivery wanted,
    std::weak_ptr<Consumer> consumer)
    : track (std::move (of)),
      delivery (track->source->delivery == Delivery::lossless ? wanted
                                                              : Delivery::live),
      mailbox (limits (true)),
      consumer_ (std::move (consumer)),
      times_ (delivery)
{}

Mailbox::Limits
Subscription::limits (bool raw) const
{
  bool pictures = raw && track->kind () == Kind::video;
  if (delivery == Delivery::lossless)
    return pictures ? kLosslessPictures : kLossless;
  if (!raw)
    return {Overflow::up_to_key, kEncoded, kSecond};
  return pictures ? Mailbox::Limits{Overflow::oldest, kPictures}
                  : Mailbox::Limits{Overflow::oldest, SIZE_MAX, kSound};
}

void
Subscription::leave ()
{
  mailbox.end ();
  track->source->remove (this);
}

void
Subscription::set_clock (Ptr<GstClock> clock, Time base_time)
{
  MutexLocker locker (lock_);
  clock_ = {std::move (clock), base_time};
  has_clock_ = true;
}

void
Subscription::look_at_clock ()
{
  if (!has_clock_)
    return;
  std::optional<Moment> moment;
  {
    MutexLocker locker (lock_);
    moment = std::exchange (clock_, std::nullopt);
    has_clock_ = false;
  }
  if (!moment)
    return;
  times_.set_clock (std::move (moment->clock), moment->base_time);
  not_before_ = times_.now ();
}

Output::Taken
Subscription::take ()
{
  for (;;) {
    Mailbox::Taken next = mailbox.take ();
    if (next.status == Mailbox::Status::flushing)
      return {.status = Status::flushing};
    if (next.status == Mailbox::Status::ended)
      return {.status = Status::ended};
    look_at_clock ();
    Taken taken{.status = Status::buffer};
    if (give (std::move (next.item), taken))
      return taken;
  }
}

// False: there is nothing to hand out.
bool
Subscription::give (Item item, Taken &taken)
{
  if (auto buffer = std::get_if<TimedBuffer> (&item))
    return give (std::move (*buffer), taken);
  if (auto event = std::get_if<Ptr<GstEvent>> (&item))
    return give (std::move (*event), taken);
  times_.set_timeline (
      std::get<std::shared_ptr<const Timeline>> (std::move (item)));
  return false;
}

Time
Subscription::latency ()
{
  auto query = Ptr<GstQuery>::adopt (gst_query_new_latency ());
  GstClockTime min = 0;
  if (track->source->query_producer (query.get ()))
    gst_query_parse_latency (query.get (), nullptr, &min, nullptr);
  return Time (min);
}

// What was captured before the consumer plays is not for it, but for the last
// picture: that is what there is to see now.
bool
Subscription::give (TimedBuffer timed, Taken &taken)
{
  Time due = times_.running_time (timed.time);
  if (timed.is_kept)
    due = std::max (due, times_.now () - latency ());
  if (delivery == Delivery::live && due < not_before_ && !timed.is_kept) {
    has_lost_ = true;
    return false;
  }
  if (!track->enabled ()) {
    timed.buffer = blank_.make (timed.buffer.get ());
    if (!timed.buffer) {
      has_lost_ = true;
      return false;
    }
  }
  taken.new_segment = times_.stamp (timed.buffer, std::max<Time> (due, 0));
  if (taken.new_segment)
    taken.segment = times_.segment ();
  timed.discont |= std::exchange (has_lost_, false);
  if (timed.discont
      && !GST_BUFFER_FLAG_IS_SET (
          timed.buffer.get (), GST_BUFFER_FLAG_DISCONT)) {
    timed.buffer = make_own (std::move (timed.buffer));
    GST_BUFFER_FLAG_SET (timed.buffer.get (), GST_BUFFER_FLAG_DISCONT);
  }
  taken.buffer = std::move (timed.buffer);
  return true;
}

bool
Subscription::give (Ptr<GstEvent> event, Taken &taken)
{
  taken.status = Status::event;
  if (GST_EVENT_TYPE (event.get ()) == GST_EVENT_CAPS) {
    GstCaps *caps;
    gst_event_parse_caps (event.get (), &caps);
    blank_.set_caps (caps);
  }
  if (GST_EVENT_TYPE (event.get ()) == GST_EVENT_GAP)
    event = stamp_gap (event.get ());
  taken.event = std::move (event);
  return bool (taken.event);
}

// Before the first buffer there is no gap.
Ptr<GstEvent>
Subscription::stamp_gap (GstEvent *gap)
{
  GstClockTime time, duration;
  gst_event_parse_gap (gap, &time, &duration);
  Time pts = times_.pts (times_.running_time (Time (time)));
  return pts < 0 ? nullptr
                 : Ptr<GstEvent>::adopt (
                     gst_event_new_gap (GstClockTime (pts), duration));
}

void
Subscription::set_flushing (bool flushing)
{
  mailbox.set_consumer_flushing (flushing);
}

Ptr<GstCaps>
Subscription::caps () const
{
  return track->source->caps ();
}

bool
Subscription::query (GstQuery *query)
{
  return track->source->query_producer (query);
}

void
Subscription::send_event (Ptr<GstEvent> event)
{
  track->source->send_upstream (std::move (event));
}

Output::Stats
Subscription::stats () const
{
  Mailbox::Stats stats = mailbox.stats ();
  return {.delivered = stats.delivered,
      .dropped = stats.dropped,
      .waiting = stats.waiting};
}

} // namespace webmedia::stream
