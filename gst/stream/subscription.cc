// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/subscription.hh"

#include "stream/clamped-time.hh"

#include <algorithm>
#include <gst/video/video-event.h>

namespace webmedia::stream {

namespace {

// Of sound that nobody took yet, encoded or not.
constexpr Mailbox::Limits kSound = {Overflow::oldest, 400, 200 * kMillisecond};
constexpr Mailbox::Limits kPictures = {Overflow::oldest, 2};
constexpr Mailbox::Limits kEncodedPictures = {
    Overflow::up_to_key, 300, kSecond};
// Each wake-up of a thread is for many buffers where nothing is lost.
constexpr Mailbox::Limits kLossless = {Overflow::producer_waits, 200, kSecond};
constexpr Mailbox::Limits kLosslessPictures = {Overflow::producer_waits, 4};

} // namespace

// Of one that may be waited for.
std::shared_ptr<Siblings>
Subscription::siblings_of (const std::weak_ptr<Consumer> &consumer) const
{
  auto asked = consumer.lock ();
  return asked && delivery_ == Delivery::lossless ? asked->siblings ()
                                                  : nullptr;
}

std::shared_ptr<Time>
Subscription::shown_of (const std::weak_ptr<Consumer> &consumer)
{
  auto asked = consumer.lock ();
  return asked ? asked->shown : std::make_shared<Time> (-1);
}

Subscription::Subscription (std::shared_ptr<Track> of, Delivery wanted,
    std::weak_ptr<Consumer> consumer, const Queue &queue)
    : delivery_ (
        of->source->delivery == Delivery::lossless ? wanted : Delivery::live),
      most_ (queue.buffers),
      most_pictures_ (queue.pictures),
      as_captured_ (queue.as_captured),
      is_live_video_ (of->kind () == Kind::video && delivery_ == Delivery::live
                      && !as_captured_),
      is_filled_ (of->kind () == Kind::audio && delivery_ == Delivery::live
                  && !as_captured_),
      track (std::move (of)),
      mailbox (limits (true), queue.arrivals, siblings_of (consumer)),
      shown_ (shown_of (consumer)),
      consumer_ (std::move (consumer)),
      times_ (delivery_)
{}

Mailbox::Limits
Subscription::limits (bool raw) const
{
  bool pictures = track->kind () == Kind::video;
  if (delivery_ == Delivery::lossless)
    return pictures && raw ? kLosslessPictures : kLossless;
  Mailbox::Limits live = !pictures ? kSound
                         : raw     ? kPictures
                                   : kEncodedPictures;
  size_t most = pictures && raw ? most_pictures_ : most_;
  if (most > 0) {
    live.buffers = most;
    live.time = kTimeInfinite;
  }
  return live;
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
  base_time = clamp_time (base_time);
  Time now = clock ? Time (gst_clock_get_time (clock.get ())) - base_time : 0;
  // Its running time may begin later: an application has set it so.
  set_start ({true, std::move (clock), base_time, std::max<Time> (0, now)});
}

// When it was changed is not known.
[[gnu::hot]] void
Subscription::change_clock (GstClock *clock, Time base_time)
{
  base_time = clamp_time (base_time);
  if (times_.has_clock (clock, base_time))
    return;
  if (!times_.has_counted ())
    *shown_ = -1; // the running time begins anew
  times_.set_clock (Ptr<GstClock>::share (clock), base_time);
  start_ = silence_start_ = 0;
  resampler_.reset ();
  silence_.reset ();
}

// https://html.spec.whatwg.org/multipage/media.html#dom-media-have_current_data
bool
Subscription::pause (Time running_time)
{
  if (track->kind () != Kind::video || delivery_ != Delivery::live)
    return false;
  set_start ({false, nullptr, 0, running_time});
  return true;
}

void
Subscription::set_start (Start start)
{
  std::optional<Start> next (std::move (start));
  {
    MutexLocker locker (lock_);
    clock_.swap (next); // so that what it was goes without the lock
    has_clock_ = true;
  }
  rouse ();
}

void
Subscription::take_clock ()
{
  std::optional<Start> start;
  {
    MutexLocker locker (lock_);
    start = std::exchange (clock_, std::nullopt);
    has_clock_ = false;
  }
  if (!start)
    return;
  if (!start->plays) {
    paused_at_ = start->begin;
    return;
  }
  paused_at_.reset ();
  // Where it was flushed meanwhile, the running time begins anew.
  if (start->begin < *shown_ && !times_.has_counted ())
    *shown_ = -1;
  if (start->begin < start_)
    silence_.reset ();
  times_.set_clock (std::move (start->clock), start->base_time);
  start_ = silence_start_ = start->begin;
  resampler_.reset (); // what is in it is of another time
}

[[gnu::hot]] inline void
Subscription::look_at_clock ()
{
  if (flushed_) [[unlikely]] {
    flushed_ = false;
    silence_.reset ();
    // where the running time goes on
    silence_start_ = std::max<Time> (0, times_.now ());
  }
  if (has_clock_) [[unlikely]]
    take_clock ();
  if (paused_at_)
    return;
  if (auto asked = consumer ())
    asked->tell_clock (*this);
}

// Of what is nothing to take.
static Output::Status
status_of (Mailbox::Status status)
{
  switch (status) {
  case Mailbox::Status::ended:
    return Output::Status::ended;
  case Mailbox::Status::flushing:
    return Output::Status::flushing;
  default:
    return Output::Status::none;
  }
}

[[gnu::hot]] Output::Taken
Subscription::take (bool waits)
{
  Taken taken{.status = Status::none};
  for (;;) {
    Mailbox::Taken next = mailbox.take (waits);
    if (next.status == Mailbox::Status::item) [[likely]] {
      look_at_clock ();
      taken.status = Status::buffer;
      taken.has_more = next.has_more;
      if (give (next.item, taken)) [[likely]]
        return taken;
    } else if (next.status == Mailbox::Status::needs_key) {
      ask_for_key ();
    } else if (next.status == Mailbox::Status::roused) {
      look_at_clock ();
      if (give_silence (taken))
        return taken;
    } else {
      taken.status = status_of (next.status);
      return taken;
    }
  }
}

// False: there is nothing to hand out.
[[gnu::hot]] bool
Subscription::give (Item &item, Taken &taken)
{
  if (auto buffer = std::get_if<TimedBuffer> (&item)) [[likely]]
    return give (std::move (*buffer), taken);
  if (auto event = std::get_if<Ptr<GstEvent>> (&item))
    return give (std::move (*event), taken);
  times_.set_timeline (
      std::get<std::shared_ptr<const Timeline>> (std::move (item)));
  if (!times_.is_timed ())
    silence_.reset (); // its times are not those of a clock
  return false;
}

// A device that is released has none, until it is opened again.
void
Subscription::know_latency (Time latency)
{
  if (latency > 0)
    known_latency_ = latency;
}

Time
Subscription::latency ()
{
  auto query = Ptr<GstQuery>::adopt (gst_query_new_latency ());
  GstClockTime min = 0;
  if (track->source->query_producer (query.get ()))
    gst_query_parse_latency (query.get (), nullptr, &min, nullptr);
  know_latency (to_time (min));
  return to_time (min);
}

// What the track's producer encodes; else nothing is to be asked for.
void
Subscription::ask_for_key ()
{
  if (!is_raw_)
    send_event (
        Ptr<GstEvent>::adopt (gst_video_event_new_upstream_force_key_unit (
            GST_CLOCK_TIME_NONE, TRUE, 0)));
}

// It is not handed out: false.
bool
Subscription::lose ()
{
  has_lost_ = true;
  needs_key_ = true;
  asked_for_key_ = false;
  return false;
}

// False: it can't be decoded without what was lost.
[[gnu::hot]] inline bool
Subscription::follows (const TimedBuffer &timed)
{
  bool depends =
      GST_BUFFER_FLAG_IS_SET (timed.buffer.get (), GST_BUFFER_FLAG_DELTA_UNIT);
  if (!depends || is_raw_)
    needs_key_ = false;
  if (needs_key_ && !std::exchange (asked_for_key_, true))
    ask_for_key ();
  return !needs_key_;
}

// What was captured before the consumer plays is not for it. Who reads gets all
// that comes.
[[gnu::hot]] inline bool
Subscription::is_early (const TimedBuffer &timed, Time due) const
{
  return !as_captured_ && times_.is_timed () && due < start_
         && due + timed.duration <= start_;
}

// A sink shows it at once, and no live one is of a time to come.
Time
Subscription::due_at_start (Time due)
{
  Time first = start_ - latency ();
  return times_.is_timed ()
             ? std::clamp (due, first, std::max (first, times_.now ()))
             : first;
}

// What is seen at once, as it plays, may be of a later time than what comes
// next: a recorder takes no two pictures of one time. Encoded, they
// have an order of their own, but for what is behind the one of PAUSED. Readers
// are told when each was captured.
[[gnu::hot]] inline Time
Subscription::due_after_shown (Time due)
{
  due = std::max (due, *shown_ + 1);
  if (is_raw_ || paused_at_)
    *shown_ = due;
  return due;
}

// But for the last picture: that is what there is to see when it begins to
// play. Before its running time begins, all are of one time: one is enough.
bool
Subscription::shows_early () const
{
  return is_raw_ && track->kind () == Kind::video
         && mailbox.stats ().waiting == 0
         && (*shown_ < 0 || times_.now () >= 0);
}

// False: it is not for this consumer.
[[gnu::hot]] inline bool
Subscription::find_own_due (const TimedBuffer &timed, Time &due)
{
  bool is_timed = times_.is_timed ();
  due = timed.is_kept && !is_timed ? 0 : times_.running_time (timed.time);
  if (timed.arrival != kTimeNone)
    due = std::max (due, times_.running_time (timed.arrival) - latency ());
  bool early = is_early (timed, due);
  if (early && !shows_early ())
    return false;
  if ((early || timed.is_kept) && !as_captured_)
    due = due_at_start (due);
  return true;
}

[[gnu::hot]] inline bool
Subscription::find_due (const TimedBuffer &timed, Time &due)
{
  if (paused_at_)
    due = *paused_at_;
  else if (!find_own_due (timed, due))
    return false;
  if (is_live_video_)
    due = due_after_shown (due);
  due = std::max<Time> (due, 0);
  return true;
}

// Where the clocks are two. False: it is too short to be handed out yet.
[[gnu::hot]] inline bool
Subscription::resample (TimedBuffer &timed, Time &due, Taken &taken)
{
  if (!times_.drifts () || track->kind () != Kind::audio)
    return true;
  if (timed.discont)
    resampler_.reset ();
  timed.buffer = resampler_.make (timed.buffer, due, timed.discont);
  if (!timed.buffer)
    return false;
  Time latency = resampler_.latency ();
  taken.new_latency = own_latency_.exchange (latency) != latency;
  return true;
}

// With what it is stamped with.
[[gnu::hot]] static Time
duration_of (GstBuffer *stamped, const TimedBuffer &timed)
{
  return GST_BUFFER_DURATION_IS_VALID (stamped)
             ? to_time (GST_BUFFER_DURATION (stamped))
             : timed.duration;
}

[[gnu::hot]] bool
Subscription::give (TimedBuffer timed, Taken &taken)
{
  Time due;
  if (!find_due (timed, due))
    return lose ();
  if (is_filled_ && silence_.is_last ()) [[unlikely]]
    if (auto instead = end_silence (timed, due, taken))
      return *instead;
  bool enabled = track->enabled () && !timed.is_hidden;
  if (std::exchange (was_enabled_, enabled) != enabled) {
    if (enabled)
      blank_.let_go ();
    else
      resampler_.reset (); // nothing of what was heard gets into the silence
  }
  if (!enabled) {
    timed.buffer = blank_.make (timed.buffer.get ());
    if (!timed.buffer)
      return lose ();
  } else if (!follows (timed)) {
    has_lost_ = true;
    return false;
  }
  timed.discont |= std::exchange (has_lost_, false);
  if (!resample (timed, due, taken)) {
    has_lost_ = timed.discont;
    return false;
  }
  taken.new_segment = times_.stamp (timed.buffer, due);
  if (timed.discont
      && !GST_BUFFER_FLAG_IS_SET (
          timed.buffer.get (), GST_BUFFER_FLAG_DISCONT)) {
    timed.buffer = make_own (std::move (timed.buffer));
    GST_BUFFER_FLAG_SET (timed.buffer.get (), GST_BUFFER_FLAG_DISCONT);
  }
  if (is_filled_) {
    silence_.on_given (
        add_saturated (due, duration_of (timed.buffer.get (), timed)));
    if (std::exchange (asks_latency_, false)) [[unlikely]]
      latency ();
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
    resampler_.set_caps (caps);
    silence_.set_caps (caps);
    asks_latency_ = true;
    is_raw_ = is_raw (caps);
    rouse (); // now there may be one
  }
  if (GST_EVENT_TYPE (event.get ()) == GST_EVENT_GAP)
    event = stamp_gap (event.get ());
  taken.event = std::move (event);
  return bool (taken.event);
}

// Before the first buffer there is no gap: nor may there be a timeline, as a
// newer one behind it has replaced that.
Ptr<GstEvent>
Subscription::stamp_gap (GstEvent *gap)
{
  if (!times_.has_segment ())
    return nullptr;
  GstClockTime time, duration;
  gst_event_parse_gap (gap, &time, &duration);
  Time due = times_.running_time (Time (time));
  bool has_end = duration != GST_CLOCK_TIME_NONE;
  Time begin = due;
  if (!silence_.let_in_gap (due, has_end ? to_time (duration) : 0))
    return nullptr;
  if (has_end)
    duration = GstClockTime (
        std::max<Time> (0, add_saturated (to_time (duration), begin - due)));
  Time pts = times_.pts (due);
  return pts < 0 ? nullptr
                 : Ptr<GstEvent>::adopt (
                     gst_event_new_gap (GstClockTime (pts), duration));
}

void
Subscription::set_flushing (bool flushing)
{
  flushed_ = true;
  mailbox.set_consumer_flushing (flushing);
}

Ptr<GstCaps>
Subscription::caps () const
{
  return track->source->caps ();
}

Ptr<GstCaps>
Subscription::possible_caps (GstCaps *filter)
{
  return track->source->possible_caps (filter);
}

bool
Subscription::can_change_caps ()
{
  auto asking = consumer ();
  return asking && track->source->can_change_caps (*asking);
}

// How long what is there may wait until it is lost.
Time
Subscription::held () const
{
  constexpr Time kUnknownFrame = kSecond / 30;
  auto known = caps ();
  Mailbox::Limits bound = limits (!known || is_raw (known.get ()));
  if (bound.time != kTimeInfinite)
    return bound.time;
  int frames, seconds;
  bool is_steady =
      known
      && gst_structure_get_fraction (gst_caps_get_structure (known.get (), 0),
          "framerate", &frames, &seconds)
      && frames > 0 && seconds > 0;
  return Time (bound.buffers)
         * (is_steady
                 ? Time (gst_util_uint64_scale_int (kSecond, seconds, frames))
                 : kUnknownFrame);
}

// As late as at the producer, and then as long as the mailbox holds it.
bool
Subscription::query (GstQuery *query)
{
  bool answered = track->source->query_producer (query);
  if (GST_QUERY_TYPE (query) != GST_QUERY_LATENCY)
    return answered;
  gboolean live = TRUE;
  GstClockTime min = 0;
  if (answered)
    gst_query_parse_latency (query, &live, &min, nullptr);
  know_latency (to_time (min));
  min += GstClockTime (own_latency_);
  gst_query_set_latency (query, live, min, min + GstClockTime (held ()));
  return true;
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
