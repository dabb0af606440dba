// SPDX-License-Identifier: LGPL-2.1-or-later
// What its producer has of a source.
#include "stream/clamped-time.hh"
#include "stream/mute-timer.hh"
#include "stream/source.hh"

#include <algorithm>

namespace webmedia::stream {

namespace {

// For how long nothing may come before it is muted; 0: for ever, where the
// caps do not tell.
Time
patience_of (GstCaps *caps)
{
  int frames, seconds;
  if (!gst_structure_get_fraction (
          gst_caps_get_structure (caps, 0), "framerate", &frames, &seconds)
      || frames <= 0)
    return 0;
  return Time (std::min<guint64> (
      kTimeLimit, gst_util_uint64_scale_int (
                      kFramesUntilMuted * kSecond, seconds, frames)));
}

// It ends the source when its element lets go of it.
class SourceInput final : public Input {
public:
  explicit SourceInput (std::shared_ptr<Source> source)
      : source_ (std::move (source)),
        timer_ (*source_->mute_timer),
        has_durations_ (source_->kind == Kind::audio || source_->is_played)
  {
    update_patience ();
  }
  ~SourceInput () override { end (); }

  void set_timeline (
      const GstSegment &segment, Ptr<GstClock> clock, Time base_time) override
  {
    timer_.set_clock (clock);
    source_->set_timeline (std::make_shared<Timeline> (
        Timeline{segment, std::move (clock), clamp_time (base_time)}));
  }
  void set_clock (Ptr<GstClock> clock) override
  {
    timer_.set_clock (std::move (clock));
  }
  void put (Ptr<GstEvent> event) override
  {
    MuteTimer::Arrival arrival (timer_);
    GstEventType type = GST_EVENT_TYPE (event.get ());
    GstCaps *caps;
    if (type == GST_EVENT_GAP)
      touch (GST_CLOCK_TIME_NONE);
    if (type == GST_EVENT_CAPS && source_->kind == Kind::video) {
      gst_event_parse_caps (event.get (), &caps);
      by_rate_ = patience_of (caps);
      update_patience ();
    }
    source_->put (std::move (event));
  }
  // It is unmuted before a consumer gets it. Else nobody waits for the look at
  // the clock: it is known to arrive.
  [[gnu::hot]] GstFlowReturn put (Ptr<GstBuffer> buffer) override
  {
    MuteTimer::Arrival arrival (timer_);
    GstClockTime duration = GST_BUFFER_DURATION (buffer.get ());
    if (has_prerolled_.load (std::memory_order_relaxed))
      has_prerolled_ = false; // that has played
    bool unmutes = timer_.is_muted ();
    if (unmutes)
      touch (duration);
    GstFlowReturn result = source_->put (std::move (buffer));
    if (!unmutes)
      touch (duration);
    return result;
  }
  void preroll (Ptr<GstBuffer> picture) override
  {
    learn (GST_BUFFER_DURATION (picture.get ()));
    has_prerolled_ = true;
    source_->preroll (std::move (picture));
  }
  void set_flushing (bool flushing) override
  {
    source_->set_flushing (flushing);
  }
  void flush () override
  {
    has_prerolled_ = false;
    source_->flush ();
  }
  void flush_consumers (GstEvent *stop) override
  {
    source_->flush_consumers (stop);
  }
  bool query (GstQuery *query) override
  {
    return source_->query_consumers (query);
  }
  void set_muted (bool muted) override { source_->set_muted (muted); }
  void set_watch (bool watch) override
  {
    timer_.set_watch (watch);
    if (watch && has_prerolled_.exchange (false) && source_->is_played)
      timer_.touch ();           // it goes on with that
    source_->rouse_consumers (); // it may be silent from now on
  }
  void count_discarded (uint64_t frames) override
  {
    source_->count_discarded (frames);
  }
  void count_lost (Time duration) override { source_->count_lost (duration); }
  void end () override
  {
    timer_.set_watch (false);
    source_->end ();
  }

private:
  void touch (GstClockTime duration)
  {
    if (!timer_.is_watched () && !timer_.is_muted ())
      return;
    learn (duration);
    timer_.touch ();
  }

  void learn (GstClockTime duration)
  {
    if (duration > 3600 * GST_SECOND)
      duration = duration_; // not known
    bool is_first = !std::exchange (has_begun_, true);
    bool is_other = std::exchange (duration_, duration) != duration;
    if (has_durations_ && (is_first || is_other))
      update_patience ();
  }

  // Before the first one only what is least is known.
  void update_patience ()
  {
    bool is_sound = source_->kind == Kind::audio;
    Time least = source_->is_played ? kPlayedUntilMuted
                 : is_sound         ? kSoundUntilMuted
                                    : 0;
    Time time = by_rate_;
    if (time == 0 && has_durations_)
      time = kFramesUntilMuted * Time (duration_);
    bool is_known = time > 0 || is_sound || !has_begun_;
    timer_.set_patience (is_known ? std::max (least, time) : 0);
  }

  const std::shared_ptr<Source> source_;
  MuteTimer &timer_;
  const bool has_durations_; // that say when the next one should come
  bool has_begun_ = false;
  Time by_rate_ = 0;          // that of the caps; 0: it is not known
  GstClockTime duration_ = 0; // of the last one
  std::atomic<bool> has_prerolled_{false};
};

} // namespace

std::unique_ptr<Input>
Source::open (std::weak_ptr<Producer> producer)
{
  {
    MutexLocker locker (lock_);
    producer_ = std::move (producer);
  }
  mute_timer->set_target (weak_from_this ());
  return std::make_unique<SourceInput> (shared_from_this ());
}

std::unique_ptr<Input>
Source::open_and_hold (std::shared_ptr<Producer> producer)
{
  {
    MutexLocker locker (lock_);
    held_ = producer;
  }
  return open (std::move (producer));
}

} // namespace webmedia::stream
