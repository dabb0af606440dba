// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/source.hh"

#include "stream/clamped-time.hh"
#include "stream/subscription.hh"

#include <algorithm>
#include <cmath>
#include <gst/audio/audio.h>

namespace webmedia::stream {

namespace {

// Of a buffer, so that many of them together are still a time.
constexpr double kLongest = 1e6 * double (kSecond);

// What a late consumer must know. An event of the same kind replaces it.
bool
is_kept (GstEvent *event)
{
  GstEventType type = GST_EVENT_TYPE (event);
  return (gst_event_type_get_flags (type) & GST_EVENT_TYPE_STICKY)
         && type != GST_EVENT_EOS;
}

// Of sound, as long as it takes to play.
[[gnu::hot]] Time
duration_of (GstBuffer *buffer, int frame_size, int rate)
{
  if (GST_BUFFER_DURATION_IS_VALID (buffer))
    return Time (std::min<GstClockTime> (
        GST_BUFFER_DURATION (buffer), GST_SECOND * 3600));
  if (frame_size <= 0 || rate <= 0)
    return 0;
  auto frames = int64_t (gst_buffer_get_size (buffer)) / frame_size;
  return ticks_to_time (frames, uint32_t (rate));
}

} // namespace

Source::Source (const SourceInfo &info, std::shared_ptr<CanvasCapture> captures)
    : kind (info.kind),
      delivery (info.delivery),
      is_device (info.is_device),
      is_of_now (info.is_device || info.is_written),
      has_stats (is_device && !(info.is_display && kind == Kind::audio)),
      is_played (info.is_played),
      label (info.label),
      canvas (std::move (captures))
{
  Timeline unknown{};
  gst_segment_init (&unknown.segment, GST_FORMAT_TIME);
  timeline_ = std::make_shared<Timeline> (unknown);
}

Ptr<GstCaps>
Source::caps () const
{
  MutexLocker locker (lock_);
  for (const auto &event : sticky_) {
    if (GST_EVENT_TYPE (event.get ()) != GST_EVENT_CAPS)
      continue;
    GstCaps *caps;
    gst_event_parse_caps (event.get (), &caps);
    return Ptr<GstCaps>::share (caps);
  }
  return nullptr;
}

SourceCounts
Source::counts () const
{
  MutexLocker locker (lock_);
  return counts_;
}

// The input

void
Source::set_timeline (std::shared_ptr<const Timeline> timeline)
{
  std::shared_ptr<const Timeline> before; // goes without the lock
  Mailbox::After after;
  MutexLocker locker (lock_);
  before = std::exchange (timeline_, timeline);
  for (const auto &subscription : *subscriptions_)
    subscription->mailbox.put_between (timeline, after);
}

void
Source::keep_locked (const Ptr<GstEvent> &event, Gone &gone)
{
  if (!is_kept (event.get ()))
    return;
  bool is_caps = GST_EVENT_TYPE (event.get ()) == GST_EVENT_CAPS;
  auto known = std::find_if (sticky_.begin (), sticky_.end (),
      [&] (const auto &each) { return is_same_kind (each, event); });
  if (known != sticky_.end ()) {
    gone.event = std::move (*known);
    sticky_.erase (known);
  }
  sticky_.insert (is_caps ? sticky_.begin () : sticky_.end (), event);
  if (!is_caps)
    return;
  GstCaps *caps;
  gst_event_parse_caps (event.get (), &caps);
  raw_ = is_raw (caps);
  gone.picture = std::exchange (picture_, {});
  GstAudioInfo info;
  bool is_sound =
      raw_ && kind == Kind::audio && gst_audio_info_from_caps (&info, caps);
  frame_size_ = is_sound ? GST_AUDIO_INFO_BPF (&info) : 0;
  rate_ = is_sound ? GST_AUDIO_INFO_RATE (&info) : 0;
}

void
Source::put (Ptr<GstEvent> event)
{
  std::shared_ptr<const Subscriptions> all;
  bool is_caps = GST_EVENT_TYPE (event.get ()) == GST_EVENT_CAPS;
  Gone gone;
  {
    Mailbox::After after;
    MutexLocker locker (lock_);
    if (!lasts (event) && !wait_for_consumer_locked ())
      return;
    if (GST_EVENT_TYPE (event.get ()) == GST_EVENT_GAP)
      event = time_gap_locked (event.get ());
    keep_locked (event, gone);
    all = subscriptions_;
    if (is_caps)
      for (const auto &subscription : *all)
        subscription->mailbox.set_limits (subscription->limits (raw_));
    put_live_locked (event, after);
  }
  for (const auto &subscription : *all)
    if (subscription->delivery () == Delivery::lossless)
      subscription->mailbox.put_between (event);
  if (is_caps && !is_of_now)
    follow_caps (event.get (), !gone.event);
}

// With the time of the producer's clock, and a duration of it.
Ptr<GstEvent>
Source::time_gap_locked (GstEvent *gap)
{
  GstClockTime pts, duration;
  gst_event_parse_gap (gap, &pts, &duration);
  if (duration != GST_CLOCK_TIME_NONE)
    duration = GstClockTime (running_duration_locked (
        Time (std::min<GstClockTime> (duration, GST_SECOND * 3600))));
  Time time = std::max<Time> (0, capture_time_locked (to_time (pts), 0));
  return Ptr<GstEvent>::adopt (
      gst_event_new_gap (GstClockTime (time), duration));
}

// Played backwards, what is of a time ends there.
[[gnu::hot]] Time
Source::capture_time_locked (Time pts, Time duration) const
{
  const Timeline &timeline = *timeline_;
  guint64 running = 0;
  int sign =
      gst_segment_to_running_time_full (&timeline.segment, GST_FORMAT_TIME,
          guint64 (timeline.segment.rate < 0 ? pts + duration : pts), &running);
  if (sign == 0)
    return timeline.base_time;
  auto distance = Time (std::min<guint64> (running, kTimeLimit));
  return clamp_time (timeline.base_time + (sign < 0 ? -distance : distance));
}

[[gnu::hot]] Time
Source::running_duration_locked (Time duration) const
{
  double rate = std::abs (timeline_->segment.rate);
  return rate == 1.0 ? duration
                     : Time (std::min (kLongest, double (duration) / rate));
}

// By the producer's clock.
Time
Source::now () const
{
  std::shared_ptr<const Timeline> timeline;
  {
    MutexLocker locker (lock_);
    timeline = timeline_;
  }
  return timeline->clock ? Time (gst_clock_get_time (timeline->clock.get ()))
                         : kTimeNone;
}

// Where that is all that tells when it was captured, or where it is to be told
// how long ago that was.
[[gnu::hot]] inline Time
Source::now_for (const Ptr<GstBuffer> &buffer) const
{
  bool has_latency = has_stats && kind == Kind::audio;
  if (!has_latency
      && (GST_BUFFER_PTS_IS_VALID (buffer.get ())
          || GST_BUFFER_DTS_IS_VALID (buffer.get ())))
    return kTimeNone;
  return now ();
}

// A buffer without a time is of its DTS; without that, of now.
[[gnu::hot]] inline TimedBuffer
Source::time_locked (Ptr<GstBuffer> buffer, Time now)
{
  const Timeline &timeline = *timeline_;
  Time duration = duration_of (buffer.get (), frame_size_, rate_);
  Time time;
  if (GST_BUFFER_PTS_IS_VALID (buffer.get ())) {
    time = capture_time_locked (
        to_time (GST_BUFFER_PTS (buffer.get ())), duration);
  } else if (GST_BUFFER_DTS_IS_VALID (buffer.get ())) {
    buffer = make_own (std::move (buffer));
    GST_BUFFER_PTS (buffer.get ()) = GST_BUFFER_DTS (buffer.get ());
    time = capture_time_locked (
        to_time (GST_BUFFER_PTS (buffer.get ())), duration);
  } else {
    time = now == kTimeNone ? timeline.base_time : now;
    // Any that goes on with the time will do.
    buffer = make_own (std::move (buffer));
    GST_BUFFER_PTS (buffer.get ()) =
        GstClockTime (std::max<Time> (0, time - timeline.base_time));
  }
  return {.buffer = std::move (buffer),
      .time = time,
      .duration = running_duration_locked (duration)};
}

// What it returns, which was kept before, goes without the lock.
[[gnu::hot]] TimedBuffer
Source::keep_locked (TimedBuffer picture)
{
  picture.is_kept = true;
  for (LiveTrack &live : tracks_)
    live.hides_picture = picture.is_hidden || !live.track->enabled ();
  return std::exchange (picture_, std::move (picture));
}

[[gnu::hot]] inline void
Source::count_locked (const TimedBuffer &buffer)
{
  counts_.frames += frame_size_ > 0 ? gst_buffer_get_size (buffer.buffer.get ())
                                          / gsize (frame_size_)
                                    : 1;
  counts_.duration += uint64_t (buffer.duration);
}

void
Source::count_discarded (uint64_t frames)
{
  MutexLocker locker (lock_);
  counts_.discarded += frames;
}

// Whole samples; times are rounded.
void
Source::count_lost (Time duration)
{
  MutexLocker locker (lock_);
  if (rate_ <= 0 || duration <= 0)
    return;
  guint64 frames = gst_util_uint64_scale_int_round (
      guint64 (std::min (duration, kTimeLimit)), rate_, GST_SECOND);
  counts_.lost += frames;
  counts_.lost_duration +=
      uint64_t (ticks_to_time (int64_t (frames), uint32_t (rate_)));
}

// No track goes while it is here: its end takes the lock.
[[gnu::hot]] inline void
Source::measure_locked (Time captured, Time now)
{
  if (has_stats && kind == Kind::audio && now != kTimeNone)
    for (const LiveTrack &live : tracks_)
      live.track->latency ().add (std::max<Time> (0, now - captured));
}

// For the first one, where nothing may be lost. False: it flushes.
[[gnu::hot]] inline bool
Source::wait_for_consumer_locked ()
{
  while (delivery == Delivery::lossless && subscriptions_->empty () && !ended_
         && !stopped_) {
    if (flushing_)
      return false;
    changed_.wait (lock_);
  }
  return true;
}

// The lock is held until all that are live have it: so they see it, and a black
// picture of another thread, in one order. Who may be waited for comes after
// it.
[[gnu::hot]] GstFlowReturn
Source::put (Ptr<GstBuffer> buffer)
{
  Time now = now_for (buffer);
  TimedBuffer timed;
  TimedBuffer before; // goes without the lock
  std::shared_ptr<const Subscriptions> all;
  for (;;) {
    // What has come ends a silence, also one that is found at this moment.
    if (mute_timer->is_muted ())
      mute_timer->touch ();
    Mailbox::After after;
    MutexLocker locker (lock_);
    if (!wait_for_consumer_locked ())
      return GST_FLOW_FLUSHING;
    if (ended_ || stopped_)
      return GST_FLOW_EOS;
    if (mute_timer->is_muted ())
      continue;
    timed = time_locked (std::move (buffer), now);
    timed.is_hidden = is_blank ();
    count_locked (timed);
    measure_locked (timed.time, now);
    TimedBuffer picture;
    if (keeps_locked ())
      picture = timed;
    all = subscriptions_;
    bool to_readers = !(is_of_now && is_muted ());
    put_live_locked (timed, to_readers, after);
    if (picture.buffer) // by now, as no consumer waits for that
      before = keep_locked (std::move (picture));
    break;
  }
  put_lossless (*all, timed);
  return GST_FLOW_OK;
}

void
Source::preroll (Ptr<GstBuffer> picture)
{
  TimedBuffer before; // goes without the lock
  Time now = now_for (picture);
  MutexLocker locker (lock_);
  if (!keeps_locked ())
    return;
  TimedBuffer timed = time_locked (std::move (picture), now);
  timed.is_hidden = is_blank ();
  before = keep_locked (std::move (timed));
}

void
Source::set_flushing (bool flushing)
{
  std::shared_ptr<const Subscriptions> all;
  {
    MutexLocker locker (lock_);
    flushing_ = flushing;
    all = subscriptions_;
  }
  changed_.notify_all ();
  for (const auto &subscription : *all)
    subscription->mailbox.set_producer_flushing (flushing);
}

void
Source::flush ()
{
  auto all = subscriptions ();
  for (const auto &subscription : *all)
    subscription->mailbox.clear ();
}

// Where consumers feed a source, a flush comes back, on whatever thread: so the
// first source of it numbers it. The number of its event does not tell: one
// seek may flush a source once for each sink.
static guint32
number_flush (Ptr<GstEvent> &stop)
{
  static constexpr const char *kField = "webmedia-flush";
  guint32 number = 0;
  if (gst_structure_get_uint (
          gst_event_get_structure (stop.get ()), kField, &number))
    return number;
  number = gst_util_seqnum_next ();
  stop = Ptr<GstEvent>::adopt (gst_event_copy (stop.get ()));
  gst_structure_set (gst_event_writable_structure (stop.get ()), kField,
      G_TYPE_UINT, number, nullptr);
  return number;
}

void
Source::flush_consumers (GstEvent *event)
{
  auto stop = Ptr<GstEvent>::share (event);
  guint32 number = number_flush (stop);
  std::shared_ptr<const Subscriptions> all;
  {
    MutexLocker locker (lock_);
    if (std::exchange (flush_, number) == number)
      return;
    all = subscriptions_;
  }
  for (const auto &subscription : *all) {
    auto consumer = subscription->consumer ();
    if (consumer && subscription->delivery () == Delivery::lossless)
      consumer->flush (stop.get ());
  }
}

void
Source::end ()
{
  std::vector<LiveTrack> tracks;
  std::shared_ptr<const Subscriptions> all;
  bool is_first;
  {
    MutexLocker locker (lock_);
    is_first = !std::exchange (ended_, true);
    tracks = tracks_;
    all = subscriptions_;
  }
  changed_.notify_all ();
  // First the tracks: who gets an EOS finds its track ended, and so does who
  // ends it while another thread does.
  for (const auto &live : tracks)
    if (auto track = live.weak.lock ())
      track->on_source_ended ();
  if (!is_first)
    return;
  for (const auto &subscription : *all)
    subscription->mailbox.end ();
}

} // namespace webmedia::stream
